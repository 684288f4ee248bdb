package org.margay.pcnet.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.margay.pci.PciBar;
import org.margay.testkit.cards.CardBench;

/** All that is neither sending nor receiving. */
final class RegistersTest {
    private final TestCard card = new TestCard();

    @Test
    void identity() {
        assertThat(card.pci().readConfig(0, 4)).isEqualTo(0x2000_1022);
        assertThat(card.pci().readConfig(0x0A, 2)).isEqualTo(0x0200);
        assertThat(card.pci().bars().stream().map(PciBar::index)).containsExactly(0, 1, PciBar.ROM);
        assertThat(card.pci().bars().stream().map(bar -> bar.region().size())).containsExactly(0x20L, 0x20L, 0x10000L);
        assertThat(card.csr(88) | card.csr(89) << 16).as("Am79C970A").isEqualTo(0x0262_1003);
    }

    @Test
    void theAddressProm() {
        int sum = 0;
        for (int i = 0; i < 16; i++) {
            if (i < 6) {
                assertThat(card.in(i, 1)).isEqualTo(TestCard.ADDRESS.bytes()[i] & 0xFF);
            }
            sum += i == 12 || i == 13 ? 0 : card.in(i, 1);
        }
        assertThat(card.in(14, 2)).isEqualTo(0x5757);
        assertThat(card.in(12, 2)).isEqualTo(sum);
        assertThat(card.csr(12)).isEqualTo(0x5452);
        card.out(0, 4, 0);
        assertThat(card.in(0, 4)).as("not writable").isEqualTo(0x1200_5452);
        card.bcr(2, 0x0102);
        card.out(0, 4, 0x0403_0201);
        assertThat(card.in(0, 4)).isEqualTo(0x0403_0201);
    }

    @Test
    void wordAndDoubleWordIo() {
        card.out(0x12, 2, 88);
        assertThat(card.in(0x12, 2)).isEqualTo(88);
        assertThat(card.in(0x10, 4)).as("not in this width").isEqualTo(-1);
        card.out(0x10, 4, 0);
        assertThat(card.in(0x12, 2)).isEqualTo(0xFFFF);
        assertThat(card.in(0x14, 4)).isEqualTo(88);
        assertThat(card.in(0x10, 4)).isEqualTo(0x1003);
        assertThat(card.bcr(18)).isEqualTo(0x9081);
        card.bcr(18, 0);
        assertThat(card.bcr(18)).isEqualTo(0x0080);
        card.in(0x18, 4);
        assertThat(card.in(0x14, 4)).as("a soft reset leaves the width").isZero();
        card.device.reset();
        CardBench.map(card.pci());
        assertThat(card.in(0x12, 2)).isZero();
        assertThat(card.bench.readMemory(CardBench.MEMORY_BARS + CardBench.BAR_SPACING + 0x10, 2))
                .isEqualTo(4);
    }

    @Test
    void initialization() {
        card.start(2, 0);
        assertThat(card.csr(0)).as("IDON cleared by the start; running").isEqualTo(0x0073);
        assertThat(card.csr(6)).isEqualTo(0x2200);
        assertThat(card.csr(24)).isEqualTo(TestCard.RECEIVE_RING);
        assertThat(card.csr(30)).isEqualTo(TestCard.TRANSMIT_RING);
        assertThat(card.csr(76)).isEqualTo(0xFFFC);
        assertThat(card.csr(8)).isEqualTo(0xFFFF);
        assertThat(card.csr(13)).isEqualTo(0x1200);
        card.csr(0, 4);
        assertThat(card.csr(0)).isEqualTo(4);
        card.csr(0, 0x41);
        assertThat(card.csr(0)).isEqualTo(0x01C1);
        assertThat(card.interrupted()).isTrue();
        card.csr(0, 0x0142);
        assertThat(card.interrupted()).isFalse();
        card.in(0x14, 2);
        assertThat(card.csr(0)).as("reset by a read").isEqualTo(4);
        assertThat(card.csr(1)).as("which leaves the block's address").isEqualTo(TestCard.BLOCK);
    }

    @Test
    void halfOfTheChipCanBeOff() {
        card.start(2, 1);
        assertThat(card.csr(0) & 0x30).isEqualTo(0x10);
        card.start(2, 2);
        assertThat(card.csr(0) & 0x30).isEqualTo(0x20);
    }

    @Test
    void softwareStyles() {
        card.bcr(20, 2);
        assertThat(card.bcr(20)).isEqualTo(0x0302);
        card.bcr(20, 3);
        assertThat(card.csr(58)).isEqualTo(0x0303);
        card.csr(58, 1);
        assertThat(card.bcr(20)).isEqualTo(0x0101);
        card.bcr(20, 7);
        assertThat(card.bcr(20)).isEqualTo(0x0200);
        card.start(2, 0);
        card.bcr(20, 3);
        assertThat(card.bcr(20)).as("not while it runs").isEqualTo(0x0302);
    }

    @Test
    void interruptsAreMasked() {
        card.csr(0, 1);
        card.csr(3, 0x0100);
        card.csr(0, 0x40);
        assertThat(card.interrupted()).isFalse();
        assertThat(card.csr(0)).isEqualTo(0x0141);
        card.csr(3, 0);
        assertThat(card.interrupted()).isTrue();
        card.csr(0, 0);
        assertThat(card.interrupted()).as("disabled").isFalse();
        card.csr(0, 0x0140);
        card.csr(4, 0x0195);
        assertThat(card.csr(4)).as("the user's interrupt").isEqualTo(0x0155);
        assertThat(card.interrupted()).isTrue();
        card.csr(4, 0x0155);
        assertThat(card.interrupted()).isFalse();
    }

    @Test
    void theLinkIsShownByAnLed() {
        assertThat(card.bcr(4)).isEqualTo(0x80C0);
        card.netdev.client().setLink(false);
        assertThat(card.bcr(4)).isEqualTo(0x00C0);
        card.bcr(33, 0x1E << 5 | 1);
        assertThat(card.bcr(34) & 4).isZero();
        card.netdev.client().setLink(true);
        assertThat(card.bcr(4)).isEqualTo(0x80C0);
        assertThat(card.bcr(34)).isEqualTo(0x782D);
        assertThat(card.bcr(5)).isEqualTo(0x0084);
        card.bcr(33, 3 << 5 | 1);
        assertThat(card.bcr(34)).as("nobody there").isEqualTo(0xFFFF);
    }

    @Test
    void theEepromIsReadAndProgrammed() {
        assertThat(card.bcr(19) & 0xA000).as("there and valid").isEqualTo(0xA000);
        assertThat(eeprom(0b110, 0)).isEqualTo(0x5452);
        assertThat(eeprom(0b110, 7)).isEqualTo(0x5757);
        int sum = 0;
        for (int i = 0; i < 18; i++) {
            int word = eeprom(0b110, i);
            sum += (word & 0xFF) + (word >> 8);
        }
        assertThat(sum & 0xFF).isEqualTo(0xFF);
        clock(0b100_110000, 9);
        clock(0b101 << 22 | 0xFFFF, 25);
        card.bcr(19, 0x4000);
        assertThat(card.bcr(19) & 0x8000).as("its sum is wrong").isZero();
        assertThat(card.in(0, 2)).as("and it is not loaded").isEqualTo(0x5452);
    }

    /** Clocks bits in; the chip is deselected at first and at the end. */
    private void clock(int bits, int count) {
        shift(bits, count);
        card.bcr(19, 0x10);
    }

    private void shift(int bits, int count) {
        card.bcr(19, 0x10);
        for (int i = count - 1; i >= 0; i--) {
            int bit = bits >> i & 1;
            card.bcr(19, 0x14 | bit);
            card.bcr(19, 0x16 | bit);
        }
    }

    private int eeprom(int operation, int address) {
        shift(operation << 6 | address, 9);
        int word = 0;
        for (int i = 0; i < 16; i++) {
            card.bcr(19, 0x14);
            card.bcr(19, 0x16);
            word = word << 1 | card.bcr(19) & 1;
        }
        card.bcr(19, 0);
        return word;
    }
}

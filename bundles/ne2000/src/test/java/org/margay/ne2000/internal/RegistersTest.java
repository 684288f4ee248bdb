package org.margay.ne2000.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.pci.PciBar;
import org.margay.pci.PciDevice;
import org.margay.pci.PciFunction;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;

/** All that is neither sending nor receiving. */
final class RegistersTest {
    private final DeviceBench bench = bench();
    private final Device<Ne2kPci.State> device = TestCard.createPci(bench);
    private final TestCard card = new TestCard(bench, CardBench.IO_BARS, "INTA");

    private static DeviceBench bench() {
        DeviceBench bench = new DeviceBench();
        TestCard.addBackend(bench);
        return bench;
    }

    @Test
    void identity() {
        PciFunction pci = ((PciDevice<Ne2kPci.State>) device).pci();
        assertThat(pci.readConfig(0, 4)).isEqualTo(0x8029_10EC);
        assertThat(pci.readConfig(0x0A, 2)).isEqualTo(0x0200);
        assertThat(pci.bars().stream().map(PciBar::index)).containsExactly(0, PciBar.ROM);
        assertThat(pci.bars().stream().map(bar -> bar.region().size())).containsExactly(0x100L, 0x10000L);
        assertThat(card.in(0xA, 2)).as("RTL8029").isEqualTo(0x4350);
        assertThat(card.register(3, 0xE)).isEqualTo(0x29);
    }

    @Test
    void pages() {
        card.start();
        for (int i = 0; i < 6; i++) {
            assertThat(card.register(1, 1 + i)).isEqualTo(TestCard.ADDRESS.bytes()[i] & 0xFF);
        }
        assertThat(card.register(1, 8)).isEqualTo(0xFF);
        assertThat(card.register(2, 1)).isEqualTo(TestCard.RING);
        assertThat(card.register(2, 2)).isEqualTo(TestCard.RING_END);
        assertThat(card.register(2, 4)).isEqualTo(TestCard.TRANSMIT_PAGE);
        assertThat(card.register(2, 0xC)).isEqualTo(0xCC);
        assertThat(card.register(2, 0xE)).isEqualTo(0xC9);
        assertThat(card.register(2, 0xF)).isEqualTo(0xBF);
        assertThat(card.register(0, 3)).isEqualTo(TestCard.RING);
    }

    @Test
    void theResetPort() {
        card.start();
        card.receive(TestCard.frame(60));
        assertThat(card.interrupted()).isTrue();
        assertThat(card.in(7) & 0x80).as("running").isZero();
        card.out(0x1F, card.in(0x1F));
        assertThat(card.in(0)).isEqualTo(0x21);
        assertThat(card.in(7)).isEqualTo(0x80);
        assertThat(card.interrupted()).isFalse();
        card.out(7, 0xFF);
        assertThat(card.in(7)).as("until it is started").isEqualTo(0x80);
        card.out(0, 0x22);
        assertThat(card.in(7)).isZero();
        assertThat(card.register(2, 2)).as("the ring is kept").isEqualTo(TestCard.RING_END);
    }

    @Test
    void interruptsAreMasked() {
        card.start();
        card.out(0xF, 0);
        card.send(TestCard.frame(60));
        assertThat(card.interrupted()).isFalse();
        card.out(0xF, 2);
        assertThat(card.interrupted()).isTrue();
        card.out(7, 1);
        assertThat(card.interrupted()).isTrue();
        card.out(7, 2);
        assertThat(card.interrupted()).isFalse();
    }

    @Test
    void configurationIsLocked() {
        card.register(3, 6, 0);
        assertThat(card.register(3, 6)).isEqualTo(0x40);
        card.register(3, 1, 0xC0);
        card.register(3, 6, 0);
        card.register(3, 5, 0xF3);
        assertThat(card.register(3, 6)).isZero();
        assertThat(card.register(3, 5)).isEqualTo(0xF0);
        card.register(3, 1, 0x40);
        assertThat(card.register(3, 1) & 0xC0).as("loaded").isZero();
        assertThat(card.register(3, 6)).isEqualTo(0x40);
    }

    @Test
    void theLinkIsShown() {
        assertThat(card.register(3, 3)).isZero();
        card.netdev.client().setLink(false);
        assertThat(card.register(3, 3)).isEqualTo(4);
        card.netdev.client().setLink(true);
        assertThat(card.register(3, 3)).isZero();
    }

    private int eeprom(int address) {
        shift(0b110 << 6 | address, 9);
        int word = 0;
        for (int i = 0; i < 16; i++) {
            card.register(3, 1, 0x88);
            card.register(3, 1, 0x8C);
            word = word << 1 | card.register(3, 1) & 1;
        }
        card.register(3, 1, 0);
        return word;
    }

    private void shift(int bits, int count) {
        card.register(3, 1, 0x80);
        for (int i = count - 1; i >= 0; i--) {
            int bit = (bits >> i & 1) << 1;
            card.register(3, 1, 0x88 | bit);
            card.register(3, 1, 0x8C | bit);
        }
    }

    @Test
    void theEepromIsReadAndProgrammed() {
        assertThat(eeprom(0)).isEqualTo(0x4040);
        assertThat(eeprom(1)).isEqualTo(0x5452);
        assertThat(eeprom(8)).isEqualTo(0x5757);
        assertThat(eeprom(0x3C)).isEqualTo(0x10EC);
        shift(0b100_110000, 9);
        shift((0b101 << 6 | 1) << 16 | 0xBBAA, 25);
        card.register(3, 1, 0);
        assertThat(eeprom(1)).isEqualTo(0xBBAA);
        card.register(3, 1, 0x40);
        card.start();
        assertThat(card.readMemory(0, 4, 2)).containsExactly(0xAA, 0xAA, 0xBB, 0xBB);
    }

    @Test
    void portsThatNobodyAnswers() {
        assertThat(card.in(0x20, 4)).isEqualTo(-1);
        card.out(0x20, 4, 0);
        card.out(0x1E, 4, 0);
        assertThat(card.in(0xFC, 4)).isEqualTo(-1);
    }
}

package org.margay.rtl8139.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.margay.net.MacAddress;
import org.margay.pci.PciBar;
import org.margay.testkit.cards.CardBench;

/** All that is neither sending nor receiving. */
final class RegistersTest {
    private final TestCard card = new TestCard();

    @Test
    void identity() {
        assertThat(card.pci().readConfig(0, 4)).isEqualTo(0x8139_10EC);
        assertThat(card.pci().readConfig(8, 4)).isEqualTo(0x0200_0020);
        assertThat(card.pci().readConfig(0x2C, 4)).isEqualTo(0x1100_1AF4);
        assertThat(card.pci().bars().stream().map(PciBar::index)).containsExactly(0, 1, PciBar.ROM);
        assertThat(card.pci().bars().stream().map(bar -> bar.region().size()))
                .containsExactly(0x100L, 0x100L, 0x10000L);
        assertThat(card.in(0x43, 1)).as("version").isEqualTo(0x77);
        assertThat(card.in(0x5E, 1)).as("revision").isEqualTo(0x20);
    }

    @Test
    void theAddressIsThere() {
        for (int i = 0; i < 6; i++) {
            assertThat(card.in(i, 1)).isEqualTo(TestCard.ADDRESS.bytes()[i] & 0xFF);
        }
        assertThat(card.bench.readMemory(CardBench.MEMORY_BARS + CardBench.BAR_SPACING, 4))
                .isEqualTo(0x1200_5452);
    }

    @Test
    void accessesOfAnyWidth() {
        card.out(0x78, 4, 0x4433_2211);
        card.out(0x7C, 4, 0x8877_6655);
        assertThat(card.in(0x79, 1)).isEqualTo(0x22);
        assertThat(card.in(0x7A, 4)).isEqualTo(0x6655_4433);
        card.out(0x7B, 2, 0xBBAA);
        assertThat(card.in(0x78, 4)).isEqualTo(0xAA33_2211);
        assertThat(card.in(0x7C, 4)).isEqualTo(0x8877_66BB);
        card.out(0x84, 4, 0x0403_0201);
        assertThat(card.in(0x86, 1)).isEqualTo(3);
    }

    private int eeprom(int address) {
        card.out(0x50, 1, 0x80);
        card.out(0x50, 1, 0x88);
        int command = 0b110 << 6 | address;
        for (int i = 10; i >= 0; i--) {
            int bit = (command >> i & 1) << 1;
            card.out(0x50, 1, 0x88 | bit);
            card.out(0x50, 1, 0x8C | bit);
        }
        card.out(0x50, 1, 0x88);
        int word = 0;
        for (int i = 0; i < 16; i++) {
            card.out(0x50, 1, 0x8C);
            word = word << 1 | card.in(0x50, 1) & 1;
            card.out(0x50, 1, 0x88);
        }
        card.out(0x50, 1, 0);
        return word;
    }

    private void program(int bits, int count) {
        card.out(0x50, 1, 0x80);
        for (int i = count - 1; i >= 0; i--) {
            int bit = (bits >> i & 1) << 1;
            card.out(0x50, 1, 0x88 | bit);
            card.out(0x50, 1, 0x8C | bit);
        }
        card.out(0x50, 1, 0x80);
        card.out(0x50, 1, 0);
    }

    @Test
    void theEepromIsRead() {
        assertThat(eeprom(0)).isEqualTo(0x8129);
        assertThat(eeprom(1)).isEqualTo(0x10EC);
        assertThat(eeprom(2)).isEqualTo(0x8139);
        assertThat(eeprom(7)).isEqualTo(0x5452);
        assertThat(eeprom(8)).isEqualTo(0x1200);
        assertThat(eeprom(9)).isEqualTo(0x5634);
        int sum = 0;
        for (int i = 0; i < 25; i++) {
            sum += eeprom(i);
        }
        assertThat(eeprom(25)).isEqualTo(sum & 0xFFFF);
    }

    @Test
    void theEepromIsProgrammedAndLoaded() {
        program(0b100_110000, 9);
        program((0b101 << 6 | 9) << 16 | 0xEEDD, 25);
        assertThat(eeprom(9)).isEqualTo(0xEEDD);
        assertThat(card.in(4, 2)).isEqualTo(0x5634);
        card.out(0x50, 1, 0x40);
        assertThat(card.in(0x50, 1) & 0xC0).as("loaded").isZero();
        assertThat(card.in(4, 2)).isEqualTo(0xEEDD);
        card.device.reset();
        CardBench.map(card.pci());
        assertThat(card.in(4, 2)).as("a reset does not erase it").isEqualTo(0xEEDD);
    }

    @Test
    void configurationIsLocked() {
        assertThat(card.in(0x52, 1)).isEqualTo(0x0C);
        card.out(0x52, 1, 0xFF);
        card.out(0x59, 2, 0xFFFF);
        card.out(0x62, 2, 0);
        assertThat(card.in(0x52, 1)).isEqualTo(0x0C);
        assertThat(card.in(0x59, 2)).isZero();
        assertThat(card.in(0x62, 2)).isEqualTo(0x3100);
        card.out(0x50, 1, 0xC0);
        card.out(0x52, 1, 0xFF);
        card.out(0x59, 2, 0xFFFF);
        card.out(0x62, 2, 0x0100);
        assertThat(card.in(0x50, 1)).isEqualTo(0xC0);
        assertThat(card.in(0x52, 1)).isEqualTo(0xFF);
        assertThat(card.in(0x59, 1)).isEqualTo(0x70);
        assertThat(card.in(0x5A, 1)).isEqualTo(0xFF);
        assertThat(card.in(0x62, 2)).isEqualTo(0x0100);
        assertThat(card.in(0x58, 1)).as("10 Mbit/s").isEqualTo(8);
        card.out(0x50, 1, 0);
        card.out(0xD8, 1, 0xFF);
        assertThat(card.in(0xD8, 1)).as("never locked").isEqualTo(0x7E);
        card.out(0x62, 2, 0x8000);
        assertThat(card.in(0x62, 2)).as("transceiver's reset").isEqualTo(0x3100);
    }

    @Test
    void theLink() {
        card.out(0x3C, 2, 0x20);
        assertThat(card.in(0x64, 2)).isEqualTo(0x782D);
        assertThat(card.in(0x68, 2)).isEqualTo(0x45E1);
        assertThat(card.in(0x58, 1)).isZero();
        card.netdev.client().setLink(false);
        assertThat(card.interrupted()).isTrue();
        assertThat(card.takeInterrupts()).isEqualTo(0x20);
        assertThat(card.in(0x64, 2)).isEqualTo(0x7809);
        assertThat(card.in(0x68, 2)).isZero();
        assertThat(card.in(0x58, 1)).isEqualTo(4);
        card.netdev.client().setLink(true);
        assertThat(card.takeInterrupts()).isEqualTo(0x20);
        assertThat(card.in(0x64, 2)).isEqualTo(0x782D);
    }

    @Test
    void aLinkThatChangedBeforeRestoreIsTold() {
        TestCard copy = new TestCard();
        copy.netdev.client().setLink(false);
        copy.takeInterrupts();
        copy.device.restore(card.device.save());
        assertThat(copy.in(0x3E, 2)).isEqualTo(0x20);
        assertThat(copy.in(0x58, 1)).isEqualTo(4);
    }

    @Test
    void theTimer() {
        card.out(0x3C, 2, 0x4000);
        card.out(0x48, 4, 0);
        card.bench.advance(3_000);
        assertThat(card.in(0x48, 4)).isEqualTo(100);
        card.out(0x54, 4, 1000);
        card.bench.advance(26_999);
        assertThat(card.interrupted()).isFalse();
        card.bench.advance(1);
        assertThat(card.interrupted()).isTrue();
        card.takeInterrupts();
        card.bench.advance((1L << 32) * 30 - 1);
        assertThat(card.interrupted()).isFalse();
        card.bench.advance(1);
        assertThat(card.interrupted()).as("after a whole turn").isTrue();
        card.out(0x54, 4, 0);
        assertThat(card.bench.machine().deadlines()).isEmpty();
    }

    @Test
    void interruptsAreMasked() {
        card.startPlus(0);
        card.out(0x3C, 2, 0);
        card.out(0xD9, 1, 1);
        assertThat(card.in(0x3E, 2)).as("by software").isEqualTo(0x100);
        assertThat(card.interrupted()).isFalse();
        card.out(0x3C, 2, 0x100);
        assertThat(card.interrupted()).isTrue();
        card.out(0x3E, 2, 0xFEFF);
        assertThat(card.interrupted()).isTrue();
        card.out(0x3E, 2, 0x100);
        assertThat(card.interrupted()).isFalse();
    }

    @Test
    void anAddressOfTheUsersChoice() {
        assertThat(MacAddress.of(addressOf(card), 0)).isEqualTo(TestCard.ADDRESS);
    }

    private static byte[] addressOf(TestCard card) {
        byte[] address = new byte[6];
        for (int i = 0; i < 6; i++) {
            address[i] = (byte) card.in(i, 1);
        }
        return address;
    }
}

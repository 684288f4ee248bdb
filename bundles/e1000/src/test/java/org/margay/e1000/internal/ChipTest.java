package org.margay.e1000.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.margay.machine.DeviceException;
import org.margay.pci.PciBar;
import org.margay.testkit.cards.CardBench;

class ChipTest {
    private final E1000Bench bench = new E1000Bench();
    private final Registers registers = bench.registers;

    private int eeprom(int address) {
        registers.write(MacControl.EERD, address << 8 | 1);
        int value = registers.read(MacControl.EERD);
        assertThat(value & 0x10).as("done").isEqualTo(0x10);
        return value >>> 16;
    }

    /** As a driver without EERD reads: select, clock out the instruction, clock in the word. */
    private int microwire(int address) {
        registers.write(MacControl.EECD, 1 << 6);
        assertThat(registers.read(MacControl.EECD) & 1 << 7).as("granted").isNotZero();
        int instruction = 0b110 << 6 | address;
        for (int i = 8; i >= 0; i--) {
            int bit = (instruction >> i & 1) << 2;
            registers.write(MacControl.EECD, 1 << 6 | 2 | bit);
            registers.write(MacControl.EECD, 1 << 6 | 2 | bit | 1);
        }
        int word = 0;
        for (int i = 0; i < 16; i++) {
            registers.write(MacControl.EECD, 1 << 6 | 2);
            registers.write(MacControl.EECD, 1 << 6 | 2 | 1);
            word = word << 1 | registers.read(MacControl.EECD) >>> 3 & 1;
        }
        registers.write(MacControl.EECD, 0);
        return word;
    }

    @Test
    void theEepromHasAddressAndChecksum() {
        assertThat(eeprom(0)).isEqualTo(0x5452);
        assertThat(eeprom(1)).isEqualTo(0x1200);
        assertThat(eeprom(2)).isEqualTo(0x5634);
        assertThat(eeprom(0x0D)).isEqualTo(0x100E);
        int sum = 0;
        for (int i = 0; i < 64; i++) {
            sum += eeprom(i);
            assertThat(microwire(i)).as("word %d", i).isEqualTo(eeprom(i));
        }
        assertThat(sum & 0xFFFF).isEqualTo(0xBABA);
    }

    @Test
    void theStationAddressComesFromTheEeprom() {
        registers.write(ReceiveFilter.ADDRESSES, 0);
        registers.write(MacControl.CTRL_EXT, 1 << 13);
        assertThat(registers.read(ReceiveFilter.ADDRESSES)).isEqualTo(0x1200_5452);
        assertThat(registers.read(MacControl.CTRL_EXT)).isZero();
    }

    @Test
    void aResetOfTheChipLeavesThePhyAlone() {
        bench.guest.start();
        registers.phy(4, 0x0121);
        registers.write(MacControl.CTRL, 1 << 26);
        assertThat(registers.read(MacControl.CTRL)).isEqualTo(0x241);
        assertThat(registers.read(Receiver.RCTL)).isZero();
        assertThat(registers.phy(4)).isEqualTo(0x0121);
        assertThat(registers.read(MacControl.STATUS) & 2).isEqualTo(2);
    }

    @Test
    void thePhyNegotiates() {
        assertThat(registers.phy(1)).isEqualTo(0x796D);
        registers.phy(0, 0x1340);
        assertThat(registers.read(MacControl.STATUS) & 2).isZero();
        assertThat(registers.phy(1)).isEqualTo(0x7949);
        bench.bench.advance(500_000_000);
        assertThat(registers.phy(1)).as("link was lost").isEqualTo(0x7969);
        assertThat(registers.phy(1)).isEqualTo(0x796D);
        assertThat(registers.phy(5) & 0x4000).isEqualTo(0x4000);
        assertThat(registers.phy(17)).isEqualTo(0xAC00);
    }

    @Test
    void thePhyFindsTheBestInCommon() {
        registers.phy(9, 0);
        registers.phy(4, 0x0081);
        registers.phy(0, 0x1200);
        bench.bench.advance(500_000_000);
        assertThat(registers.read(MacControl.STATUS))
                .as("100 Mb/s, half duplex")
                .isEqualTo(0x142);
        registers.phy(0, 0x0100);
        assertThat(registers.read(MacControl.STATUS))
                .as("forced to 10 Mb/s, full duplex")
                .isEqualTo(0x003);
        registers.phy(0, 0x0800);
        assertThat(registers.read(MacControl.STATUS) & 2).as("powered down").isZero();
    }

    @Test
    void aSlowPhyIsAPropertyOfTheCard() {
        E1000Bench other = new E1000Bench(Map.of("autonegotiation", "off"));
        other.registers.phy(0, 0x1340);
        assertThat(other.registers.read(MacControl.STATUS) & 2).isEqualTo(2);
    }

    @Test
    void onlyOnePhyAnswers() {
        registers.write(MacControl.MDIC, 2 << 26 | 3 << 21 | 1 << 29);
        assertThat(registers.read(MacControl.MDIC) >>> 30 & 1).isOne();
        assertThat(registers.read(Interrupts.ICR)).isEqualTo(Interrupts.MDAC);
    }

    @Test
    void thePortsReachAllRegisters() {
        bench.bench.out(CardBench.IO_BARS + 0x100, 4, MacControl.STATUS);
        assertThat(bench.bench.in(CardBench.IO_BARS + 0x104, 4)).isEqualTo(0x283);
        bench.bench.out(CardBench.IO_BARS + 0x100, 4, Receiver.RDTR);
        bench.bench.out(CardBench.IO_BARS + 0x104, 4, 77);
        assertThat(registers.read(Receiver.RDTR)).isEqualTo(77);
        bench.bench.out(CardBench.IO_BARS + 0x100, 4, 0x8000_0000L);
        assertThat(bench.bench.in(CardBench.IO_BARS + 0x104, 4)).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "0x28, 0xFFFFFFFF, 0xFFFFFFFF",
        "0x2C, 0xFFFF, 0xFFFFFFFF",
        "0x30, 0xFFFF, 0xFFFFFFFF",
        "0x38, 0xFFFF, 0xFFFFFFFF",
        "0x2820, 0xFFFF, 0xFFFFFFFF",
        "0x2800, 0xFFFFFFF0, 0xFFFFFFFF",
        "0x2804, 0xFFFFFFFF, 0xFFFFFFFF",
        "0x2808, 0xFFF80, 0xFFFFF",
        "0x2810, 0xFFFF, 0xFFFF",
        "0x2818, 0xFFFF, 0xFFFF",
        "0x2168, 0xFFF8, 0xFFF8",
        "0x170, 0xFFFF, 0xFFFFFFFF",
        "0x410, 0x3FFFFFFF, 0xFFFFFFFF",
        "0x3800, 0xFFFFFFF0, 0xFFFFFFFF",
        "0x3804, 0xFFFFFFFF, 0xFFFFFFFF",
        "0x3808, 0xFFF80, 0xFFFFF",
        "0x3820, 0xFFFF, 0xFFFF",
        "0x178, 0xC000FFFF, 0xFFFF",
        "0x100, 0x06DFB3FE, 0xFFFFFFFF",
        "0x5404, 0x8003FFFF, 0xFFFFFFFF",
        "0x547C, 0x8003FFFF, 0xFFFFFFFF",
        "0x5200, 0xFFFFFFFF, 0xFFFFFFFF",
        "0x53FC, 0xFFFFFFFF, 0xFFFFFFFF",
        "0x57FC, 0xFFFFFFFF, 0xFFFFFFFF"
    })
    void registersKeepTheirBits(String register, String mask, String written) {
        int offset = Integer.decode(register);
        int bits = Long.decode(mask).intValue();
        int allowed = Long.decode(written).intValue();
        for (int pattern : new int[] {0x5A5A_5A5A, 0xA5A5_A5A5, 0, -1}) {
            registers.write(offset, pattern & allowed);
            assertThat(registers.read(offset)).isEqualTo(pattern & allowed & bits);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "0x40, 0x5400", "0x108, 0x2820", "0x110, 0x2800", "0x118, 0x2808", "0x120, 0x2810", "0x160, 0x2168",
        "0x168, 0x2160", "0x204, 0x5204", "0x420, 0x3800", "0x440, 0x3820", "0x7FC, 0x57FC", "0x4, 0x0"
    })
    void oldPlacesOfRegisters(String old, String today) {
        registers.write(Integer.decode(old), 0x80);
        assertThat(registers.read(Integer.decode(today))).isEqualTo(0x80);
    }

    @Test
    void modelsDiffer() {
        E1000Bench other = new E1000Bench(new Intel82544gc(), Map.of());
        assertThat(other.card.pci().readConfig(0, 4)).isEqualTo(0x1008_8086);
        assertThat(other.registers.phy(3)).isEqualTo(0x0C30);
        assertThat(new E1000Bench(new Intel82545em(), Map.of()).card.pci().readConfig(0, 4))
                .isEqualTo(0x100F_8086);
        assertThat(bench.card.pci().readConfig(0, 4)).isEqualTo(0x100E_8086);
        assertThat(bench.card.pci().readConfig(8, 4)).isEqualTo(0x0200_0003);
        assertThat(bench.card.pci().readConfig(0x2C, 4)).isEqualTo(0x1100_1AF4);
    }

    @Test
    void theCardHasThreeBars() {
        assertThat(bench.card.pci().bars())
                .extracting(bar -> "%d %s %#x"
                        .formatted(bar.index(), bar.kind(), bar.region().size()))
                .containsExactly("0 MEMORY 0x20000", "1 IO 0x40", "6 EXPANSION_ROM 0x20000");
        assertThat(new E1000Bench(Map.of("rombar", "0")).card.pci().bars())
                .extracting(PciBar::index)
                .containsExactly(0, 1);
    }

    @Test
    void aCardWithoutAPlaceLeavesItsWire() {
        assertThatThrownBy(() -> bench.cards.plug(new Intel82540em(), bench.cards.bus(), Map.of("addr", "0")))
                .isInstanceOf(DeviceException.class);
        bench.card.close();
        assertThat(bench.netdev.client().peer()).isNull();
        assertThatThrownBy(() -> {
                    bench.cards.plug(new Intel82540em(), bench.cards.bus(), Map.of("netdev", "n0"));
                    bench.cards.plug(new Intel82540em(), bench.cards.bus(), Map.of("netdev", "n0"));
                })
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("e1000.netdev");
    }
}

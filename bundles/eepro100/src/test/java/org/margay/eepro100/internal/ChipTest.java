package org.margay.eepro100.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.margay.machine.DeviceException;
import org.margay.testkit.cards.CardBench;

class ChipTest {
    private static final int EEPROM = 0x0E;

    private final Eepro100Bench bench = new Eepro100Bench(new I82559c());
    private final GuestDriver guest = bench.guest;

    static Stream<Eepro100Driver> drivers() {
        return Stream.of(
                new I82550(),
                new I82551(),
                new I82557a(),
                new I82557b(),
                new I82557c(),
                new I82558a(),
                new I82558b(),
                new I82559a(),
                new I82559b(),
                new I82559c(),
                new I82559er(),
                new I82562(),
                new I82801());
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void everyModelSendsAndReceives(Eepro100Driver driver) {
        Eepro100Bench other = new Eepro100Bench(driver);
        other.guest.configure();
        other.guest.startReceiving();
        other.guest.send(Eepro100Bench.frame(100));
        assertThat(other.sent()).hasSize(1);
        other.arrive(Eepro100Bench.frame(100));
        assertThat(other.guest.received()).isTrue();
        assertThat(other.card.pci().bars())
                .extracting(bar -> "%d %s %#x"
                        .formatted(bar.index(), bar.kind(), bar.region().size()))
                .containsExactly(
                        "0 MEMORY_PREFETCH 0x1000", "1 IO 0x40", "2 MEMORY 0x20000", "6 EXPANSION_ROM 0x10000");
        assertThat(driver.getClass().getSimpleName()).isEqualToIgnoringCase(driver.name());
    }

    private static int identity(Eepro100Driver driver) {
        return new Eepro100Bench(driver).card.pci().readConfig(0, 4);
    }

    @Test
    void identitiesAreTheirs() {
        assertThat(identity(new I82557a())).isEqualTo(0x1229_8086);
        assertThat(identity(new I82550())).isEqualTo(0x1209_8086);
        assertThat(identity(new I82801())).isEqualTo(0x2449_8086);
        assertThat(bench.card.pci().readConfig(8, 4)).isEqualTo(0x0200_0008);
    }

    @Test
    void laterChipsManagePower() {
        assertThat(new Eepro100Bench(new I82557c()).card.pci().readConfig(6, 2) & 0x10)
                .isZero();
        int capability = bench.card.pci().readConfig(0x34, 1);
        assertThat(bench.card.pci().readConfig(capability, 4)).isEqualTo(0xFE22_0001);
        guest.startReceiving();
        bench.card.pci().writeConfig(capability + 4, 2, 3);
        assertThat(guest.status()).isNotZero();
        bench.card.pci().writeConfig(capability + 4, 2, 0);
        assertThat(guest.status()).as("reset when it wakes").isZero();
    }

    /** Clocks a word out of the EEPROM, bit by bit. */
    private int eeprom(int address) {
        guest.write(EEPROM, 1, 0);
        int instruction = 0b110 << 6 | address;
        for (int i = 8; i >= 0; i--) {
            int bit = (instruction >> i & 1) << 2;
            guest.write(EEPROM, 1, 2 | bit);
            guest.write(EEPROM, 1, 2 | bit | 1);
        }
        assertThat(guest.read(EEPROM, 2) & 8).as("a zero comes first").isZero();
        int word = 0;
        for (int i = 0; i < 16; i++) {
            guest.write(EEPROM, 1, 2);
            guest.write(EEPROM, 1, 2 | 1);
            word = word << 1 | guest.read(EEPROM, 1) >>> 3 & 1;
        }
        guest.write(EEPROM, 1, 0);
        return word;
    }

    @Test
    void theEepromHasAddressAndChecksum() {
        assertThat(eeprom(0)).isEqualTo(0x5452);
        assertThat(eeprom(1)).isEqualTo(0x1200);
        assertThat(eeprom(2)).isEqualTo(0x5634);
        int sum = 0;
        for (int i = 0; i < 64; i++) {
            sum += eeprom(i);
        }
        assertThat(sum & 0xFFFF).isEqualTo(0xBABA);
    }

    @Test
    void thePortResetsAndTests() {
        guest.start();
        guest.dword(GuestDriver.BUFFERS, 0);
        guest.dword(GuestDriver.BUFFERS + 4, -1);
        guest.write(8, 4, GuestDriver.BUFFERS | 1);
        assertThat(guest.dword(GuestDriver.BUFFERS)).as("signature").isNotZero();
        assertThat(guest.dword(GuestDriver.BUFFERS + 4)).as("all passed").isZero();
        assertThat(guest.status()).isZero();
        guest.start();
        guest.write(8, 4, 2);
        assertThat(guest.status()).isZero();
        guest.startReceiving();
        bench.arrive(Eepro100Bench.frame(Eepro100Bench.OTHER, 0x88B5, 100));
        assertThat(guest.received()).as("selective: still promiscuous").isTrue();
        guest.write(8, 4, 0);
        guest.startReceiving();
        bench.arrive(Eepro100Bench.frame(Eepro100Bench.OTHER, 0x88B5, 100));
        assertThat(guest.received()).isFalse();
        guest.write(8, 4, GuestDriver.BUFFERS | 3);
        assertThat(guest.dword(GuestDriver.BUFFERS)).as("dump").isEqualTo(0x0000_0816);
    }

    @Test
    void thePhyHasALink() {
        assertThat(guest.phy(1)).isEqualTo(0x782D);
        assertThat(guest.read(0x1D, 1)).as("general status").isEqualTo(7);
        bench.netdev.client().setLink(false);
        assertThat(guest.read(0x1D, 1) & 1).isZero();
        bench.netdev.client().setLink(true);
        assertThat(guest.phy(1) & 4).as("was lost").isZero();
        assertThat(guest.phy(1) & 4).isEqualTo(4);
        guest.phy(4, 0x0021);
        assertThat(guest.read(0x1D, 1)).as("10 Mb/s, half duplex").isEqualTo(1);
        guest.phy(0, 0x2100);
        assertThat(guest.read(0x1D, 1)).as("forced").isEqualTo(7);
        guest.phy(0, 0x8000);
        assertThat(guest.phy(0)).isEqualTo(0x3000);
        guest.write(0x10, 4, 2 << 26 | 5 << 21 | 1 << 16 | 1 << 29);
        assertThat(guest.read(0x10, 4) & 0xFFFF).as("nobody there").isEqualTo(0xFFFF);
        assertThat(guest.takeCauses()).as("MDI").isEqualTo(8);
    }

    @Test
    void causesAreMasked() {
        guest.write(3, 1, 2);
        assertThat(bench.interrupted()).isTrue();
        assertThat(guest.takeCauses()).as("by software").isEqualTo(4);
        guest.write(3, 1, 1 | 2);
        assertThat(guest.takeCauses()).isZero();
        guest.write(3, 1, 0x20);
        guest.command(0x10, guest.block(GuestDriver.EL | GuestDriver.I));
        assertThat(bench.interrupted()).as("CX").isTrue();
        guest.write(1, 1, 0x80);
        assertThat(bench.interrupted()).as("CNA is masked").isFalse();
        guest.write(3, 1, 0);
        assertThat(bench.interrupted()).isTrue();
        guest.write(3, 1, 1);
        assertThat(bench.interrupted()).isFalse();
        Eepro100Bench old = new Eepro100Bench(new I82557a());
        old.guest.write(3, 1, 0xFC);
        assertThat(old.guest.read(3, 1)).as("not in the first chip").isZero();
    }

    @Test
    void registersAreInPortsToo() {
        guest.write(4, 2, 0x5678);
        guest.write(6, 1, 0x34);
        guest.write(7, 1, 0x12);
        assertThat(bench.bench.in(CardBench.IO_BARS + 0x104, 4)).isEqualTo(0x1234_5678);
        assertThat(bench.bench.in(CardBench.IO_BARS + 0x105, 2)).isEqualTo(0x3456);
        assertThat(bench.bench.readMemory(CardBench.MEMORY_BARS + 2 * CardBench.BAR_SPACING, 4))
                .as("no flash")
                .isEqualTo(0xFFFF_FFFFL);
    }

    @Test
    void aCardWithoutAPlaceLeavesItsWire() {
        assertThatThrownBy(() -> bench.cards.plug(new I82550(), bench.cards.bus(), Map.of("addr", "0")))
                .isInstanceOf(DeviceException.class);
        bench.card.close();
        assertThat(bench.netdev.client().peer()).isNull();
    }
}

package org.margay.eepro100.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.margay.machine.Device;
import org.margay.machine.DeviceDriver;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.NicContract;

abstract class Eepro100Contract extends NicContract<Eepro100.State> {
    private final Eepro100Driver driver;

    Eepro100Contract(Eepro100Driver driver) {
        this.driver = driver;
    }

    @Override
    protected DeviceDriver<?, Eepro100.State> driver() {
        return driver;
    }

    @Override
    protected void bringUp(CardBench cards, Device<Eepro100.State> card) {
        CardBench.map(((Eepro100) card).pci());
        new GuestDriver(cards).start();
    }

    /** A list of random commands now and then. */
    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<Eepro100.State> device) {
        if (random.nextInt(3) != 0) {
            super.stimulate(random, bench, device);
            return;
        }
        GuestDriver guest = new GuestDriver(CardBench.of(bench));
        byte[] bytes = new byte[200];
        for (int i = 0; i < 32; i++) {
            random.nextBytes(bytes);
            int block = guest.block(random.nextInt(1 << 16) & ~(random.nextInt(4) == 0 ? 0 : 0xC000));
            guest.ram(block + 8, bytes);
            if (random.nextBoolean()) {
                guest.dword(block + 8, GuestDriver.BUFFERS);
                guest.dword(block + 0xC, random.nextInt(2000) | (long) random.nextInt(4) << 24);
            }
        }
        guest.ram(GuestDriver.BUFFERS, bytes);
        guest.command(random.nextBoolean() ? 0x10 : 0x20, GuestDriver.BLOCKS);
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<Eepro100.State> device) {
        CardBench.map(((Eepro100) device).pci());
        GuestDriver guest = new GuestDriver(CardBench.of(bench));
        assertThat(guest.read(0, 4)).as("SCB").isZero();
        assertThat(guest.read(4, 4)).as("general pointer").isZero();
        assertThat(guest.read(0x10, 4)).as("MDI control").isEqualTo(1 << 28);
        assertThat(guest.phy(0)).as("PHY control").isEqualTo(0x3000);
        assertThat(guest.phy(2)).as("PHY identifier").isEqualTo(0x02A8);
        assertThat(guest.phy(3)).as("PHY identifier").isEqualTo(0x0154);
        assertThat(guest.phy(4)).as("PHY advertisement").isEqualTo(0x01E1);
    }

    @Override
    protected List<HostileState<Eepro100.State>> hostileStates() {
        return List.of(
                good -> with(good, new Counters.State(new int[3])),
                good -> {
                    new AddressFilter.State(1L << 48, 0);
                    return good;
                },
                good -> {
                    new Configuration.State(new byte[1000]);
                    return good;
                },
                good -> {
                    new ScbInterrupts.State(1, 0, 0);
                    return good;
                });
    }

    private static Eepro100.State with(Eepro100.State good, Counters.State counters) {
        return new Eepro100.State(
                good.pci(),
                good.pointer(),
                good.port(),
                good.eepromControl(),
                good.management(),
                good.flowControl(),
                good.general(),
                good.dumpAddress(),
                good.eeprom(),
                good.phy(),
                good.interrupts(),
                good.configuration(),
                good.filter(),
                counters,
                good.commands(),
                good.receiver());
    }
}

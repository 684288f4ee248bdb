package org.margay.e1000.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.margay.machine.Device;
import org.margay.machine.DeviceDriver;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.NicContract;

class E1000ContractTest extends NicContract<E1000.State> {
    @Override
    protected DeviceDriver<?, E1000.State> driver() {
        return new Intel82540em();
    }

    @Override
    protected void bringUp(CardBench cards, Device<E1000.State> card) {
        CardBench.map(((E1000) card).pci());
        new GuestDriver(cards).start();
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<E1000.State> device) {
        if (random.nextInt(3) != 0) {
            super.stimulate(random, bench, device);
            return;
        }
        GuestDriver guest = new GuestDriver(CardBench.of(bench));
        byte[] bytes = new byte[random.nextInt(3000)];
        random.nextBytes(bytes);
        int last = GuestDriver.TRANSMIT_SIZE - 1;
        guest.registers().write(Transmitter.RING + DescriptorRing.HEAD, random.nextInt(last));
        guest.ram(GuestDriver.TRANSMIT_BUFFERS, bytes);
        for (int i = 0; i < GuestDriver.TRANSMIT_SIZE; i++) {
            guest.transmitDescriptor(
                    i,
                    random.nextInt(5) == 0 ? random.nextLong() : GuestDriver.TRANSMIT_BUFFERS,
                    random.nextInt(2) == 0
                            ? random.nextLong()
                            : random.nextLong() & ~0xFFFF_F000L | random.nextInt() << 24);
        }
        guest.registers().write(Transmitter.TDT, random.nextInt(last));
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<E1000.State> device) {
        CardBench.map(((E1000) device).pci());
        Registers registers = new Registers(CardBench.of(bench));
        assertThat(registers.read(MacControl.CTRL)).as("CTRL").isEqualTo(0x241);
        assertThat(registers.read(MacControl.STATUS) & ~0x2).as("STATUS").isEqualTo(0x281);
        assertThat(registers.read(MacControl.EECD)).as("EECD").isEqualTo(0x118);
        assertThat(registers.read(Interrupts.ICR)).as("ICR").isZero();
        assertThat(registers.read(Interrupts.IMS)).as("IMS").isZero();
        assertThat(registers.read(Interrupts.ITR)).as("ITR").isZero();
        assertThat(registers.read(Receiver.RCTL)).as("RCTL").isZero();
        assertThat(registers.read(Receiver.RXDCTL)).as("RXDCTL").isEqualTo(0x1_0000);
        assertThat(registers.read(Transmitter.TCTL)).as("TCTL").isZero();
        assertThat(registers.read(ReceiveFilter.ADDRESSES)).as("RAL0").isEqualTo(0x1200_5452);
        assertThat(registers.read(ReceiveFilter.ADDRESSES + 4)).as("RAH0").isEqualTo(0x8000_5634);
        assertThat(registers.read(0x1000)).as("PBA").isEqualTo(0x30);
        assertThat(registers.read(0x38)).as("VET").isEqualTo(0x8100);
        assertThat(registers.phy(0)).as("PHY control").isEqualTo(0x1140);
        assertThat(registers.phy(2)).as("PHY identifier").isEqualTo(0x0141);
        assertThat(registers.phy(3)).as("PHY identifier").isEqualTo(0x0C20);
        assertThat(registers.phy(4)).as("PHY advertisement").isEqualTo(0x0DE1);
    }

    @Override
    protected List<HostileState<E1000.State>> hostileStates() {
        return List.of(
                good -> new E1000.State(
                        good.pci(),
                        0,
                        good.control(),
                        good.eeprom(),
                        good.phy(),
                        good.interrupts(),
                        good.plain(),
                        good.filter(),
                        good.receiver(),
                        good.transmitter(),
                        new Statistics.State(new int[3])),
                good -> new E1000.State(
                        good.pci(),
                        0,
                        good.control(),
                        good.eeprom(),
                        good.phy(),
                        new Interrupts.State(1 << 31, 0, 0, 0, false),
                        good.plain(),
                        good.filter(),
                        good.receiver(),
                        good.transmitter(),
                        good.statistics()),
                good -> {
                    int[] values = good.plain().values();
                    values[1] = -1;
                    return new E1000.State(
                            good.pci(),
                            0,
                            good.control(),
                            good.eeprom(),
                            good.phy(),
                            good.interrupts(),
                            new PlainRegisters.State(values),
                            good.filter(),
                            good.receiver(),
                            good.transmitter(),
                            good.statistics());
                });
    }
}

package org.margay.rtl8139.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.margay.machine.Device;
import org.margay.machine.DeviceDriver;
import org.margay.pci.PciDevice;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.NicContract;

final class Rtl8139ContractTest extends NicContract<Rtl8139.State> {
    @Override
    protected DeviceDriver<?, Rtl8139.State> driver() {
        return new Rtl8139Driver();
    }

    /** In one mode or the other, as the time has it. */
    @Override
    protected void bringUp(CardBench cards, Device<Rtl8139.State> device) {
        TestCard card = new TestCard(cards.bench(), device);
        if ((cards.bench().clock().nanos() & 1 << 20) == 0) {
            card.startC(0);
        } else {
            card.startPlus(0x60);
        }
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<Rtl8139.State> device) {
        CardBench.map(((PciDevice<Rtl8139.State>) device).pci());
        TestCard card = new TestCard(bench, device);
        assertThat(card.in(0x37, 1)).as("CR").isEqualTo(1);
        assertThat(card.in(0x38, 2)).as("CAPR").isEqualTo(0xFFF0);
        assertThat(card.in(0x3A, 2)).as("CBR").isZero();
        assertThat(card.in(0x3C, 4)).as("IMR, ISR").isZero();
        assertThat(card.in(0x40, 4)).as("TCR").isEqualTo(0x7780_0000);
        assertThat(card.in(0x44, 4)).as("RCR").isZero();
        assertThat(card.in(0x4C, 4)).as("MPC").isZero();
        assertThat(card.in(0x50, 1) & 0xFE).as("9346CR").isZero();
        assertThat(card.in(0x54, 4)).as("TimerInt").isZero();
        assertThat(card.in(0xE0, 2)).as("C+CR").isZero();
        assertThat(card.in(0x66, 2)).as("ANAR").isEqualTo(0x05E1);
        for (int i = 0; i < 4; i++) {
            assertThat(card.in(0x10 + 4 * i, 4)).as("TSD").isEqualTo(0x2000);
        }
        assertThat(card.interrupted()).isFalse();
    }

    @Override
    protected List<HostileState<Rtl8139.State>> hostileStates() {
        return List.of(
                good -> with(good, new Modes.State(0xFF, 0)),
                good -> with(good, new Modes.State(0, 0x400)),
                good -> new Rtl8139.State(
                        good.pci(),
                        good.configuration(),
                        good.phy(),
                        good.interrupts(),
                        good.modes(),
                        good.receiver(),
                        good.transmitter(),
                        good.timer(),
                        List.of(1L, 2L),
                        0,
                        0,
                        good.parameters(),
                        good.wakeUp(),
                        0),
                good -> {
                    new Interrupts.State(0x1000, 0);
                    return good;
                },
                good -> {
                    new ReceiveRing.State(0, 64);
                    return good;
                },
                good -> {
                    new TransmitSlots.State(new int[4], 4);
                    return good;
                });
    }

    private static Rtl8139.State with(Rtl8139.State good, Modes.State modes) {
        return new Rtl8139.State(
                good.pci(),
                good.configuration(),
                good.phy(),
                good.interrupts(),
                modes,
                good.receiver(),
                good.transmitter(),
                good.timer(),
                good.tally(),
                good.dumpAddress(),
                good.multipleInterrupt(),
                good.parameters(),
                good.wakeUp(),
                good.lookAgain());
    }
}

package org.margay.ne2000.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.margay.machine.Device;
import org.margay.machine.DeviceDriver;
import org.margay.pci.PciDevice;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.NicContract;

final class Ne2kPciContractTest extends NicContract<Ne2kPci.State> {
    @Override
    protected DeviceDriver<?, Ne2kPci.State> driver() {
        return new Ne2kPciDriver();
    }

    @Override
    protected void bringUp(CardBench cards, Device<Ne2kPci.State> device) {
        new TestCard(cards.bench(), CardBench.IO_BARS, "INTA").start();
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<Ne2kPci.State> device) {
        CardBench.map(((PciDevice<Ne2kPci.State>) device).pci());
        TestCard card = new TestCard(bench, CardBench.IO_BARS, "INTA");
        assertThat(card.in(0)).as("CR").isEqualTo(0x21);
        assertThat(card.in(7)).as("ISR").isEqualTo(0x80);
        assertThat(card.register(2, 0xF) & 0x7F).as("IMR").isZero();
        assertThat(card.register(2, 0xD) & 0x06).as("TCR").isZero();
        assertThat(card.register(3, 5)).as("CONFIG2").isEqualTo(0x40);
        assertThat(card.register(3, 6)).as("CONFIG3").isEqualTo(0x40);
        assertThat(card.interrupted()).isFalse();
    }

    @Override
    protected List<HostileState<Ne2kPci.State>> hostileStates() {
        return List.of(
                good -> new Ne2kPci.State(null, good.chip(), good.controller()),
                good -> new Ne2kPci.State(
                        good.pci(), new Rtl8029.State(good.chip().eeprom(), 0x30, 0, 0), good.controller()),
                good -> {
                    new RemoteDma.State(0x10000, 0);
                    return good;
                });
    }
}

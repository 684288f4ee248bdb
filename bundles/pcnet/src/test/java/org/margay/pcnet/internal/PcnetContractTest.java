package org.margay.pcnet.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.margay.machine.Device;
import org.margay.machine.DeviceDriver;
import org.margay.pci.PciDevice;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.NicContract;

final class PcnetContractTest extends NicContract<Pcnet.State> {
    @Override
    protected DeviceDriver<?, Pcnet.State> driver() {
        return new PcnetDriver();
    }

    /** In a style that depends on the time. */
    @Override
    protected void bringUp(CardBench cards, Device<Pcnet.State> device) {
        TestCard card = new TestCard(cards.bench(), device);
        card.start((int) (cards.bench().clock().nanos() >> 20) & 3, 0);
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<Pcnet.State> device) {
        CardBench.map(((PciDevice<Pcnet.State>) device).pci());
        TestCard card = new TestCard(bench, device);
        assertThat(card.in(0x12, 2)).as("RAP").isZero();
        assertThat(card.csr(0)).isEqualTo(4);
        assertThat(card.csr(3)).isZero();
        assertThat(card.csr(4)).isEqualTo(0x0115);
        assertThat(card.csr(5)).isZero();
        assertThat(card.csr(15)).isZero();
        assertThat(card.csr(58)).isEqualTo(0x0200);
        assertThat(card.csr(80)).isEqualTo(0x1410);
        assertThat(card.csr(112)).isZero();
        assertThat(card.bcr(0)).isEqualTo(5);
        assertThat(card.bcr(2)).isEqualTo(2);
        assertThat(card.bcr(4) & 0x7FFF).isEqualTo(0xC0);
        assertThat(card.bcr(18)).isEqualTo(0x9001);
        assertThat(card.bcr(20)).isEqualTo(0x0200);
        assertThat(card.interrupted()).isFalse();
    }

    @Override
    protected List<HostileState<Pcnet.State>> hostileStates() {
        return List.of(
                good -> new Pcnet.State(good.pci(), good.control(), good.bus(), 0x80, 0, 0),
                good -> new Pcnet.State(good.pci(), good.control(), good.bus(), 0, -1, 0),
                good -> new Pcnet.State(good.pci(), good.control(), good.bus(), 0, 0, 99),
                good -> {
                    new Ring.State(1L << 32, 0, 0);
                    return good;
                },
                good -> {
                    new ChipStatus.State(0x8000, 0, 0, 0);
                    return good;
                },
                good -> {
                    new Station.State(0, new byte[3]);
                    return good;
                });
    }
}

package org.margay.pvpanic.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.pci.PciDevice;
import org.margay.pci.PciFunction;
import org.margay.pci.PciRegister;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;
import org.margay.testkit.cards.CardBench;

class PciPvpanicTest extends DeviceContract<PciPvpanic.State> {
    private static final long REGISTER = CardBench.MEMORY_BARS;

    @Override
    protected Device<PciPvpanic.State> create(DeviceBench bench) {
        return CardBench.of(bench).plugMapped(new PciPvpanic(), Map.of());
    }

    @Override
    protected Class<PciPvpanic.State> stateType() {
        return PciPvpanic.State.class;
    }

    @Override
    protected void prepare(DeviceBench bench) {
        CardBench.of(bench);
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<PciPvpanic.State> device) {
        PciFunction pci = ((PciDevice<?>) device).pci();
        assertThat(pci.readConfig(PciRegister.VENDOR_ID, 4)).isEqualTo(0x0011_1B36);
        assertThat(pci.readConfig(PciRegister.REVISION, 4)).isEqualTo(0x0880_0001);
        assertThat(pci.readConfig(PciRegister.SUBSYSTEM_VENDOR_ID, 4)).isEqualTo(0x1100_1AF4);
        assertThat(pci.readConfig(PciRegister.INTERRUPT_PIN, 1)).isZero();
        CardBench.map(pci);
        assertThat(bench.readMemory(REGISTER, 1)).isEqualTo(3);
    }

    @Override
    protected List<HostileState<PciPvpanic.State>> hostileStates() {
        return List.of(_ -> new PciPvpanic.State(new PciFunction.State(new byte[256], false)));
    }

    @Test
    void panicsAreTold() {
        DeviceBench bench = new DeviceBench();
        create(bench);
        bench.writeMemory(REGISTER, 1, 1);
        bench.writeMemory(REGISTER, 1, 2);
        assertThat(bench.machine().requests()).containsExactly("panic", "GUEST_CRASHLOADED Crash[action=run]");
    }
}

package org.margay.pc.internal.interrupt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.machine.plan.MemorySize;
import org.margay.pc.internal.PcMachinePart;
import org.margay.pci.PciBus;
import org.margay.pci.PciFunction;
import org.margay.pci.PciIdentity;
import org.margay.pci.PciMsi;
import org.margay.pci.PciRegister;
import org.margay.qmp.QmpException;
import org.margay.testkit.BenchCpu;
import org.margay.testkit.DeviceBench;

/** From a card's capability to the processors' local APICs. */
class MessageDecoderTest {
    private final DeviceBench bench = new DeviceBench();

    @BeforeEach
    void build() throws QmpException {
        bench.machine().plan().set(MemorySize.class, new MemorySize(16 << 20));
        new PcMachinePart().build(bench.machine());
    }

    private List<String> messages() {
        return ((BenchCpu) bench.machine().cpus().getFirst()).messages();
    }

    private void send(long address, int data) throws QmpException {
        PciBus bus = bench.machine().find(PciBus.class).orElseThrow();
        PciFunction card = new PciFunction("card", "", new PciIdentity(0x1234, 0x5678, 0, 0xFF0000, 1));
        PciMsi msi = PciMsi.add(card, 1, true);
        bus.plug(card);
        card.writeConfig(PciRegister.COMMAND, 2, PciRegister.COMMAND_BUS_MASTER);
        card.writeConfig(0x44, 4, (int) address);
        card.writeConfig(0x48, 4, (int) (address >>> 32));
        card.writeConfig(0x4C, 2, data);
        card.writeConfig(0x42, 2, 1);
        msi.notify(0);
        bus.unplug(card);
    }

    @Test
    void addressAndDataSayWhoAndWhat() throws QmpException {
        send(0xFEE0_0000L, 0x0041);
        send(0xFEE0_3000L, 0x0142);
        send(0xFEEF_F00CL, 0xC143);
        send(0xFEE0_1000L, 0x0400);

        assertThat(messages())
                .containsExactly(
                        "destination 0 physical, mode 0, vector 0x41, edge",
                        "destination 3 physical, mode 1, vector 0x42, edge",
                        "destination 255 logical, mode 1, vector 0x43, level",
                        "destination 1 physical, mode 4, vector 0x0, edge");
    }

    @Test
    void otherAddressesAndReleasesInterruptNobody() throws QmpException {
        send(0x0010_0000L, 0x41);
        send(0x1_FEE0_0000L, 0x41);
        send(0xFED0_0000L, 0x41);
        send(0xFEE0_0000L, 0x8041);

        assertThat(messages()).isEmpty();
    }
}

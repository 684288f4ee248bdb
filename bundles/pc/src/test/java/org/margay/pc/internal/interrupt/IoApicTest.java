package org.margay.pc.internal.interrupt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.margay.machine.CpuPins;
import org.margay.machine.Device;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class IoApicTest extends DeviceContract<IoApic.State> {
    private static final long SELECT = IoApic.BASE;
    private static final long WINDOW = IoApic.BASE + 0x10;

    /** Takes everything and writes it down. */
    private static final class Listener implements CpuPins {
        final List<String> messages = new ArrayList<>();
        boolean takes = true;

        @Override
        public void setIntr(boolean high) {}

        @Override
        public void nmi() {}

        @Override
        public boolean deliver(int destination, boolean logical, int deliveryMode, int vector, boolean level) {
            messages.add("%d %s mode %d vector %#x %s"
                    .formatted(
                            destination,
                            logical ? "logical" : "physical",
                            deliveryMode,
                            vector,
                            level ? "level" : "edge"));
            return takes;
        }

        @Override
        public void onEndOfInterrupt(IntConsumer listener) {}

        @Override
        public void setA20(boolean enabled) {}
    }

    @Override
    protected Device<IoApic.State> create(DeviceBench bench) {
        return new IoApic(bench.memory(), List.of(new Listener()));
    }

    @Override
    protected Class<IoApic.State> stateType() {
        return IoApic.State.class;
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<IoApic.State> device) {
        IoApic ioApic = (IoApic) device;
        ioApic.pin(random.nextInt(24)).set(random.nextBoolean());
        ioApic.endOfInterrupt(random.nextInt(256));
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<IoApic.State> device) {
        assertThat(register(bench, 0)).isZero();
        assertThat(register(bench, 1)).isEqualTo(0x0017_0011);
        for (int pin = 0; pin < 24; pin++) {
            assertThat(register(bench, 0x10 + 2 * pin)).isEqualTo(0x10000);
            assertThat(register(bench, 0x11 + 2 * pin)).isZero();
        }
        bench.writeMemory(SELECT, 4, 0);
    }

    @Override
    protected List<HostileState<IoApic.State>> hostileStates() {
        return List.of(
                good -> new IoApic.State(256, 0, 0, good.entries()),
                good -> new IoApic.State(0, 0, 0, good.entries().subList(0, 23)),
                good -> new IoApic.State(0, 0, 0, Collections.nCopies(24, -1L)));
    }

    private static long register(DeviceBench bench, int index) {
        bench.writeMemory(SELECT, 4, index);
        return bench.readMemory(WINDOW, 4);
    }

    private final DeviceBench bench = new DeviceBench();
    private final Listener listener = new Listener();
    private final IoApic ioApic = new IoApic(bench.memory(), List.of(listener));

    private void program(int pin, long entry) {
        for (int half = 0; half < 2; half++) {
            bench.writeMemory(SELECT, 4, 0x11 + 2 * pin - half);
            bench.writeMemory(WINDOW, 4, entry >>> 32 * (1 - half) & 0xFFFF_FFFFL);
        }
    }

    @Test
    void anEdgeSendsOneMessage() {
        program(4, 3L << 56 | 1 << 11 | 0x131);
        ioApic.pin(4).set(true);
        ioApic.pin(4).set(true);
        assertThat(listener.messages).containsExactly("3 logical mode 1 vector 0x31 edge");
        ioApic.pin(4).pulse();
        assertThat(listener.messages).hasSize(1);
        ioApic.pin(4).pulse();
        assertThat(listener.messages).hasSize(2);
    }

    @Test
    void edgesOnAMaskedPinAreForgottenLevelsAreNot() {
        program(4, 0x10031);
        ioApic.pin(4).pulse();
        program(4, 0x00031);
        assertThat(listener.messages).isEmpty();
        program(5, 0x18032);
        ioApic.pin(5).set(true);
        assertThat(listener.messages).isEmpty();
        program(5, 0x08032);
        assertThat(listener.messages).containsExactly("0 physical mode 0 vector 0x32 level");
    }

    @Test
    void aLevelComesAgainAfterItsEndWhileAsserted() {
        program(10, 0x8041);
        ioApic.pin(10).set(true);
        assertThat(register(bench, 0x10 + 20)).as("remote IRR").isEqualTo(0xC041);
        ioApic.pin(10).set(false);
        ioApic.pin(10).set(true);
        assertThat(listener.messages).as("until the end, silence").hasSize(1);
        ioApic.endOfInterrupt(0x41);
        assertThat(listener.messages).hasSize(2);
        ioApic.pin(10).set(false);
        ioApic.endOfInterrupt(0x41);
        assertThat(listener.messages).hasSize(2);
        assertThat(register(bench, 0x10 + 20)).isEqualTo(0x8041);
    }

    @Test
    void whatNoProcessorTakesIsTriedAgain() {
        listener.takes = false;
        program(10, 0x8041);
        ioApic.pin(10).set(true);
        assertThat(register(bench, 0x10 + 20)).isEqualTo(0x8041);
        listener.takes = true;
        program(10, 0x8041);
        assertThat(register(bench, 0x10 + 20)).isEqualTo(0xC041);
    }

    @Test
    void readOnlyBitsStay() {
        program(0, -1L);
        assertThat(register(bench, 0x10)).isEqualTo(0x1AFFF);
        assertThat(register(bench, 0x11)).isEqualTo(0xFF00_0000L);
    }
}

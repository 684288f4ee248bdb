package org.margay.watchdog.internal;

import java.util.List;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DriverName;
import org.margay.machine.Machine;
import org.margay.machine.Timer;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.pc.IsaBus;
import org.osgi.service.component.annotations.Component;

/**
 * Driver "ib700": the watchdog of iBASE's single board computers (IB700 user's manual, "Watchdog Timer"). A write to port
 * 443h starts it anew with one of 16 times, one to port 441h stops it; neither can be read.
 */
@Component(service = DeviceDriver.class)
@DriverName("ib700")
public final class Ib700 implements DeviceDriver<Ib700.Properties, Ib700.State> {
    private static final int STOP_PORT = 0x441;
    private static final int START_PORT = 0x443;

    /** The time by the low four bits written: 30 seconds less two for each. */
    private static final int LONGEST_SECONDS = 30;

    private static final int STEP_SECONDS = 2;
    private static final long SECOND = 1_000_000_000;

    /** None of its own. */
    public record Properties() {}

    /**
     * What the guest has set.
     *
     * @param deadline virtual nanoseconds at which it expires, or {@link Timer#NEVER}
     */
    public record State(long deadline) {
        public State {
            if (deadline < 0) {
                throw new IllegalArgumentException("watchdog expires at %d".formatted(deadline));
            }
        }
    }

    @Override
    public String name() {
        return "ib700";
    }

    @Override
    public String description() {
        return "iBASE 700";
    }

    @Override
    public String busType() {
        return "ISA";
    }

    @Override
    public Class<Properties> propertiesType() {
        return Properties.class;
    }

    @Override
    public Class<State> stateType() {
        return State.class;
    }

    @Override
    public Device<State> create(Properties properties, DeviceContext context) {
        return new Watchdog(((IsaBus) context.bus()).ports(), context.machine());
    }

    /** The device. */
    static final class Watchdog implements Device<State> {
        private final MemoryRegion ports;
        private final Machine machine;
        private final Timer timer;
        private final List<MemoryRegion> regions;

        Watchdog(MemoryRegion ports, Machine machine) {
            this.ports = ports;
            this.machine = machine;
            this.timer = machine.virtualClock().timer(() -> Expiry.act(machine));
            MemoryRegion stop = MemoryRegion.io("ib700-stop", 1, AccessSizes.BYTE, new WriteOnly() {
                @Override
                public void write(long offset, int size, long value) {
                    timer.disarm();
                }
            });
            MemoryRegion start = MemoryRegion.io("ib700-start", 1, AccessSizes.BYTE, new WriteOnly() {
                @Override
                public void write(long offset, int size, long value) {
                    timer.arm(now() + (LONGEST_SECONDS - STEP_SECONDS * (value & 15)) * SECOND);
                }
            });
            ports.add(stop, STOP_PORT);
            ports.add(start, START_PORT);
            this.regions = List.of(stop, start);
        }

        private long now() {
            return machine.virtualClock().nanos();
        }

        @Override
        public void reset() {
            timer.disarm();
        }

        @Override
        public State save() {
            return new State(timer.deadline());
        }

        @Override
        public void restore(State state) {
            if (state.deadline != Timer.NEVER && state.deadline - now() > LONGEST_SECONDS * SECOND) {
                throw new IllegalArgumentException("watchdog expires later than it can");
            }
            timer.arm(state.deadline);
        }

        @Override
        public void close() {
            timer.disarm();
            regions.forEach(ports::remove);
        }
    }

    /** A port that does not answer reads. */
    private interface WriteOnly extends IoHandler {
        @Override
        default long read(long offset, int size) {
            return -1;
        }
    }
}

package org.margay.machine.internal;

import java.util.List;
import java.util.OptionalLong;
import org.margay.machine.Accelerator;
import org.margay.machine.CpuRegisters;
import org.margay.machine.CpuWiring;
import org.margay.machine.Machine;
import org.margay.machine.VirtualCpu;

/** A vCPU that runs nothing and remembers what was asked of it. */
final class FakeCpu implements VirtualCpu {
    private final int index;
    private final List<String> log;
    long instructions;
    boolean asleep;

    FakeCpu(int index, List<String> log) {
        this.index = index;
        this.log = log;
    }

    static Accelerator accelerator(List<String> log, boolean stepped) {
        return new Accelerator() {
            @Override
            public List<String> names() {
                return List.of("fake");
            }

            @Override
            public String description() {
                return "runs nothing";
            }

            @Override
            public boolean steppedClock() {
                return stepped;
            }

            @Override
            public VirtualCpu create(Machine machine, int index, CpuWiring wiring) {
                return new FakeCpu(index, log);
            }
        };
    }

    private void note(String what) {
        log.add("cpu" + index + " " + what);
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public void start() {
        note("start");
    }

    @Override
    public void pause() {
        note("pause");
    }

    @Override
    public void reset() {
        note("reset");
    }

    @Override
    public void close() {
        note("close");
    }

    @Override
    public long programCounter() {
        return 0;
    }

    @Override
    public boolean halted() {
        return true;
    }

    @Override
    public boolean asleep() {
        return asleep;
    }

    @Override
    public long threadId() {
        return 0;
    }

    @Override
    public void injectNmi() {
        note("nmi");
    }

    @Override
    public OptionalLong translate(long linear) {
        return OptionalLong.of(linear);
    }

    @Override
    public CpuRegisters registers() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setRegisters(CpuRegisters registers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long instructions() {
        return instructions;
    }
}

package org.margay.qtest.internal;

import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import org.margay.machine.CpuRegisters;
import org.margay.machine.VirtualCpu;

/** A processor that stays at its reset state, or at what firmware set up, for ever. */
final class StandingCpu implements VirtualCpu {
    private static final CpuRegisters.Segment REAL_MODE_DATA = new CpuRegisters.Segment(0, 0, 0xFFFF, 0x93);

    /** SDM vol. 3, table 11-1. */
    private static final CpuRegisters RESET = new CpuRegisters(
            Collections.nCopies(16, 0L),
            0xFFF0,
            2,
            List.of(
                    REAL_MODE_DATA,
                    new CpuRegisters.Segment(0xF000, 0xFFFF0000L, 0xFFFF, 0x9B),
                    REAL_MODE_DATA,
                    REAL_MODE_DATA,
                    REAL_MODE_DATA,
                    REAL_MODE_DATA,
                    new CpuRegisters.Segment(0, 0, 0xFFFF, 0x82),
                    new CpuRegisters.Segment(0, 0, 0xFFFF, 0x8B)),
            new CpuRegisters.Table(0, 0xFFFF),
            new CpuRegisters.Table(0, 0xFFFF),
            0x60000010,
            0,
            0,
            0,
            0);

    private static final int CS = 1;

    private final int index;
    private volatile CpuRegisters registers = RESET;

    StandingCpu(int index) {
        this.index = index;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public void start() {}

    @Override
    public void pause() {}

    @Override
    public void reset() {
        registers = RESET;
    }

    @Override
    public void close() {}

    @Override
    public long programCounter() {
        return registers.segments().get(CS).base() + registers.rip();
    }

    @Override
    public boolean halted() {
        return index > 0;
    }

    @Override
    public long threadId() {
        return ProcessHandle.current().pid();
    }

    @Override
    public void injectNmi() {}

    @Override
    public OptionalLong translate(long linear) {
        return OptionalLong.of(linear);
    }

    @Override
    public CpuRegisters registers() {
        return registers;
    }

    @Override
    public void setRegisters(CpuRegisters registers) {
        this.registers = registers;
    }

    @Override
    public long instructions() {
        return 0;
    }
}

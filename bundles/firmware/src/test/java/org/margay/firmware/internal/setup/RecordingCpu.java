package org.margay.firmware.internal.setup;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.margay.machine.CpuRegisters;
import org.margay.machine.VirtualCpu;

/** A vCPU that runs nothing and keeps the registers that it is given. */
final class RecordingCpu implements VirtualCpu {
    @Nullable
    CpuRegisters set;

    @Override
    public int index() {
        return 0;
    }

    @Override
    public void start() {}

    @Override
    public void pause() {}

    @Override
    public void reset() {
        set = null;
    }

    @Override
    public void close() {}

    @Override
    public long programCounter() {
        return 0;
    }

    @Override
    public boolean halted() {
        return false;
    }

    @Override
    public long threadId() {
        return 0;
    }

    @Override
    public void injectNmi() {}

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
        set = registers;
    }

    @Override
    public long instructions() {
        return 0;
    }
}

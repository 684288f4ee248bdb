package org.margay.cpu.internal.engine;

import java.util.concurrent.locks.ReentrantLock;
import org.margay.cpu.internal.CpuBus;
import org.margay.machine.CpuWiring;
import org.margay.machine.Machine;
import org.margay.memory.AddressSpace;

/** A machine, as a processor sees it. */
record MachineBus(Machine machine, CpuWiring wiring) implements CpuBus {
    @Override
    public AddressSpace memory() {
        return machine.memory();
    }

    @Override
    public AddressSpace ports() {
        return machine.ports();
    }

    @Override
    public ReentrantLock machineLock() {
        return machine.lock();
    }

    @Override
    public int acknowledgeInterrupt() {
        return wiring.acknowledgeInterrupt();
    }

    @Override
    public void floatError() {
        wiring.floatError();
    }

    @Override
    public long virtualNanos() {
        return machine.virtualClock().nanos();
    }
}

package org.margay.cpu.internal.engine;

import java.util.function.Consumer;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.fp.FloatRegisterFile;
import org.margay.cpu.internal.interp.Interpreter;
import org.margay.machine.debug.CpuDebugger;
import org.margay.machine.debug.DebugStop;
import org.margay.machine.debug.DebugStops;
import org.margay.machine.debug.FloatRegisters;

/** A debugger's way into a processor. Under the machine lock. */
final class EngineDebugger implements CpuDebugger {
    private final EngineCpu processor;
    private final Cpu cpu;
    private final Interpreter interpreter;
    private Consumer<DebugStop> listener = _ -> {};
    private boolean step;

    EngineDebugger(EngineCpu processor, Cpu cpu, Interpreter interpreter) {
        this.processor = processor;
        this.cpu = cpu;
        this.interpreter = interpreter;
    }

    @Override
    public FloatRegisters floatRegisters() {
        return FloatRegisterFile.read(cpu);
    }

    @Override
    public void setFloatRegisters(FloatRegisters registers) {
        FloatRegisterFile.write(cpu, registers);
    }

    @Override
    public void setStops(DebugStops stops) {
        processor.whilePaused(() -> {
            cpu.outside.set(stops);
            cpu.attention = true;
            interpreter.forgetCode();
            cpu.flushTlb(false);
        });
    }

    @Override
    public void stepOnce() {
        step = true;
    }

    /** Whether the processor is to run one instruction only; said once. */
    boolean takeStep() {
        boolean taken = step;
        step = false;
        return taken;
    }

    @Override
    public void onStop(Consumer<DebugStop> who) {
        listener = who;
    }

    void stopped(DebugStop stop) {
        listener.accept(stop);
    }
}

package org.margay.gdbstub.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import org.margay.machine.Machine;
import org.margay.machine.RunState;
import org.margay.machine.VirtualCpu;
import org.margay.machine.debug.CpuDebugger;
import org.margay.machine.debug.DebugStop;
import org.margay.machine.debug.DebugStops;
import org.margay.machine.debug.Watchpoint;

/** The machine as gdb works on it: threads are its vCPUs, numbered from 1. Under the machine lock, in the loop's turn. */
final class Debuggee {
    private static final int PAGE_SIZE = 4096;

    private final Machine machine;
    private final Set<Long> breakpoints = new HashSet<>();
    private final List<Watchpoint> watchpoints = new ArrayList<>();
    private boolean physical;

    Debuggee(Machine machine) {
        this.machine = machine;
    }

    /** Runs soon, in the loop's turn. */
    void later(Runnable task) {
        machine.later(task);
    }

    /** Who is told which thread has stopped, and why. */
    void onStop(BiConsumer<Integer, DebugStop> listener) {
        for (VirtualCpu cpu : machine.cpus()) {
            int thread = cpu.index() + 1;
            cpu.debugger().ifPresent(debugger -> debugger.onStop(stop -> listener.accept(thread, stop)));
        }
    }

    // --- threads ---

    List<Integer> threads() {
        return machine.cpus().stream().map(cpu -> cpu.index() + 1).toList();
    }

    boolean exists(int thread) {
        return thread >= 1 && thread <= machine.cpus().size();
    }

    /** What "info threads" says of one. */
    String describe(int thread) {
        VirtualCpu cpu = cpu(thread);
        return "CPU#%d [%s]".formatted(cpu.index(), cpu.halted() ? "halted " : "running");
    }

    private VirtualCpu cpu(int thread) {
        return machine.cpus().get(thread - 1);
    }

    private Optional<CpuDebugger> debugger(int thread) {
        return cpu(thread).debugger();
    }

    // --- running ---

    boolean isRunning() {
        return machine.runState() == RunState.RUNNING;
    }

    void stop() {
        machine.stop(RunState.PAUSED);
    }

    void resume() {
        machine.resume();
    }

    /** Whether it will: the engine may know no single steps. */
    boolean step(int thread) {
        Optional<CpuDebugger> debugger = debugger(thread);
        debugger.ifPresent(found -> {
            found.stepOnce();
            machine.resume();
        });
        return debugger.isPresent();
    }

    void kill() {
        machine.requestQuit();
    }

    // --- registers ---

    /** All as {@link RegisterLayout} has them; empty when the engine does not show them. */
    Optional<byte[]> registers(int thread) {
        return debugger(thread)
                .map(debugger -> RegisterLayout.encode(cpu(thread).registers(), debugger.floatRegisters()));
    }

    void setRegisters(int thread, byte[] bytes) {
        debugger(thread).ifPresent(debugger -> {
            RegisterLayout.Decoded decoded =
                    RegisterLayout.decode(bytes, cpu(thread).registers());
            cpu(thread).setRegisters(decoded.cpu());
            debugger.setFloatRegisters(decoded.fpu());
        });
    }

    void setProgramCounter(int thread, long address) {
        registers(thread).ifPresent(bytes -> {
            int at = RegisterLayout.offset(RegisterLayout.PROGRAM_COUNTER);
            for (int i = 0; i < Long.BYTES; i++) {
                bytes[at + i] = (byte) (address >>> 8 * i);
            }
            setRegisters(thread, bytes);
        });
    }

    // --- memory ---

    boolean seesPhysical() {
        return physical;
    }

    /** Whether addresses are guest-physical from now on, not linear. */
    void seePhysical(boolean on) {
        physical = on;
    }

    /** As far as it is mapped: shorter than asked for, or empty. */
    byte[] read(int thread, long address, int length) {
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length) {
            OptionalLong at = translate(thread, address + done);
            if (at.isEmpty()) {
                break;
            }
            int part = withinPage(address + done, length - done);
            for (int i = 0; i < part; i++) {
                bytes[done + i] = (byte) machine.memory().read(at.getAsLong() + i, 1);
            }
            done += part;
        }
        return done == length ? bytes : Arrays.copyOf(bytes, done);
    }

    /** Writes all, or nothing when a part of it is not mapped. */
    boolean write(int thread, long address, byte[] bytes) {
        for (int done = 0; done < bytes.length; done += withinPage(address + done, bytes.length - done)) {
            if (translate(thread, address + done).isEmpty()) {
                return false;
            }
        }
        for (int i = 0; i < bytes.length; i++) {
            machine.memory().write(translate(thread, address + i).orElseThrow(), 1, bytes[i]);
        }
        return true;
    }

    private OptionalLong translate(int thread, long address) {
        return physical ? OptionalLong.of(address) : cpu(thread).translate(address);
    }

    private static int withinPage(long address, int length) {
        return (int) Math.min(length, PAGE_SIZE - (address & PAGE_SIZE - 1));
    }

    // --- breakpoints and watchpoints: the same on all vCPUs ---

    void addBreakpoint(long address) {
        breakpoints.add(address);
        applyStops();
    }

    void removeBreakpoint(long address) {
        breakpoints.remove(address);
        applyStops();
    }

    void addWatchpoint(Watchpoint watchpoint) {
        watchpoints.add(watchpoint);
        applyStops();
    }

    void removeWatchpoint(Watchpoint watchpoint) {
        watchpoints.remove(watchpoint);
        applyStops();
    }

    void removeAllStops() {
        breakpoints.clear();
        watchpoints.clear();
        applyStops();
    }

    private void applyStops() {
        DebugStops stops = new DebugStops(breakpoints, watchpoints);
        machine.cpus().forEach(cpu -> cpu.debugger().ifPresent(debugger -> debugger.setStops(stops)));
    }
}

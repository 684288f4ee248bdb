package org.margay.cpu.internal;

/**
 * The meaning of one instruction. Called with RIP already at the next instruction; a handler that throws {@link GuestFault}
 * must not have changed what software can see, and the engine puts RIP back.
 */
@FunctionalInterface
public interface Handler {
    void execute(Cpu cpu, Insn insn);
}

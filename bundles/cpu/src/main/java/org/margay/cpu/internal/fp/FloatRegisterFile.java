package org.margay.cpu.internal.fp;

import java.util.ArrayList;
import java.util.List;
import org.margay.cpu.internal.Cpu;
import org.margay.machine.debug.FloatRegisters;

/** Between a processor's x87 and SSE fields and a debugger's record of them. */
public final class FloatRegisterFile {
    private FloatRegisterFile() {}

    public static FloatRegisters read(Cpu cpu) {
        List<FloatRegisters.Extended> stack = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            stack.add(new FloatRegisters.Extended(X87State.mantissa(cpu, i), X87State.exponent(cpu, i)));
        }
        List<FloatRegisters.Vector> vectors = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            vectors.add(new FloatRegisters.Vector(cpu.xmm[2 * i], cpu.xmm[2 * i + 1]));
        }
        return new FloatRegisters(
                stack,
                cpu.fpControl,
                X87State.statusWord(cpu),
                X87Environment.tagWord(cpu),
                cpu.fpCodeSelector,
                cpu.fpCodeOffset,
                cpu.fpDataSelector,
                cpu.fpDataOffset,
                cpu.fpOpcode,
                vectors,
                cpu.mxcsr);
    }

    public static void write(Cpu cpu, FloatRegisters from) {
        X87State.setControlWord(cpu, from.control());
        X87State.setStatusWord(cpu, from.status());
        X87State.updateSummary(cpu);
        X87Environment.setTagWord(cpu, from.tags());
        for (int i = 0; i < 8; i++) {
            FloatRegisters.Extended number = from.stack().get(i);
            cpu.fpMantissa[X87State.physical(cpu, i)] = number.significand();
            cpu.fpExponent[X87State.physical(cpu, i)] = (short) number.exponent();
        }
        cpu.fpCodeSelector = from.codeSelector();
        cpu.fpCodeOffset = from.codeOffset();
        cpu.fpDataSelector = from.dataSelector();
        cpu.fpDataOffset = from.dataOffset();
        cpu.fpOpcode = from.opcode();
        for (int i = 0; i < 16; i++) {
            cpu.xmm[2 * i] = from.vectors().get(i).low();
            cpu.xmm[2 * i + 1] = from.vectors().get(i).high();
        }
        cpu.mxcsr = from.mxcsr();
    }
}

package org.margay.cpu.internal.fp;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Insn;

/** Formats in which the x87 finds numbers in memory. */
final class X87Memory {
    /** A format of operands. Reading comes first and may fault; widening then reports denormals. */
    enum Source {
        SINGLE {
            @Override
            long read(Cpu cpu, Insn insn) {
                return cpu.load32(insn) & 0xFFFF_FFFFL;
            }

            @Override
            void widen(Accumulator to, long raw) {
                Float80Convert.widen(to, BinaryFormat.SINGLE, raw);
            }
        },
        DOUBLE {
            @Override
            long read(Cpu cpu, Insn insn) {
                return cpu.load64(insn);
            }

            @Override
            void widen(Accumulator to, long raw) {
                Float80Convert.widen(to, BinaryFormat.DOUBLE, raw);
            }
        },
        INTEGER16 {
            @Override
            long read(Cpu cpu, Insn insn) {
                return (short) cpu.load16(insn);
            }

            @Override
            void widen(Accumulator to, long raw) {
                Float80Convert.fromInteger(to, raw);
            }
        },
        INTEGER32 {
            @Override
            long read(Cpu cpu, Insn insn) {
                return cpu.load32(insn);
            }

            @Override
            void widen(Accumulator to, long raw) {
                Float80Convert.fromInteger(to, raw);
            }
        },
        INTEGER64 {
            @Override
            long read(Cpu cpu, Insn insn) {
                return cpu.load64(insn);
            }

            @Override
            void widen(Accumulator to, long raw) {
                Float80Convert.fromInteger(to, raw);
            }
        };

        abstract long read(Cpu cpu, Insn insn);

        /** Makes an 80-bit number of it; a signaling NaN stays one, for the operation to find. */
        abstract void widen(Accumulator to, long raw);
    }

    private X87Memory() {}

    /** Linear address of a whole number or area, checked for writing so that storing it in parts can't fail halfway. */
    static long writable(Cpu cpu, Insn insn, int size) {
        long linear = insn.linearAddress(cpu, size, true);
        cpu.mmu.checkWrite(linear, size);
        return linear;
    }
}

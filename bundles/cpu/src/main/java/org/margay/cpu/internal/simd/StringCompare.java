package org.margay.cpu.internal.simd;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;

/** PCMPESTRI, PCMPESTRM, PCMPISTRI, PCMPISTRM (SDM vol. 2, 4.1). The memory operand need not be aligned. */
final class StringCompare {
    private static final int EQUAL_ANY = 0, RANGES = 1, EQUAL_EACH = 2;

    private StringCompare() {}

    /**
     * Lengths come from rAX and rDX, or from the first zero; the outcome goes to ECX as an index, or to XMM0 as a mask.
     */
    static Handler compare(boolean explicitLengths, boolean mask) {
        return (cpu, insn) -> {
            SseUnit.check(cpu);
            SseUnit source = SseUnit.unalignedSource(cpu, insn);
            int control = (int) insn.immediate;
            int count = (control & 1) != 0 ? 8 : 16;
            int[] first = elements(cpu.xmm[2 * insn.reg], cpu.xmm[2 * insn.reg + 1], control);
            int[] second = elements(source.low, source.high, control);
            int firstLength = explicitLengths ? length(cpu, insn, Cpu.RAX, count) : zeroIndex(first);
            int secondLength = explicitLengths ? length(cpu, insn, Cpu.RDX, count) : zeroIndex(second);
            int result = aggregate(first, firstLength, second, secondLength, control >> 2 & 3);
            int all = (1 << count) - 1;
            result ^= switch (control >> 4 & 3) {
                case 1 -> all;
                case 3 -> (1 << secondLength) - 1;
                default -> 0;
            };
            if (mask) {
                setMask(cpu, result, count, (control & 0x40) != 0);
            } else {
                cpu.setReg32(Cpu.RCX, index(result, count, (control & 0x40) != 0));
            }
            LazyFlags.setArithmetic(
                    cpu,
                    (result != 0 ? LazyFlags.CF : 0)
                            | (secondLength < count ? LazyFlags.ZF : 0)
                            | (firstLength < count ? LazyFlags.SF : 0)
                            | ((result & 1) != 0 ? LazyFlags.OF : 0));
        };
    }

    /** Bytes or words, signed or not, as the immediate's low bits say. */
    private static int[] elements(long low, long high, int control) {
        boolean words = (control & 1) != 0;
        boolean signed = (control & 2) != 0;
        int bits = words ? 16 : 8;
        int[] elements = new int[128 / bits];
        for (int i = 0; i < elements.length; i++) {
            int position = i * bits;
            int raised = (int) ((position < 64 ? low : high) >>> (position & 63)) << 32 - bits;
            elements[i] = signed ? raised >> 32 - bits : raised >>> 32 - bits;
        }
        return elements;
    }

    private static int length(Cpu cpu, Insn insn, int register, int count) {
        long value = insn.operandSize == 8 ? cpu.r[register] : (int) cpu.r[register];
        return value > count || value < -count ? count : (int) Math.abs(value);
    }

    private static int zeroIndex(int[] elements) {
        for (int i = 0; i < elements.length; i++) {
            if (elements[i] == 0) {
                return i;
            }
        }
        return elements.length;
    }

    private static int aggregate(int[] first, int firstLength, int[] second, int secondLength, int operation) {
        int result = 0;
        for (int j = 0; j < second.length; j++) {
            boolean holds = switch (operation) {
                case EQUAL_ANY -> j < secondLength && isAnyOf(first, firstLength, second[j]);
                case RANGES -> j < secondLength && isInRange(first, firstLength, second[j]);
                case EQUAL_EACH ->
                    j < firstLength && j < secondLength ? first[j] == second[j] : j >= firstLength && j >= secondLength;
                default -> startsAt(first, firstLength, second, secondLength, j);
            };
            result |= holds ? 1 << j : 0;
        }
        return result;
    }

    private static boolean isAnyOf(int[] set, int length, int element) {
        for (int i = 0; i < length; i++) {
            if (set[i] == element) {
                return true;
            }
        }
        return false;
    }

    /** Pairs of bounds; a pair that the length cuts in two holds nothing. */
    private static boolean isInRange(int[] bounds, int length, int element) {
        for (int i = 0; i + 1 < length; i += 2) {
            if (element >= bounds[i] && element <= bounds[i + 1]) {
                return true;
            }
        }
        return false;
    }

    /** Whether the first string, or as much of it as the register shows, begins at a place of the second. */
    private static boolean startsAt(int[] first, int firstLength, int[] second, int secondLength, int place) {
        for (int i = 0; i < firstLength && place + i < second.length; i++) {
            if (place + i >= secondLength || first[i] != second[place + i]) {
                return false;
            }
        }
        return true;
    }

    private static int index(int result, int count, boolean highest) {
        if (result == 0) {
            return count;
        }
        return highest ? 31 - Integer.numberOfLeadingZeros(result) : Integer.numberOfTrailingZeros(result);
    }

    private static void setMask(Cpu cpu, int result, int count, boolean expanded) {
        cpu.xmm[0] = result;
        cpu.xmm[1] = 0;
        if (expanded) {
            int bits = 128 / count;
            int perHalf = count / 2;
            cpu.xmm[0] = 0;
            for (int i = 0; i < count; i++) {
                if ((result >> i & 1) != 0) {
                    cpu.xmm[i / perHalf] |= -1L >>> 64 - bits << i % perHalf * bits;
                }
            }
        }
    }
}

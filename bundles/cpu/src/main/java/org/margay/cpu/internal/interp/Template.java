package org.margay.cpu.internal.interp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.Insn;

/**
 * An operation written once for many shapes (operand size, places of operands, which computation), and loaded once per
 * shape: a copy of its class as a hidden class, whose static final shape the compiler folds. Where Java has no templates,
 * the class loader makes them.
 *
 * <p>A subclass reads its shape with {@link #shape} into static final ints and has a constructor without arguments, for
 * the prototype, and one from an {@link Insn}.
 */
abstract class Template extends Op {
    /** A copy of a template for one shape. */
    private record Key(Class<? extends Template> template, List<Integer> shape) {}

    private static final Map<Key, Template> PROTOTYPES = new ConcurrentHashMap<>();
    private static final Map<Class<?>, byte[]> BYTES = new ConcurrentHashMap<>();

    /** {@link CpuState#segBase} is 0 there. */
    private static final int NO_SEGMENT = 8;

    // Operations are many, and what runs seldom comes from memory each time: with fields as small as they can be most
    // operations
    // take 32 bytes instead of 64, and forks of a shell, interpreted, took 13 % less time (two guests side by side).

    private final byte base;
    private final byte index;
    private final byte scale;
    private final byte segment;
    private final long constant;
    /** Bits of an offset that do not count. */
    private final byte unused;

    private final boolean stackSegment;

    /** A prototype. */
    Template() {
        base = Insn.NO_REGISTER;
        index = Insn.NO_REGISTER;
        scale = 0;
        constant = 0;
        unused = 0;
        segment = NO_SEGMENT;
        stackSegment = false;
    }

    Template(Insn insn) {
        this(insn, insn.displacement);
    }

    /** @param constant the displacement; where there is no memory operand, whatever the operation has a use for */
    Template(Insn insn, long constant) {
        this.constant = constant;
        base = (byte) insn.base;
        index = (byte) insn.index;
        scale = (byte) insn.scale;
        unused = (byte) (64 - 8 * insn.addressSize);
        segment = (byte) (insn.longMode && insn.segment >= CpuState.FS ? insn.segment : NO_SEGMENT);
        stackSegment = insn.isMemory() && insn.segment == CpuState.SS;
    }

    /** Makes the operation for an instruction, of the same shape. */
    abstract Op create(Insn insn);

    /** Makes the operation for an instruction and the conditional jump behind it, for a template of such pairs. */
    Op create(Insn insn, Insn jump) {
        throw new UnsupportedOperationException("no template of pairs");
    }

    @Override
    boolean usesStackSegment() {
        return stackSegment;
    }

    /** Whether {@link #address} serves an instruction's memory operand: in a flat mode, not by a segment that has to be checked. */
    static boolean addresses(Insn insn) {
        return insn.flat
                && (insn.longMode
                        || insn.segment == CpuState.DS
                        || insn.segment == CpuState.ES
                        || insn.segment == CpuState.SS);
    }

    /** Linear address of the memory operand; not checked for being canonical, which the MMU does. */
    final long address(Cpu cpu) {
        return offset(cpu) + cpu.segBase[segment];
    }

    /** Offset of the memory operand within its segment. */
    final long offset(Cpu cpu) {
        return cpu.r[base] + (cpu.r[index] << scale) + constant & -1L >>> unused;
    }

    /** In the place of a displacement. */
    final long constant() {
        return constant;
    }

    /** The prototype of a template in a shape. */
    static Template of(Class<? extends Template> template, int... shape) {
        Key key = new Key(template, Arrays.stream(shape).boxed().toList());
        Template known = PROTOTYPES.get(key);
        return known != null ? known : PROTOTYPES.computeIfAbsent(key, absent -> load(template, shape));
    }

    private static Template load(Class<? extends Template> template, int[] shape) {
        byte[] bytes = BYTES.computeIfAbsent(template, Template::read);
        try {
            MethodHandles.Lookup copy = MethodHandles.lookup().defineHiddenClassWithClassData(bytes, shape, true);
            return (Template) copy.lookupClass().getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no copy of " + template, e);
        }
    }

    private static byte[] read(Class<?> template) {
        try (InputStream in = template.getResourceAsStream(template.getSimpleName() + ".class")) {
            if (in == null) {
                throw new IllegalStateException("no class file of " + template);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For a template's static initializer: one number of its shape. */
    static int shape(MethodHandles.Lookup lookup, int position) {
        try {
            int[] shape = MethodHandles.classData(lookup, ConstantDescs.DEFAULT_NAME, int[].class);
            return shape == null ? 0 : shape[position];
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A register, sign-extended from a size. */
    static long register(Cpu cpu, int number, int size) {
        return switch (size) {
            case 1 -> (byte) cpu.r[number];
            case 2 -> (short) cpu.r[number];
            case 4 -> (int) cpu.r[number];
            default -> cpu.r[number];
        };
    }

    /** Writes the low bytes of a value; 4 bytes clear the upper half. */
    static void setRegister(Cpu cpu, int number, int size, long value) {
        switch (size) {
            case 1 -> cpu.r[number] = cpu.r[number] & ~0xFFL | value & 0xFF;
            case 2 -> cpu.r[number] = cpu.r[number] & ~0xFFFFL | value & 0xFFFF;
            case 4 -> cpu.r[number] = value & 0xFFFF_FFFFL;
            default -> cpu.r[number] = value;
        }
    }

    /** Memory, sign-extended from a size. */
    static long load(Cpu cpu, long linear, int size) {
        return switch (size) {
            case 1 -> (byte) cpu.mmu.load8(linear);
            case 2 -> (short) cpu.mmu.load16(linear);
            case 4 -> cpu.mmu.load32(linear);
            default -> cpu.mmu.load64(linear);
        };
    }

    static void store(Cpu cpu, long linear, int size, long value) {
        switch (size) {
            case 1 -> cpu.mmu.store8(linear, (int) value);
            case 2 -> cpu.mmu.store16(linear, (int) value);
            case 4 -> cpu.mmu.store32(linear, (int) value);
            default -> cpu.mmu.store64(linear, value);
        }
    }

    /** Onto a flat stack, 4 or 8 bytes. */
    static void push(Cpu cpu, int size, long value) {
        long sp = cpu.r[CpuState.RSP] - size & mask(size);
        store(cpu, sp, size, value);
        cpu.r[CpuState.RSP] = sp;
    }

    /** The bits of RIP and RSP that count in a flat mode, by the size of a transfer's operand: 4 or 8 bytes. */
    static long mask(int size) {
        return size == 8 ? -1 : 0xFFFF_FFFFL;
    }

    static long extend(long value, int size) {
        return switch (size) {
            case 1 -> (byte) value;
            case 2 -> (short) value;
            case 4 -> (int) value;
            default -> value;
        };
    }

    /** AH, CH, DH or BH: not in the low byte of a register. */
    static boolean isHighByte(Insn insn, int register, int size) {
        return size == 1 && !insn.hasRex && register >= 4;
    }
}

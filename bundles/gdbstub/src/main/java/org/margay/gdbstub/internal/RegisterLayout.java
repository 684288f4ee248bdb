package org.margay.gdbstub.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.margay.machine.CpuRegisters;
import org.margay.machine.CpuRegisters.Segment;
import org.margay.machine.debug.FloatRegisters;

/**
 * The registers as gdb numbers and lays them out, all little-endian, one behind the other; and the description by which gdb learns
 * of it (appendix G.5.8, "i386 Features"). One list says both.
 */
final class RegisterLayout {
    /** ES CS SS DS FS GS in {@link CpuRegisters}, in gdb's order. */
    private static final List<Integer> SEGMENTS = List.of(1, 2, 3, 0, 4, 5);

    private static final int FS = 4;
    private static final int GS = 5;

    /** RAX RBX RCX RDX RSI RDI RBP RSP R8-R15, as they are numbered in instructions. */
    private static final List<Integer> GENERAL = List.of(0, 3, 1, 2, 6, 7, 5, 4, 8, 9, 10, 11, 12, 13, 14, 15);

    private static final List<String> GENERAL_NAMES = List.of(
            "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
            "r15");

    /**
     * A register.
     *
     * @param bytes how long
     * @param type in the description
     */
    record Register(String name, int bytes, String type) {}

    /**
     * Registers that gdb knows together.
     *
     * @param name of the feature
     */
    private record Feature(String name, List<Register> registers) {}

    private static final List<Feature> FEATURES = List.of(
            new Feature("org.gnu.gdb.i386.core", core()),
            new Feature("org.gnu.gdb.i386.sse", sse()),
            new Feature(
                    "org.gnu.gdb.i386.segments",
                    List.of(new Register("fs_base", 8, "int64"), new Register("gs_base", 8, "int64"))),
            new Feature(
                    "org.margay.system",
                    List.of(
                            new Register("cr0", 8, "int64"),
                            new Register("cr2", 8, "int64"),
                            new Register("cr3", 8, "int64"),
                            new Register("cr4", 8, "int64"),
                            new Register("efer", 8, "int64"))));

    /** One view of a vector register. */
    private record Lanes(String name, String type, int count) {}

    private static final List<Lanes> LANES = List.of(
            new Lanes("v4_float", "ieee_single", 4),
            new Lanes("v2_double", "ieee_double", 2),
            new Lanes("v16_int8", "int8", 16),
            new Lanes("v8_int16", "int16", 8),
            new Lanes("v4_int32", "int32", 4),
            new Lanes("v2_int64", "int64", 2));

    static final List<Register> ALL =
            FEATURES.stream().flatMap(feature -> feature.registers.stream()).toList();

    /** Bytes of all. */
    static final int SIZE = ALL.stream().mapToInt(Register::bytes).sum();

    /** Number of RIP. */
    static final int PROGRAM_COUNTER = 16;

    private RegisterLayout() {}

    private static List<Register> core() {
        List<Register> core = new ArrayList<>();
        GENERAL_NAMES.forEach(name -> core.add(new Register(name, 8, "int64")));
        core.add(new Register("rip", 8, "code_ptr"));
        core.add(new Register("eflags", 4, "i386_eflags"));
        List.of("cs", "ss", "ds", "es", "fs", "gs").forEach(name -> core.add(new Register(name, 4, "int32")));
        IntStream.range(0, 8).forEach(i -> core.add(new Register("st" + i, 10, "i387_ext")));
        List.of("fctrl", "fstat", "ftag", "fiseg", "fioff", "foseg", "fooff", "fop")
                .forEach(name -> core.add(new Register(name, 4, "int")));
        return core;
    }

    private static List<Register> sse() {
        List<Register> sse = new ArrayList<>();
        IntStream.range(0, 16).forEach(i -> sse.add(new Register("xmm" + i, 16, "vec128")));
        sse.add(new Register("mxcsr", 4, "int"));
        return sse;
    }

    /** Where a register begins. */
    static int offset(int number) {
        return ALL.subList(0, number).stream().mapToInt(Register::bytes).sum();
    }

    /** "target.xml". */
    static String description() {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n");
        xml.append("<target version=\"1.0\">\n<architecture>i386:x86-64</architecture>\n");
        for (Feature feature : FEATURES) {
            xml.append("<feature name=\"%s\">\n".formatted(feature.name));
            if (feature.name.endsWith(".core")) {
                xml.append(flags());
            } else if (feature.name.endsWith(".sse")) {
                xml.append(vectors());
            }
            for (Register register : feature.registers) {
                xml.append("<reg name=\"%s\" bitsize=\"%d\" type=\"%s\"/>\n"
                        .formatted(register.name, register.bytes * 8, register.type));
            }
            xml.append("</feature>\n");
        }
        return xml.append("</target>\n").toString();
    }

    private static String flags() {
        List<String> names = List.of(
                "CF", "", "PF", "", "AF", "", "ZF", "SF", "TF", "IF", "DF", "OF", "", "", "NT", "", "RF", "VM", "AC",
                "VIF", "VIP", "ID");
        StringBuilder xml = new StringBuilder("<flags id=\"i386_eflags\" size=\"4\">\n");
        for (int bit = 0; bit < names.size(); bit++) {
            if (!names.get(bit).isEmpty()) {
                xml.append("<field name=\"%s\" start=\"%d\" end=\"%d\"/>\n".formatted(names.get(bit), bit, bit));
            }
        }
        return xml.append("</flags>\n").toString();
    }

    /** A vector register as gdb's users know it: {@code $xmm0.v4_float[1]}. */
    private static String vectors() {
        StringBuilder types = new StringBuilder();
        StringBuilder fields = new StringBuilder("<union id=\"vec128\">\n");
        for (Lanes lanes : LANES) {
            types.append("<vector id=\"%s_type\" type=\"%s\" count=\"%d\"/>\n"
                    .formatted(lanes.name, lanes.type, lanes.count));
            fields.append("<field name=\"%s\" type=\"%s_type\"/>\n".formatted(lanes.name, lanes.name));
        }
        return types + fields.toString() + "<field name=\"uint128\" type=\"uint128\"/>\n</union>\n";
    }

    /** All registers as bytes. */
    static byte[] encode(CpuRegisters cpu, FloatRegisters fpu) {
        ByteBuffer out = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        GENERAL.forEach(number -> out.putLong(cpu.general().get(number)));
        out.putLong(cpu.rip()).putInt((int) cpu.rflags());
        SEGMENTS.forEach(number -> out.putInt(cpu.segments().get(number).selector()));
        fpu.stack().forEach(number -> out.putLong(number.significand()).putShort((short) number.exponent()));
        out.putInt(fpu.control()).putInt(fpu.status()).putInt(fpu.tags());
        out.putInt(fpu.codeSelector()).putInt((int) fpu.codeOffset());
        out.putInt(fpu.dataSelector()).putInt((int) fpu.dataOffset()).putInt(fpu.opcode());
        fpu.vectors().forEach(vector -> out.putLong(vector.low()).putLong(vector.high()));
        out.putInt(fpu.mxcsr());
        out.putLong(cpu.segments().get(FS).base())
                .putLong(cpu.segments().get(GS).base());
        out.putLong(cpu.cr0())
                .putLong(cpu.cr2())
                .putLong(cpu.cr3())
                .putLong(cpu.cr4())
                .putLong(cpu.efer());
        return out.array();
    }

    /** Both halves of the register file. */
    record Decoded(CpuRegisters cpu, FloatRegisters fpu) {}

    /**
     * Registers of what gdb has written.
     *
     * @param bytes as {@link #encode} made them, with changes
     * @param before what they were: hidden parts of segments stay, only the bases of FS and GS follow
     */
    static Decoded decode(byte[] bytes, CpuRegisters before) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Long[] general = new Long[GENERAL.size()];
        GENERAL.forEach(number -> general[number] = in.getLong());
        long rip = in.getLong();
        long rflags = in.getInt() & 0xFFFF_FFFFL;
        Segment[] segments = before.segments().toArray(Segment[]::new);
        SEGMENTS.forEach(number -> {
            Segment old = segments[number];
            segments[number] = new Segment(in.getInt() & 0xFFFF, old.base(), old.limit(), old.attributes());
        });
        FloatRegisters fpu = decodeFloat(in);
        segments[FS] = withBase(segments[FS], in.getLong());
        segments[GS] = withBase(segments[GS], in.getLong());
        CpuRegisters cpu = new CpuRegisters(
                List.of(general),
                rip,
                rflags,
                List.of(segments),
                before.gdt(),
                before.idt(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong());
        return new Decoded(cpu, fpu);
    }

    private static FloatRegisters decodeFloat(ByteBuffer in) {
        List<FloatRegisters.Extended> stack = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            stack.add(new FloatRegisters.Extended(in.getLong(), in.getShort() & 0xFFFF));
        }
        int control = in.getInt() & 0xFFFF;
        int status = in.getInt() & 0xFFFF;
        int tags = in.getInt() & 0xFFFF;
        int codeSelector = in.getInt() & 0xFFFF;
        long codeOffset = in.getInt() & 0xFFFF_FFFFL;
        int dataSelector = in.getInt() & 0xFFFF;
        long dataOffset = in.getInt() & 0xFFFF_FFFFL;
        int opcode = in.getInt() & 0x7FF;
        List<FloatRegisters.Vector> vectors = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            vectors.add(new FloatRegisters.Vector(in.getLong(), in.getLong()));
        }
        return new FloatRegisters(
                stack,
                control,
                status,
                tags,
                codeSelector,
                codeOffset,
                dataSelector,
                dataOffset,
                opcode,
                vectors,
                in.getInt() & 0xFFFF);
    }

    private static Segment withBase(Segment segment, long base) {
        return new Segment(segment.selector(), base, segment.limit(), segment.attributes());
    }
}

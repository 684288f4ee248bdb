package org.margay.cpu.baremetal;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Puts machine code together: instructions as bytes in hexadecimal, data, labels, and references to labels that are
 * filled in at the end.
 */
final class Assembler {
    private record Reference(int at, int size, String label, boolean relative) {}

    private final long origin;
    private final ByteArrayOutputStream code = new ByteArrayOutputStream();
    private final Map<String, Integer> labels = new HashMap<>();
    private final List<Reference> references = new ArrayList<>();

    /** @param origin offset of the first byte in the segment that it will run in */
    Assembler(long origin) {
        this.origin = origin;
    }

    /** Bytes in hexadecimal, blanks allowed. */
    Assembler hex(String bytes) {
        code.writeBytes(HexFormat.of().parseHex(bytes.replace(" ", "")));
        return this;
    }

    Assembler label(String name) {
        if (labels.put(name, code.size()) != null) {
            throw new IllegalArgumentException("twice: " + name);
        }
        return this;
    }

    Assembler word(long value) {
        return number(value, 2);
    }

    Assembler dword(long value) {
        return number(value, 4);
    }

    Assembler qword(long value) {
        return number(value, 8);
    }

    private Assembler number(long value, int size) {
        for (int i = 0; i < size; i++) {
            code.write((int) (value >>> 8 * i));
        }
        return this;
    }

    /** An instruction that ends in the 16-bit offset of a label. */
    Assembler abs16(String bytes, String label) {
        return reference(bytes, 2, label, false);
    }

    /** An instruction that ends in the 32-bit offset of a label. */
    Assembler abs32(String bytes, String label) {
        return reference(bytes, 4, label, false);
    }

    /** An instruction that ends in the 64-bit offset of a label. */
    Assembler abs64(String bytes, String label) {
        return reference(bytes, 8, label, false);
    }

    /** An instruction that ends in an 8-bit distance to a label. */
    Assembler rel8(String bytes, String label) {
        return reference(bytes, 1, label, true);
    }

    /** An instruction that ends in a 16-bit distance to a label. */
    Assembler rel16(String bytes, String label) {
        return reference(bytes, 2, label, true);
    }

    /** An instruction that ends in a 32-bit distance to a label. */
    Assembler rel32(String bytes, String label) {
        return reference(bytes, 4, label, true);
    }

    private Assembler reference(String bytes, int size, String label, boolean relative) {
        hex(bytes);
        references.add(new Reference(code.size(), size, label, relative));
        return number(0, size);
    }

    /** Offset of a label in the segment. */
    long offset(String label) {
        Integer at = labels.get(label);
        if (at == null) {
            throw new IllegalArgumentException("no label " + label);
        }
        return origin + at;
    }

    long origin() {
        return origin;
    }

    byte[] assemble() {
        byte[] bytes = code.toByteArray();
        for (Reference reference : references) {
            long value = offset(reference.label);
            if (reference.relative) {
                value -= origin + reference.at + reference.size;
                if (reference.size == 1 && value != (byte) value) {
                    throw new IllegalArgumentException("too far: " + reference.label);
                }
            }
            for (int i = 0; i < reference.size; i++) {
                bytes[reference.at + i] = (byte) (value >>> 8 * i);
            }
        }
        return bytes;
    }
}

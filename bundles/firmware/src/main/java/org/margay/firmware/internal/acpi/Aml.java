package org.margay.firmware.internal.acpi;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.margay.firmware.internal.Blob;

/**
 * Builds ACPI machine language (ACPI 2.0, chapter 17 "ACPI Machine Language (AML) Specification"): each method gives the
 * bytes of one term, whose operands are terms again. Names are paths as ASL writes them: "\_SB.PCI0", "_CRS", "^ISA".
 */
final class Aml {
    /** Space of an operation region. */
    enum Space {
        SYSTEM_MEMORY,
        SYSTEM_IO,
        PCI_CONFIG
    }

    private static final int EXTENDED = 0x5B;

    private Aml() {}

    /** Bytes of AML. */
    record Term(byte[] bytes) {
        @Override
        public String toString() {
            return Arrays.toString(bytes);
        }
    }

    private static Term term(Consumer<Blob> writer) {
        Blob blob = new Blob();
        writer.accept(blob);
        return new Term(blob.toBytes());
    }

    /** Terms one after another. */
    static Term list(Term... terms) {
        return list(List.of(terms));
    }

    static Term list(List<Term> terms) {
        return term(blob -> terms.forEach(each -> blob.bytes(each.bytes())));
    }

    /** An opcode of one or two bytes with what its PkgLength spans (section 17.2.4). */
    private static Term packed(int opcode, Term content) {
        return term(blob -> {
            if (opcode > 0xFF) {
                blob.u8(opcode >>> 8);
            }
            blob.u8(opcode & 0xFF);
            packageLength(blob, content.bytes().length);
            blob.bytes(content.bytes());
        });
    }

    /** One byte up to 63, otherwise low four bits in the first and the rest in up to three more. The length counts itself. */
    private static void packageLength(Blob blob, int content) {
        if (content + 1 < 1 << 6) {
            blob.u8(content + 1);
            return;
        }
        int more = content + 2 < 1 << 12 ? 1 : content + 3 < 1 << 20 ? 2 : 3;
        int length = content + 1 + more;
        blob.u8(more << 6 | length & 15);
        blob.number(length >>> 4, more);
    }

    /** A reference to an object. */
    static Term path(String path) {
        return term(blob -> writePath(blob, path));
    }

    private static void writePath(Blob blob, String path) {
        int start = 0;
        while (start < path.length() && (path.charAt(start) == '\\' || path.charAt(start) == '^')) {
            blob.u8(path.charAt(start++));
        }
        String rest = path.substring(start);
        if (rest.isEmpty()) {
            blob.u8(0);
            return;
        }
        String[] segments = rest.split("\\.");
        if (segments.length == 2) {
            blob.u8(0x2E);
        } else if (segments.length > 2) {
            blob.u8(0x2F).u8(segments.length);
        }
        for (String segment : segments) {
            if (!segment.matches("[A-Z_][A-Z0-9_]{0,3}")) {
                throw new IllegalArgumentException("no ACPI name: " + path);
            }
            blob.text(segment, 4, '_');
        }
    }

    /** A number in its shortest form. */
    static Term integer(long value) {
        return term(blob -> {
            if (value == 0 || value == 1) {
                blob.u8((int) value);
            } else if (value >>> 8 == 0) {
                blob.u8(0x0A).u8((int) value);
            } else if (value >>> 16 == 0) {
                blob.u8(0x0B).u16((int) value);
            } else if (value >>> 32 == 0) {
                blob.u8(0x0C).u32(value);
            } else {
                blob.u8(0x0E).u64(value);
            }
        });
    }

    static Term string(String text) {
        return term(blob -> blob.u8(0x0D).zeroEnded(text));
    }

    /** A compressed device id such as PNP0A03: three letters of five bits, four hexadecimal digits, big-endian. */
    static Term eisaId(String id) {
        int letters = 0;
        for (int i = 0; i < 3; i++) {
            letters = letters << 5 | id.charAt(i) - 'A' + 1;
        }
        int number = letters << 16 | Integer.parseInt(id.substring(3), 16);
        return integer(Integer.toUnsignedLong(Integer.reverseBytes(number)));
    }

    static Term buffer(byte[] content) {
        return packed(0x11, list(integer(content.length), new Term(content)));
    }

    /** Package (elements) */
    static Term pack(Term... elements) {
        return pack(List.of(elements));
    }

    static Term pack(List<Term> elements) {
        return packed(
                0x12, term(blob -> blob.u8(elements.size()).bytes(list(elements).bytes())));
    }

    /** Name (path, value) */
    static Term name(String path, Term value) {
        return term(blob -> blob.u8(0x08).bytes(path(path).bytes()).bytes(value.bytes()));
    }

    static Term scope(String path, Term... content) {
        return packed(0x10, list(path(path), list(content)));
    }

    static Term device(String name, Term... content) {
        return packed(EXTENDED << 8 | 0x82, list(path(name), list(content)));
    }

    /** Processor object without a register block. */
    static Term processor(String name, int id) {
        return packed(
                EXTENDED << 8 | 0x83,
                term(blob -> blob.bytes(path(name).bytes()).u8(id).u32(0).u8(0)));
    }

    static Term method(String name, int arguments, Term... content) {
        return packed(
                0x14,
                term(blob -> blob.bytes(path(name).bytes())
                        .u8(arguments)
                        .bytes(list(content).bytes())));
    }

    static Term operationRegion(String name, Space space, long offset, long length) {
        return term(blob -> blob.u8(EXTENDED)
                .u8(0x80)
                .bytes(path(name).bytes())
                .u8(space.ordinal())
                .bytes(integer(offset).bytes())
                .bytes(integer(length).bytes()));
    }

    /** Field (region, ByteAcc, NoLock, Preserve) of units that are 8 bits each. */
    static Term byteField(String region, String... units) {
        return field(region, 1, 8, units);
    }

    /** Field (region, DWordAcc, NoLock, Preserve) of units that are 32 bits each. */
    static Term dwordField(String region, String... units) {
        return field(region, 3, 32, units);
    }

    private static Term field(String region, int access, int bits, String... units) {
        return packed(EXTENDED << 8 | 0x81, term(blob -> {
            blob.bytes(path(region).bytes()).u8(access);
            for (String unit : units) {
                blob.text(unit, 4, '_').u8(bits);
            }
        }));
    }

    /** Mutex (name, 0) */
    static Term mutex(String name) {
        return term(blob -> blob.u8(EXTENDED).u8(0x01).bytes(path(name).bytes()).u8(0));
    }

    /** Acquire (mutex, 0xFFFF): waits for ever. */
    static Term acquire(Term mutex) {
        return term(blob -> blob.u8(EXTENDED).u8(0x23).bytes(mutex.bytes()).u16(0xFFFF));
    }

    static Term release(Term mutex) {
        return term(blob -> blob.u8(EXTENDED).u8(0x27).bytes(mutex.bytes()));
    }

    /** A call of a method, which must be given as many arguments as it has. */
    static Term call(String method, Term... arguments) {
        return list(path(method), list(arguments));
    }

    /** Notify (object, event) */
    static Term notification(Term object, Term event) {
        return term(blob -> blob.u8(0x86).bytes(object.bytes()).bytes(event.bytes()));
    }

    static Term createDwordField(Term buffer, int offset, String name) {
        return term(blob -> blob.u8(0x8A)
                .bytes(buffer.bytes())
                .bytes(integer(offset).bytes())
                .bytes(path(name).bytes()));
    }

    static Term store(Term value, Term target) {
        return term(blob -> blob.u8(0x70).bytes(value.bytes()).bytes(target.bytes()));
    }

    /** And (a, b) */
    static Term and(Term a, Term b) {
        return binary(0x7B, a, b, new Term(new byte[] {0}));
    }

    /** ShiftLeft (value, count) */
    static Term shiftLeft(Term value, Term count) {
        return binary(0x79, value, count, new Term(new byte[] {0}));
    }

    /** Or (a, b, target) */
    static Term or(Term a, Term b, Term target) {
        return binary(0x7D, a, b, target);
    }

    private static Term binary(int opcode, Term a, Term b, Term target) {
        return term(blob -> blob.u8(opcode).bytes(a.bytes()).bytes(b.bytes()).bytes(target.bytes()));
    }

    static Term when(Term condition, Term... content) {
        return packed(0xA0, list(condition, list(content)));
    }

    static Term returning(Term value) {
        return term(blob -> blob.u8(0xA4).bytes(value.bytes()));
    }

    /** Arg0 to Arg6. */
    static Term argument(int index) {
        return term(blob -> blob.u8(0x68 + index));
    }
}

package org.margay.cpu.oracle;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A snippet with everything it starts from. The scratch area holds {@link #background(long)} with the pokes on top. */
final class TestCase {
    /** A value put into the scratch area; {@code bytes} is 1-8. */
    record Poke(long address, int bytes, long value) {}

    final Mode mode;
    final HostState input = new HostState();
    final List<Poke> pokes = new ArrayList<>();

    /** What makes it, to name it by. */
    String label = "";

    byte[] code = {};

    /** Where in the scratch area a failing multi-part store may have left its beginning: not compared after a fault. */
    boolean mayTear;

    TestCase(Mode mode) {
        this.mode = mode;
    }

    void poke(long address, int bytes, long value) {
        pokes.add(new Poke(address, bytes, value));
    }

    /** Writes the pokes into {@code scratch}; those outside are dropped. */
    void applyPokes(byte[] scratch) {
        for (Poke poke : pokes) {
            for (int i = 0; i < poke.bytes; i++) {
                long offset = poke.address + i - NativeCpu.SCRATCH;
                if (offset >= 0 && offset < scratch.length) {
                    scratch[(int) offset] = (byte) (poke.value >>> 8 * i);
                }
            }
        }
    }

    String hex() {
        return HexFormat.ofDelimiter(" ").withUpperCase().formatHex(code);
    }

    @Override
    public String toString() {
        return label + "\n" + mode + " " + hex() + "\n" + input + "pokes " + pokes;
    }
}

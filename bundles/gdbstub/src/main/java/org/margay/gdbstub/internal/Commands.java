package org.margay.gdbstub.internal;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.margay.machine.debug.Watchpoint;

/** Does what packets ask for while the guest stands (appendix E.2 to E.4). What can't be read is answered with an error. */
final class Commands {
    private static final String FEATURES = "qXfer:features:read:";

    private final Debuggee debuggee;
    private boolean acknowledges;
    /** That registers and memory are of. */
    private int general;
    /** That steps. */
    private int stepping;

    private String lastStop = "";

    Commands(Debuggee debuggee) {
        this.debuggee = debuggee;
        begin();
    }

    /** A new gdb, which knows nothing of what another one agreed on. */
    void begin() {
        acknowledges = true;
        general = 1;
        stepping = 1;
        lastStop = StopReply.of(Signal.TRAP, 1, "");
        debuggee.seePhysical(false);
    }

    boolean acknowledges() {
        return acknowledges;
    }

    int thread() {
        return general;
    }

    /** Notes what was said of the last stop; its thread is the one that gdb works on now. */
    void stopped(String stop) {
        lastStop = stop;
        int at = stop.indexOf("thread:");
        if (at >= 0) {
            int end = stop.indexOf(';', at);
            general = Integer.parseInt(stop.substring(at + "thread:".length(), end), 16);
            stepping = general;
        }
    }

    Answer execute(String packet) {
        try {
            return packet.isEmpty() ? Answer.UNKNOWN : dispatch(packet.charAt(0), packet.substring(1));
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
            return Answer.INVALID;
        }
    }

    private Answer dispatch(char command, String rest) {
        return switch (command) {
            case '?' -> new Answer.Text(lastStop);
            case 'g' -> readRegisters();
            case 'G' -> writeRegisters(rest);
            case 'p' -> readRegister(rest);
            case 'P' -> writeRegister(rest);
            case 'm' -> readMemory(rest);
            case 'M' -> writeMemory(rest);
            case 'X' -> writeBinary(rest);
            case 'c' -> go(rest);
            case 's' -> step(rest);
            // With a signal, of which a machine knows nothing.
            case 'C' -> go(afterSemicolon(rest));
            case 'S' -> step(afterSemicolon(rest));
            case 'Z' -> setStop(rest, true);
            case 'z' -> setStop(rest, false);
            case 'H' -> select(rest);
            case 'T' -> debuggee.exists(thread(rest)) ? Answer.OK : Answer.INVALID;
            case 'D' -> new Answer.Detached();
            case 'k' -> new Answer.Killed();
            case 'v' -> verbose(rest);
            case 'q' -> query(rest);
            case 'Q' -> set(rest);
            default -> Answer.UNKNOWN;
        };
    }

    // --- registers ---

    private byte[] registers() {
        return debuggee.registers(general).orElseThrow(() -> new IllegalArgumentException("not shown"));
    }

    private Answer readRegisters() {
        return new Answer.Text(HexFormat.of().formatHex(registers()));
    }

    private Answer writeRegisters(String hex) {
        byte[] wanted = HexFormat.of().parseHex(hex);
        byte[] all = registers();
        System.arraycopy(wanted, 0, all, 0, Math.min(wanted.length, all.length));
        debuggee.setRegisters(general, all);
        return Answer.OK;
    }

    private Answer readRegister(String rest) {
        int number = Integer.parseInt(rest, 16);
        int at = RegisterLayout.offset(number);
        int length = RegisterLayout.ALL.get(number).bytes();
        return new Answer.Text(HexFormat.of().formatHex(registers(), at, at + length));
    }

    private Answer writeRegister(String rest) {
        int equals = rest.indexOf('=');
        int number = Integer.parseInt(rest.substring(0, equals), 16);
        byte[] value = HexFormat.of().parseHex(rest.substring(equals + 1));
        if (value.length != RegisterLayout.ALL.get(number).bytes()) {
            return Answer.INVALID;
        }
        byte[] all = registers();
        System.arraycopy(value, 0, all, RegisterLayout.offset(number), value.length);
        debuggee.setRegisters(general, all);
        return Answer.OK;
    }

    // --- memory ---

    /** "ADDRESS,LENGTH", with what follows a colon. */
    private record Range(long address, int length, String data) {
        static Range parse(String text) {
            int comma = text.indexOf(',');
            int colon = text.indexOf(':', comma);
            int end = colon < 0 ? text.length() : colon;
            long length = Long.parseUnsignedLong(text.substring(comma + 1, end), 16);
            if (length < 0 || length > PacketReader.LARGEST_PACKET) {
                throw new IllegalArgumentException("length");
            }
            return new Range(
                    Long.parseUnsignedLong(text.substring(0, comma), 16),
                    (int) length,
                    colon < 0 ? "" : text.substring(colon + 1));
        }
    }

    private Answer readMemory(String rest) {
        Range range = Range.parse(rest);
        byte[] bytes = debuggee.read(general, range.address, Math.min(range.length, PacketReader.LARGEST_PACKET / 2));
        return bytes.length == 0 && range.length > 0
                ? Answer.NOT_MAPPED
                : new Answer.Text(HexFormat.of().formatHex(bytes));
    }

    private Answer writeMemory(String rest) {
        Range range = Range.parse(rest);
        return write(range, HexFormat.of().parseHex(range.data));
    }

    private Answer writeBinary(String rest) {
        Range range = Range.parse(rest);
        return write(range, range.data.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Answer write(Range range, byte[] bytes) {
        if (bytes.length != range.length) {
            return Answer.INVALID;
        }
        return debuggee.write(general, range.address, bytes) ? Answer.OK : Answer.NOT_MAPPED;
    }

    // --- running ---

    private Answer go(String address) {
        jump(address);
        debuggee.resume();
        return new Answer.Goes();
    }

    private Answer step(String address) {
        jump(address);
        return debuggee.step(stepping) ? new Answer.Goes() : Answer.INVALID;
    }

    private void jump(String address) {
        if (!address.isEmpty()) {
            debuggee.setProgramCounter(stepping, Long.parseUnsignedLong(address, 16));
        }
    }

    private static String afterSemicolon(String text) {
        int semicolon = text.indexOf(';');
        return semicolon < 0 ? "" : text.substring(semicolon + 1);
    }

    private Answer verbose(String rest) {
        if (rest.equals("Cont?")) {
            return new Answer.Text("vCont;c;C;s;S");
        }
        if (rest.startsWith("Cont;")) {
            return resume(List.of(rest.substring("Cont;".length()).split(";")));
        }
        if (rest.startsWith("Kill")) {
            return new Answer.Killed();
        }
        return Answer.UNKNOWN;
    }

    /** "ACTION[:THREAD]" for each: when one is to step, it does; else all go on. */
    private Answer resume(List<String> actions) {
        for (String action : actions) {
            int colon = action.indexOf(':');
            if (action.startsWith("s") || action.startsWith("S")) {
                int thread = colon < 0 ? stepping : thread(action.substring(colon + 1));
                if (!debuggee.exists(thread)) {
                    return Answer.INVALID;
                }
                stepping = thread;
                return step("");
            }
        }
        return go("");
    }

    // --- breakpoints ---

    private Answer setStop(String rest, boolean on) {
        String[] words = rest.split("[,;]");
        long address = Long.parseUnsignedLong(words[1], 16);
        long length = Long.parseUnsignedLong(words[2], 16);
        switch (words[0]) {
            case "0", "1" -> {
                if (on) {
                    debuggee.addBreakpoint(address);
                } else {
                    debuggee.removeBreakpoint(address);
                }
            }
            case "2" -> watch(new Watchpoint(address, length, Watchpoint.Access.WRITE), on);
            case "3" -> watch(new Watchpoint(address, length, Watchpoint.Access.READ), on);
            case "4" -> watch(new Watchpoint(address, length, Watchpoint.Access.ANY), on);
            default -> {
                return Answer.UNKNOWN;
            }
        }
        return Answer.OK;
    }

    private void watch(Watchpoint watchpoint, boolean on) {
        if (on) {
            debuggee.addWatchpoint(watchpoint);
        } else {
            debuggee.removeWatchpoint(watchpoint);
        }
    }

    // --- threads and all else ---

    private Answer select(String rest) {
        int thread = thread(rest.substring(1));
        if (!debuggee.exists(thread)) {
            return Answer.INVALID;
        }
        if (rest.charAt(0) == 'g') {
            general = thread;
        } else {
            stepping = thread;
        }
        return Answer.OK;
    }

    /** 0 and -1 stand for any. */
    private int thread(String text) {
        int number = text.equals("-1") ? 0 : Integer.parseInt(text, 16);
        return number == 0 ? general : number;
    }

    private Answer query(String rest) {
        if (rest.startsWith("Supported")) {
            return new Answer.Text("PacketSize=%x;qXfer:features:read+;vContSupported+;QStartNoAckMode+"
                    .formatted(PacketReader.LARGEST_PACKET));
        }
        if (rest.startsWith(FEATURES.substring(1))) {
            return features(rest.substring(FEATURES.length() - 1));
        }
        if (rest.startsWith("ThreadExtraInfo,")) {
            return threadInfo(Integer.parseInt(rest.substring("ThreadExtraInfo,".length()), 16));
        }
        return switch (rest) {
            case "C" -> new Answer.Text("QC%x".formatted(general));
            case "Attached" -> new Answer.Text("1");
            case "fThreadInfo" ->
                new Answer.Text(debuggee.threads().stream()
                        .map(Integer::toHexString)
                        .collect(Collectors.joining(",", "m", "")));
            case "sThreadInfo" -> new Answer.Text("l");
            case "qemu.PhyMemMode" -> new Answer.Text(debuggee.seesPhysical() ? "1" : "0");
            default -> Answer.UNKNOWN;
        };
    }

    private Answer threadInfo(int thread) {
        return debuggee.exists(thread)
                ? new Answer.Text(
                        HexFormat.of().formatHex(debuggee.describe(thread).getBytes(StandardCharsets.US_ASCII)))
                : Answer.INVALID;
    }

    /** "target.xml:OFFSET,LENGTH": a piece of the description; "l" in front of the last one. */
    private static Answer features(String request) {
        int colon = request.indexOf(':');
        if (!request.substring(0, colon).equals("target.xml")) {
            return new Answer.Text("E00");
        }
        int comma = request.indexOf(',');
        String description = RegisterLayout.description();
        int from = Math.min(Integer.parseInt(request.substring(colon + 1, comma), 16), description.length());
        int wanted = Math.min(Integer.parseInt(request.substring(comma + 1), 16), PacketReader.LARGEST_PACKET - 1);
        int to = Math.min(from + wanted, description.length());
        return new Answer.Text((to == description.length() ? "l" : "m") + description.substring(from, to));
    }

    private Answer set(String rest) {
        Optional<Boolean> physical = switch (rest) {
            case "qemu.PhyMemMode:0" -> Optional.of(false);
            case "qemu.PhyMemMode:1" -> Optional.of(true);
            default -> Optional.empty();
        };
        physical.ifPresent(debuggee::seePhysical);
        if (rest.equals("StartNoAckMode")) {
            acknowledges = false;
            return Answer.OK;
        }
        return physical.isPresent() ? Answer.OK : Answer.UNKNOWN;
    }
}

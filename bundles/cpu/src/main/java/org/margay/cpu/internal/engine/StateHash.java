package org.margay.cpu.internal.engine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import org.margay.machine.Machine;
import org.margay.machine.VirtualCpu;
import org.margay.memory.FlatView;
import org.margay.memory.GuestRam;

/** A text that is the same for two machines whose processors and memory are in the same state at the same virtual time. */
final class StateHash {
    /** Bytes hashed at a time. */
    private static final long PIECE = 64 << 20;

    private StateHash() {}

    /** Under the machine lock, while the machine is stopped. */
    static String of(Machine machine) {
        long instructions = 0;
        MessageDigest registers = sha256();
        for (VirtualCpu cpu : machine.cpus()) {
            instructions += cpu.instructions();
            if (cpu instanceof EngineCpu own) {
                registers.update(own.snapshot().toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        return """
                instructions         %d
                virtual time         %d ns
                registers            %s
                memory               %s
                """.formatted(
                instructions,
                machine.virtualClock().nanos(),
                HexFormat.of().formatHex(registers.digest()),
                HexFormat.of().formatHex(memory(machine))).stripTrailing();
    }

    /** RAM and ROM in the order of their addresses, each block once. */
    private static byte[] memory(Machine machine) {
        Set<GuestRam> blocks = new LinkedHashSet<>();
        for (FlatView.Range range : machine.memory().view().ranges()) {
            GuestRam ram = range.ram();
            if (ram != null) {
                blocks.add(ram);
            }
        }
        MessageDigest digest = sha256();
        for (GuestRam ram : blocks) {
            for (long at = 0; at < ram.size(); at += PIECE) {
                digest.update(ram.segment()
                        .asSlice(at, Math.min(PIECE, ram.size() - at))
                        .asByteBuffer());
            }
        }
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has it", e);
        }
    }
}

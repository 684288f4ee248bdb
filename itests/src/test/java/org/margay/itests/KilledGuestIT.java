package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Linux writes to a virtio disk on a qcow2 image, flushes, and says what it flushed; in the middle of that the process is killed
 * (SIGKILL). {@code -Dmargay.kills=200} does so a twentieth as many times, as each boots a guest; most kills are {@link
 * org.margay.itests.kill.KilledWriterIT}'s.
 */
@Timeout(3600)
class KilledGuestIT {
    private static final int KILLS = Math.max(1, Integer.getInteger("margay.kills", 5) / 20);
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int BLOCK = 64 << 10;
    private static final int BLOCKS = 300;

    /** In the guest: block after block, in an order that has them far from each other, each full of its number. */
    private static final String WRITER = "i=%1$d; while :; do i=$((i+1)); yes $i | head -c 65536"
            + " | dd of=/dev/vda bs=64k iflag=fullblock seek=$((i*7919%%%2$d)) conv=notrunc,fsync 2>/dev/null"
            + " && echo flush''ed $i.; done\n";

    private static final Pattern FLUSHED = Pattern.compile("flushed (\\d+)\\.");

    @TempDir
    private Path folder;

    @Test
    void whatTheGuestFlushedIsThere() throws Exception {
        Path image = folder.resolve("disk.qcow2");
        HostTool.run("qemu-img", "create", "-q", "-f", "qcow2", image, "64M");
        Random random = new Random();
        Map<Integer, Integer> flushed = new HashMap<>();
        int last = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            try (Margay margay = DebianGuest.boot(
                    "-nodefaults",
                    "-drive",
                    "if=none,id=d0,format=qcow2,file=" + image,
                    "-device",
                    "virtio-blk-pci,drive=d0")) {
                GuestShell.of(margay);
                margay.terminal().type(WRITER.formatted(last, BLOCKS));
                margay.terminal().await("flushed %d.".formatted(last + 20 + random.nextInt(80)), PATIENCE);
                // By its handle, since what it said before is still to be read.
                margay.process().toHandle().destroyForcibly();
                margay.process().waitFor();
                margay.terminal().awaitEnd(PATIENCE);
                for (Matcher said = FLUSHED.matcher(margay.terminal().all()); said.find(); ) {
                    last = Integer.parseInt(said.group(1));
                    flushed.put(place(last), last);
                }
            }
            // What it wrote last, and never came to say.
            last++;
            check(image, flushed, last);
        }
        System.out.printf("KilledGuestIT: %d kills, %d flushes survived%n", KILLS, last);
    }

    private static int place(int number) {
        return (int) (number * 7919L % BLOCKS);
    }

    private void check(Path image, Map<Integer, Integer> flushed, int unsaid) throws Exception {
        HostTool.Result checked = HostTool.tryRun("qemu-img", "check", "-f", "qcow2", image);
        assertThat(checked.exitCode()).as(checked.output()).isIn(0, 3);
        Path raw = folder.resolve("disk.raw");
        HostTool.run("qemu-img", "convert", "-f", "qcow2", "-O", "raw", image, raw);
        byte[] content = Files.readAllBytes(raw);
        flushed.forEach((place, number) -> {
            byte[] block = Arrays.copyOfRange(content, place * BLOCK, (place + 1) * BLOCK);
            boolean overwritten = place == place(unsaid);
            assertThat(overwritten || Arrays.equals(block, full(number)))
                    .as("block %d holds %d", place, number)
                    .isTrue();
        });
    }

    /** What yes and head make of a number. */
    private static byte[] full(int number) {
        byte[] line = (number + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] block = new byte[BLOCK];
        for (int i = 0; i < block.length; i++) {
            block[i] = line[i % line.length];
        }
        return block;
    }
}

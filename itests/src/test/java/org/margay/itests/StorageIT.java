package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Virtio disks that come and go in a running Linux, and what can be done with them from outside meanwhile. */
@Timeout(900)
class StorageIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final int MEBIBYTE = 1 << 20;
    private static final int DISK_MEBIBYTES = 32;
    private static final List<String> DRIVES =
            List.of("plain", "resized", "limited", "updated", "torn", "failing", "chained", "trimmed", "thin");

    @TempDir
    private static Path folder;

    /** Drives that no test has used yet. */
    private static int drives = DRIVES.size();

    private static Margay margay;
    private static GuestShell shell;
    private static QmpClient qmp;

    @BeforeAll
    static void boot() throws Exception {
        int port = QmpClient.freePort();
        List<String> options = new ArrayList<>(List.of("-nodefaults", "-qmp", QmpClient.server(port)));
        for (String drive : DRIVES) {
            fill(image(drive));
            String file = switch (drive) {
                case "failing" -> "format=raw,werror=stop,file=blkdebug:%s:%s".formatted(rules(), image(drive));
                case "chained" -> "format=qcow2,file=" + overlay(image(drive));
                case "trimmed" -> "format=raw,discard=unmap,file=" + image(drive);
                case "thin" -> "format=qcow2,discard=unmap,detect-zeroes=unmap,file=" + converted(image(drive));
                default -> "format=raw,file=" + image(drive);
            };
            options.addAll(List.of("-drive", "if=none,id=%s,%s".formatted(drive, file)));
        }
        margay = DebianGuest.boot(options.toArray(String[]::new));
        shell = GuestShell.of(margay);
        qmp = QmpClient.negotiate(port);
    }

    @AfterAll
    static void end() throws Exception {
        qmp.close();
        margay.close();
    }

    private static Path image(String drive) {
        return folder.resolve(drive + ".img");
    }

    /** The host has no room, twice. */
    private static Path rules() throws IOException {
        return Files.writeString(folder.resolve("rules"), """
                [inject-error]
                event = "write_aio"
                errno = "28"
                once = "on"
                [inject-error]
                event = "write_aio"
                errno = "5"
                once = "on"
                """);
    }

    private static Path overlay(Path backing) throws IOException, InterruptedException {
        Path overlay = folder.resolve("overlay.qcow2");
        HostTool.run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", backing, overlay);
        return overlay;
    }

    private static Path converted(Path raw) throws IOException, InterruptedException {
        Path converted = folder.resolve("thin.qcow2");
        HostTool.run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, converted);
        return converted;
    }

    private static void fill(Path image) throws IOException {
        Files.write(image, sample());
    }

    /** What each disk holds at first. */
    private static byte[] sample() {
        byte[] content = new byte[DISK_MEBIBYTES * MEBIBYTE];
        new Random(1).nextBytes(content);
        return content;
    }

    /** @param from first mebibyte that is zeros, up to the other */
    private static byte[] zeroed(byte[] content, int from, int to) {
        Arrays.fill(content, from * MEBIBYTE, to * MEBIBYTE, (byte) 0);
        return content;
    }

    private static void execute(String command, String arguments) throws IOException {
        assertThat(request(command, arguments).has("return")).isTrue();
    }

    private static JsonNode request(String command, String arguments) throws IOException {
        JsonNode reply = qmp.request("{'execute': '%s', 'arguments': {%s}}".formatted(command, arguments));
        assertThat(reply.has("return")).as("%s: %s", command, reply).isTrue();
        return reply;
    }

    private static void plug(String drive) throws Exception {
        execute(
                "device_add",
                "'driver': 'virtio-blk-pci', 'id': 'disk', 'drive': '%s', 'serial': 'of-%s'".formatted(drive, drive));
        shell.run("until [ -b /dev/vda ]; do sleep 0.1; done", SOON);
    }

    private static void unplug() throws Exception {
        execute("device_del", "'id': 'disk'");
        assertThat(qmp.awaitEvent("DEVICE_DELETED", SOON).at("/data/device").asText())
                .isEqualTo("disk");
        // The drive has gone with it.
        assertThat(qmp.execute("query-block").findValuesAsText("device")).hasSize(--drives);
        shell.run("while [ -b /dev/vda ]; do sleep 0.1; done", SOON);
    }

    private static String digest(Path file) throws Exception {
        return digest(Files.readAllBytes(file));
    }

    private static String digest(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    @Test
    void aDiskIsReadFormattedAndWritten() throws Exception {
        plug("plain");
        assertThat(shell.run("sha256sum /dev/vda; cat /sys/block/vda/serial", LONG))
                .contains(digest(image("plain")))
                .contains("of-plain");
        assertThat(shell.run("blockdev --getsize64 /dev/vda; cat /sys/block/vda/cache_type", SOON))
                .contains("\n" + DISK_MEBIBYTES * MEBIBYTE)
                .contains("write back");
        String output = shell.run(
                "blkdiscard /dev/vda && mke2fs /dev/vda >/dev/null && mount -t ext4 /dev/vda /mnt"
                        + " && dd if=/dev/urandom of=/mnt/f bs=1M count=8 && sha256sum /mnt/f && umount /mnt && mount -t ext4 /dev/vda /mnt"
                        + " && sha256sum /mnt/f && umount /mnt",
                LONG);
        List<String> sums =
                output.lines().filter(line -> line.endsWith("  /mnt/f")).toList();
        assertThat(sums).hasSize(2);
        assertThat(sums.get(0)).isEqualTo(sums.get(1));
        unplug();
        HostTool.run("e2fsck", "-f", "-n", image("plain"));
        // Discards are ignored unless the user says discard=unmap.
        assertThat(allocated(image("plain"))).isEqualTo(DISK_MEBIBYTES);
    }

    /** Mebibytes that a file has on the host. */
    private static long allocated(Path file) throws IOException, InterruptedException {
        return Long.parseLong(HostTool.run("stat", "-c", "%b", file).trim()) * 512 / MEBIBYTE;
    }

    @Test
    void discardedRoomGoesBackToTheHost() throws Exception {
        plug("trimmed");
        assertThat(shell.run("blkdiscard -o 4M -l 16M /dev/vda && echo 'is' discarded", SOON))
                .contains("is discarded");
        unplug();
        assertThat(allocated(image("trimmed"))).isEqualTo(DISK_MEBIBYTES - 16);
        assertThat(digest(image("trimmed"))).isEqualTo(digest(zeroed(sample(), 4, 20)));
    }

    @Test
    void clustersThatAreDiscardedOrZeroedAreFreed() throws Exception {
        plug("thin");
        assertThat(shell.run(
                        "blkdiscard -o 4M -l 8M /dev/vda && dd if=/dev/zero of=/dev/vda bs=1M seek=16 count=8 oflag=direct"
                                + " && sync && sha256sum /dev/vda",
                        LONG))
                .contains(digest(zeroed(zeroed(sample(), 4, 12), 16, 24)));
        unplug();
        Path thin = folder.resolve("thin.qcow2");
        HostTool.run("qemu-img", "check", "-f", "qcow2", thin);
        assertThat(allocated(thin)).isBetween(DISK_MEBIBYTES - 16L, DISK_MEBIBYTES - 15L);
    }

    @Test
    void aDiskGrowsUnderTheGuest() throws Exception {
        plug("resized");
        execute("block_resize", "'device': 'resized', 'size': %d".formatted(2 * DISK_MEBIBYTES * MEBIBYTE));
        assertThat(shell.run(
                        "until [ $(blockdev --getsize64 /dev/vda) = %d ]; do sleep 0.1; done; echo new 'size'"
                                .formatted(2 * DISK_MEBIBYTES * MEBIBYTE),
                        SOON))
                .contains("new size");
        assertThat(shell.run(
                        "dd if=/dev/zero bs=1M seek=%d count=1 of=/dev/vda conv=fsync && echo 'is' written"
                                .formatted(2 * DISK_MEBIBYTES - 1),
                        SOON))
                .contains("is written");
        unplug();
        assertThat(Files.size(image("resized"))).isEqualTo(2L * DISK_MEBIBYTES * MEBIBYTE);
    }

    /** By the guest's own clock. */
    @Test
    void aLimitIsKeptWithinFivePercent() throws Exception {
        plug("limited");
        execute(
                "block_set_io_throttle",
                "'device': 'limited', 'bps': %d, 'bps_rd': 0, 'bps_wr': 0, 'iops': 0, 'iops_rd': 0, 'iops_wr': 0"
                        .formatted(MEBIBYTE));
        // What a bucket lets through at first is gone after the first read.
        String read = "dd if=/dev/vda of=/dev/null bs=64k iflag=direct 2>/dev/null count=";
        String output =
                shell.run(read + "16; cut -d' ' -f1 /proc/uptime; " + read + "160; cut -d' ' -f1 /proc/uptime", LONG);
        List<Double> times = output.lines()
                .filter(line -> line.matches("\\d+\\.\\d\\d"))
                .map(Double::valueOf)
                .toList();
        assertThat(times).hasSize(2);
        double rate = 160 * 65536 / (times.get(1) - times.get(0));
        assertThat(rate).isBetween(0.95 * MEBIBYTE, 1.05 * MEBIBYTE);
        unplug();
    }

    /** The disk's bundle is exchanged three times while the guest copies. */
    @Test
    void aDriverIsUpdatedUnderLoad() throws Exception {
        plug("updated");
        String half = "%d".formatted(DISK_MEBIBYTES / 2);
        shell.start(
                ("for i in $(seq 6); do dd if=/dev/urandom of=/dev/vda bs=64k count=64 seek=%1$s0 oflag=direct 2>/dev/null; done;"
                                + " dd if=/dev/vda bs=1M count=%1$s iflag=direct 2>/dev/null"
                                + " | dd of=/dev/vda bs=1M seek=%1$s iflag=fullblock oflag=direct 2>/dev/null; sync;"
                                + " dd if=/dev/vda bs=1M count=%1$s iflag=direct 2>/dev/null | sha256sum;"
                                + " dd if=/dev/vda bs=1M skip=%1$s iflag=direct 2>/dev/null | sha256sum")
                        .formatted(half));
        for (int version = 1; version <= 3; version++) {
            Thread.sleep(700);
            Path jar = folder.resolve("virtio-blk-%d.jar".formatted(version));
            Repacked.bundle("org.margay.virtio.blk", jar, "9.%d.0".formatted(version));
            JsonNode done = request("x-driver-update", "'driver': 'virtio-blk-pci', 'filename': '%s'".formatted(jar))
                    .get("return");
            assertThat(done.get("to").asText()).isEqualTo("9.%d.0".formatted(version));
            assertThat(done.get("devices").asInt()).isEqualTo(1);
        }
        List<String> sums = shell.finish(LONG)
                .lines()
                .filter(line -> line.matches("[0-9a-f]{64}  -.*"))
                .toList();
        assertThat(sums).hasSize(2);
        assertThat(sums.get(0)).isEqualTo(sums.get(1));
        unplug();
        try (RandomAccessFile file = new RandomAccessFile(image("updated").toFile(), "r")) {
            byte[] first = new byte[DISK_MEBIBYTES / 2 * MEBIBYTE];
            byte[] second = new byte[first.length];
            file.readFully(first);
            file.readFully(second);
            assertThat(first).isEqualTo(second);
        }
    }

    /** The guest does not see that the host had no room, as somebody made some and let it go on. */
    @Test
    void aFailedWriteIsTriedAgain() throws Exception {
        plug("failing");
        shell.start("yes disk | head -c 65536 | dd of=/dev/vda bs=64k iflag=fullblock seek=3 oflag=direct 2>/dev/null"
                + " && echo 'is' written");
        for (boolean full : new boolean[] {true, false}) {
            JsonNode error = qmp.awaitEvent("BLOCK_IO_ERROR", SOON).get("data");
            assertThat(error.get("device").asText()).isEqualTo("failing");
            assertThat(error.get("operation").asText()).isEqualTo("write");
            assertThat(error.get("action").asText()).isEqualTo("stop");
            qmp.awaitEvent("STOP", SOON);
            assertThat(qmp.execute("query-status").get("status").asText()).isEqualTo("io-error");
            assertThat(qmp.execute("query-block").findValuesAsText("io-status")).contains(full ? "nospace" : "failed");
            qmp.execute("cont");
        }
        assertThat(shell.finish(LONG)).contains("is written");
        unplug();
        byte[] content = Files.readAllBytes(image("failing"));
        assertThat(new String(content, 3 << 16, 1 << 16, StandardCharsets.US_ASCII))
                .isEqualTo("disk\n".repeat(1 << 14).substring(0, 1 << 16));
    }

    /** A snapshot, then what lies below is copied up, while the guest goes on writing. */
    @Test
    void aChainIsSnapshottedAndStreamedUnderLoad() throws Exception {
        plug("chained");
        shell.start(
                "for i in $(seq 24); do dd if=/dev/urandom of=/dev/vda bs=64k count=20 seek=$((i*37%480)) oflag=direct 2>/dev/null;"
                        + " echo 'round' $i; done");
        shell.await("round 3", LONG);
        Path top = folder.resolve("top.qcow2");
        execute(
                "blockdev-snapshot-sync",
                "'device': 'chained', 'snapshot-file': '%s', 'format': 'qcow2'".formatted(top));
        shell.await("round 6", LONG);
        execute("block_stream", "'device': 'chained'");
        JsonNode completed = qmp.awaitEvent("BLOCK_JOB_COMPLETED", LONG).get("data");
        assertThat(completed.has("error")).as(completed.toString()).isFalse();
        assertThat(completed.get("offset").asLong())
                .isEqualTo(completed.get("len").asLong());
        shell.finish(LONG);
        String sum = shell.run("sync; echo 3 >/proc/sys/vm/drop_caches; sha256sum /dev/vda", LONG);
        unplug();
        HostTool.run("qemu-img", "check", "-f", "qcow2", top);
        assertThat(HostTool.run("qemu-img", "info", top)).doesNotContain("backing file");
        Path raw = folder.resolve("top.raw");
        HostTool.run("qemu-img", "convert", "-O", "raw", top, raw);
        assertThat(sum).contains(digest(raw));
    }

    @Test
    void aDiskGoesUnderLoad() throws Exception {
        plug("torn");
        shell.start("echo under 'load'; while [ -b /dev/vda ]; do dd if=/dev/vda of=/dev/null bs=1M iflag=direct;"
                + " [ -b /dev/vda ] && dd if=/dev/zero of=/dev/vda bs=64k; done; rm -f /dev/vda");
        shell.await("under load", SOON);
        execute("device_del", "'id': 'disk'");
        assertThat(qmp.awaitEvent("DEVICE_DELETED", SOON).at("/data/device").asText())
                .isEqualTo("disk");
        drives--;
        shell.finish(LONG);
        assertThat(qmp.execute("query-status").get("running").asBoolean()).isTrue();
    }
}

package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a running guest sees of images that lie on a server, a block device, or a file system without room. */
@Timeout(900)
class HostDisksIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final int MEBIBYTE = 1 << 20;
    private static final int DISK_MEBIBYTES = 8;

    @TempDir
    private static Path folder;

    private static HostServers servers;
    private static Process nbd;
    private static Margay margay;
    private static GuestShell shell;
    private static QmpClient qmp;
    /** Where a small file system is mounted; without root's rights nowhere. */
    private static boolean mounted;
    /** A loop device, or nothing without root's rights. */
    private static String loop = "";

    /** Another one, which is to be a CD. */
    private static String disc = "";

    private static final boolean ROOT = System.getProperty("user.name").equals("root");

    @BeforeAll
    static void boot() throws Exception {
        Path served = Files.createDirectory(folder.resolve("served"));
        byte[] content = new byte[DISK_MEBIBYTES * MEBIBYTE];
        new Random(2).nextBytes(content);
        for (String image : List.of("served/disk.img", "kept.img", "loop.img")) {
            Files.write(folder.resolve(image), content);
        }
        servers = new HostServers(served, folder);
        List<String> options = new ArrayList<>(List.of("-nodefaults"));
        addDrive(options, "http", "format=raw,readonly=on,file=%sdisk.img".formatted(servers.http()));
        addDrive(options, "ftp", "format=raw,readonly=on,file=%sdisk.img".formatted(servers.ftp()));
        nbd = servers.nbd(served.resolve("disk.img"), folder.resolve("nbd.sock"));
        addDrive(
                options,
                "nbd",
                "format=raw,readonly=on,rerror=stop,file=nbd+unix:///?socket=%s&reconnect-delay=0"
                        .formatted(folder.resolve("nbd.sock")));
        addDrive(options, "kept", "format=raw,snapshot=on,file=" + folder.resolve("kept.img"));
        if (ROOT) {
            addDrive(options, "tftp", "format=raw,readonly=on,file=%sdisk.img".formatted(servers.tftp()));
            addLoops(options);
            addFull(options);
        }
        int port = QmpClient.freePort();
        options.addAll(List.of("-qmp", QmpClient.server(port)));
        margay = DebianGuest.boot(options.toArray(String[]::new));
        shell = GuestShell.of(margay);
        qmp = QmpClient.negotiate(port);
    }

    private static void addDrive(List<String> options, String id, String rest) {
        options.addAll(List.of("-drive", "if=none,id=%s,%s".formatted(id, rest)));
    }

    private static void addLoops(List<String> options) throws IOException, InterruptedException {
        loop = loop("loop.img");
        disc = loop("served/disk.img");
        if (!loop.isEmpty()) {
            addDrive(options, "loop", "format=raw,discard=unmap,file=" + loop);
        }
        if (!disc.isEmpty()) {
            addDrive(options, "disc", "format=raw,readonly=on,file=host_cdrom:" + disc);
        }
    }

    /** A block device over a file, or nothing where none can be made. */
    private static String loop(String file) throws IOException, InterruptedException {
        HostTool.Result made = HostTool.tryRun("losetup", "-f", "--show", folder.resolve(file));
        return made.exitCode() == 0 ? made.output().trim() : "";
    }

    private static void addFull(List<String> options) throws IOException, InterruptedException {
        Path small = Files.createDirectory(folder.resolve("small"));
        mounted = HostTool.tryRun("mount", "-t", "tmpfs", "-o", "size=3m", "none", small)
                        .exitCode()
                == 0;
        for (String format : List.of("raw", "qcow2")) {
            Path image = small.resolve("full." + format);
            HostTool.run("qemu-img", "create", "-q", "-f", format, image, DISK_MEBIBYTES + "M");
            addDrive(options, "full-" + format, "format=%s,file=%s".formatted(format, image));
        }
    }

    @AfterAll
    static void end() throws Exception {
        if (qmp != null) {
            qmp.close();
        }
        if (margay != null) {
            margay.close();
        }
        servers.close();
        if (mounted) {
            HostTool.run("umount", folder.resolve("small"));
        }
        for (String device : List.of(loop, disc)) {
            if (!device.isEmpty()) {
                HostTool.run("losetup", "-d", device);
            }
        }
    }

    private static void plug(String drive) throws Exception {
        JsonNode reply = qmp.request(
                "{'execute': 'device_add', 'arguments': {'driver': 'virtio-blk-pci', 'id': 'disk', 'drive': '%s'}}"
                        .formatted(drive));
        assertThat(reply.has("return")).as(reply.toString()).isTrue();
        shell.run("until [ -b /dev/vda ]; do sleep 0.1; done", SOON);
    }

    private static void unplug() throws Exception {
        qmp.request("{'execute': 'device_del', 'arguments': {'id': 'disk'}}");
        qmp.awaitEvent("DEVICE_DELETED", SOON);
        shell.run("while [ -b /dev/vda ]; do sleep 0.1; done", SOON);
    }

    private static String digest(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private static String driver(String drive) throws Exception {
        for (JsonNode one : qmp.execute("query-block")) {
            if (one.get("device").asText().equals(drive)) {
                return one.at("/inserted/file").asText() + " by "
                        + one.at("/inserted/drv").asText();
            }
        }
        throw new AssertionError("there is no drive " + drive);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ftp", "tftp"})
    void aServersFileIsADisk(String protocol) throws Exception {
        assumeThat(ROOT || !protocol.equals("tftp")).isTrue();
        plug(protocol);
        assertThat(shell.run("sha256sum /dev/vda; cat /sys/block/vda/ro", LONG))
                .contains(digest(folder.resolve("served/disk.img")))
                .contains("\n1");
        unplug();
    }

    @Test
    void aServerThatComesBackIsReadOn() throws Exception {
        plug("nbd");
        shell.run("dd if=/dev/vda of=/dev/null bs=64k count=8 iflag=direct", SOON);
        nbd.destroyForcibly().waitFor();
        Files.deleteIfExists(folder.resolve("nbd.sock"));
        shell.start("dd if=/dev/vda bs=256k iflag=direct 2>/dev/null | sha256sum");
        JsonNode error = qmp.awaitEvent("BLOCK_IO_ERROR", SOON).get("data");
        assertThat(error.get("device").asText()).isEqualTo("nbd");
        assertThat(error.get("operation").asText()).isEqualTo("read");
        assertThat(error.get("action").asText()).isEqualTo("stop");
        qmp.awaitEvent("STOP", SOON);
        nbd = servers.nbd(folder.resolve("served/disk.img"), folder.resolve("nbd.sock"));
        qmp.execute("cont");
        assertThat(shell.finish(LONG)).contains(digest(folder.resolve("served/disk.img")));
        unplug();
    }

    /** The guest waits while the host has no room, and sees nothing of it: werror=enospc is the default. */
    @ParameterizedTest
    @ValueSource(strings = {"raw", "qcow2"})
    void aGuestGoesOnWhenTheHostHasRoomAgain(String format) throws Exception {
        assumeThat(mounted).as("file systems can be mounted").isTrue();
        Path small = folder.resolve("small");
        HostTool.run("mount", "-o", "remount,size=3m", small);
        plug("full-" + format);
        shell.start(
                "yes disk | dd of=/dev/vda bs=64k iflag=fullblock count=%d oflag=direct 2>/dev/null && echo 'is' written"
                        .formatted(DISK_MEBIBYTES * 16));
        JsonNode error = qmp.awaitEvent("BLOCK_IO_ERROR", SOON).get("data");
        assertThat(error.get("nospace").asBoolean()).isTrue();
        assertThat(error.get("action").asText()).isEqualTo("stop");
        qmp.awaitEvent("STOP", SOON);
        assertThat(qmp.execute("query-status").get("status").asText()).isEqualTo("io-error");
        HostTool.run("mount", "-o", "remount,size=64m", small);
        qmp.execute("cont");
        assertThat(shell.finish(LONG)).contains("is written");
        unplug();
        Path image = small.resolve("full." + format);
        Path raw = folder.resolve("was-full.raw");
        HostTool.run("qemu-img", "convert", "-f", format, "-O", "raw", image, raw);
        assertThat(Files.readAllBytes(raw))
                .isEqualTo("disk\n"
                        .repeat(DISK_MEBIBYTES * MEBIBYTE / 5 + 1)
                        .substring(0, DISK_MEBIBYTES * MEBIBYTE)
                        .getBytes(StandardCharsets.US_ASCII));
        if (format.equals("qcow2")) {
            HostTool.checkImage(image, format);
        }
        Files.delete(image);
    }

    @Test
    void aBlockDeviceOfTheHostIsADisk() throws Exception {
        assumeThat(loop).as("a loop device").isNotEmpty();
        assertThat(driver("loop")).isEqualTo(loop + " by raw");
        plug("loop");
        Path image = folder.resolve("loop.img");
        assertThat(shell.run("sha256sum /dev/vda; blockdev --getsize64 /dev/vda", LONG))
                .contains(digest(image))
                .contains("\n" + DISK_MEBIBYTES * MEBIBYTE);
        assertThat(shell.run(
                        "blkdiscard -o 4M -l 2M /dev/vda && dd if=/dev/zero of=/dev/vda bs=64k seek=1 count=1 oflag=direct"
                                + " && sync; sha256sum /dev/vda",
                        LONG))
                .contains(HexFormat.of().formatHex(expectedOnLoop()));
        unplug();
        HostTool.run("blockdev", "--flushbufs", loop);
        long blocks = Long.parseLong(HostTool.run("stat", "-c", "%b", image).trim());
        assertThat(blocks * 512).isEqualTo((DISK_MEBIBYTES - 2L) * MEBIBYTE);
    }

    @Test
    void aBlockDeviceIsADiscWhenItIsSaidToBe() throws Exception {
        assumeThat(disc).as("a loop device").isNotEmpty();
        assertThat(driver("disc")).isEqualTo("host_cdrom:" + disc + " by raw");
        plug("disc");
        assertThat(shell.run("sha256sum /dev/vda; cat /sys/block/vda/ro", LONG))
                .contains(digest(folder.resolve("served/disk.img")))
                .contains("\n1");
        unplug();
    }

    private static byte[] expectedOnLoop() throws Exception {
        byte[] content = Files.readAllBytes(folder.resolve("kept.img"));
        Arrays.fill(content, 4 * MEBIBYTE, 6 * MEBIBYTE, (byte) 0);
        Arrays.fill(content, 1 << 16, 2 << 16, (byte) 0);
        return MessageDigest.getInstance("SHA-256").digest(content);
    }

    /** The overlay has no name from the moment it is open, so that nothing can leave it behind, a kill included. */
    @Test
    void whatIsWrittenOverASnapshotIsGoneWithTheDrive() throws Exception {
        String before = digest(folder.resolve("kept.img"));
        assertThat(overlays()).hasSize(1).allMatch(name -> name.endsWith(" (deleted)"));
        plug("kept");
        String sums = shell.run(
                "yes | dd of=/dev/vda bs=64k iflag=fullblock count=20 seek=5 oflag=direct 2>/dev/null;"
                        + " dd if=/dev/vda bs=64k skip=5 count=20 iflag=direct 2>/dev/null | sha256sum;"
                        + " yes | head -c 1310720 | sha256sum",
                LONG);
        List<String> lines =
                sums.lines().filter(line -> line.matches("[0-9a-f]{64}  -.*")).toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).isEqualTo(lines.get(1));
        unplug();
        assertThat(overlays()).isEmpty();
        assertThat(digest(folder.resolve("kept.img"))).isEqualTo(before);
    }

    /** Temporary images that the process has open. */
    private static List<String> overlays() throws IOException {
        Path descriptors = Path.of("/proc/%d/fd".formatted(margay.process().pid()));
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.map(HostDisksIT::target)
                    .filter(name -> name.contains("/margay-") && name.contains(".qcow2"))
                    .distinct()
                    .toList();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException _) {
            // Closed meanwhile.
            return "";
        }
    }
}

package org.margay.itests.golden;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.margay.itests.golden.Transcript.Run;

/** The images that the recorded machines had, made by QEMU's own tool. */
final class GoldenImages {
    private static final int MIB = 1 << 20;
    private static final int FLOPPY = 1_474_560;

    private GoldenImages() {}

    /** Makes those that a run speaks of, if it speaks of any. */
    static void make(Run run, Path folder) throws IOException {
        String all = String.join(" ", run.arguments());
        if (!all.contains("/vm/") || !all.contains(".qcow2") && !all.contains(".img")) {
            return;
        }
        raw(folder, "r.img", MIB);
        raw(folder, "c.img", 2 * MIB);
        raw(folder, "f.img", MIB);
        // Their code runs as a BIOS: see GuestCode.
        raw(folder, "lock.img", FLOPPY);
        raw(folder, "ej.img", FLOPPY);
        raw(folder, "cd1.img", 2 * MIB);
        raw(folder, "cd2.img", 2 * MIB);
        if (all.contains("top.qcow2")) {
            byte[] content = new byte[16 * MIB];
            new Random(1).nextBytes(content);
            Files.write(folder.resolve("base.img"), content);
            overlay(folder, "mid.qcow2", "base.img", "raw");
            overlay(folder, "top.qcow2", "mid.qcow2", "qcow2");
            overlay(folder, "top2.qcow2", "base.img", "raw");
        }
        for (String name : new String[] {"a", "b", "bb", "plain"}) {
            if (all.contains("/" + name + ".qcow2") || name.equals("bb") && all.contains("/bk.qcow2")) {
                qemuImg(
                        "create",
                        "-q",
                        "-f",
                        "qcow2",
                        folder.resolve(name + ".qcow2").toString(),
                        "64M");
            }
        }
        if (all.contains("/bk.qcow2")) {
            overlay(folder, "bk.qcow2", "bb.qcow2", "qcow2");
        }
        if (run.description().startsWith("blockdev-snapshot-sync")) {
            overlay(folder, "pre.qcow2", "a.qcow2", "qcow2");
        }
        if (all.contains("/enc.qcow2")) {
            encrypted(folder, "enc.qcow2");
            encrypted(folder, "enc2.qcow2");
        }
    }

    private static void raw(Path folder, String name, long size) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
            file.setLength(size);
        }
    }

    private static void overlay(Path folder, String name, String backing, String format) throws IOException {
        String below = folder.resolve(backing).toString();
        qemuImg(
                "create",
                "-q",
                "-f",
                "qcow2",
                "-b",
                below,
                "-F",
                format,
                folder.resolve(name).toString());
    }

    /** Images of the encryption of old. */
    private static void encrypted(Path folder, String name) throws IOException {
        String options = "encrypt.format=aes,encrypt.key-secret=key";
        String image = folder.resolve(name).toString();
        qemuImg("create", "-q", "--object", "secret,id=key,data=secret", "-f", "qcow2", "-o", options, image, "8M");
    }

    private static void qemuImg(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = "qemu-img";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}

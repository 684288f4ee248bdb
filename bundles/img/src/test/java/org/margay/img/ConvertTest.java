package org.margay.img;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is copied, read by qemu-img. */
class ConvertTest {
    private static final int MIB = 1 << 20;

    private Peers peers;

    /** Data, zeros that are written, holes, all in pieces of many sizes. */
    @BeforeEach
    void image(@TempDir Path folder) throws IOException {
        assumeTrue(Peers.installed());
        peers = new Peers(folder);
        Random random = new Random(3);
        try (RandomAccessFile file =
                new RandomAccessFile(peers.ours.resolve("a.raw").toFile(), "rw")) {
            file.setLength(23L * MIB + 512);
            for (int i = 0; i < 40; i++) {
                byte[] bytes = new byte[512 * (1 + random.nextInt(800))];
                if (random.nextInt(3) > 0) {
                    random.nextBytes(bytes);
                }
                file.seek(512L * random.nextInt((int) (file.length() / 512) - bytes.length / 512));
                file.write(bytes);
            }
        }
    }

    private void same(String first, String second) throws Exception {
        Process process = new ProcessBuilder(
                        "qemu-img",
                        "compare",
                        "-q",
                        peers.ours.resolve(first).toString(),
                        peers.ours.resolve(second).toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).as("%s and %s", first, second).isZero();
    }

    private void run(String line) {
        assertThat(peers.ours(line)).as(line).isEqualTo(new Peers.Result(0, "", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-O qcow2",
                "-O qcow2 -c",
                "-O qcow2 -W",
                "-O qcow2 -m 1",
                "-O qcow2 -m 16",
                "-O qcow2 -S 0",
                "-O qcow2 -S 64k",
                "-O qcow2 -o cluster_size=512",
                "-O qcow2 -c -o cluster_size=2M",
                "-O qcow2 -t none -T none",
                "-O qcow2 -t writethrough",
                "-O raw",
                "-O raw -S 0",
                "-O raw -S 512",
            })
    void copies(String options) throws Exception {
        run("convert -f raw " + options + " @/a.raw @/n");
        same("a.raw", "n");
        run("convert -O raw @/n @/back.raw");
        same("a.raw", "back.raw");
    }

    @Test
    void zerosReplaceWhatWasThere() throws Exception {
        try (RandomAccessFile file =
                new RandomAccessFile(peers.ours.resolve("n").toFile(), "rw")) {
            byte[] bytes = new byte[24 * MIB];
            new Random(4).nextBytes(bytes);
            file.write(bytes);
        }
        run("convert -n -f raw -O raw @/a.raw @/n");
        try (RandomAccessFile file =
                new RandomAccessFile(peers.ours.resolve("n").toFile(), "rw")) {
            file.setLength(23L * MIB + 512);
        }
        same("a.raw", "n");
    }

    @Test
    void whatABackingFileShowsIsNotCopied() throws Exception {
        run("create -q -f qcow2 -b @/a.raw -F raw @/top.qcow2");
        Process process = new ProcessBuilder(
                        "qemu-io",
                        "-c",
                        "write -P 5 3M 70k",
                        "-c",
                        "write -z 9M 1M",
                        peers.ours.resolve("top.qcow2").toString())
                .start();
        assertThat(process.waitFor()).isZero();
        run("convert -O qcow2 -B @/a.raw -F raw @/top.qcow2 @/n.qcow2");
        same("top.qcow2", "n.qcow2");
        assertThat(Files.size(peers.ours.resolve("n.qcow2"))).isLessThan(MIB);
        run("convert -O raw @/top.qcow2 @/flat.raw");
        same("top.qcow2", "flat.raw");
    }

    @Test
    void sparseSourcesMakeSparseTargets() throws Exception {
        run("create -q -f raw @/empty.raw 1T");
        run("convert -f raw -O qcow2 @/empty.raw @/n.qcow2");
        assertThat(Files.size(peers.ours.resolve("n.qcow2"))).isLessThan(4 * MIB);
        run("convert -O raw @/n.qcow2 @/back.raw");
        assertThat(Files.size(peers.ours.resolve("back.raw"))).isEqualTo(1L << 40);
    }

    /** What one of both has encrypted, the other decrypts. */
    @Test
    void anEncryptedImageIsTheSameToQemuImg() throws Exception {
        String secret = "--object secret,id=s,data=a-password ";
        String encrypted = "-O qcow2 -o encrypt.format=aes,encrypt.key-secret=s ";
        run("convert " + secret + encrypted + "-f raw @/a.raw @/ours");
        peers.inBoth("cp %s @/copy.raw".formatted(peers.ours.resolve("a.raw")));
        peers.inBoth("qemu-img convert " + secret + encrypted + "-f raw @/copy.raw @/theirs");
        for (String image : new String[] {"@/ours", "@/theirs"}) {
            String options = "--image-opts driver=qcow2,encrypt.key-secret=s,file.filename=" + image;
            run("convert " + secret + options + " @/back.raw");
            same("a.raw", "back.raw");
        }
        peers.inBoth("qemu-img convert %s --image-opts driver=qcow2,encrypt.key-secret=s,file.filename=%s @/back.raw"
                .formatted(secret.strip(), peers.ours.resolve("ours")));
        same("a.raw", "back.raw");
    }
}

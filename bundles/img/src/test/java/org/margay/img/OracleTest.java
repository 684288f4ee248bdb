package org.margay.img;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What our tool prints, beside what qemu-img prints. */
class OracleTest {
    private static final int MIB = 1 << 20;

    private Peers peers;

    @BeforeEach
    void images(@TempDir Path folder) throws Exception {
        assumeTrue(Peers.installed());
        peers = new Peers(folder);
        for (Path mine : List.of(peers.ours, peers.theirs)) {
            try (RandomAccessFile file =
                    new RandomAccessFile(mine.resolve("a.raw").toFile(), "rw")) {
                file.setLength(64L * MIB);
                fill(file, MIB, MIB, 7);
                fill(file, 10 * MIB, 64 << 10, 8);
            }
            try (RandomAccessFile file =
                    new RandomAccessFile(mine.resolve("small.raw").toFile(), "rw")) {
                file.setLength(MIB);
            }
        }
        peers.inBoth("qemu-img create -q -f qcow2 @/a.qcow2 64M");
        peers.inBoth("qemu-img create -q -f qcow2 -b @/a.raw -F raw @/b.qcow2");
        peers.inBoth("qemu-img create -q -f qcow2 -b @/b.qcow2 -F qcow2 @/c.qcow2 80M");
        peers.inBoth("qemu-img bench -q -w -c 4 -s 65536 -S 1048576 -o 2097152 --pattern=9 -f qcow2 @/b.qcow2");
        peers.inBoth("qemu-img convert -c -O qcow2 @/a.raw @/comp.qcow2");
        peers.inBoth("qemu-img create -q -f qcow2 @/snap.qcow2 1M");
        peers.inBoth("qemu-img snapshot -c one @/snap.qcow2");
    }

    private static void fill(RandomAccessFile file, long offset, int length, int value) throws IOException {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        file.seek(offset);
        file.write(bytes);
    }

    /** Each: output, errors and exit code; several commands are parted by ";". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "create -f raw @/n.raw 1M",
                "create -f raw @/n.raw 1k ; info @/n.raw",
                "create -f raw @/n.raw 1.5G ; info @/n.raw",
                "create -f qcow2 @/n.qcow2 1G ; info @/n.qcow2 ; check @/n.qcow2",
                "create -f qcow2 -o cluster_size=4k,compat=0.10 @/n.qcow2 1M ; info @/n.qcow2",
                "create -f qcow2 -o compat=v3,lazy_refcounts=on,refcount_bits=8 @/n.qcow2 1M ; info @/n.qcow2",
                "create -f qcow2 -b @/a.raw -F raw @/n.qcow2 ; info @/n.qcow2",
                "create -f qcow2 -b a.raw -F raw @/n.qcow2 ; info @/n.qcow2",
                "create -f qcow2 -b @/a.raw -F raw @/n.qcow2 128M ; map --output=json @/n.qcow2",
                "create -f qcow2 -u -b nope.raw -F raw @/n.qcow2 1M ; info @/n.qcow2",
                "create -f qcow2 -b @/nope.raw -F raw @/n.qcow2",
                "create -q -f raw @/n.raw 1M",
                "create -f raw",
                "create -f raw @/n.raw",
                "create -f bogus @/n.raw 1M",
                "create -f raw @/n.raw bogus",
                "create -f raw @/n.raw -- -1",
                "create -f raw @/n.raw 9E",
                "create -f raw @/n.raw 1M extra",
                "create -f raw -o foo=1 @/n.raw 1M",
                "create -f raw @/nope/n.raw 1M",
                "create -f raw -b @/a.raw @/n.raw 1M",
                "create -f qcow2 -o cluster_size=3 @/n.qcow2 1M",
                "create -z",
                "info @/a.raw",
                "info @/a.qcow2",
                "info @/b.qcow2",
                "info @/c.qcow2",
                "info --backing-chain @/c.qcow2",
                "info @/snap.qcow2",
                "info @/nope",
                "info",
                "info @/a.raw @/a.raw",
                "info --output=xml @/a.raw",
                "info -f bogus @/a.raw",
                "info --bogus @/a.raw",
                "check @/a.qcow2",
                "check @/b.qcow2",
                "check @/comp.qcow2",
                "check @/a.raw",
                "check @/nope",
                "check -r foo @/a.qcow2",
                "check -q @/b.qcow2",
                "map @/a.raw",
                "map @/b.qcow2",
                "map @/c.qcow2",
                "map @/comp.qcow2",
                "map --output=json @/a.raw",
                "map --output=json @/a.qcow2",
                "map --output=json @/b.qcow2",
                "map --output=json @/c.qcow2",
                "map --output=json @/comp.qcow2",
                "map --output=json --start-offset=1M --max-length=2M @/b.qcow2",
                "map --start-offset=1000M @/b.qcow2",
                "compare @/a.raw @/a.raw",
                "compare @/a.raw @/b.qcow2",
                "compare @/a.raw @/comp.qcow2",
                "compare @/a.raw @/small.raw",
                "compare @/small.raw @/a.qcow2",
                "compare -s @/a.raw @/small.raw",
                "compare -s @/a.raw @/a.qcow2",
                "compare -q @/a.raw @/a.qcow2",
                "compare @/a.raw @/nope",
                "convert -O qcow2 @/a.raw @/n.qcow2 ; check @/n.qcow2 ; info @/n.qcow2 ; compare @/a.raw @/n.qcow2",
                "convert @/c.qcow2 @/n.raw ; compare @/c.qcow2 @/n.raw",
                "convert @/a.raw @/b.qcow2 @/n.raw ; info @/n.raw",
                "convert -B @/a.raw -F raw -O qcow2 @/b.qcow2 @/n.qcow2 ; compare @/b.qcow2 @/n.qcow2 ; check"
                        + " @/n.qcow2",
                "convert -n @/a.raw @/nope.raw",
                "convert -n -O raw @/a.raw @/small.raw",
                "convert -O bogus @/a.raw @/n.raw",
                "convert @/a.raw",
                "convert",
                "convert @/a.raw @/nope/x",
                "convert -c -O raw @/a.raw @/n.raw",
                "convert -m 99 @/a.raw @/n.raw",
                "convert -S 1 @/a.raw @/n.raw",
                "convert -S foo @/a.raw @/n.raw",
                "convert -l foo @/a.raw @/n.raw",
                "convert -t foo @/a.raw @/n.raw",
                "resize @/a.qcow2 128M ; info @/a.qcow2",
                "resize @/a.qcow2 +1M ; info @/a.qcow2",
                "resize @/a.qcow2 -- -10M",
                "resize --shrink @/a.qcow2 -- -10M ; info @/a.qcow2",
                "resize -f raw @/small.raw 2M ; info @/small.raw",
                "resize @/small.raw 3M",
                "resize @/nope 1M",
                "resize @/a.qcow2",
                "resize @/a.qcow2 foo",
                "resize @/a.qcow2 -- -100G",
                "snapshot -l @/a.qcow2",
                "snapshot @/snap.qcow2",
                "snapshot -c two @/snap.qcow2 ; check @/snap.qcow2 ; snapshot -d one @/snap.qcow2 ; check @/snap.qcow2",
                "snapshot -a nope @/a.qcow2",
                "snapshot -d nope @/a.qcow2",
                "snapshot -l -c x @/a.qcow2",
                "info --image-opts driver=qcow2,file.filename=@/b.qcow2",
                "info --image-opts file.filename=@/b.qcow2",
                "info --image-opts driver=raw,file.driver=file,file.locking=off,file.filename=@/a.raw",
                "info --image-opts driver=raw,file.locking=foo,file.filename=@/a.raw",
                "info --image-opts filename=@/a.raw",
                "info --image-opts driver=qcow2",
                "info --image-opts driver=bogus,file.filename=@/a.raw",
                "info --image-opts driver=raw,file.driver=bogus,file.filename=@/a.raw",
                "info --image-opts driver=raw,file.filename=@/a.raw,foo=bar",
                "info --image-opts driver=raw,file.filename=@/a.raw,file.foo=1",
                "info --image-opts driver=raw,encrypt.key-secret=s,file.filename=@/a.raw",
                "info --image-opts file.driver=file",
                "info -f raw --image-opts driver=raw,file.filename=@/a.raw",
                "map --image-opts driver=qcow2,file.filename=@/b.qcow2",
                "check --image-opts driver=qcow2,file.filename=@/b.qcow2",
                "resize --image-opts driver=raw,file.filename=@/small.raw 2M ; info @/small.raw",
                "snapshot -l --image-opts driver=qcow2,file.filename=@/snap.qcow2",
                "compare --image-opts driver=raw,file.filename=@/a.raw driver=qcow2,file.filename=@/comp.qcow2",
                "convert --image-opts driver=qcow2,file.filename=@/c.qcow2 @/n.raw ; compare @/c.qcow2 @/n.raw",
                "convert --target-image-opts @/a.raw driver=raw,file.filename=@/small.raw",
                "convert -n --target-image-opts @/a.raw driver=raw,file.filename=@/small.raw",
                "create --object secret,id=s,data=abc -f qcow2 -o encrypt.format=aes,encrypt.key-secret=s @/n.qcow2 1M"
                        + " ; info @/n.qcow2 ; convert @/n.qcow2 @/n.raw",
                "create -f qcow2 -o encrypt.format=aes @/n.qcow2 1M",
                "create -f qcow2 -o encrypt.format=aes,encrypt.key-secret=x @/n.qcow2 1M",
                "convert --object secret,id=s,data=abc -O qcow2 -o encrypt.format=aes,encrypt.key-secret=s @/a.raw @/n.qcow2"
                        + " ; compare --object secret,id=s,data=YWJj,format=base64 --image-opts"
                        + " driver=qcow2,file.filename=@/n.qcow2,encrypt.key-secret=s driver=raw,file.filename=@/a.raw",
                "info --object secret,data=x @/a.raw",
                "info --object secret,id=s @/a.raw",
                "info --object secret,id=s,data=x,file=y @/a.raw",
                "info --object secret,id=s,data=x,bar=1 @/a.raw",
                "info --object secret,id=s,data=x,format=foo @/a.raw",
                "info --object secret,id=s,data=x --object secret,id=s,data=y @/a.raw",
                "foo",
                "",
            })
    void sameText(String lines) throws Exception {
        for (String line : lines.split(" ; ")) {
            Peers.Result expected = peers.theirs(line);
            Peers.Result actual = peers.ours(line);
            assertThat(stable(actual.out())).as(line).isEqualTo(stable(expected.out()));
            assertThat(actual.err()).as(line).isEqualTo(expected.err());
            assertThat(actual.code()).as(line).isEqualTo(expected.code());
        }
    }

    /** Without what depends on the time, or on how the host allocates. */
    private static String stable(String text) {
        return text.replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d", "DATE")
                .replaceAll("(?m)^disk size: .*$", "disk size")
                .replaceAll("\\d+\\.\\d\\d% fragmented", "fragmented")
                .replaceAll("(?m)^Image end offset: .*$", "end");
    }

    /** The order of members has no meaning. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "info --output=json @/a.raw",
                "info --output=json @/a.qcow2",
                "info --output=json @/c.qcow2",
                "info --output=json --backing-chain @/c.qcow2",
                "info --output=json @/snap.qcow2",
                "check --output=json @/a.qcow2",
                "check --output=json @/b.qcow2",
                "check --output=json @/comp.qcow2",
            })
    void sameJson(String line) throws Exception {
        assertThat(members(peers.ours(line).out()))
                .isEqualTo(members(peers.theirs(line).out()));
    }

    private static List<String> members(String json) {
        return json.lines()
                .map(member ->
                        member.strip().replaceAll(",$", "").replaceAll("(date-n?sec\"|actual-size\"): \\d+", "$1"))
                .sorted()
                .toList();
    }

    @Test
    void progressEndsAtAHundred() {
        String out = peers.ours("convert -p -O qcow2 @/a.raw @/n.qcow2").out();
        assertThat(out).startsWith("    (0.00/100%)\r").endsWith("    (100.00/100%)\r\n");
    }

    @Test
    void compareWithoutFilesIsAnErrorNotADifference() {
        assertThat(peers.ours("compare @/a.raw").code()).isEqualTo(2);
    }

    /** qemu-img takes character devices, too, and says so. */
    @Test
    void aFileIsNoDevice() {
        for (String image : new String[] {"host_cdrom:@/a.raw", "--image-opts driver=host_cdrom,filename=@/a.raw"}) {
            assertThat(peers.ours("info " + image).err())
                    .contains("'host_cdrom' driver requires '@/a.raw' to be a block device");
        }
    }
}

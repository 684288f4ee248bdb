package org.margay.ftp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.OpenOptions;
import org.margay.memory.IoVector;

class FtpProtocolTest {
    private static final int MIB = 1 << 20;

    private final BlockDrivers drivers = BlockDrivers.onClassPath();
    private byte[] content;
    private FtpServer server;

    @BeforeEach
    void start() throws IOException {
        content = new byte[5 * MIB + 33];
        new Random(9).nextBytes(content);
        server = new FtpServer(content);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private BlockNode open(String url) throws IOException {
        return drivers.protocol(url).open(url, OpenOptions.READ_ONLY, drivers);
    }

    static byte[] read(BlockNode node, long offset, int length) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment target = arena.allocate(length);
            node.read(offset, IoVector.of(target));
            return target.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private byte[] part(int from, int length) {
        return Arrays.copyOfRange(content, from, from + length);
    }

    @Test
    void readsAnywhere() throws IOException {
        try (BlockNode node = open(server.url("/disk.img"))) {
            assertThat(node.driver()).isEqualTo("ftp");
            assertThat(node.length()).isEqualTo(content.length);
            assertThat(read(node, 3 * MIB + 5, 1000)).isEqualTo(part(3 * MIB + 5, 1000));
            assertThat(read(node, 7, 300_000)).isEqualTo(part(7, 300_000));
            assertThat(read(node, 0, content.length)).isEqualTo(content);
        }
    }

    @Test
    void readsThatFollowEachOtherAreOneTransfer() throws IOException {
        try (BlockNode node = open(server.url("/disk.img"))) {
            for (int at = 0; at + 50_000 < content.length; at += 50_000) {
                assertThat(read(node, at, 50_000)).isEqualTo(part(at, 50_000));
            }
            assertThat(server.transfers.get()).isEqualTo(1);
        }
    }

    @Test
    void aBrokenTransferIsMadeAgain() throws IOException {
        server.breakAfter = MIB + 17;
        try (BlockNode node = open(server.url("/disk.img"))) {
            assertThat(read(node, 0, content.length)).isEqualTo(content);
        }
    }

    @Test
    void refusals() {
        assertThatThrownBy(() -> open(server.url("/other.img")).close()).hasMessageContaining("no such file");
        assertThatThrownBy(() ->
                        open(server.url("/disk.img").replace("//", "//me:x@")).close())
                .hasMessageContaining("Access denied");
        assertThatThrownBy(() -> open(server.url("/disk%0d%0aDELE%20x")).close())
                .hasMessageContaining("control");
        assertThatThrownBy(() -> open("ftp://127.0.0.1").close()).hasMessageContaining("no file");
        assertThatThrownBy(() -> open("ftp://127.0.0.1:1/x").close()).isInstanceOf(IOException.class);
        String url = server.url("/disk.img");
        assertThatThrownBy(() -> drivers.protocol(url)
                        .open(url, OpenOptions.READ_WRITE, drivers)
                        .close())
                .hasMessageContaining("does not support writes");
    }
}

package org.margay.nbd.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.margay.block.CacheMode;
import org.margay.block.Extent;
import org.margay.block.NoSpaceException;
import org.margay.block.OpenOptions;
import org.margay.memory.IoVector;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileServerTest {
    private static NbdNode open(String name) throws IOException {
        return NbdNode.open(name, NbdAddress.parse(name), OpenOptions.READ_ONLY);
    }

    private static void refuses(BadServer.Script script, String text) throws IOException {
        try (BadServer server = new BadServer(script)) {
            assertThatThrownBy(() -> open(server.name()).close())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(text);
        }
    }

    private static void failsToRead(boolean structured, BadServer.Script script, String text) throws IOException {
        try (BadServer server = new BadServer(BadServer.after(structured, script));
                NbdNode node = open(server.name());
                Arena arena = Arena.ofShared()) {
            MemorySegment target = arena.allocate(512);
            assertThatThrownBy(() -> node.read(0, IoVector.of(target)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(text);
        }
    }

    @Test
    void handshakesThatAreNone() throws IOException {
        refuses((in, out) -> out.write(new byte[100]), "magic");
        refuses((in, out) -> out.writeLong(Nbd.MAGIC), "ended");
        refuses(
                (in, out) -> {
                    out.writeLong(Nbd.MAGIC);
                    out.writeLong(Nbd.OLDSTYLE_MAGIC);
                },
                "old");
        refuses(
                (in, out) -> {
                    BadServer.greet(in, out);
                    out.writeLong(Nbd.OPTION_REPLY_MAGIC);
                    out.writeInt(Nbd.OPTION_STRUCTURED_REPLY);
                    out.writeInt(Nbd.REPLY_ACK);
                    out.writeInt(Integer.MAX_VALUE);
                },
                "answer of");
        refuses((in, out) -> in.readAllBytes(), "no answer within 2 seconds");
    }

    @Test
    void readsAnsweredByNonsense() throws IOException {
        failsToRead(false, (in, out) -> out.write(new byte[64]), "magic");
        failsToRead(
                false,
                (in, out) -> {
                    BadServer.request(in);
                    out.writeInt(Nbd.SIMPLE_REPLY_MAGIC);
                    out.writeInt(0);
                    out.writeLong(0x1234);
                },
                "not asked");
        failsToRead(
                false,
                (in, out) -> {
                    out.writeInt(Nbd.SIMPLE_REPLY_MAGIC);
                    out.writeInt(5);
                    out.writeLong(BadServer.request(in));
                    in.readAllBytes();
                },
                "Input/output error");
        failsToRead(false, (in, out) -> in.readAllBytes(), "no answer within 2 seconds");
    }

    @Test
    void chunksThatWereNotAskedFor() throws IOException {
        failsToRead(true, (in, out) -> BadServer.chunk(out, 1, 1, BadServer.request(in), data(0, 600)), "not asked");
        failsToRead(true, (in, out) -> BadServer.chunk(out, 1, 1, BadServer.request(in), data(-1, 100)), "not asked");
        failsToRead(true, (in, out) -> BadServer.chunk(out, 1, 1, BadServer.request(in), data(0, 100)), "in part");
        failsToRead(true, (in, out) -> BadServer.chunk(out, 1, 0, BadServer.request(in), new byte[0]), "in part");
        failsToRead(
                true,
                (in, out) -> {
                    long cookie = BadServer.request(in);
                    BadServer.chunk(out, 0, 1, cookie, data(0, 300));
                    BadServer.chunk(out, 1, 1, cookie, data(200, 200));
                },
                "twice");
        failsToRead(
                true,
                (in, out) -> {
                    long cookie = BadServer.request(in);
                    out.writeInt(Nbd.STRUCTURED_REPLY_MAGIC);
                    out.writeShort(1);
                    out.writeShort(Nbd.CHUNK_BLOCK_STATUS);
                    out.writeLong(cookie);
                    out.writeInt(Integer.MAX_VALUE);
                },
                "chunk of");
        failsToRead(
                true,
                (in, out) -> {
                    ByteBuffer error = ByteBuffer.allocate(6).putInt(28).putShort((short) 0);
                    BadServer.chunk(out, 1, Nbd.CHUNK_ERROR + 1, BadServer.request(in), error.array());
                    in.readAllBytes();
                },
                "No space left");
    }

    private static byte[] data(long offset, int bytes) {
        return ByteBuffer.allocate(8 + bytes).putLong(offset).array();
    }

    @Test
    void noSpaceIsToldAsSuch() throws IOException {
        try (BadServer server = new BadServer(BadServer.after(false, (in, out) -> {
                    out.writeInt(Nbd.SIMPLE_REPLY_MAGIC);
                    out.writeInt(28);
                    out.writeLong(BadServer.request(in));
                    in.readAllBytes();
                }));
                NbdNode node = NbdNode.open(
                        server.name(),
                        NbdAddress.parse(server.name()),
                        OpenOptions.READ_WRITE.withCache(CacheMode.UNSAFE))) {
            assertThatThrownBy(() -> node.writeZeroes(0, 512, true)).isInstanceOf(NoSpaceException.class);
        }
    }

    @Test
    void allocationAnsweredByNonsense() throws IOException {
        try (BadServer server = new BadServer(BadServer.after(true, (in, out) -> {
                    BadServer.chunk(out, 1, Nbd.CHUNK_BLOCK_STATUS, BadServer.request(in), new byte[12]);
                    in.readAllBytes();
                }));
                NbdNode node = open(server.name())) {
            assertThatThrownBy(() -> node.extent(0, BadServer.LENGTH)).hasMessageContaining("no bytes");
        }
        try (BadServer server = new BadServer(BadServer.after(true, (in, out) -> {
                    ByteBuffer state =
                            ByteBuffer.allocate(12).putInt(7).putInt(-512).putInt(3);
                    BadServer.chunk(out, 1, Nbd.CHUNK_BLOCK_STATUS, BadServer.request(in), state.array());
                    in.readAllBytes();
                }));
                NbdNode node = open(server.name())) {
            assertThat(node.extent(0, BadServer.LENGTH)).isEqualTo(new Extent(Extent.Kind.ZERO, BadServer.LENGTH, 0));
        }
    }

    /** Whatever comes, it is an IOException. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void noise(long seed) throws IOException {
        Random random = new Random(seed);
        BadServer.Script noise = BadServer.after(true, (in, out) -> {
            long cookie = BadServer.request(in);
            for (int i = 0; i < 50; i++) {
                byte[] bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
                int type = random.nextBoolean() ? random.nextInt(6) : Nbd.CHUNK_ERROR + random.nextInt(3);
                BadServer.chunk(out, random.nextInt(8) == 0 ? 1 : 0, type, cookie, bytes);
            }
        });
        failsToRead(true, noise, "");
    }
}

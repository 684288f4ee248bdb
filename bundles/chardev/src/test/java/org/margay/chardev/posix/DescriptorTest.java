package org.margay.chardev.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorTest {
    private static MemorySegment bytes(String text) {
        return MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static MemorySegment nativeBytes(Arena arena, String text) {
        return arena.allocate(text.length()).copyFrom(bytes(text));
    }

    private static String text(MemorySegment segment, int length) {
        return StandardCharsets.US_ASCII
                .decode(segment.asSlice(0, length).asByteBuffer())
                .toString();
    }

    @Test
    void filesAreOpenedOrTheReasonIsTold(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("file");
        Files.writeString(file, "old");
        try (Arena arena = Arena.ofConfined();
                Descriptor descriptor = Descriptor.open(file.toString(), Descriptor.O_RDWR)) {
            MemorySegment target = arena.allocate(10);
            assertThat(descriptor.read(target)).isEqualTo(3);
            assertThat(text(target, 3)).isEqualTo("old");
            assertThat(descriptor.read(target)).as("end").isZero();
            assertThat(descriptor.write(nativeBytes(arena, "new"))).isEqualTo(3);
        }
        assertThat(Files.readString(file)).isEqualTo("oldnew");
        String missing = folder.resolve("missing").toString();
        assertThatThrownBy(() -> Descriptor.open(missing, Descriptor.O_RDWR))
                .isInstanceOf(PosixException.class)
                .hasMessage(missing + ": No such file or directory")
                .satisfies(e -> assertThat(((PosixException) e).errno()).isEqualTo(Libc.ENOENT));
    }

    @Test
    void aClosedDescriptorIsNoOthers() throws Exception {
        Descriptor descriptor = UnixSockets.socket(UnixSockets.Kind.STREAM);
        int number = descriptor.number();
        descriptor.close();
        try (Descriptor reused = UnixSockets.socket(UnixSockets.Kind.STREAM)) {
            assertThat(reused.number()).isEqualTo(number);
            descriptor.close();
            assertThat(Files.exists(Path.of("/proc/self/fd/" + number))).isTrue();
            assertThatThrownBy(descriptor::setNonBlocking)
                    .satisfies(e -> assertThat(((PosixException) e).errno()).isEqualTo(Libc.EBADF));
        }
    }

    @Test
    void datagramsKeepTheirBounds(@TempDir Path folder) throws Exception {
        try (Arena arena = Arena.ofConfined();
                Descriptor server = UnixSockets.socket(UnixSockets.Kind.DATAGRAM);
                Descriptor client = UnixSockets.socket(UnixSockets.Kind.DATAGRAM)) {
            String name = folder.resolve("socket").toString();
            UnixSockets.bind(server, name);
            server.setNonBlocking();
            UnixSockets.connect(client, name);
            MemorySegment target = arena.allocate(100);
            assertThat(server.read(target)).isEqualTo(Descriptor.WOULD_BLOCK);
            client.write(nativeBytes(arena, "one"));
            client.write(nativeBytes(arena, "two!"));
            assertThat(server.read(target)).isEqualTo(3);
            assertThat(server.read(target)).isEqualTo(4);
            assertThat(text(target, 4)).isEqualTo("two!");
        }
        assertThat(UnixSockets.fits("x".repeat(107))).isTrue();
        assertThat(UnixSockets.fits("x".repeat(108))).isFalse();
    }

    @Test
    void aPollSetWaitsForWhatIsWanted() throws Exception {
        UnixSockets.Pair pair = UnixSockets.pair(UnixSockets.Kind.STREAM);
        try (Arena arena = Arena.ofConfined();
                Descriptor first = pair.first();
                Wakeup wakeup = new Wakeup();
                PollSet polled = new PollSet(first, wakeup.descriptor())) {
            polled.want(0, PollSet.IN | PollSet.OUT);
            polled.want(1, PollSet.IN);
            polled.await(PollSet.FOREVER);
            assertThat(polled.ready(0)).isEqualTo(PollSet.OUT);
            assertThat(polled.ready(1)).isZero();
            pair.second().write(nativeBytes(arena, "x"));
            Thread other = Thread.ofPlatform().start(wakeup::signal);
            polled.want(0, PollSet.IN);
            other.join();
            polled.await(PollSet.FOREVER);
            assertThat(polled.ready(0)).isEqualTo(PollSet.IN);
            assertThat(polled.ready(1)).isEqualTo(PollSet.IN);
            wakeup.clear();
            pair.second().close();
            polled.want(0, 0);
            polled.await(0);
            assertThat(polled.ready(0)).as("nobody asked").isZero();
            assertThat(polled.ready(1)).isZero();
            polled.want(0, PollSet.IN);
            polled.await(PollSet.FOREVER);
            assertThat(polled.ready(0) & PollSet.HANGUP).isNotZero();
        }
    }

    @Test
    void aSideThatClosesPassesNoDescriptor() throws Exception {
        UnixSockets.Pair pair = UnixSockets.pair(UnixSockets.Kind.STREAM);
        try (Arena arena = Arena.ofConfined();
                Descriptor first = pair.first()) {
            pair.second().write(nativeBytes(arena, "x"));
            assertThat(UnixSockets.receiveDescriptor(first)).as("a byte alone").isEmpty();
            pair.second().close();
            assertThat(UnixSockets.receiveDescriptor(first)).isEmpty();
        }
    }
}

package org.margay.netdev.tap.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.margay.chardev.posix.Libc;
import org.margay.chardev.posix.PosixException;
import org.margay.net.Frame;
import org.margay.net.Offload;
import org.margay.net.OffloadSet;

class VnetHeaderTest {
    private final List<Integer> switched = new ArrayList<>();
    private final VnetHeader format = new VnetHeader(switched::add);

    /** Header fields as linux/virtio_net.h has them, then the frame. */
    private static MemorySegment read(
            int flags, int gso, int headerLength, int size, int start, int offset, int frame) {
        ByteBuffer bytes = ByteBuffer.allocate(10 + frame).order(ByteOrder.nativeOrder());
        bytes.put((byte) flags).put((byte) gso);
        bytes.putShort((short) headerLength)
                .putShort((short) size)
                .putShort((short) start)
                .putShort((short) offset);
        for (int i = 0; i < frame; i++) {
            bytes.put((byte) i);
        }
        return MemorySegment.ofArray(bytes.array());
    }

    private static Offload partial(Offload.Segmentation segmentation, int size, int headerLength, boolean ecn) {
        return new Offload(Offload.Checksum.PARTIAL, 34, 16, segmentation, size, headerLength, ecn);
    }

    @Test
    void ordinaryFramesHaveAnEmptyHeader() {
        Frame frame = format.decode(read(0, 0, 0, 0, 0, 0, 60));
        assertThat(frame.offload()).isEqualTo(Offload.NONE);
        assertThat(frame.bytes()).hasSize(60).startsWith(0, 1, 2).endsWith(58, 59);
        assertThat(format.decode(read(2, 0, 0, 0, 0, 0, 60)).offload()).isEqualTo(Offload.CHECKED);
        assertThat(format.decode(read(0, 0, 0, 0, 0, 0, 0)).bytes()).isEmpty();
    }

    @Test
    void whatTheKernelLeftUndoneIsSaid() {
        assertThat(format.decode(read(1, 0, 0, 0, 34, 16, 60)).offload())
                .isEqualTo(partial(Offload.Segmentation.NONE, 0, 0, false));
        assertThat(format.decode(read(1, 1, 66, 1448, 34, 16, 9000)).offload())
                .isEqualTo(partial(Offload.Segmentation.TCP4, 1448, 66, false));
        assertThat(format.decode(read(1, 0x84, 86, 1428, 34, 16, 9000)).offload())
                .isEqualTo(partial(Offload.Segmentation.TCP6, 1428, 86, true));
        assertThat(format.decode(read(1, 3, 42, 1480, 34, 16, 9000)).offload())
                .isEqualTo(partial(Offload.Segmentation.UDP, 1480, 42, false));
    }

    @Test
    void whatNobodyCanUseIsDropped() {
        assertThat(format.decode(MemorySegment.ofArray(new byte[9]))).isNull();
        assertThat(format.decode(read(1, 5, 42, 1480, 34, 16, 9000)))
                .as("UDP_L4")
                .isNull();
    }

    static Stream<Offload> offloads() {
        return Stream.of(
                Offload.NONE,
                partial(Offload.Segmentation.NONE, 0, 0, false),
                partial(Offload.Segmentation.TCP4, 1448, 66, false),
                partial(Offload.Segmentation.TCP4, 1448, 66, true),
                partial(Offload.Segmentation.TCP6, 0xFFFF, 0xFFFF, true),
                partial(Offload.Segmentation.UDP, 1480, 42, false));
    }

    @ParameterizedTest
    @MethodSource("offloads")
    void whatIsWrittenReadsTheSame(Offload offload) {
        byte[] bytes = new byte[3000];
        new Random(1).nextBytes(bytes);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(format.maximum()).fill((byte) 0xAA);
            int length = format.encode(new Frame(bytes, offload), target);
            assertThat(length).isEqualTo(3010);
            Frame back = format.decode(target.asSlice(0, length));
            assertThat(back.offload()).isEqualTo(offload);
            assertThat(back.bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void checkedFramesAreOrdinaryOnesToTheHost() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(format.maximum());
            format.encode(new Frame(new byte[60], Offload.CHECKED), target);
            assertThat(target.asSlice(0, 10).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(new byte[10]);
            assertThat(format.encode(new Frame(new byte[Frame.MAXIMUM]), target))
                    .isEqualTo(format.maximum());
        }
    }

    @Test
    void anyHeaderIsReadWithoutHarm() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            Frame frame = format.decode(MemorySegment.ofArray(bytes));
            if (frame != null) {
                assertThat(frame.bytes()).isEqualTo(Arrays.copyOfRange(bytes, 10, bytes.length));
            }
        }
    }

    @Test
    void theKernelIsToldWhatTheGuestTakes() {
        format.peerTakes(OffloadSet.ALL);
        format.peerTakes(OffloadSet.NONE);
        format.peerTakes(new OffloadSet(true, true, false, false, false));
        format.peerTakes(new OffloadSet(true, false, true, true, false));
        format.peerTakes(new OffloadSet(false, true, true, true, true));
        assertThat(switched).containsExactly(0x1F, 0, 0x03, 0x0D, 0);
        assertThat(format.offloads()).isEqualTo(OffloadSet.ALL);
    }

    @Test
    void aKernelWithoutUdpFragmentsGetsTheRest() {
        VnetHeader newer = new VnetHeader(bits -> {
            if ((bits & 0x10) != 0) {
                throw new PosixException("TUNSETOFFLOAD", Libc.EINVAL);
            }
            switched.add(bits);
        });
        newer.peerTakes(OffloadSet.ALL);
        assertThat(switched).containsExactly(0x0F);
    }
}

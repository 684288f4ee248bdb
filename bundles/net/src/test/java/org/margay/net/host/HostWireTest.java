package org.margay.net.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.margay.chardev.posix.Descriptor;
import org.margay.chardev.posix.PosixException;
import org.margay.chardev.posix.UnixSockets;
import org.margay.machine.Machine;
import org.margay.net.Frame;
import org.margay.net.NetClient;
import org.margay.testkit.BenchMachine;

@Timeout(60)
class HostWireTest {
    private static final int LENGTH = 100;

    /** The tasks of a machine's loop, which the test runs itself. */
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

    private final Machine machine = LaterMachine.of(new BenchMachine(), tasks);
    private final UnixSockets.Pair sockets = UnixSockets.pair(UnixSockets.Kind.DATAGRAM);
    private final UnixSockets.Pair control = UnixSockets.pair(UnixSockets.Kind.STREAM);
    private final HostWire wire = new HostWire("n0", machine, sockets.first(), control.first(), FrameFormat.PLAIN);
    private final Card card = new Card();

    HostWireTest() throws PosixException {
        card.client.connect(wire.client());
    }

    @AfterEach
    void close() {
        wire.close();
        sockets.second().close();
        control.second().close();
    }

    /** A card that takes frames while it has room. */
    private static final class Card implements NetClient.Handler {
        final NetClient client = new NetClient("card", this);
        final List<Integer> received = new ArrayList<>();
        int room = Integer.MAX_VALUE;
        int drained;

        @Override
        public boolean canReceive() {
            return room > 0;
        }

        @Override
        public void receive(Frame frame) {
            room--;
            assertThat(frame.length()).isEqualTo(LENGTH);
            received.add((frame.bytes()[0] & 0xFF) << 8 | frame.bytes()[1] & 0xFF);
        }

        @Override
        public void drained() {
            drained++;
        }
    }

    private static byte[] numbered(int number) {
        byte[] bytes = new byte[LENGTH];
        bytes[0] = (byte) (number >>> 8);
        bytes[1] = (byte) number;
        return bytes;
    }

    private boolean hostSends(int number) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(LENGTH).copyFrom(MemorySegment.ofArray(numbered(number)));
            return sockets.second().write(bytes) == LENGTH;
        }
    }

    /** Number of the next frame at the host, or -1. */
    private int hostReceives() throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(2 * LENGTH);
            int length = sockets.second().read(bytes);
            if (length == Descriptor.WOULD_BLOCK) {
                return -1;
            }
            byte[] frame = bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
            assertThat(frame).hasSize(LENGTH);
            return (frame[0] & 0xFF) << 8 | frame[1] & 0xFF;
        }
    }

    private void loopUntil(BooleanSupplier done) throws InterruptedException {
        while (!done.getAsBoolean()) {
            Runnable task = tasks.poll(10, TimeUnit.SECONDS);
            assertThat(task).as("something is to happen").isNotNull();
            task.run();
        }
    }

    private static List<Integer> upTo(int count) {
        return Stream.iterate(0, i -> i + 1).limit(count).toList();
    }

    @Test
    void framesPassBothWaysInOrder() throws Exception {
        sockets.second().setNonBlocking();
        for (int i = 0; i < 1000; i++) {
            int number = i;
            while (!hostSends(number)) {
                tasks.take().run();
            }
        }
        loopUntil(() -> card.received.size() == 1000);
        assertThat(card.received).isEqualTo(upTo(1000));
        for (int i = 0; i < 5; i++) {
            assertThat(card.client.send(new Frame(numbered(i)))).isTrue();
            assertThat(hostReceives()).isEqualTo(i);
        }
    }

    @Test
    void whatTheCardHasNoRoomForWaitsInTheKernel() throws Exception {
        sockets.second().setNonBlocking();
        card.room = 3;
        int sent = 0;
        for (int quiet = 0; quiet < 20; ) {
            if (hostSends(sent)) {
                sent++;
                quiet = 0;
            } else {
                quiet++;
                Runnable task = tasks.poll(20, TimeUnit.MILLISECONDS);
                if (task != null) {
                    task.run();
                    quiet = 0;
                }
            }
        }
        assertThat(sent).as("the wire's own and the kernel's").isBetween(64, 600);
        assertThat(card.received).hasSize(3);
        int all = sent;
        while (card.received.size() < all) {
            card.room = 5;
            card.client.ready();
            Runnable task = tasks.poll(20, TimeUnit.MILLISECONDS);
            if (task != null) {
                task.run();
            }
        }
        assertThat(card.received).isEqualTo(upTo(all));
    }

    @Test
    void whatTheHostHasNoRoomForWaitsAtTheCard() throws Exception {
        int sent = 0;
        while (card.client.send(new Frame(numbered(sent)))) {
            sent++;
        }
        sent++;
        assertThat(card.client.peerReady()).isFalse();
        sockets.second().setNonBlocking();
        List<Integer> received = new ArrayList<>();
        while (received.size() < sent) {
            int number = hostReceives();
            if (number >= 0) {
                received.add(number);
            } else {
                tasks.take().run();
            }
        }
        assertThat(received).isEqualTo(upTo(sent));
        loopUntil(() -> card.drained == 1);
        assertThat(card.client.peerReady()).isTrue();
    }

    @Test
    void framesThatCantBeWrittenAreLost() throws Exception {
        assertThat(card.client.send(new Frame(new byte[Frame.MAXIMUM + 1]))).isTrue();
        sockets.second().close();
        assertThat(card.client.send(new Frame(numbered(1)))).isTrue();
        assertThat(card.client.send(new Frame(numbered(2)))).isTrue();
    }

    @Test
    void withoutTheHostTheLinkIsDown() throws Exception {
        control.second().close();
        loopUntil(() -> !wire.client().linkUp());
        assertThat(card.client.carrier()).isFalse();
    }

    @Test
    void closingGivesAllBack() throws Exception {
        int data = sockets.first().number();
        assertThat(Files.exists(Path.of("/proc/self/fd/" + data))).isTrue();
        hostSends(1);
        wire.close();
        wire.close();
        assertThat(card.client.peer()).isNull();
        assertThat(sockets.first().number()).isNegative();
        assertThat(control.first().number()).isNegative();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("netdev-n0"));
        while (!tasks.isEmpty()) {
            tasks.take().run();
        }
        assertThat(card.received).isEmpty();
    }
}

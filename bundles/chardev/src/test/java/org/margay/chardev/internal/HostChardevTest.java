package org.margay.chardev.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.margay.chardev.ByteStream;
import org.margay.chardev.CharFrontend;
import org.margay.chardev.ChardevRequest;
import org.margay.chardev.StreamHandler;
import org.margay.machine.OptionException;

@Timeout(20)
class HostChardevTest {
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable HostChardev chardev;

    @AfterEach
    void close() {
        if (chardev != null) {
            chardev.close();
        }
    }

    private HostChardev start(String spec) throws IOException, OptionException {
        HostChardev opened =
                new HostChardev("x", ChardevPart.backend(ChardevRequest.parseLegacy("x", spec, false)), lock);
        opened.start();
        chardev = opened;
        return opened;
    }

    private static int port(HostChardev tcp) {
        String[] parts = tcp.filename().split("[:,]");
        return Integer.parseInt(parts[2]);
    }

    private static Socket connect(HostChardev tcp) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port(tcp));
    }

    /** Records what it hears; takes as much input as there is room for. */
    private final class Device implements CharFrontend {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private int room = Integer.MAX_VALUE;

        @Override
        public int receive(byte[] data, int offset, int length) {
            assertThat(lock.isHeldByCurrentThread()).isTrue();
            int taken = Math.min(room, length);
            room -= taken;
            if (taken > 0) {
                heard.add(new String(data, offset, taken, US_ASCII));
            }
            return taken;
        }

        @Override
        public void opened() {
            heard.add("<opened>");
        }

        @Override
        public void closed() {
            heard.add("<closed>");
        }

        @Override
        public void writable() {
            heard.add("<writable>");
        }

        String next() throws InterruptedException {
            return String.valueOf(heard.poll(10, TimeUnit.SECONDS));
        }

        /** Input until so many characters have come. */
        String next(int length) throws InterruptedException {
            StringBuilder text = new StringBuilder();
            while (text.length() < length) {
                text.append(next());
            }
            return text.toString();
        }
    }

    private Device attach(HostChardev to) {
        Device device = new Device();
        lock.lock();
        try {
            to.attach(device);
        } finally {
            lock.unlock();
        }
        return device;
    }

    private int write(HostChardev to, String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        lock.lock();
        try {
            return to.write(bytes, 0, bytes.length);
        } finally {
            lock.unlock();
        }
    }

    @Test
    void aDeviceTalksToOneTcpClientAfterTheOther() throws Exception {
        HostChardev tcp = start("tcp:127.0.0.1:0,server,nowait");
        assertThat(tcp.filename()).matches("tcp:127\\.0\\.0\\.1:[1-9][0-9]*,server");
        Device device = attach(tcp);
        assertThat(write(tcp, "lost")).isEqualTo(4);
        try (Socket first = connect(tcp)) {
            assertThat(device.next()).isEqualTo("<opened>");
            first.getOutputStream().write("ab".getBytes(US_ASCII));
            assertThat(device.next(2)).isEqualTo("ab");
            write(tcp, "out");
            assertThat(first.getInputStream().readNBytes(3)).asString(US_ASCII).isEqualTo("out");
            try (Socket second = connect(tcp)) {
                second.getOutputStream().write("cd".getBytes(US_ASCII));
                first.close();
                assertThat(device.next()).isEqualTo("<closed>");
                assertThat(device.next()).isEqualTo("<opened>");
                assertThat(device.next(2)).isEqualTo("cd");
            }
        }
        assertThat(device.next()).isEqualTo("<closed>");
    }

    @Test
    void inputWaitsForRoom() throws Exception {
        HostChardev tcp = start("tcp:127.0.0.1:0,server,nowait");
        Device device = attach(tcp);
        device.room = 3;
        try (Socket client = connect(tcp)) {
            client.getOutputStream().write("abcdefgh".getBytes(US_ASCII));
            assertThat(device.next()).isEqualTo("<opened>");
            assertThat(device.next(3)).isEqualTo("abc");
            for (String rest : new String[] {"def", "gh"}) {
                lock.lock();
                try {
                    device.room = 3;
                    tcp.acceptInput();
                } finally {
                    lock.unlock();
                }
                assertThat(device.next(rest.length())).isEqualTo(rest);
            }
        }
    }

    @Test
    void aSlowClientHoldsTheDeviceBackWithoutBlockingIt() throws Exception {
        for (String spec : new String[] {"tcp:127.0.0.1:0,server,nowait", "telnet:127.0.0.1:0,server,nowait"}) {
            HostChardev tcp = start(spec);
            Device device = attach(tcp);
            try (Socket client = connect(tcp)) {
                assertThat(device.next()).isEqualTo("<opened>");
                String block = "x".repeat(1 << 14);
                long written = 0;
                while (write(tcp, block) > 0) {
                    written += block.length();
                }
                assertThat(written).isPositive();
                long expected = written;
                client.getInputStream().skipNBytes(expected);
                assertThat(device.next()).isEqualTo("<writable>");
                assertThat(write(tcp, block)).isEqualTo(block.length());
            }
            tcp.close();
        }
    }

    /** Answers what it gets in capitals. */
    private static final class Echo implements StreamHandler {
        private final ByteStream stream;

        Echo(ByteStream stream) {
            this.stream = stream;
            stream.write("hi\n".getBytes(US_ASCII), 0, 3);
        }

        @Override
        public void received(ByteBuffer bytes) {
            byte[] text = new byte[bytes.remaining()];
            bytes.get(text);
            byte[] answer = new String(text, US_ASCII).toUpperCase(Locale.ROOT).getBytes(US_ASCII);
            stream.write(answer, 0, answer.length);
        }

        @Override
        public void closed() {}
    }

    @Test
    void aServerServesManyUnixClientsAtOnce(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("s");
        // What a process that is gone left behind.
        SocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))
                .close();
        assertThat(path).exists();
        HostChardev unix = start("unix:" + path + ",server,nowait");
        assertThat(unix.filename()).isEqualTo("unix:" + path + ",server");
        unix.serve(Echo::new);
        try (SocketChannel one = SocketChannel.open(UnixDomainSocketAddress.of(path));
                SocketChannel two = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            for (SocketChannel client : new SocketChannel[] {two, one}) {
                assertThat(read(client, 3)).isEqualTo("hi\n");
                client.write(ByteBuffer.wrap("abc".getBytes(US_ASCII)));
                assertThat(read(client, 3)).isEqualTo("ABC");
            }
            unix.close();
            assertThat(one.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        assertThat(path).doesNotExist();
    }

    private static String read(SocketChannel channel, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
        return new String(buffer.array(), 0, buffer.position(), US_ASCII);
    }

    @Test
    void aClientThatHasSaidAllStillGetsItsAnswers(@TempDir Path folder) throws Exception {
        HostChardev tcp = start("tcp:127.0.0.1:0,server,nowait");
        tcp.serve(Echo::new);
        try (Socket client = connect(tcp)) {
            client.getOutputStream().write("abc".getBytes(US_ASCII));
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes())
                    .asString(US_ASCII)
                    .isEqualTo("hi\nABC");
        }
        tcp.close();
        Path path = folder.resolve("s");
        HostChardev unix = start("unix:" + path + ",server,nowait");
        unix.serve(Echo::new);
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            client.write(ByteBuffer.wrap("abc".getBytes(US_ASCII)));
            client.shutdownOutput();
            assertThat(read(client, 7)).isEqualTo("hi\nABC");
        }
    }

    @Test
    void aFloodOfAnswersStopsTheReadingNotTheMachine() throws Exception {
        HostChardev tcp = start("tcp:127.0.0.1:0,server,nowait");
        BlockingQueue<Long> pending = new LinkedBlockingQueue<>();
        tcp.serve(stream -> new StreamHandler() {
            @Override
            public void received(ByteBuffer bytes) {
                byte[] answer = new byte[bytes.remaining() * 64];
                bytes.position(bytes.limit());
                stream.write(answer, 0, answer.length);
                pending.add(stream.pending());
            }

            @Override
            public void closed() {}
        });
        int sent = 1 << 18;
        try (Socket client = connect(tcp)) {
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    client.getOutputStream().write(new byte[sent]);
                } catch (IOException e) {
                    // The client has read all it wants.
                }
            });
            client.getInputStream().skipNBytes(64L * sent);
            writer.join();
        }
        // A turn's answers on top of the mark at which reading stops.
        assertThat(pending).allMatch(bytes -> bytes <= (1 << 18) + 64 * (1 << 14));
    }

    @Test
    void aFileTakesAllAndIsCompleteWhenClosed(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("log");
        HostChardev file = start("file:" + path);
        attach(file);
        for (int i = 0; i < 1000; i++) {
            assertThat(write(file, "line\n")).isEqualTo(5);
        }
        file.close();
        assertThat(Files.size(path)).isEqualTo(5000);
    }

    @Test
    void aPseudoTerminalHasAPeerWhileItIsOpen() throws Exception {
        HostChardev pty = start("pty");
        assertThat(pty.filename()).startsWith("pty:/dev/pts/");
        Device device = attach(pty);
        Path slave = Path.of(pty.filename().substring(4));
        try (var terminal = Files.newByteChannel(slave, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            assertThat(device.next()).isEqualTo("<opened>");
            write(pty, "a\nb");
            ByteBuffer buffer = ByteBuffer.allocate(3);
            while (buffer.hasRemaining()) {
                terminal.read(buffer);
            }
            assertThat(new String(buffer.array(), US_ASCII)).isEqualTo("a\nb");
            terminal.write(ByteBuffer.wrap("c\r".getBytes(US_ASCII)));
            assertThat(device.next(2)).isEqualTo("c\r");
        }
        assertThat(device.next()).isEqualTo("<closed>");
    }

    @Test
    void telnetCommandsAreTakenOut() throws Exception {
        HostChardev telnet = start("telnet:127.0.0.1:0,server,nowait");
        assertThat(telnet.filename()).startsWith("telnet:127.0.0.1:");
        Device device = attach(telnet);
        try (Socket client = connect(telnet)) {
            assertThat(device.next()).isEqualTo("<opened>");
            client.getInputStream().skipNBytes(12);
            ByteArrayOutputStream typed = new ByteArrayOutputStream();
            typed.write("a".getBytes(US_ASCII));
            typed.write(new byte[] {(byte) 255, (byte) 253, 1, (byte) 255, (byte) 250, 24, 1, (byte) 255, (byte) 240});
            typed.write("b".getBytes(US_ASCII));
            client.getOutputStream().write(typed.toByteArray());
            assertThat(device.next(2)).isEqualTo("ab");
            lock.lock();
            try {
                telnet.write(new byte[] {1, (byte) 255, 2}, 0, 3);
            } finally {
                lock.unlock();
            }
            assertThat(client.getInputStream().readNBytes(4)).isEqualTo(new byte[] {1, (byte) 255, (byte) 255, 2});
        }
    }

    @Test
    void portsInUseAreToldOrSkipped() throws Exception {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> start("tcp:127.0.0.1:" + port + ",server,nowait"))
                    .isInstanceOf(IOException.class)
                    .hasMessage("can't listen on 127.0.0.1:" + port + ": Address already in use");
            assertThat(port(start("tcp:127.0.0.1:" + port + ",server,nowait,to=65535")))
                    .isGreaterThan(port);
        }
    }

    @Test
    void aClientNeedsItsServer(@TempDir Path folder) throws Exception {
        assertThatThrownBy(() -> start("unix:" + folder.resolve("none")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("can't connect to " + folder.resolve("none"));
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HostChardev client = start("tcp:127.0.0.1:" + server.getLocalPort());
            Device device = attach(client);
            try (Socket peer = server.accept()) {
                assertThat(device.next()).isEqualTo("<opened>");
                write(client, "hello");
                assertThat(peer.getInputStream().readNBytes(5))
                        .asString(US_ASCII)
                        .isEqualTo("hello");
            }
            assertThat(device.next()).isEqualTo("<closed>");
        }
    }

    @Test
    void closingSendsWhatIsPending() throws Exception {
        HostChardev tcp = start("tcp:127.0.0.1:0,server,nowait");
        Device device = attach(tcp);
        try (Socket client = connect(tcp)) {
            assertThat(device.next()).isEqualTo("<opened>");
            write(tcp, "the last words");
            tcp.close();
            client.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
            assertThat(client.getInputStream().readAllBytes())
                    .asString(US_ASCII)
                    .isEqualTo("the last words");
        }
        assertThat(device.next()).isEqualTo("<closed>");
    }
}

package org.margay.qmp.server.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.margay.chardev.Chardev;
import org.margay.chardev.ChardevRequest;
import org.margay.chardev.internal.ChardevPart;
import org.margay.machine.CommandLineOption;
import org.margay.machine.OptionException;
import org.margay.machine.plan.MachineFlag;
import org.margay.qmp.QmpConnection;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpProtocol;
import org.margay.testkit.BenchMachine;

@Timeout(30)
class MonitorsTest {
    /** Greets with the monitor's name, answers lines by themselves, floods when asked to. */
    private static final class Echo implements QmpProtocol {
        private final List<Consumer<byte[]>> outputs = new CopyOnWriteArrayList<>();
        private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();

        @Override
        public QmpConnection open(String monitor, boolean pretty, Consumer<byte[]> output) {
            outputs.add(output);
            output.accept((monitor + (pretty ? " pretty" : "") + "\r\n").getBytes(US_ASCII));
            return new QmpConnection() {
                @Override
                public void received(ByteBuffer bytes) {
                    byte[] text = new byte[bytes.remaining()];
                    bytes.get(text);
                    output.accept(text);
                }

                @Override
                public void close() {
                    closed.add(monitor);
                }
            };
        }
    }

    private final BenchMachine machine = new BenchMachine();
    private final Echo protocol = new Echo();
    private final Monitors monitors = new Monitors(protocol);

    MonitorsTest() {
        machine.plan().add(MachineFlag.class, MachineFlag.NO_DEFAULTS);
    }

    @AfterEach
    void end() {
        locked(machine::close);
    }

    private void locked(Runnable task) {
        machine.lock().lock();
        try {
            task.run();
        } finally {
            machine.lock().unlock();
        }
    }

    private void apply(CommandLineOption option, String value) throws OptionException {
        option.apply(value, machine.plan());
    }

    private void build() throws QmpException {
        new ChardevPart().build(machine);
        monitors.build(machine);
    }

    private Socket connect(String label) throws IOException {
        String filename =
                machine.backends().find(Chardev.class, label).orElseThrow().filename();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(filename.split("[:,]")[2]));
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
    }

    @Test
    void everyMonitorServesEveryClient() throws Exception {
        apply(new QmpOption(), "tcp:127.0.0.1:0,server,nowait");
        apply(new QmpPrettyOption(), "tcp:127.0.0.1:0,server,nowait");
        machine.plan()
                .add(ChardevRequest.class, ChardevRequest.parse("socket,id=c,host=127.0.0.1,port=0,server,nowait"));
        apply(new MonOption(), "chardev=c,mode=control,pretty=on");
        build();
        try (Socket one = connect("compat_monitor0");
                Socket two = connect("compat_monitor0");
                Socket three = connect("compat_monitor1");
                Socket four = connect("c")) {
            BufferedReader second = reader(two);
            assertThat(second.readLine()).isEqualTo("compat_monitor0");
            assertThat(reader(three).readLine()).isEqualTo("compat_monitor1 pretty");
            assertThat(reader(four).readLine()).isEqualTo("c pretty");
            BufferedReader first = reader(one);
            assertThat(first.readLine()).isEqualTo("compat_monitor0");
            one.getOutputStream().write("from one\n".getBytes(US_ASCII));
            two.getOutputStream().write("from two\n".getBytes(US_ASCII));
            assertThat(first.readLine()).isEqualTo("from one");
            assertThat(second.readLine()).isEqualTo("from two");
        }
        assertThat(protocol.closed.poll(10, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void whoTakesNothingIsDisconnected() throws Exception {
        apply(new QmpOption(), "tcp:127.0.0.1:0,server,nowait");
        build();
        try (Socket idle = connect("compat_monitor0");
                Socket alive = connect("compat_monitor0")) {
            InputStream greeting = idle.getInputStream();
            greeting.readNBytes(17);
            BufferedReader reader = reader(alive);
            reader.readLine();
            byte[] event = new byte[1 << 16];
            while (protocol.closed.isEmpty()) {
                protocol.outputs.getFirst().accept(event);
            }
            alive.getOutputStream().write("still here\n".getBytes(US_ASCII));
            assertThat(reader.readLine()).isEqualTo("still here");
        }
    }

    @Test
    void theLastWordsLeaveBeforeTheEnd() throws Exception {
        apply(new QmpOption(), "tcp:127.0.0.1:0,server,nowait");
        build();
        try (Socket client = connect("compat_monitor0")) {
            reader(client).readLine();
            int size = 1 << 20;
            Thread.ofVirtual()
                    .start(() -> locked(() -> {
                        protocol.outputs.getFirst().accept(new byte[size]);
                        machine.close();
                    }));
            assertThat(client.getInputStream().readAllBytes()).hasSize(size);
        }
    }

    @Test
    void optionsCountTheirMonitors() throws Exception {
        apply(new MonitorOption(), "vc");
        apply(new MonitorOption(), "none");
        apply(new QmpOption(), "none");
        apply(new QmpOption(), "null");
        apply(new QmpOption(), "chardev:mine");
        assertThat(machine.plan().all(MonitorRequest.class))
                .containsExactly(new MonitorRequest("compat_monitor3", false), new MonitorRequest("mine", false));
        assertThat(machine.plan().all(ChardevRequest.class))
                .extracting(ChardevRequest::label)
                .containsExactly("compat_monitor0", "compat_monitor3");
        assertThatThrownBy(this::build).isInstanceOf(QmpException.class).hasMessage("-mon: chardev 'mine' not found");
    }

    @Test
    void whatIsNotThereYetIsRefusedByName() {
        assertThatThrownBy(() -> apply(new MonitorOption(), "stdio"))
                .isInstanceOf(OptionException.class)
                .hasMessage("the human monitor is not there yet: use none, not 'stdio'");
        assertThatThrownBy(() -> apply(new MonOption(), "x,mode=readline"))
                .isInstanceOf(OptionException.class)
                .hasMessage("the human monitor is not there yet: use mode=control");
        assertThatThrownBy(() -> apply(new MonOption(), "x,mode=contol"))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("did you mean 'control'?");
    }

    @Test
    void aChardevHasOneUser() throws Exception {
        machine.plan().add(ChardevRequest.class, ChardevRequest.parse("null,id=c"));
        apply(new MonOption(), "c,mode=control");
        apply(new MonOption(), "c,mode=control");
        assertThatThrownBy(this::build).isInstanceOf(QmpException.class).hasMessage("-mon: chardev 'c' is in use");
    }
}

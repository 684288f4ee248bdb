package org.margay.net.internal.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.object.UserObject;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.net.Frame;
import org.margay.net.Network;
import org.margay.net.NetworkInfo;
import org.margay.net.RecordingEnd;
import org.margay.net.internal.NetdevRequest;
import org.margay.net.internal.Netdevs;
import org.margay.testkit.BenchMachine;

class DumpsTest {
    /** 2012-03-14 15:09:26 UTC, where the bench's clock of the host begins. */
    private static final long BEGINNING = 1_331_737_766;

    /** A packet as a file has it. */
    private record Packet(long seconds, long microseconds, int length, byte[] bytes) {}

    @TempDir
    Path folder;

    private final BenchMachine machine = new BenchMachine();
    private final RecordingEnd backend = new RecordingEnd("n0");
    private final RecordingEnd card = new RecordingEnd("card");

    private static List<Packet> read(Path file, int snapLength) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getInt()).isEqualTo(0xA1B2C3D4);
        assertThat(bytes.getShort()).isEqualTo((short) 2);
        assertThat(bytes.getShort()).isEqualTo((short) 4);
        assertThat(bytes.getLong()).isZero();
        assertThat(bytes.getInt()).isEqualTo(snapLength);
        assertThat(bytes.getInt()).isEqualTo(1);
        List<Packet> packets = new ArrayList<>();
        while (bytes.hasRemaining()) {
            long seconds = bytes.getInt() & 0xFFFF_FFFFL;
            long microseconds = bytes.getInt();
            byte[] content = new byte[bytes.getInt()];
            int length = bytes.getInt();
            bytes.get(content);
            packets.add(new Packet(seconds, microseconds, length, content));
        }
        return packets;
    }

    private UserObject filter(Map<String, String> properties) throws Exception {
        FilterDump driver = new FilterDump();
        return driver.create(
                "f0", new PropertyBinder<>(driver.propertiesType(), Wording.ofOption()).bind(properties), machine);
    }

    private void connect() throws Exception {
        Network.of(machine).add("user", "n0", backend);
        card.client().connect(backend.client());
    }

    @Test
    void framesAndTheirTimes() throws Exception {
        Path file = folder.resolve("f.pcap");
        connect();
        machine.advance(5_000_000_000L);
        UserObject dump = filter(Map.of("netdev", "n0", "file", file.toString()));
        card.send(1);
        machine.advance(1_500_000_000L);
        backend.client().send(new Frame(new byte[] {2, 3, 4}));
        dump.close();
        card.send(9);
        List<Packet> packets = read(file, 65_536);
        assertThat(packets).hasSize(2);
        assertThat(packets.get(0)).satisfies(packet -> {
            assertThat(packet.seconds()).isEqualTo(BEGINNING + 5);
            assertThat(packet.microseconds()).isZero();
            assertThat(packet.bytes()).containsExactly(1);
        });
        assertThat(packets.get(1)).satisfies(packet -> {
            assertThat(packet.seconds()).isEqualTo(BEGINNING + 6);
            assertThat(packet.microseconds()).isEqualTo(500_000);
            assertThat(packet.length()).isEqualTo(3);
            assertThat(packet.bytes()).containsExactly(2, 3, 4);
        });
    }

    @Test
    void oneWayOnlyAndCut() throws Exception {
        connect();
        Path received = folder.resolve("rx.pcap");
        Path sent = folder.resolve("tx.pcap");
        UserObject rx = filter(Map.of("netdev", "n0", "file", received.toString(), "queue", "rx", "maxlen", "2"));
        UserObject tx = filter(Map.of("netdev", "n0", "file", sent.toString(), "queue", "tx"));
        card.client().send(new Frame(new byte[] {1, 1, 1}));
        backend.send(2);
        rx.close();
        tx.close();
        assertThat(read(received, 2)).singleElement().satisfies(packet -> {
            assertThat(packet.length()).isEqualTo(3);
            assertThat(packet.bytes()).containsExactly(1, 1);
        });
        assertThat(read(sent, 65_536))
                .singleElement()
                .satisfies(packet -> assertThat(packet.bytes()).containsExactly(2));
    }

    @Test
    void switchedOffAndOn() throws Exception {
        connect();
        Path file = folder.resolve("f.pcap");
        UserObject dump = filter(Map.of("netdev", "n0", "file", file.toString(), "status", "off"));
        ObjectProperty status = dump.properties().stream()
                .filter(property -> property.name().equals("status"))
                .findFirst()
                .orElseThrow();
        card.send(1);
        status.setter().set("on");
        assertThat(status.getter().get()).isEqualTo("on");
        card.send(2);
        assertThatThrownBy(() -> status.setter().set("maybe")).hasMessage("Parameter 'status' expects 'on' or 'off'");
        dump.close();
        assertThat(read(file, 65_536)).extracting(packet -> packet.bytes()[0]).containsExactly((byte) 2);
    }

    @Test
    void theFileEndsWithTheBackend() throws Exception {
        connect();
        Path file = folder.resolve("f.pcap");
        UserObject dump = filter(Map.of("netdev", "n0", "file", file.toString()));
        card.send(1);
        Network.of(machine).remove("n0");
        assertThat(read(file, 65_536)).hasSize(1);
        dump.close();
    }

    @Test
    void refused() throws Exception {
        assertThatThrownBy(() -> filter(Map.of("file", "x"))).hasMessage("Parameter 'netdev' is required");
        assertThatThrownBy(() -> filter(Map.of("netdev", "n0"))).hasMessage("dump filter needs 'file' property set!");
        assertThatThrownBy(() -> filter(Map.of("netdev", "n0", "file", "x")))
                .hasMessage("Parameter 'netdev' expects a network backend id");
        connect();
        assertThatThrownBy(() -> filter(Map.of("netdev", "n0", "file", folder + "/none/f.pcap")))
                .hasMessage("net dump: can't open %s/none/f.pcap: No such file or directory".formatted(folder));
    }

    @Test
    void ofAHub() throws Exception {
        Path file = folder.resolve("hub.pcap");
        Map<String, List<String>> options = Map.of("file", List.of(file.toString()), "len", List.of("1k"));
        Netdevs.of(machine).create(new DumpDriver(4), new NetdevRequest("dump", "dump.0", options, Optional.of(4)));
        Network.of(machine).plug(4, backend.client());
        Network.of(machine).plug(4, card.client());
        assertThat(NetworkInfo.describe(machine))
                .contains("VLAN 4 devices:\n  dump.0: type=dump,dump to %s (len=1024)\n".formatted(file));
        card.send(1);
        backend.client().send(new Frame(new byte[2000]));
        machine.close();
        List<Packet> packets = read(file, 1024);
        assertThat(packets).extracting(Packet::length).containsExactly(1, 2000);
        assertThat(packets).extracting(packet -> packet.bytes().length).containsExactly(1, 1024);
    }

    @Test
    void manyFrames() throws Exception {
        connect();
        Path file = folder.resolve("many.pcap");
        UserObject dump = filter(Map.of("netdev", "n0", "file", file.toString()));
        for (int i = 0; i < 10_000; i++) {
            card.client().send(new Frame(new byte[1000]));
        }
        dump.close();
        assertThat(read(file, 65_536)).hasSize(10_000);
    }
}

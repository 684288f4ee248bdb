package org.margay.qmp.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.qmp.Empty;
import org.margay.qmp.ErrorClass;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpConnection;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.margay.qmp.internal.command.QmpCapabilities;
import org.margay.qmp.internal.command.QueryCommands;
import org.margay.qmp.internal.command.QueryVersion;

class ProtocolTest {
    record Index(long index) {}

    private interface Handler<A> {
        Object execute(A arguments) throws QmpException;
    }

    private record Command<A extends Record>(Class<A> argumentsType, Handler<A> handler) implements QmpCommand<A> {
        @Override
        public Object execute(A arguments, QmpSession session) throws QmpException {
            return handler.execute(arguments);
        }
    }

    private final CommandTable table = new CommandTable();
    private final Protocol protocol = new Protocol(null, table, () -> Instant.ofEpochSecond(7, 8_999));
    private final List<String> sent = new ArrayList<>();
    private QmpConnection connection = open(sent);

    private QmpConnection open(List<String> output) {
        return protocol.open("compat_monitor0", false, message -> output.add(new String(message, US_ASCII).strip()));
    }

    private void register(String name, QmpCommand<?> command) {
        table.add(name, List.of(name), () -> command);
    }

    private List<String> ask(String text) {
        sent.clear();
        connection.received(ByteBuffer.wrap(text.getBytes(UTF_8)));
        return sent;
    }

    private void negotiate() {
        assertThat(ask("{'execute': 'qmp_capabilities'}")).containsExactly("{\"return\": {}}");
    }

    @BeforeEach
    void commands() {
        register("qmp_capabilities", new QmpCapabilities());
        register("query-version", new QueryVersion());
        register("query-commands", new QueryCommands(table));
        register("cpu", new Command<>(Index.class, arguments -> Map.of("got", arguments.index())));
        register("fails", new Command<>(Empty.class, _ -> {
            throw new QmpException(ErrorClass.DeviceNotFound, "Device 'x' not found");
        }));
        register("crashes", new Command<>(Empty.class, _ -> {
            throw new IllegalStateException("secret");
        }));
        register("unwritable", new Command<>(Empty.class, _ -> new Object()));
        register("event-inside", new Command<>(Empty.class, _ -> {
            protocol.emit("STOP", null);
            return Empty.EMPTY;
        }));
    }

    @Test
    void greets() {
        assertThat(sent)
                .containsExactly("{\"QMP\": {\"version\": {\"qemu\": {\"major\": 1, \"minor\": 1, \"micro\": 0}, "
                        + "\"package\": \"margay\"}, \"capabilities\": []}}");
    }

    @Test
    void negotiationComesFirstAndOnce() {
        assertThat(ask("{\"execute\": \"query-version\", \"id\": 1}"))
                .containsExactly("{\"error\": {\"class\": \"CommandNotFound\", "
                        + "\"desc\": \"The command query-version has not been found\"}, \"id\": 1}");
        assertThat(ask("{\"execute\": \"qmp_capabilities\", \"arguments\": {\"foo\": 1}}"))
                .containsExactly("{\"error\": {\"class\": \"GenericError\", \"desc\": \"Invalid parameter 'foo'\"}}");
        negotiate();
        assertThat(ask("{\"execute\": \"qmp_capabilities\"}").getFirst()).contains("CommandNotFound");
    }

    @Test
    void idsComeBack() {
        negotiate();
        assertThat(ask("{\"execute\": \"cpu\", \"arguments\": {\"index\": 1}, \"id\": null}"))
                .containsExactly("{\"return\": {\"got\": 1}, \"id\": null}");
        assertThat(ask("{\"id\": {\"a\": [1, {\"b\": \"\u20ac\"}]}, \"execute\": \"cpu\"}"))
                .containsExactly(
                        "{\"error\": {\"class\": \"GenericError\", \"desc\": \"Parameter 'index' is missing\"}, "
                                + "\"id\": {\"a\": [1, {\"b\": \"\\u20AC\"}]}}");
        assertThat(ask("{\"id\": 7, \"execute\": \"cpu\", \"foo\": 1}"))
                .containsExactly("{\"error\": {\"class\": \"GenericError\", "
                        + "\"desc\": \"QMP input object member 'foo' is unexpected\"}}");
    }

    @Test
    void idsMayBeAsDeepAsMessages() throws InterruptedException {
        negotiate();
        String id = "[".repeat(1000) + "{\"a\": ".repeat(1000) + "1" + "}".repeat(1000) + "]".repeat(1000);
        Thread small = new Thread(
                null,
                () -> ask("{\"execute\": \"cpu\", \"arguments\": {\"index\": 1}, \"id\": " + id + "}"),
                "small",
                1 << 17);
        small.start();
        small.join();
        assertThat(sent).containsExactly("{\"return\": {\"got\": 1}, \"id\": " + id + "}");
    }

    @Test
    void requestsAreCheckedInOrder() {
        negotiate();
        assertThat(ask("[1]").getFirst()).contains("Expected 'object' in QMP input");
        assertThat(ask("{}").getFirst()).contains("Expected 'execute' in QMP input");
        assertThat(ask("{\"execute\": null}").getFirst()).contains("member 'execute' expects 'string'");
        assertThat(ask("{\"execute\": \"cpu\", \"arguments\": null}").getFirst())
                .contains("member 'arguments' expects 'object'");
        assertThat(ask("{\"execute\": }").getFirst()).contains("Invalid JSON syntax");
        assertThat(ask("{\"execute\": \"no such\"}").getFirst()).contains("The command no such has not been found");
    }

    @Test
    void failuresAreToldWithoutSecrets() {
        negotiate();
        assertThat(ask("{\"execute\": \"fails\"}"))
                .containsExactly("{\"error\": {\"class\": \"DeviceNotFound\", \"desc\": \"Device 'x' not found\"}}");
        Logger.getLogger(Connection.class.getName()).setLevel(Level.OFF);
        String undefined = "{\"error\": {\"class\": \"GenericError\", \"desc\": \"An undefined error has occurred\"}}";
        assertThat(ask("{\"execute\": \"crashes\"}{\"execute\": \"unwritable\"}"))
                .containsExactly(undefined, undefined);
    }

    @Test
    void eventsReachThoseInCommandMode() {
        List<String> other = new ArrayList<>();
        open(other).received(ByteBuffer.wrap("{\"execute\": \"qmp_capabilities\"}".getBytes(UTF_8)));
        other.clear();
        sent.clear();
        protocol.emit("RTC_CHANGE", Map.of("offset", 18000));
        assertThat(other)
                .containsExactly("{\"timestamp\": {\"seconds\": 7, \"microseconds\": 8}, \"event\": \"RTC_CHANGE\", "
                        + "\"data\": {\"offset\": 18000}}");
        assertThat(sent).isEmpty();
    }

    @Test
    void anEventRaisedInsidePrecedesTheReply() {
        negotiate();
        assertThat(ask("{\"execute\": \"event-inside\"}"))
                .containsExactly(
                        "{\"timestamp\": {\"seconds\": 7, \"microseconds\": 8}, \"event\": \"STOP\"}",
                        "{\"return\": {}}");
    }

    @Test
    void commandsComeAndGoOnAnOpenConnection() {
        negotiate();
        assertThat(ask("{\"execute\": \"query-commands\"}").getFirst()).contains("{\"name\": \"cpu\"}");
        table.remove("cpu");
        assertThat(ask("{\"execute\": \"query-commands\"}").getFirst()).doesNotContain("\"cpu\"");
        assertThat(ask("{\"execute\": \"cpu\"}").getFirst()).contains("CommandNotFound");
        register("cpu", new Command<>(Empty.class, _ -> "back"));
        assertThat(ask("{\"execute\": \"cpu\"}")).containsExactly("{\"return\": \"back\"}");
    }

    @Test
    void aClosedConnectionIsSilent() {
        negotiate();
        connection.close();
        protocol.emit("STOP", null);
        assertThat(ask("{\"execute\": \"query-version\"}")).isEmpty();
    }
}

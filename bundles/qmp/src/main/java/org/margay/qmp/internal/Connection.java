package org.margay.qmp.internal;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.margay.qmp.ErrorClass;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpConnection;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.margay.qmp.WireName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client: checks its requests in the protocol's order, has commands run, answers. */
final class Connection implements QmpConnection, QmpSession, JsonStream.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** The one command of negotiation mode, and the one that command mode lacks. */
    private static final String NEGOTIATION = "qmp_capabilities";

    private record Success(@WireName("return") Object value) {}

    private record Failure(Details error) {}

    private record Details(@WireName("class") ErrorClass errorClass, String desc) {}

    private final Protocol protocol;
    private final String monitor;
    private final boolean pretty;
    private final Consumer<byte[]> output;
    private final JsonStream stream = new JsonStream(this);
    private final Object sending = new Object();

    /** Command mode. Changed on the loop, where events are emitted too, so none slips out before the mode's reply. */
    private volatile boolean negotiated;

    private volatile boolean closed;

    Connection(Protocol protocol, String monitor, boolean pretty, Consumer<byte[]> output) {
        this.protocol = protocol;
        this.monitor = monitor;
        this.pretty = pretty;
        this.output = output;
    }

    void greet() {
        Map<String, Object> greeting = new LinkedHashMap<>();
        greeting.put("version", Version.CURRENT);
        greeting.put("capabilities", List.of());
        send(Map.of("QMP", greeting));
    }

    @Override
    public String monitor() {
        return monitor;
    }

    @Override
    public void received(ByteBuffer bytes) {
        if (!closed) {
            stream.feed(bytes);
        }
    }

    @Override
    public void close() {
        closed = true;
        protocol.closed(this);
    }

    void event(JsonWriter.Shared message) {
        if (negotiated) {
            send(message.message(pretty));
        }
    }

    @Override
    public void syntaxError() {
        fail(new QmpException("Invalid JSON syntax"), null);
    }

    @Override
    public void message(@Nullable Object value) {
        if (closed) {
            return;
        }
        Request request;
        try {
            request = Request.of(value);
        } catch (QmpException e) {
            fail(e, null);
            return;
        }
        answer(request);
    }

    private void answer(Request request) {
        guarded(request, () -> {
            CommandTable.Callable<?> entry = request.command().equals(NEGOTIATION) == negotiated
                    ? null
                    : protocol.commands().find(request.command());
            if (entry == null) {
                throw QmpErrors.commandNotFound(request.command());
            }
            answer(request, entry);
        });
    }

    private <A extends Record> void answer(Request request, CommandTable.Callable<A> entry) throws QmpException {
        A arguments = entry.binder().bind(request.arguments());
        QmpCommand<A> command = entry.command();
        command.prepare(arguments, this);
        if (command.locked()) {
            protocol.run(() -> guarded(request, () -> succeed(request, command.execute(arguments, this))));
        } else {
            Object result = command.execute(arguments, this);
            protocol.run(() -> succeed(request, result));
        }
    }

    private void succeed(Request request, Object result) {
        send(success(result, request));
        if (request.command().equals(NEGOTIATION)) {
            negotiated = true;
        }
    }

    /** Part of the way to an answer. */
    @FunctionalInterface
    private interface Step {
        void run() throws QmpException;
    }

    /** Runs a step; what goes wrong in it becomes the answer. */
    private void guarded(Request request, Step step) {
        try {
            step.run();
        } catch (QmpException e) {
            fail(e, request);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            LOG.error("{} failed", request.command(), e);
            fail(QmpErrors.undefined(), request);
        }
    }

    private static Object success(Object result, Request request) {
        return request.hasId() ? withId("return", result, request) : new Success(result);
    }

    private void fail(QmpException e, @Nullable Request request) {
        Details details = new Details(e.errorClass(), e.description());
        send(request != null && request.hasId() ? withId("error", details, request) : new Failure(details));
    }

    private static Map<String, @Nullable Object> withId(String key, Object value, Request request) {
        Map<String, @Nullable Object> reply = new LinkedHashMap<>();
        reply.put(key, value);
        reply.put("id", request.id());
        return reply;
    }

    private void send(Object message) {
        send(JsonWriter.message(message, pretty));
    }

    private void send(byte[] message) {
        synchronized (sending) {
            if (!closed) {
                output.accept(message);
            }
        }
    }
}

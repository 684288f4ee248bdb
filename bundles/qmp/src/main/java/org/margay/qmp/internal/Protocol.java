package org.margay.qmp.internal;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.margay.qmp.QmpConnection;
import org.margay.qmp.QmpEvents;
import org.margay.qmp.QmpLoop;
import org.margay.qmp.QmpProtocol;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Opens connections, and sends events to those that have negotiated. */
@Component(service = {QmpProtocol.class, QmpEvents.class})
public final class Protocol implements QmpProtocol, QmpEvents {
    /** Serves while there is no machine. */
    private final ReentrantLock fallback = new ReentrantLock();

    private final CommandTable commands;
    private final Supplier<Instant> time;
    private final Set<Connection> connections = new CopyOnWriteArraySet<>();
    private final @Nullable BundleContext context;
    private volatile @Nullable ServiceReference<QmpLoop> loopReference;
    private volatile @Nullable QmpLoop loop;

    @Activate
    public Protocol(BundleContext context, @Reference CommandTable commands) {
        this(context, commands, Instant::now);
    }

    Protocol(@Nullable BundleContext context, CommandTable commands, Supplier<Instant> time) {
        this.context = context;
        this.commands = commands;
        this.time = time;
    }

    /** By reference only: the machine that offers it needs our events first. */
    @Reference(service = QmpLoop.class, cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setLoop(ServiceReference<QmpLoop> reference) {
        loopReference = reference;
        loop = null;
    }

    void unsetLoop(ServiceReference<QmpLoop> reference) {
        if (reference.equals(loopReference)) {
            loopReference = null;
            loop = null;
        }
    }

    @Override
    public QmpConnection open(String monitor, boolean pretty, Consumer<byte[]> output) {
        Connection connection = new Connection(this, monitor, pretty, output);
        connections.add(connection);
        connection.greet();
        return connection;
    }

    @Override
    public void emit(String name, @Nullable Object data) {
        Instant now = time.get();
        Map<String, Object> timestamp = new LinkedHashMap<>();
        timestamp.put("seconds", now.getEpochSecond());
        timestamp.put("microseconds", now.getNano() / 1000);
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("timestamp", timestamp);
        event.put("event", name);
        if (data != null) {
            event.put("data", data);
        }
        JsonWriter.Shared message = new JsonWriter.Shared(() -> event);
        for (Connection connection : connections) {
            connection.event(message);
        }
    }

    CommandTable commands() {
        return commands;
    }

    void run(Runnable task) {
        QmpLoop machine = loop;
        if (machine == null) {
            machine = fetchLoop();
        }
        if (machine != null) {
            machine.run(task);
            return;
        }
        fallback.lock();
        try {
            task.run();
        } finally {
            fallback.unlock();
        }
    }

    private @Nullable QmpLoop fetchLoop() {
        ServiceReference<QmpLoop> reference = loopReference;
        if (reference == null || context == null) {
            return null;
        }
        QmpLoop machine = context.getService(reference);
        loop = machine;
        return machine;
    }

    void closed(Connection connection) {
        connections.remove(connection);
    }
}

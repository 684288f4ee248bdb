package org.margay.qmp.server.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.margay.chardev.Chardev;
import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpProtocol;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Opens the QMP monitors that the options ask for; each serves any number of clients. */
@Component(service = MachinePart.class)
public final class Monitors implements MachinePart {
    /** How long clients have to take the last events when the machine ends. */
    private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final QmpProtocol protocol;
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();

    @Activate
    public Monitors(@Reference QmpProtocol protocol) {
        this.protocol = protocol;
    }

    @Override
    public Stage stage() {
        return Stage.FRONTENDS;
    }

    @Override
    public void build(Machine machine) throws QmpException {
        machine.onClose(() -> end(machine));
        for (MonitorRequest request : machine.plan().all(MonitorRequest.class)) {
            Chardev chardev = machine.backends()
                    .find(Chardev.class, request.chardev())
                    .orElseThrow(() -> new QmpException("-mon: chardev '" + request.chardev() + "' not found"));
            try {
                chardev.serve(stream -> {
                    Session session = new Session(chardev.label(), request.pretty(), stream, protocol, this);
                    sessions.add(session);
                    return session;
                });
            } catch (IllegalStateException e) {
                throw new QmpException("-mon: " + e.getMessage());
            }
        }
    }

    void ended(Session session) {
        sessions.remove(session);
    }

    /**
     * Lets SHUTDOWN and the replies before it leave. The lock is given up meanwhile: a client's thread that waits for it is
     * the same that would send.
     */
    private void end(Machine machine) {
        sessions.forEach(Session::end);
        Condition never = machine.lock().newCondition();
        long left = FLUSH_NANOS;
        long step = TimeUnit.MILLISECONDS.toNanos(1);
        try {
            while (left > 0 && !sessions.stream().allMatch(Session::flushed)) {
                left -= step - never.awaitNanos(step);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sessions.clear();
    }
}

package org.margay.machine.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Clock;
import org.margay.machine.Timer;

/** Holds back events that come too fast, see {@link org.margay.machine.Machine#emitLimited}. Under the machine lock. */
final class EventLimits {
    /** Nanoseconds from one event to the next of its kind. */
    static final long INTERVAL = 1_000_000_000L;

    private record Kind(String event, String subject) {}

    private final Clock clock;
    private final BiConsumer<String, @Nullable Object> events;
    /** Kinds of which an event was sent less than the interval ago. */
    private final Map<Kind, Pause> pauses = new HashMap<>();

    EventLimits(Clock clock, BiConsumer<String, @Nullable Object> events) {
        this.clock = clock;
        this.events = events;
    }

    void emit(String event, String subject, Object data) {
        Kind kind = new Kind(event, subject);
        Pause pause = pauses.get(kind);
        if (pause == null) {
            pauses.put(kind, new Pause(kind));
            events.accept(event, data);
        } else {
            pause.held = data;
        }
    }

    /** The time after an event in which no other of its kind is sent. */
    private final class Pause {
        private final Kind kind;
        private final Timer end = clock.timer(this::over);
        private @Nullable Object held;

        Pause(Kind kind) {
            this.kind = kind;
            begin();
        }

        private void begin() {
            end.arm(clock.nanos() + INTERVAL);
        }

        private void over() {
            Object data = held;
            if (data == null) {
                pauses.remove(kind);
                return;
            }
            held = null;
            begin();
            events.accept(kind.event, data);
        }
    }
}

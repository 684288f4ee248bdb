package org.margay.machine.plan;

import java.time.Instant;
import org.margay.machine.MachinePlan;

/**
 * -rtc: what the guest's clock shows when it starts, and what makes it tick.
 *
 * @param start UTC, local time or a fixed date
 * @param source the clock that it follows
 */
public record RtcSettings(Start start, Source source) {
    public static final RtcSettings DEFAULT = new RtcSettings(new Start.Utc(), Source.HOST);

    /** What the clock shows at power-on. */
    public sealed interface Start {
        /** The host's time, UTC. */
        record Utc() implements Start {}

        /** The host's time in its time zone. */
        record LocalTime() implements Start {}

        /** A date of the user's, as if it were UTC. */
        record At(Instant instant) implements Start {}
    }

    public enum Source {
        /** clock=host: the host's wall clock. */
        HOST,
        /** clock=rt: real time since the start. */
        REALTIME,
        /** clock=vm: stands when the guest is stopped. */
        VIRTUAL
    }

    public static RtcSettings in(MachinePlan plan) {
        return plan.get(RtcSettings.class).orElse(DEFAULT);
    }
}

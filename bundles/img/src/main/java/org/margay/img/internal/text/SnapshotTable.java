package org.margay.img.internal.text;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.margay.block.SnapshotDetails;

/** Snapshots for people. */
public final class SnapshotTable {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final String LINE = "%-10s%-17s%8s%20s%13s%11s\n";

    private SnapshotTable() {}

    /** A line of titles, then one for each. */
    public static String of(List<SnapshotDetails> snapshots) {
        StringBuilder text = new StringBuilder(LINE.formatted("ID", "TAG", "VM SIZE", "DATE", "VM CLOCK", "ICOUNT"));
        for (SnapshotDetails snapshot : snapshots) {
            text.append(LINE.formatted(
                    snapshot.id(),
                    snapshot.name(),
                    HumanSize.of(snapshot.vmStateBytes()),
                    date(snapshot.date()),
                    clock(snapshot.vmClock()),
                    "0"));
        }
        return text.toString();
    }

    private static String date(Instant instant) {
        return DATE.format(instant.atZone(ZoneId.systemDefault()));
    }

    private static String clock(Duration clock) {
        return "%02d:%02d:%02d.%03d"
                .formatted(clock.toHours(), clock.toMinutesPart(), clock.toSecondsPart(), clock.toMillisPart());
    }
}

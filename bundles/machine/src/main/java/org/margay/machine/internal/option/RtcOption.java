package org.margay.machine.internal.option;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.option.KeyValues;
import org.margay.machine.plan.RtcSettings;
import org.osgi.service.component.annotations.Component;

/** -rtc. */
@Component
@OptionName("-rtc")
public final class RtcOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-rtc [base=utc|localtime|datetime][,clock=host|rt|vm][,driftfix=none|slew]";
    }

    @Override
    public String summary() {
        return "what the guest's real-time clock shows at its start, and what makes it tick";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        KeyValues values = KeyValues.parse(value, null);
        RtcSettings.Start start = start(values.string("base").orElse("utc"));
        RtcSettings.Source source =
                switch (values.choice("clock", List.of("host", "rt", "vm")).orElse("host")) {
                    case "rt" -> RtcSettings.Source.REALTIME;
                    case "vm" -> RtcSettings.Source.VIRTUAL;
                    default -> RtcSettings.Source.HOST;
                };
        values.choice("driftfix", List.of("none", "slew"));
        values.finish();
        plan.set(RtcSettings.class, new RtcSettings(start, source));
    }

    private static RtcSettings.Start start(String base) throws OptionException {
        return switch (base) {
            case "utc" -> new RtcSettings.Start.Utc();
            case "localtime" -> new RtcSettings.Start.LocalTime();
            default -> new RtcSettings.Start.At(date(base));
        };
    }

    private static Instant date(String text) throws OptionException {
        try {
            return text.contains("T")
                    ? LocalDateTime.parse(text).toInstant(ZoneOffset.UTC)
                    : LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException _) {
            throw new OptionException("invalid datetime format '" + text
                    + "': utc, localtime, or like '2006-06-17T16:01:21' or '2006-06-17'");
        }
    }
}

package org.margay.machine.internal.option;

import java.util.Optional;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.option.KeyValues;
import org.margay.machine.plan.InstructionCounting;
import org.osgi.service.component.annotations.Component;

/** -icount. */
@Component
@OptionName("-icount")
public final class IcountOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-icount [shift=N|auto][,align=on|off][,sleep=on|off]";
    }

    @Override
    public String summary() {
        return "virtual time goes with instructions: 2^N nanoseconds for each";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        KeyValues values = KeyValues.parse(value, "shift");
        Optional<String> shift = values.string("shift");
        Optional<Boolean> align = values.flag("align");
        boolean sleep = values.flag("sleep").orElse(true);
        for (String replay : new String[] {"rr", "rrfile", "rrsnapshot"}) {
            if (values.string(replay).isPresent()) {
                throw new OptionException(replay + ": record and replay are not in this version of Margay yet");
            }
        }
        values.finish();
        if (shift.isEmpty()) {
            if (align.isPresent()) {
                throw new OptionException("Please specify shift option when using align");
            }
            return;
        }
        boolean aligned = align.orElse(false);
        if (aligned && !sleep) {
            throw new OptionException("align=on and sleep=off are incompatible");
        }
        boolean auto = shift.get().equals("auto");
        if (auto && aligned) {
            throw new OptionException("shift=auto and align=on are incompatible");
        }
        if (auto && !sleep) {
            throw new OptionException("shift=auto and sleep=off are incompatible");
        }
        int first = auto ? InstructionCounting.AUTO_SHIFT : shift(shift.get());
        plan.set(InstructionCounting.class, new InstructionCounting(first, auto, aligned, sleep));
    }

    private static int shift(String text) throws OptionException {
        try {
            int shift = Integer.decode(text.strip());
            if (shift >= 0 && shift <= InstructionCounting.MAX_SHIFT) {
                return shift;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new OptionException("icount: Invalid shift value");
    }
}

package org.margay.machine.internal.option;

import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.option.KeyValues;
import org.margay.machine.option.SizeText;
import org.margay.machine.plan.MemorySize;
import org.osgi.service.component.annotations.Component;

/** -m. */
@Component
@OptionName("-m")
public final class MemoryOption implements CommandLineOption {
    private static final long PAGE = 4096;
    /** What addresses of 40 bits leave beside the hole below 4 GiB. */
    private static final long MAX = 1L << 39;

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-m [size=]megs";
    }

    @Override
    public String summary() {
        return "guest memory in MiB, or with a suffix K, M, G, T (default: 128)";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        KeyValues values = KeyValues.parse(value, "size");
        long bytes = values.size("size", SizeText.MEBI).orElse(MemorySize.DEFAULT.bytes());
        values.size("maxmem", SizeText.MEBI);
        if (values.number("slots", 0, 256).orElse(0L) > 0) {
            throw new OptionException("memory that is plugged later (slots=) is not in this version of Margay yet");
        }
        values.finish();
        if (bytes == 0) {
            bytes = MemorySize.DEFAULT.bytes();
        }
        if (bytes < SizeText.MEBI || bytes > MAX) {
            throw new OptionException("Parameter 'size' expects from 1M to 512G, not '" + value + "'");
        }
        plan.set(MemorySize.class, new MemorySize((bytes + PAGE - 1) / PAGE * PAGE));
    }
}

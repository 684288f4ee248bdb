package org.margay.machine.internal.option;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.option.NearestName;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** -D and -d: where the log goes, and which parts write all they know. They count from the moment they are read. */
abstract class LogOption implements CommandLineOption {
    /** Packages of our bundles, and so their loggers, start like this. */
    private static final String OURS = "org.margay.";

    /** Held, because the logging system itself keeps loggers by weak references. */
    private static final List<Logger> CHANGED = new ArrayList<>();

    @Override
    public boolean takesValue() {
        return true;
    }

    /** -D. */
    @Component(service = CommandLineOption.class)
    @OptionName("-D")
    public static final class ToFile extends LogOption {
        @Override
        public String synopsis() {
            return "-D logfile";
        }

        @Override
        public String summary() {
            return "write the log to a file (default: standard error)";
        }

        @Override
        public void apply(String value, MachinePlan plan) throws OptionException {
            Logger root = Logger.getLogger("");
            try {
                // A "%" starts a pattern in the handler's names.
                Handler file = new FileHandler(value.replace("%", "%%"), true);
                file.setFormatter(new SimpleFormatter());
                file.setLevel(Level.ALL);
                Arrays.stream(root.getHandlers()).forEach(root::removeHandler);
                root.addHandler(file);
            } catch (IOException e) {
                throw new OptionException("could not open log file: " + Reasons.of(e));
            }
        }
    }

    /** -d. */
    @Component(service = CommandLineOption.class)
    @OptionName("-d")
    public static final class Items extends LogOption {
        private final BundleContext context;

        @Activate
        public Items(BundleContext context) {
            this.context = context;
        }

        @Override
        public String synopsis() {
            return "-d item1[,item2...]";
        }

        @Override
        public String summary() {
            return "parts of the emulator that log all they know; -d help lists them";
        }

        @Override
        public void apply(String value, MachinePlan plan) throws OptionException {
            TreeSet<String> items = new TreeSet<>();
            for (Bundle bundle : context.getBundles()) {
                String name = String.valueOf(bundle.getSymbolicName());
                if (name.startsWith(OURS)) {
                    items.add(name.substring(OURS.length()));
                }
            }
            items.add("all");
            if (value.equals("help") || value.equals("?")) {
                throw OptionException.help("Log items (comma separated):\n" + String.join("\n", items));
            }
            for (String item : value.split(",")) {
                if (!items.contains(item)) {
                    throw new OptionException("unknown log item '%s'%s; -d help lists them"
                            .formatted(item, NearestName.hint(item, items)));
                }
                Logger logger = Logger.getLogger("org.margay" + (item.equals("all") ? "" : "." + item));
                logger.setLevel(Level.ALL);
                CHANGED.add(logger);
            }
            for (Handler handler : Logger.getLogger("").getHandlers()) {
                handler.setLevel(Level.ALL);
            }
        }
    }
}

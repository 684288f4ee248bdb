package org.margay.machine.internal.option;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.internal.CommandLine;
import org.margay.machine.internal.LaterOptions;
import org.margay.machine.internal.OnDemand;
import org.margay.machine.internal.Services;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** -help, -h and -version: made from the options that are registered. */
abstract class HelpOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return false;
    }

    static String versionLine(BundleContext context) {
        return "Margay version " + context.getBundle().getVersion();
    }

    /** -help. */
    @Component(service = CommandLineOption.class)
    @OptionName({"-help", "-h"})
    public static final class Help extends HelpOption {
        private static final int INDENT = 16;

        private final BundleContext context;
        private final Services services;
        private final OnDemand onDemand;

        @Activate
        public Help(BundleContext context, @Reference Services services, @Reference OnDemand onDemand) {
            this.context = context;
            this.services = services;
            this.onDemand = onDemand;
        }

        @Override
        public String synopsis() {
            return "-h or -help";
        }

        @Override
        public String summary() {
            return "this text";
        }

        @Override
        public void apply(String value, MachinePlan plan) throws OptionException {
            StringBuilder text = new StringBuilder(versionLine(context)).append("\nusage: margay [options]\n");
            for (Map.Entry<String, List<CommandLineOption>> group :
                    services.byBundle(CommandLineOption.class).entrySet()) {
                text.append('\n').append(group.getKey()).append(" options:\n");
                group.getValue().stream()
                        .sorted(Comparator.comparing(CommandLineOption::synopsis))
                        .forEach(option -> append(text, option));
            }
            List<String> registered = services.names(CommandLineOption.class, CommandLine.NAME);
            List<String> more = onDemand.names(CommandLine.NAMESPACE).stream()
                    .filter(name -> !registered.contains(name))
                    .toList();
            if (!more.isEmpty()) {
                text.append("\nOptions of bundles in the driver repository:\n")
                        .append(String.join(" ", more))
                        .append('\n');
            }
            text.append("\nNot in this version yet:\n");
            append(text, LaterOptions.without(registered, more));
            throw OptionException.help(text.toString());
        }

        private static void append(StringBuilder text, CommandLineOption option) {
            text.append(option.synopsis()).append('\n');
            option.summary()
                    .lines()
                    .forEach(line -> text.repeat(' ', INDENT).append(line).append('\n'));
        }

        private static void append(StringBuilder text, List<String> words) {
            int column = 0;
            for (String word : words) {
                if (column > 0 && column + word.length() > 100) {
                    text.append('\n');
                    column = 0;
                }
                text.append(column > 0 ? " " : "").append(word);
                column += word.length() + 1;
            }
        }
    }

    /** -version. */
    @Component(service = CommandLineOption.class)
    @OptionName("-version")
    public static final class Version extends HelpOption {
        private final BundleContext context;

        @Activate
        public Version(BundleContext context) {
            this.context = context;
        }

        @Override
        public String synopsis() {
            return "-version";
        }

        @Override
        public String summary() {
            return "the version";
        }

        @Override
        public void apply(String value, MachinePlan plan) throws OptionException {
            throw OptionException.help(versionLine(context));
        }
    }
}

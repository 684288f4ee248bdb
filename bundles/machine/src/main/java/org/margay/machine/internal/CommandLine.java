package org.margay.machine.internal;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.option.NearestName;

/** Reads a command line: each option is handed to the service that has its name, wherever that comes from. */
public final class CommandLine {
    /** Service property that holds an option's names. */
    public static final String NAME = "option.name";

    /** Capability of bundles that bring options. */
    public static final String NAMESPACE = "org.margay.option";

    private final Services services;
    private final OnDemand onDemand;

    CommandLine(Services services, OnDemand onDemand) {
        this.services = services;
        this.onDemand = onDemand;
    }

    /**
     * Reads all words.
     *
     * @throws OptionException naming the option that is unknown or wrong; or the help that was asked for
     */
    MachinePlan parse(List<String> words) throws OptionException {
        MachinePlan plan = new MachinePlan();
        Iterator<String> rest = words.iterator();
        while (rest.hasNext()) {
            String word = rest.next();
            CommandLineOption option = option(word);
            if (option.takesValue() && !rest.hasNext()) {
                throw new OptionException(word + ": requires an argument, like " + option.synopsis());
            }
            String value = option.takesValue() ? rest.next() : "";
            try {
                option.apply(value, plan);
            } catch (OptionException e) {
                throw e.isHelp()
                        ? e
                        : new OptionException(
                                "%s%s: %s".formatted(word, option.takesValue() ? " " + value : "", e.getMessage()));
            }
        }
        return plan;
    }

    private CommandLineOption option(String word) throws OptionException {
        if (!word.startsWith("-") || word.equals("-")) {
            throw new OptionException(
                    word + ": disk images are not in this version of Margay yet; options start with '-'");
        }
        String name = word.startsWith("--") ? word.substring(1) : word;
        Optional<CommandLineOption> option = onDemand.find(CommandLineOption.class, NAME, NAMESPACE, name);
        if (option.isPresent()) {
            return option.get();
        }
        if (LaterOptions.contains(name)) {
            throw new OptionException(name + ": not in this version of Margay yet");
        }
        List<String> known = new ArrayList<>(services.names(CommandLineOption.class, NAME));
        known.addAll(onDemand.names(NAMESPACE));
        known.addAll(LaterOptions.all());
        throw new OptionException(word + ": invalid option" + NearestName.hint(name, known));
    }
}

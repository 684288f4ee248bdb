package org.margay.machine.internal;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.margay.machine.Accelerator;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.option.NearestName;
import org.margay.machine.plan.AcceleratorChoice;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Finds accelerators by name: those that are registered, then those that the driver repository has. */
@Component(service = Accelerators.class)
public final class Accelerators {
    static final String NAME = "accelerator.name";
    static final String NAMESPACE = "org.margay.accelerator";

    private final Services services;
    private final OnDemand onDemand;

    @Activate
    public Accelerators(@Reference Services services, @Reference OnDemand onDemand) {
        this.services = services;
        this.onDemand = onDemand;
    }

    /**
     * The first of some names that there is.
     *
     * @throws OptionException when there is none
     */
    public String firstOf(String... names) throws OptionException {
        for (String name : names) {
            if (find(name).isPresent()) {
                return name;
            }
        }
        String wanted = String.join(":", names);
        throw new OptionException("invalid accelerator %s%s; -accel help lists them"
                .formatted(wanted, NearestName.hint(wanted, names())));
    }

    /** All names, with what the repository offers. */
    public List<String> names() {
        TreeSet<String> names = new TreeSet<>(services.names(Accelerator.class, NAME));
        names.addAll(onDemand.names(NAMESPACE));
        return List.copyOf(names);
    }

    /** The one that was asked for, or the highest ranking one. */
    Optional<Accelerator> chosen(MachinePlan plan) throws OptionException {
        Optional<AcceleratorChoice> choice = plan.get(AcceleratorChoice.class);
        return choice.isPresent()
                ? find(choice.get().name())
                : services.all(Accelerator.class).stream().findFirst();
    }

    private Optional<Accelerator> find(String name) throws OptionException {
        return onDemand.find(Accelerator.class, NAME, NAMESPACE, name);
    }
}

package org.margay.monitor.internal;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.felix.service.command.Descriptor;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Machine;
import org.margay.machine.MachineStarter;
import org.margay.machine.OptionException;
import org.margay.machine.RunState;
import org.margay.machine.WakeupCause;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpLoop;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The machine in Gogo: {@code vm:status} and the others; {@code help vm:status} describes one. */
@Component(
        service = VmCommands.class,
        property = {
            "osgi.command.scope=vm",
            "osgi.command.function=start",
            "osgi.command.function=status",
            "osgi.command.function=stop",
            "osgi.command.function=cont",
            "osgi.command.function=reset",
            "osgi.command.function=powerdown",
            "osgi.command.function=wakeup",
            "osgi.command.function=quit",
            "osgi.command.function=cpus",
            "osgi.command.function=pci",
            "osgi.command.function=qtree",
            "osgi.command.function=mtree"
        })
public final class VmCommands {
    private static final String NO_MACHINE = "no machine; vm:start -m 256 -kernel FILE ... makes one";

    private final MachineStarter starter;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile @Nullable QmpLoop loop;

    @Activate
    public VmCommands(@Reference MachineStarter starter) {
        this.starter = starter;
    }

    @Descriptor("makes and starts a machine from QEMU's options, such as: vm:start -m 256 -nodefaults -S")
    public String start(@Descriptor("options; quote what the shell would read otherwise") String... options) {
        try {
            return starter.start(Arrays.asList(options)).orElseGet(this::status);
        } catch (OptionException e) {
            return "vm:start: " + e.getMessage();
        }
    }

    @Descriptor("what the machine is doing")
    public String status() {
        return ask(machine -> "VM status: "
                + (machine.runState() == RunState.RUNNING
                        ? "running"
                        : "paused (" + machine.runState().wireName() + ")"));
    }

    @Descriptor("stops the guest")
    public String stop() {
        return change(machine -> machine.stop(RunState.PAUSED));
    }

    @Descriptor("lets the guest go on")
    public String cont() {
        return ask(machine -> switch (machine.runState()) {
            case SHUTDOWN, INTERNAL_ERROR -> "Resetting the Virtual Machine is required";
            case INMIGRATE -> "An incoming migration is expected before this command can be executed";
            default -> {
                try {
                    machine.checkResume();
                } catch (QmpException e) {
                    yield e.description();
                }
                machine.resume();
                yield "";
            }
        });
    }

    @Descriptor("resets the machine")
    public String reset() {
        return change(machine -> machine.requestReset(false));
    }

    @Descriptor("presses the power button")
    public String powerdown() {
        return change(Machine::requestPowerdown);
    }

    @Descriptor("wakes a suspended guest")
    public String wakeup() {
        return change(machine -> machine.requestWakeup(WakeupCause.OTHER));
    }

    @Descriptor("ends the machine, and the process that was started for it")
    public String quit() {
        return change(Machine::requestQuit);
    }

    @Descriptor("the processors: where they are, whether they sleep")
    public String cpus() {
        return ask(Listings::cpus);
    }

    @Descriptor("the PCI devices, their identities, interrupts and address ranges")
    public String pci() {
        return ask(Listings::pci);
    }

    @Descriptor("the tree of all objects with their properties")
    public String qtree() {
        return ask(Listings::objects);
    }

    @Descriptor("guest-physical addresses and I/O ports: what answers where")
    public String mtree() {
        return ask(Listings::addresses);
    }

    private String change(Consumer<Machine> action) {
        return ask(machine -> {
            action.accept(machine);
            return "";
        });
    }

    /** Looks at the machine, or changes it, in its loop's turn. */
    private String ask(Function<Machine, String> question) {
        QmpLoop turns = loop;
        Machine machine = starter.current().orElse(null);
        if (machine == null || turns == null) {
            return NO_MACHINE;
        }
        String[] answer = {NO_MACHINE};
        turns.run(() -> answer[0] = question.apply(machine));
        return answer[0];
    }
}

package org.margay.machine.internal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Accelerator;
import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.margay.machine.MachinePlan;
import org.margay.machine.MachineStarter;
import org.margay.machine.OptionException;
import org.margay.machine.PlanDefaults;
import org.margay.machine.plan.CpuTopology;
import org.margay.machine.plan.InstructionCounting;
import org.margay.machine.plan.MachineFlag;
import org.margay.qmp.QmpEvents;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpLoop;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the framework's one machine from the parts that are registered, and offers it as a service while it lives. */
@Component(service = {MachineStarter.class, MachineFactory.class})
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.margay.machine.Machine\"",
        effective = "active")
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.margay.qmp.QmpLoop\"",
        effective = "active")
public final class MachineFactory implements MachineStarter {
    private static final Logger LOG = LoggerFactory.getLogger(MachineFactory.class);

    /** A guest or a client that does not let go must not keep the framework from stopping. */
    private static final long STOP_SECONDS = 5;

    private final BundleContext context;
    private final Services services;
    private final OnDemand onDemand;
    private final Accelerators accelerators;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile @Nullable QmpEvents events;

    private volatile @Nullable VirtualMachine machine;

    /** The thread that builds a machine: it may wait for a chardev's first client. */
    private volatile @Nullable Thread builder;

    @Activate
    public MachineFactory(
            BundleContext context,
            @Reference Services services,
            @Reference OnDemand onDemand,
            @Reference Accelerators accelerators) {
        this.context = context;
        this.services = services;
        this.onDemand = onDemand;
        this.accelerators = accelerators;
    }

    /** The framework stops: a signal, mostly. Clients are told. */
    @Deactivate
    void deactivate() {
        VirtualMachine running = machine;
        if (running == null) {
            return;
        }
        running.control().requestQuit(true);
        Thread building = builder;
        if (building != null) {
            building.interrupt();
        }
        try {
            running.ended().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.warn("the machine did not end within {} s", STOP_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Optional<Machine> current() {
        return Optional.ofNullable(machine);
    }

    @Override
    public Optional<String> start(List<String> arguments) throws OptionException {
        return start(arguments, _ -> {});
    }

    /** @param ended called with the exit code after the machine has ended */
    synchronized Optional<String> start(List<String> arguments, IntConsumer ended) throws OptionException {
        if (machine != null) {
            throw new OptionException("there is a machine already");
        }
        try {
            MachinePlan plan = new CommandLine(services, onDemand).parse(arguments);
            for (PlanDefaults defaults : services.all(PlanDefaults.class)) {
                defaults.complete(plan);
            }
            Accelerator accelerator = accelerators
                    .chosen(plan)
                    .orElseThrow(() -> new OptionException("no accelerator is installed; -accel help lists them"));
            checkCounting(plan, accelerator);
            run(new VirtualMachine(plan, accelerator, this::emit), ended);
            return Optional.empty();
        } catch (OptionException e) {
            if (e.isHelp()) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private static void checkCounting(MachinePlan plan, Accelerator accelerator) throws OptionException {
        if (plan.get(InstructionCounting.class).isEmpty()) {
            return;
        }
        if (!accelerator.countsInstructions()) {
            throw new OptionException("-icount: accelerator %s does not count instructions"
                    .formatted(accelerator.names().getFirst()));
        }
        if (CpuTopology.in(plan).cpus() > 1) {
            throw new OptionException("-icount: only with one processor in this version of Margay");
        }
    }

    private void run(VirtualMachine made, IntConsumer ended) throws OptionException {
        machine = made;
        // Clients that connect while the machine is built wait for the loop's turn.
        ServiceRegistration<?>[] registrations = {
            context.registerService(QmpLoop.class, made.loop(), null),
            context.registerService(Machine.class, made, null)
        };
        @Nullable OptionException[] failure = new @Nullable OptionException[1];
        made.loop().run(() -> {
            builder = Thread.currentThread();
            try {
                build(made);
            } catch (OptionException e) {
                failure[0] = e;
                made.close(0);
            } finally {
                builder = null;
            }
        });
        if (failure[0] != null) {
            machine = null;
            Stream.of(registrations).forEach(MachineFactory::unregister);
            throw failure[0];
        }
        // Not on the loop: whoever unregisters may wait for commands that wait for the loop's turn.
        var _ = made.ended()
                .thenAccept(exitCode -> Thread.ofVirtual().start(() -> {
                    machine = null;
                    Stream.of(registrations).forEach(MachineFactory::unregister);
                    ended.accept(exitCode);
                }));
        made.loop().start();
    }

    private void build(VirtualMachine made) throws OptionException {
        List<MachinePart> parts = services.all(MachinePart.class);
        for (MachinePart.Stage stage : MachinePart.Stage.values()) {
            for (MachinePart part : parts) {
                if (part.stage() == stage) {
                    build(made, part);
                }
            }
        }
        made.control().powerOn();
        if (!MachineFlag.START_PAUSED.in(made.plan())) {
            made.resume();
        }
    }

    private static void build(VirtualMachine made, MachinePart part) throws OptionException {
        try {
            part.build(made);
        } catch (QmpException e) {
            LOG.debug("{} could not be built", part.getClass().getName(), e);
            throw new OptionException(e.description());
        } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
            LOG.error("{} failed", part.getClass().getName(), e);
            throw new OptionException(
                    "internal error: %s failed: %s".formatted(part.getClass().getSimpleName(), e));
        }
    }

    private static void unregister(ServiceRegistration<?> registration) {
        try {
            registration.unregister();
        } catch (IllegalStateException e) {
            // The framework was faster: it takes a stopped bundle's services back.
            LOG.trace("unregistered before", e);
        }
    }

    private void emit(String name, @Nullable Object data) {
        QmpEvents clients = events;
        if (clients != null) {
            clients.emit(name, data);
        }
    }
}

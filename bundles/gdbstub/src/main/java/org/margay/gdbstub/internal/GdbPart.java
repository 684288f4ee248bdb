package org.margay.gdbstub.internal;

import org.jspecify.annotations.Nullable;
import org.margay.chardev.Chardev;
import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.margay.qmp.QmpException;
import org.osgi.service.component.annotations.Component;

/** Opens the door of -gdb. */
@Component
public final class GdbPart implements MachinePart {
    @Override
    public Stage stage() {
        return Stage.FRONTENDS;
    }

    @Override
    public void build(Machine machine) throws QmpException {
        @Nullable GdbPlan plan = machine.plan().get(GdbPlan.class).orElse(null);
        if (plan == null) {
            return;
        }
        Chardev chardev = machine.backends()
                .find(Chardev.class, plan.chardev())
                .orElseThrow(() -> new QmpException("-gdb: there is no chardev '%s'".formatted(plan.chardev())));
        Debuggee debuggee = new Debuggee(machine);
        GdbServer server = new GdbServer(debuggee, new PacketWriter(chardev));
        chardev.attach(server);
        machine.onRunState(server::runStateChanged);
        machine.onClose(() -> {
            server.machineEnds();
            chardev.detach(server);
        });
    }
}

package org.margay.qtest.internal;

import org.margay.chardev.Chardev;
import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.margay.qmp.QmpException;
import org.osgi.service.component.annotations.Component;

/** Opens the door of -qtest. */
@Component
public final class QtestPart implements MachinePart {
    @Override
    public Stage stage() {
        return Stage.FRONTENDS;
    }

    @Override
    public void build(Machine machine) throws QmpException {
        QtestPlan.Server server = machine.plan().get(QtestPlan.Server.class).orElse(null);
        if (server == null) {
            return;
        }
        Chardev chardev = machine.backends()
                .find(Chardev.class, server.chardev())
                .orElseThrow(() -> new QmpException("-qtest: there is no chardev '%s'".formatted(server.chardev())));
        QtestLog log = QtestLog.open(machine.plan().get(QtestPlan.Log.class).orElse(null), machine.realtimeClock());
        QtestFrontend frontend = new QtestFrontend(machine, chardev, log);
        chardev.attach(frontend);
        machine.onClose(() -> {
            chardev.detach(frontend);
            log.close();
        });
    }
}

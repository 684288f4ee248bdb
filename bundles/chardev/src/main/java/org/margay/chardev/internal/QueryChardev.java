package org.margay.chardev.internal;

import java.util.ArrayList;
import java.util.List;
import org.margay.chardev.Chardev;
import org.margay.machine.Machine;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** query-chardev: all character devices, the newest first. */
@Component
@CommandName("query-chardev")
public final class QueryChardev implements QmpCommand<Empty> {
    /** @param frontendOpen whether a device or monitor uses it */
    record Info(String label, String filename, boolean frontendOpen) {}

    private final Machine machine;

    @Activate
    public QueryChardev(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public List<Info> execute(Empty arguments, QmpSession session) {
        List<Info> all = new ArrayList<>();
        for (Chardev chardev : machine.backends().all(Chardev.class).values()) {
            all.add(new Info(chardev.label(), chardev.filename(), chardev.attached()));
        }
        return all.reversed();
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}

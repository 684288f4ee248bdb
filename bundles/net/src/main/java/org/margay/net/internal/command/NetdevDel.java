package org.margay.net.internal.command;

import org.margay.machine.Machine;
import org.margay.net.internal.Netdevs;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Takes a backend away, whether or not a card uses it: that loses its link. */
@Component(service = QmpCommand.class)
@CommandName("netdev_del")
public final class NetdevDel implements QmpCommand<NetdevDel.Arguments> {
    /** A backend. */
    public record Arguments(String id) {}

    private final Machine machine;

    @Activate
    public NetdevDel(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        if (!Netdevs.of(machine).delete(arguments.id())) {
            throw QmpErrors.deviceNotFound(arguments.id());
        }
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}

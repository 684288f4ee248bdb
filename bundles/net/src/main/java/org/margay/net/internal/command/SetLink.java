package org.margay.net.internal.command;

import java.util.List;
import org.margay.machine.Machine;
import org.margay.net.NetClient;
import org.margay.net.Network;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Plugs the cable of a card or a backend in or out, as the guest sees it. */
@Component(service = QmpCommand.class)
@CommandName("set_link")
public final class SetLink implements QmpCommand<SetLink.Arguments> {
    /**
     * Whose, and how.
     *
     * @param name a card's id, or its driver and number ("e1000.0"); a backend's id
     */
    public record Arguments(String name, boolean up) {}

    private final Machine machine;

    @Activate
    public SetLink(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        List<NetClient> clients = Network.of(machine).clients(arguments.name());
        if (clients.isEmpty()) {
            throw QmpErrors.deviceNotFound(arguments.name());
        }
        clients.forEach(client -> client.setLink(arguments.up()));
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}

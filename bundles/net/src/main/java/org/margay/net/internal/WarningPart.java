package org.margay.net.internal;

import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.margay.net.Network;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of backends that no card uses and cards without a backend, once all is built: mostly that is an oversight. */
@Component(service = MachinePart.class)
public final class WarningPart implements MachinePart {
    private static final Logger LOG = LoggerFactory.getLogger(WarningPart.class);

    @Override
    public Stage stage() {
        return Stage.FRONTENDS;
    }

    @Override
    public void build(Machine machine) {
        Network network = Network.of(machine);
        network.netdevs().forEach((id, netdev) -> {
            if (netdev.client().peer() == null) {
                LOG.warn("netdev {} has no peer", id);
            }
        });
        network.nics().forEach(nic -> {
            if (nic.client().peer() == null) {
                LOG.warn("nic {} has no peer", nic.client().name());
            }
        });
    }
}

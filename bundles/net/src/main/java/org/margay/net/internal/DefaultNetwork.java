package org.margay.net.internal;

import java.util.Map;
import java.util.Optional;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.PlanDefaults;
import org.margay.machine.plan.DeviceRequest;
import org.margay.machine.plan.MachineFlag;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A machine whose user says nothing of networks has a card and a user network at hub 0, if there are drivers for both. */
@Component
public final class DefaultNetwork implements PlanDefaults {
    private static final Logger LOG = LoggerFactory.getLogger(DefaultNetwork.class);

    private static final String BACKEND = "user";
    private static final int HUB = 0;

    private final NetdevDrivers backends;
    private final CardDrivers cards;

    @Activate
    public DefaultNetwork(@Reference NetdevDrivers backends, @Reference CardDrivers cards) {
        this.backends = backends;
        this.cards = cards;
    }

    @Override
    public void complete(MachinePlan plan) {
        boolean wanted = !MachineFlag.NO_DEFAULTS.in(plan)
                && plan.get(NoNetwork.class).isEmpty()
                && plan.get(NetdevRequest.class).isEmpty()
                && plan.get(CardRequest.class).isEmpty()
                && plan.all(DeviceRequest.class).stream().noneMatch(cards::isCard);
        if (!wanted || !cards.exists(CardDrivers.DEFAULT) || !backends.names().contains(BACKEND)) {
            return;
        }
        try {
            backends.required(BACKEND, "");
            CardRequest card =
                    cards.request(CardDrivers.DEFAULT, Optional.empty(), Map.of("vlan", Integer.toString(HUB)));
            String id = NetdevIds.next(plan, BACKEND);
            plan.add(NetdevRequest.class, new NetdevRequest(BACKEND, id, Map.of(), Optional.of(HUB)));
            plan.add(CardRequest.class, card);
        } catch (OptionException e) {
            LOG.warn("the machine has no network card: {}", e.getMessage());
        }
    }
}

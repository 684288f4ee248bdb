package org.margay.net.internal.option;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.option.KeyValues;
import org.margay.net.NetdevDriver;
import org.margay.net.internal.CardDrivers;
import org.margay.net.internal.CardRequest;
import org.margay.net.internal.NetdevDrivers;
import org.margay.net.internal.NetdevIds;
import org.margay.net.internal.NetdevRequest;
import org.margay.net.internal.NoNetwork;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** -nic: a card of the board and its backend in one. */
@Component
@OptionName("-nic")
public final class NicOption implements CommandLineOption {
    private static final String DEFAULT_BACKEND = "user";

    private final NetdevDrivers backends;
    private final CardDrivers cards;

    @Activate
    public NicOption(@Reference NetdevDrivers backends, @Reference CardDrivers cards) {
        this.backends = backends;
        this.cards = cards;
    }

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-nic [type][,model=card][,mac=address][,option=value...] or -nic none";
    }

    @Override
    public String summary() {
        return "a network card and its backend (user when no type is said); -nic model=help lists the cards,\n"
                + "-netdev help the types; none: no card that was not asked for";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        KeyValues values = KeyValues.parse(value, "type");
        String type = values.string("type").orElse(DEFAULT_BACKEND);
        String model = values.string("model").orElse(CardDrivers.DEFAULT);
        if (model.equals("help") || model.equals("?")) {
            throw OptionException.help(cards.list());
        }
        switch (type) {
            case "none" -> {
                values.finish();
                plan.set(NoNetwork.class, new NoNetwork());
            }
            case "help", "?" -> throw OptionException.help(backends.list());
            default -> add(type, model, values, plan);
        }
    }

    private void add(String type, String model, KeyValues values, MachinePlan plan) throws OptionException {
        NetdevDriver<?> driver = backends.required(type, "a netdev backend type");
        // Not an id that a user can give: there is no clash.
        String id = values.id().orElse("#nic" + plan.all(CardRequest.class).size());
        NetdevIds.checkFree(plan, id);
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("netdev", id);
        values.string("mac").ifPresent(mac -> properties.put("mac", mac));
        CardRequest card = cards.request(model, Optional.empty(), properties);
        plan.add(NetdevRequest.class, NetdevOptions.request(driver, id, values, Optional.empty()));
        plan.add(CardRequest.class, card);
    }
}

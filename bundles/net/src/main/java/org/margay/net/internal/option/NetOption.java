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
import org.margay.net.internal.dump.DumpDriver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** -net: cards, backends and dumps that meet in numbered hubs, the oldest way to say it. */
@Component
@OptionName("-net")
public final class NetOption implements CommandLineOption {
    private static final int DEFAULT_HUB = 0;

    private final NetdevDrivers backends;
    private final CardDrivers cards;

    @Activate
    public NetOption(@Reference NetdevDrivers backends, @Reference CardDrivers cards) {
        this.backends = backends;
        this.cards = cards;
    }

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-net nic[,vlan=n][,netdev=id][,macaddr=address][,model=card][,name=name][,addr=place][,vectors=n]";
    }

    @Override
    public String summary() {
        return """
                a network card in hub n (0 when not said), or at a backend; -net nic,model=help lists the cards
                -net type[,vlan=n][,name=name][,option=value...]: a backend in hub n; -netdev help lists the types
                -net dump[,vlan=n][,file=file][,len=bytes]: writes what passes hub n to a file in pcap format
                -net none: no card that was not asked for""";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        KeyValues values = KeyValues.parse(value, "type");
        String type = values.required("type");
        switch (type) {
            case "none" -> {
                values.finish();
                plan.set(NoNetwork.class, new NoNetwork());
            }
            case "help", "?" -> throw OptionException.help(backends.list());
            case "nic" -> addCard(values, plan);
            case DumpDriver.TYPE -> {
                int hub = hub(values).orElse(DEFAULT_HUB);
                add(new DumpDriver(hub), hub, values, plan);
            }
            default ->
                add(
                        backends.required(type, "a network client type"),
                        hub(values).orElse(DEFAULT_HUB),
                        values,
                        plan);
        }
    }

    private static void add(NetdevDriver<?> driver, int hub, KeyValues values, MachinePlan plan)
            throws OptionException {
        String id = values.id().or(() -> values.string("name")).orElseGet(() -> NetdevIds.next(plan, driver.type()));
        NetdevIds.checkFree(plan, id);
        plan.add(NetdevRequest.class, NetdevOptions.request(driver, id, values, Optional.of(hub)));
    }

    private void addCard(KeyValues values, MachinePlan plan) throws OptionException {
        String model = values.string("model").orElse(CardDrivers.DEFAULT);
        if (model.equals("help") || model.equals("?")) {
            throw OptionException.help(cards.list());
        }
        Map<String, String> properties = new LinkedHashMap<>();
        Optional<Integer> hub = hub(values);
        Optional<String> netdev = values.string("netdev");
        if (netdev.isPresent() && hub.isPresent()) {
            throw new OptionException("Parameter 'vlan' can't be used with 'netdev'");
        }
        properties.put(
                netdev.isPresent() ? "netdev" : "vlan", netdev.orElse(Integer.toString(hub.orElse(DEFAULT_HUB))));
        values.string("macaddr").ifPresent(mac -> properties.put("mac", mac));
        values.string("addr").ifPresent(place -> properties.put("addr", place));
        values.number("vectors", 0, 0x7FF_FFFF).ifPresent(count -> properties.put("vectors", count.toString()));
        Optional<String> name = values.string("name").or(() -> values.string("id"));
        values.finish();
        plan.add(CardRequest.class, cards.request(model, name, properties));
    }

    private static Optional<Integer> hub(KeyValues values) throws OptionException {
        return values.number("vlan", 0, Integer.MAX_VALUE).map(Long::intValue);
    }
}

package org.margay.netdev.tap.internal;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.property.Default;
import org.margay.net.Netdev;
import org.margay.net.NetdevDriver;
import org.margay.net.NetdevName;
import org.osgi.service.component.annotations.Component;

/**
 * Type "bridge": a new TAP interface that is a port of a bridge of the host's. A helper makes it, the one that QEMU installs when no
 * other is named; where there is none we do, which takes root.
 */
@Component(service = NetdevDriver.class)
@NetdevName("bridge")
public final class BridgeDriver implements NetdevDriver<BridgeDriver.Options> {
    private static final NetworkScript NO_SCRIPT = new NetworkScript(NetworkScript.NONE);

    /**
     * The options.
     *
     * @param br the bridge
     * @param helper a program that makes the interface
     */
    public record Options(
            @Default(TapOptions.DEFAULT_BRIDGE) String br,
            @Nullable String helper) {}

    @Override
    public String type() {
        return "bridge";
    }

    @Override
    public String description() {
        return "a port of a bridge of the host";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public Netdev create(String id, Options options, Machine machine) throws DeviceException {
        Optional<BridgeHelper> helper =
                options.helper() == null ? BridgeHelper.installed() : Optional.of(new BridgeHelper(options.helper()));
        return helper.isPresent()
                ? new TapNetdev(
                        id,
                        TapDriver.made(helper.get(), options.br(), machine),
                        "helper=%s,br=%s".formatted(helper.get().command(), options.br()),
                        NO_SCRIPT,
                        machine)
                : plugged(id, options.br(), machine);
    }

    /** Without a helper. */
    static TapNetdev plugged(String id, String bridge, Machine machine) throws DeviceException {
        Tun tun = Tun.attach("tap%d", Tun.HeaderWish.IF_POSSIBLE);
        try {
            HostInterfaces.plug(tun.name(), bridge);
        } catch (DeviceException e) {
            tun.descriptor().close();
            throw e;
        }
        return new TapNetdev(id, tun, "ifname=%s,br=%s".formatted(tun.name(), bridge), NO_SCRIPT, machine);
    }
}

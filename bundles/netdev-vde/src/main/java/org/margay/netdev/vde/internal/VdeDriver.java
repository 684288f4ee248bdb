package org.margay.netdev.vde.internal;

import org.jspecify.annotations.Nullable;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.net.Netdev;
import org.margay.net.NetdevDriver;
import org.margay.net.NetdevName;
import org.margay.net.host.OutsideLock;
import org.osgi.service.component.annotations.Component;

/** Type "vde": a port of a switch of Virtual Distributed Ethernet, which other machines and interfaces are plugged into, too. */
@Component(service = NetdevDriver.class)
@NetdevName("vde")
public final class VdeDriver implements NetdevDriver<VdeDriver.Options> {
    /** The greatest number that the switch's protocol has room for. */
    private static final int LAST_PORT = 0xFF_FFFF;

    /**
     * The options.
     *
     * @param sock the switch's folder; by default one of the usual places
     * @param port of the switch; 0 for any that is free
     * @param group of the host that may reach our end
     * @param mode who may reach our end, as file permissions
     */
    public record Options(
            @Nullable String sock,
            @Default("0") @PropertyType("uint32") long port,
            @Nullable String group,
            @Default("0700") @PropertyType("uint16") int mode) {
        public Options {
            if (port > LAST_PORT) {
                throw new IllegalArgumentException(
                        "port=%d is no port of a switch: 0 to %d".formatted(port, LAST_PORT));
            }
            if ((mode & ~0777) != 0) {
                throw new IllegalArgumentException("mode=0%o is no mode of a file: 0 to 0777".formatted(mode));
            }
        }
    }

    @Override
    public String type() {
        return "vde";
    }

    @Override
    public String description() {
        return "a port of a VDE switch";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public Netdev create(String id, Options options, Machine machine) throws DeviceException {
        return new VdeNetdev(id, OutsideLock.run(machine, () -> SwitchPort.plug(options)), machine);
    }
}

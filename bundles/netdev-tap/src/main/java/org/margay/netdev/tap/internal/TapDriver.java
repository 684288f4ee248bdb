package org.margay.netdev.tap.internal;

import java.util.Map;
import org.margay.chardev.posix.Descriptor;
import org.margay.chardev.posix.PosixException;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.net.Netdev;
import org.margay.net.NetdevDriver;
import org.margay.net.NetdevName;
import org.margay.net.host.OutsideLock;
import org.osgi.service.component.annotations.Component;

/** Type "tap": an interface of the host's, whose other end the guest's card is. */
@Component(service = NetdevDriver.class)
@NetdevName("tap")
public final class TapDriver implements NetdevDriver<TapOptions> {
    private static final NetworkScript NO_SCRIPT = new NetworkScript(NetworkScript.NONE);
    private static final String FIRST_FREE = "tap%d";

    @Override
    public String type() {
        return "tap";
    }

    @Override
    public String description() {
        return "a TAP interface of the host";
    }

    @Override
    public Class<TapOptions> optionsType() {
        return TapOptions.class;
    }

    @Override
    public Netdev create(String id, TapOptions options, Machine machine) throws DeviceException {
        if (options.descriptor().isPresent()) {
            return inherited(id, options, machine, options.descriptor().getAsInt());
        }
        if (options.bridgeHelper().isPresent()) {
            return helped(id, options, machine, options.bridgeHelper().get());
        }
        Tun tun = Tun.attach(options.ifname() == null ? FIRST_FREE : options.ifname(), options.header());
        try {
            limit(tun, options);
            options.up().run(tun.name(), machine);
        } catch (DeviceException e) {
            tun.descriptor().close();
            throw e;
        }
        String info = "ifname=%s,script=%s,downscript=%s"
                .formatted(tun.name(), options.up().shown(), options.down().shown());
        return new TapNetdev(id, tun, info, options.down(), machine);
    }

    private static Netdev inherited(String id, TapOptions options, Machine machine, int number) throws DeviceException {
        for (Map.Entry<String, Netdev> other :
                machine.backends().all(Netdev.class).entrySet()) {
            if (other.getValue() instanceof TapNetdev tap && tap.descriptor() == number) {
                throw new DeviceException("fd=%d is in use by netdev '%s'".formatted(number, other.getKey()));
            }
        }
        String origin = "fd=" + number;
        Tun tun = Tun.adopt(Descriptor.of(number), origin);
        limitOrClose(tun, options);
        return new TapNetdev(id, tun, origin, NO_SCRIPT, machine);
    }

    private static Netdev helped(String id, TapOptions options, Machine machine, BridgeHelper helper)
            throws DeviceException {
        Tun tun = made(helper, options.bridge(), machine);
        limitOrClose(tun, options);
        return new TapNetdev(id, tun, "helper=" + helper.command(), NO_SCRIPT, machine);
    }

    /** An interface that a helper makes. */
    static Tun made(BridgeHelper helper, String bridge, Machine machine) throws DeviceException {
        Descriptor passed = OutsideLock.run(machine, () -> helper.makeInterface(bridge));
        try {
            return Tun.adopt(passed, "helper=" + helper.command());
        } catch (DeviceException e) {
            passed.close();
            throw e;
        }
    }

    private static void limitOrClose(Tun tun, TapOptions options) throws DeviceException {
        try {
            limit(tun, options);
        } catch (DeviceException e) {
            tun.descriptor().close();
            throw e;
        }
    }

    private static void limit(Tun tun, TapOptions options) throws DeviceException {
        try {
            tun.setSendBuffer(options.sendBuffer());
        } catch (PosixException e) {
            throw new DeviceException("sndbuf=%d: %s".formatted(options.sndbuf(), e.getMessage()));
        }
    }
}

package org.margay.netdev.user.internal;

import java.nio.file.Path;
import java.security.SecureRandom;
import org.margay.chardev.Chardev;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.net.Netdev;
import org.margay.net.NetdevDriver;
import org.margay.net.NetdevName;
import org.margay.netdev.user.internal.host.HostEcho;
import org.margay.netdev.user.internal.host.ResolvConf;
import org.margay.netdev.user.internal.ip.Environment;
import org.osgi.service.component.annotations.Component;

/** Type "user": a network behind the host's own sockets, without privileges. */
@Component(service = NetdevDriver.class)
@NetdevName("user")
public final class UserNetdevDriver implements NetdevDriver<UserOptions> {
    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    @Override
    public String type() {
        return "user";
    }

    @Override
    public String description() {
        return "user-mode network: NAT on the host's sockets, DHCP, DNS, TFTP";
    }

    @Override
    public Class<UserOptions> optionsType() {
        return UserOptions.class;
    }

    @Override
    public Netdev create(String id, UserOptions options, Machine machine) throws DeviceException {
        Environment environment = new Environment(machine.virtualClock(), machine::later, new SecureRandom());
        UserNetdev.HostServices services = new UserNetdev.HostServices(
                new ResolvConf(RESOLV_CONF, machine.realtimeClock()),
                new HostEcho(machine::later),
                name -> machine.backends().find(Chardev.class, name));
        try {
            return new UserNetdev(id, UserSettings.of(options), environment, services);
        } catch (IllegalArgumentException | DeviceException e) {
            throw new DeviceException("Device 'user' could not be initialized: " + e.getMessage());
        }
    }
}

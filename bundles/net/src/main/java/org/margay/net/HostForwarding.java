package org.margay.net;

import java.util.List;
import org.margay.machine.DeviceException;

/**
 * Ports of the host that lead into the guest; a {@link Netdev} that has them implements it. A rule is written
 * "[tcp|udp]:[hostaddr]:hostport-[guestaddr]:guestport"; no protocol means tcp, no address of the host all of them, no address of
 * the guest the first that DHCP gives. Under the machine lock.
 */
public interface HostForwarding {
    /**
     * Opens a port.
     *
     * @throws DeviceException when the rule can't be read or the port can't be had, saying why
     */
    void add(String rule) throws DeviceException;

    /**
     * Closes a port; connections that came by it live on.
     *
     * @param port what a rule says in front of the guest's part: "[tcp|udp]:[hostaddr]:hostport"
     * @return false when there is none
     * @throws DeviceException when it can't be read
     */
    boolean remove(String port) throws DeviceException;

    /** All rules in full, in the order of adding. */
    List<String> list();
}

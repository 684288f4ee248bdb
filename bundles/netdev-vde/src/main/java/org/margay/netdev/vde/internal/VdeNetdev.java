package org.margay.netdev.vde.internal;

import org.margay.chardev.posix.PosixException;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.net.NetClient;
import org.margay.net.Netdev;
import org.margay.net.host.FrameFormat;
import org.margay.net.host.HostWire;

/** A backend behind which is a port of a switch. */
final class VdeNetdev implements Netdev {
    private final SwitchPort port;
    private final HostWire wire;
    private final String info;

    /** Takes a port over, which is unplugged with the backend. */
    VdeNetdev(String id, SwitchPort port, Machine machine) throws DeviceException {
        this.port = port;
        this.info = "sock=%s,fd=%d".formatted(port.folder(), port.data().number());
        try {
            this.wire = new HostWire(id, machine, port.data(), port.control(), FrameFormat.PLAIN);
        } catch (PosixException e) {
            port.close();
            throw new DeviceException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public NetClient client() {
        return wire.client();
    }

    @Override
    public String info() {
        return info;
    }

    @Override
    public void close() {
        wire.close();
        port.close();
    }
}

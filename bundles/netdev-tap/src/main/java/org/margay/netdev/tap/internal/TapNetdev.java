package org.margay.netdev.tap.internal;

import org.margay.chardev.posix.PosixException;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.net.NetClient;
import org.margay.net.Netdev;
import org.margay.net.host.FrameFormat;
import org.margay.net.host.HostWire;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A backend behind which is a TAP interface of the host. */
final class TapNetdev implements Netdev {
    private static final Logger LOG = LoggerFactory.getLogger(TapNetdev.class);

    private final Tun tun;
    private final String info;
    private final NetworkScript down;
    private final Machine machine;
    private final HostWire wire;
    private boolean closed;

    /**
     * Connects to an interface, which is closed with the backend; here too when it can't be used.
     *
     * @param info what "info network" tells
     * @param down is run before the interface is closed
     */
    TapNetdev(String id, Tun tun, String info, NetworkScript down, Machine machine) throws DeviceException {
        this.tun = tun;
        this.info = info;
        this.down = down;
        this.machine = machine;
        try {
            this.wire = new HostWire(id, machine, tun.descriptor(), null, format(tun));
        } catch (PosixException e) {
            tun.descriptor().close();
            throw new DeviceException("%s: %s".formatted(tun.name(), e.getMessage()));
        }
    }

    private static FrameFormat format(Tun tun) throws PosixException {
        if (!tun.hasVnetHeader()) {
            return FrameFormat.PLAIN;
        }
        tun.setHeaderSize(VnetHeader.SIZE);
        // What somebody else let the kernel leave undone before, nobody may be here to finish.
        tun.setOffload(0);
        return new VnetHeader(tun::setOffload);
    }

    /** Number of its descriptor. */
    int descriptor() {
        return tun.descriptor().number();
    }

    /** The interface's name. */
    String interfaceName() {
        return tun.name();
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
        if (closed) {
            return;
        }
        closed = true;
        try {
            down.run(tun.name(), machine);
        } catch (DeviceException e) {
            LOG.warn("netdev {}: {}", client().name(), e.description());
        }
        wire.close();
    }
}

package org.margay.virtio.net.internal;

import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.object.ObjectProperty;
import org.margay.net.Frame;
import org.margay.net.MacAddress;
import org.margay.net.NetClient;
import org.margay.net.Nic;
import org.margay.net.OffloadSet;
import org.margay.virtio.VirtioDevice;
import org.margay.virtio.VirtioFeature;
import org.margay.virtio.VirtioTransport;
import org.margay.virtio.VirtioType;

/**
 * A network card (virtio 1.2, 5.1): one pair of queues for frames, and one for control. Frames may be passed on in both directions
 * before their checksums are complete and before they are cut into what fits a wire, which saves the guest that work; the network
 * finishes those that the other side can't take.
 */
final class VirtioNet implements VirtioDevice<VirtioNet.State>, NetClient.Handler {
    static final VirtioType TYPE = new VirtioType(1, 0x1000, 0x020000);

    private static final int STATUS_OFFSET = 6;
    private static final int MTU_OFFSET = 10;
    private static final int SPEED_OFFSET = 12;
    private static final int DUPLEX_OFFSET = 16;
    private static final int LINK_UP = 1;
    private static final int DUPLEX_HALF = 0;
    private static final int DUPLEX_FULL = 1;
    private static final int DUPLEX_UNKNOWN = 0xFF;

    /**
     * The card's own state.
     *
     * @param address that it has now
     * @param link whether the driver knows it up
     * @param guestOffloads those that the driver has switched on, as feature bits
     * @param control whether commands wait
     */
    record State(
            long address,
            boolean link,
            long guestOffloads,
            ReceiveFilter.State filter,
            Transmitter.State transmitter,
            Receiver.State receiver,
            boolean control) {
        State {
            if (filter == null || transmitter == null || receiver == null || address >>> 48 != 0) {
                throw new IllegalArgumentException("virtio-net state out of range");
            }
        }
    }

    private final VirtioTransport transport;
    private final VirtioNetProperties properties;
    private final ReceiveFilter filter = new ReceiveFilter();
    private final Receiver receiver;
    private final Transmitter transmitter;
    private final ControlQueue control;
    private final Nic nic;
    /** Set once the card is connected. */
    private @Nullable NetClient client;

    private long address;
    private boolean link;
    private long guestOffloads;
    private OffloadSet offloads = OffloadSet.NONE;
    private boolean merges;
    private int headerLength = NetHeader.SHORT;

    VirtioNet(VirtioTransport transport, VirtioNetProperties properties, String driver, DeviceContext context)
            throws DeviceException {
        this.transport = transport;
        this.properties = properties;
        Machine machine = context.machine();
        receiver = new Receiver(transport, this, machine, properties.rxQueueSize());
        transmitter = new Transmitter(transport, this, machine, properties);
        control = new ControlQueue(transport, this, filter, machine);
        nic = Nic.attach(driver, properties.nic(), context, this);
        client = nic.client();
        address = nic.mac().value();
        link = nic.linkUp();
    }

    NetClient client() {
        return Objects.requireNonNull(client);
    }

    // What was agreed on.

    @Override
    public long features() {
        return properties.features();
    }

    @Override
    public long legacyFeatures() {
        return properties.gso() && properties.csum() ? NetFeature.GSO : 0;
    }

    @Override
    public void negotiated() {
        settle();
        setOffloads(NetFeature.GUEST_OFFLOADS);
        if (transport.has(NetFeature.CTRL_VLAN)) {
            filter.filterVlans();
        }
    }

    private void settle() {
        merges = transport.has(NetFeature.MRG_RXBUF);
        headerLength = merges || transport.has(VirtioFeature.VERSION_1) ? NetHeader.LONG : NetHeader.SHORT;
    }

    private void setOffloads(long wanted) {
        guestOffloads = 0;
        for (long left = wanted; left != 0; left &= left - 1) {
            long bit = Long.lowestOneBit(left);
            guestOffloads |= transport.has(bit) ? bit : 0;
        }
        offloads = NetFeature.taken(guestOffloads);
    }

    /** The driver switches offloads on and off; false when it may not have one of them (5.1.6.5.6.2). */
    boolean setGuestOffloads(long wanted) {
        if ((wanted & ~NetFeature.GUEST_OFFLOADS) != 0 || !transport.has(wanted)) {
            return false;
        }
        setOffloads(wanted);
        return true;
    }

    /** Bytes in front of each frame. */
    int headerLength() {
        return headerLength;
    }

    /** Whether a frame may fill several buffers. */
    boolean merges() {
        return merges;
    }

    void setAddress(long chosen) {
        address = chosen;
    }

    @Override
    public void driverReady() {
        transmitter.resume();
        receiver.wake();
    }

    // Configuration (5.1.4).

    @Override
    public byte[] config() {
        byte[] config = new byte[configLength()];
        System.arraycopy(new MacAddress(address).bytes(), 0, config, 0, MacAddress.LENGTH);
        if (config.length > STATUS_OFFSET) {
            config[STATUS_OFFSET] = (byte) (link ? LINK_UP : 0);
        }
        if (config.length > MTU_OFFSET) {
            put(config, MTU_OFFSET, 2, properties.hostMtu());
        }
        if (config.length > SPEED_OFFSET) {
            put(config, SPEED_OFFSET, 4, properties.speed());
            put(config, DUPLEX_OFFSET, 1, duplex());
        }
        return config;
    }

    private int duplex() {
        if (properties.duplex() == null) {
            return DUPLEX_UNKNOWN;
        }
        return properties.duplex().equals("full") ? DUPLEX_FULL : DUPLEX_HALF;
    }

    /** As far as what is offered reaches. */
    private int configLength() {
        if (properties.saysSpeed()) {
            return DUPLEX_OFFSET + 1;
        }
        if (properties.hostMtu() != 0) {
            return MTU_OFFSET + 2;
        }
        return properties.status() ? STATUS_OFFSET + 2 : STATUS_OFFSET;
    }

    private static void put(byte[] bytes, int at, int size, int value) {
        for (int i = 0; i < size; i++) {
            bytes[at + i] = (byte) (value >>> 8 * i);
        }
    }

    /** Legacy drivers write their address here, where they have no command for it (5.1.4.3). */
    @Override
    public void writeConfig(byte[] content) {
        if (!transport.has(VirtioFeature.VERSION_1) && !transport.has(NetFeature.CTRL_MAC_ADDR)) {
            address = MacAddress.of(content, 0).value();
        }
    }

    // The network.

    @Override
    public boolean canReceive() {
        return receiver.canReceive();
    }

    @Override
    public void receive(Frame frame) {
        if (filter.accepts(frame, address)) {
            receiver.receive(frame);
        }
    }

    @Override
    public void drained() {
        if (transmitter.stalled()) {
            transmitter.resume();
        }
    }

    @Override
    public void linkChanged() {
        if (client != null && link != nic.linkUp()) {
            link = !link;
            if (transport.has(NetFeature.STATUS)) {
                transport.configChanged();
            }
        }
    }

    @Override
    public OffloadSet offloads() {
        return offloads;
    }

    @Override
    public Collection<ObjectProperty> properties() {
        return nic.properties();
    }

    // Life.

    @Override
    public void reset() {
        transmitter.reset();
        receiver.reset();
        control.reset();
        filter.reset();
        address = nic.mac().value();
        settle();
        setOffloads(0);
    }

    @Override
    public State save() {
        return new State(
                address, link, guestOffloads, filter.save(), transmitter.save(), receiver.save(), control.pending());
    }

    @Override
    public void restore(State state) {
        if ((state.guestOffloads & ~NetFeature.GUEST_OFFLOADS) != 0 || !transport.has(state.guestOffloads)) {
            throw new IllegalArgumentException("offloads that the driver did not accept");
        }
        settle();
        setOffloads(state.guestOffloads);
        address = state.address;
        filter.restore(state.filter);
        transmitter.restore(state.transmitter);
        receiver.restore(state.receiver);
        control.restore(state.control);
        link = state.link;
        linkChanged();
    }

    @Override
    public void close() {
        transmitter.reset();
        receiver.reset();
        control.reset();
        nic.close();
    }
}

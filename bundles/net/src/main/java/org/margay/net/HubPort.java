package org.margay.net;

import org.jspecify.annotations.Nullable;

/** A port of a {@link Hub}: stays until it is closed, with or without a wire. Under the machine lock. */
final class HubPort implements Netdev, NetClient.Handler {
    private final Network network;
    private final Hub hub;
    private final NetClient client;
    /** Made for one wire: goes when the wire does. */
    private final boolean transientPort;

    HubPort(Network network, Hub hub, String name, boolean transientPort) {
        this.network = network;
        this.hub = hub;
        this.client = new NetClient(name, this);
        this.transientPort = transientPort;
        hub.add(this);
    }

    /** The port at the other end of somebody's wire, or null. */
    static @Nullable HubPort behind(NetClient client) {
        NetClient peer = client.peer();
        return peer != null && peer.handler() instanceof HubPort port ? port : null;
    }

    Hub hub() {
        return hub;
    }

    @Override
    public NetClient client() {
        return client;
    }

    @Override
    public String info() {
        return "hubid=" + hub.number();
    }

    @Override
    public boolean canReceive() {
        return hub.hasRoomBeyond(this);
    }

    @Override
    public void receive(Frame frame) {
        hub.spread(this, frame);
    }

    @Override
    public void drained() {
        hub.readyBeyond(this);
    }

    @Override
    public void peerReady() {
        hub.readyBeyond(this);
    }

    @Override
    public void linkChanged() {
        if (transientPort && client.peer() == null) {
            close();
        } else {
            network.later(() -> hub.readyBeyond(this));
        }
    }

    /** Frames pass as they are: those that need them finished are at the other ports. */
    @Override
    public OffloadSet offloads() {
        return OffloadSet.ALL;
    }

    @Override
    public void close() {
        hub.remove(this);
        network.forgetIfEmpty(hub);
        client.close();
        hub.readyBeyond(this);
    }
}

package org.margay.netdev.socket.internal;

import org.margay.machine.Machine;
import org.margay.net.Frame;
import org.margay.net.NetClient;

/**
 * Where the machine, which never waits, meets threads that wait for sockets: frames of the wire for those that write, and frames of
 * those that read for the wire. Both ways are bounded: a machine whose frames nobody takes is told that there is no room, and a
 * thread that reads more than the machine takes waits.
 */
final class Exchange implements NetClient.Handler, AutoCloseable {
    private final NetClient client;
    private final Inbound inbound;
    private final Outbound outbound;

    Exchange(String id, Machine machine) {
        client = new NetClient(id, this);
        inbound = new Inbound(client, machine);
        outbound = new Outbound(client, machine);
    }

    NetClient client() {
        return client;
    }

    /** For threads that read. */
    Inbound inbound() {
        return inbound;
    }

    /** For threads that write. */
    Outbound outbound() {
        return outbound;
    }

    @Override
    public boolean canReceive() {
        return outbound.hasRoom();
    }

    @Override
    public void receive(Frame frame) {
        outbound.add(frame);
    }

    @Override
    public void drained() {
        inbound.drained();
    }

    /** Under the machine lock. */
    @Override
    public void close() {
        client.close();
        inbound.close();
        outbound.disconnect();
    }
}

package org.margay.netdev.user.internal.tcp;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Clock;
import org.margay.machine.Timer;
import org.margay.netdev.user.internal.ip.Datagram;
import org.margay.netdev.user.internal.ip.Environment;
import org.margay.netdev.user.internal.ip.Ip;
import org.margay.netdev.user.internal.ip.IpAddress;
import org.margay.netdev.user.internal.ip.Problem;
import org.margay.netdev.user.internal.ip.VirtualNetwork;
import org.margay.netdev.user.internal.ip.Wire;

/** All of a virtual network's TCP connections. Under the machine lock. */
public final class TcpStack implements AutoCloseable {
    /** Connections at a time; others are refused. */
    public static final int CONNECTIONS = 4_096;

    /** Closed connections that are remembered; the oldest goes. */
    private static final int TIME_WAITS = 1_024;

    /** Bytes for the large buffers of busy connections. */
    private static final long MEMORY = 96L << 20;

    /** Bytes read from the host at once. */
    private static final int READ = 128 << 10;

    /** How far a new connection begins beyond the last one between the same ends. */
    private static final int REOPEN_DISTANCE = 0x2_0000;

    /** Where a guest's connection leads. */
    @FunctionalInterface
    public interface Routes {
        /** What opens it; empty when the port is closed. */
        Optional<HostStream.Opener> route(IpAddress destination, int port);
    }

    private final VirtualNetwork network;
    private final Ip ip;
    private final Environment environment;
    private final Routes routes;
    private final SegmentWriter writer;
    private final Budget budget = new Budget(MEMORY);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ);
    private final long secret;

    private final Map<Flow, TcpEndpoint> endpoints = new HashMap<>();
    /** In the order of their deadlines. */
    private final Deque<TimeWait> timeWaits = new ArrayDeque<>();

    private final Timer timeWaitTimer;
    private final Set<TcpConnection> acknowledging = new LinkedHashSet<>();
    private boolean acknowledgmentsDue;

    public TcpStack(VirtualNetwork network, Ip ip, Environment environment, Routes routes) {
        this.network = network;
        this.ip = ip;
        this.environment = environment;
        this.routes = routes;
        writer = new SegmentWriter(ip);
        secret = environment.random().nextLong();
        timeWaitTimer = environment.clock().timer(this::expire);
        ip.transport(Ip.TCP, this::receive);
    }

    SegmentWriter writer() {
        return writer;
    }

    Budget budget() {
        return budget;
    }

    Clock clock() {
        return environment.clock();
    }

    Wire wire() {
        return ip.wire();
    }

    /** What is read from the host goes through here; free between calls. */
    ByteBuffer buffer() {
        return buffer;
    }

    // ---- coming

    private void receive(Datagram datagram) {
        IpAddress destination = datagram.destination();
        if (datagram.source().isAny() || destination.isMulticast() || network.isBroadcast(destination)) {
            return;
        }
        @Nullable Segment segment = Segment.read(datagram);
        if (segment == null) {
            return;
        }
        Flow flow = segment.flow();
        @Nullable TcpEndpoint endpoint = endpoints.get(flow);
        if (endpoint != null) {
            endpoint.receive(segment);
        } else if (segment.syn() && !segment.hasAck() && !segment.rst()) {
            dial(flow, segment, initialSequence(flow));
        } else if (!segment.rst()) {
            refuse(segment);
        }
    }

    private void dial(Flow flow, Segment syn, int initialSequence) {
        Optional<HostStream.Opener> opener =
                hasRoom() ? routes.route(flow.remote(), flow.remotePort()) : Optional.empty();
        if (opener.isEmpty()) {
            refuse(syn);
            return;
        }
        TcpConnection connection = new TcpConnection(this, flow, initialSequence);
        endpoints.put(flow, connection);
        connection.dial(syn, opener.get());
    }

    /**
     * Opens a connection to a guest for a stream of the host, which is there when the opener returns it.
     *
     * @return false when there are too many, or one between these ends
     */
    public boolean invite(Flow flow, HostStream.Opener opener) {
        if (!hasRoom() || endpoints.containsKey(flow)) {
            return false;
        }
        TcpConnection connection = new TcpConnection(this, flow, initialSequence(flow));
        endpoints.put(flow, connection);
        connection.invite(opener);
        return true;
    }

    /** Whether there is something between two ends. */
    public boolean has(Flow flow) {
        return endpoints.containsKey(flow);
    }

    private boolean hasRoom() {
        return endpoints.size() - timeWaits.size() < CONNECTIONS;
    }

    /** Grows with time and can't be guessed from other flows (RFC 6528). */
    private int initialSequence(Flow flow) {
        long mixed = (secret ^ flow.hashCode()) * 0x9E37_79B9_7F4A_7C15L;
        mixed = (mixed ^ mixed >>> 32 ^ secret) * 0xD6E8_FEB8_6659_FD93L;
        return (int) (mixed >>> 32) + (int) (clock().nanos() >> 12);
    }

    /** Answers a segment that belongs to nothing (RFC 9293, 3.10.7.1). */
    void refuse(Segment segment) {
        Flow flow = segment.flow();
        if (segment.hasAck()) {
            writer.send(flow, segment.ack(), 0, Segment.RST, 0);
        } else {
            writer.send(flow, 0, segment.seq() + segment.sequenceLength(), Segment.RST | Segment.ACK, 0);
        }
    }

    /** Tells a guest why its SYN can't arrive. */
    void refuse(Segment syn, Problem problem) {
        ip.refuse(syn.datagram(), problem);
    }

    // ---- acknowledging

    /** Acknowledges when all that the guest sends in one go has come. */
    void acknowledgeSoon(TcpConnection connection) {
        acknowledging.add(connection);
        if (!acknowledgmentsDue) {
            acknowledgmentsDue = true;
            environment.loop().execute(this::acknowledgeAll);
        }
    }

    private void acknowledgeAll() {
        acknowledgmentsDue = false;
        List<TcpConnection> due = new ArrayList<>(acknowledging);
        acknowledging.clear();
        due.forEach(TcpConnection::acknowledgeNow);
    }

    // ---- ending

    void forget(TcpConnection connection) {
        endpoints.remove(connection.flow(), connection);
        acknowledging.remove(connection);
        wire().forget(connection);
    }

    void forget(TimeWait timeWait) {
        endpoints.remove(timeWait.flow(), timeWait);
        timeWaits.remove(timeWait);
    }

    void timeWait(Flow flow, int next, int expected, int window) {
        if (timeWaits.size() == TIME_WAITS) {
            forget(timeWaits.getFirst());
        }
        TimeWait timeWait = new TimeWait(this, flow, next, expected, window, clock().nanos() + TimeWait.DURATION);
        timeWaits.add(timeWait);
        endpoints.put(flow, timeWait);
        if (!timeWaitTimer.armed()) {
            timeWaitTimer.arm(timeWait.deadline());
        }
    }

    /** The guest uses the same ends again. */
    void reopen(TimeWait old, Segment syn) {
        forget(old);
        dial(old.flow(), syn, Seq.max(initialSequence(old.flow()), old.next() + REOPEN_DISTANCE));
    }

    private void expire() {
        while (!timeWaits.isEmpty() && timeWaits.getFirst().deadline() <= clock().nanos()) {
            forget(timeWaits.getFirst());
        }
        if (!timeWaits.isEmpty()) {
            timeWaitTimer.arm(timeWaits.getFirst().deadline());
        }
    }

    /** Connections, those that wait for their end included, such as "ESTABLISHED 10.0.2.15:40000-10.0.2.2:80". */
    public List<String> connections() {
        return endpoints.values().stream()
                .map(endpoint -> switch (endpoint) {
                    case TcpConnection connection -> connection.state() + " " + connection.flow();
                    case TimeWait timeWait -> "TIME_WAIT " + timeWait.flow();
                })
                .toList();
    }

    @Override
    public void close() {
        timeWaitTimer.disarm();
        timeWaits.clear();
        for (TcpEndpoint endpoint : List.copyOf(endpoints.values())) {
            if (endpoint instanceof TcpConnection connection) {
                connection.dispose();
            }
        }
        endpoints.clear();
    }
}

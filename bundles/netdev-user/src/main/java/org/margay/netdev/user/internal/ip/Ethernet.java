package org.margay.netdev.user.internal.ip;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.margay.net.Frame;
import org.margay.net.MacAddress;
import org.margay.net.Offload;

/** Ethernet II frames (IEEE 802.3, 3.2) from and to the router's card. */
final class Ethernet {
    /** Types. */
    static final int IPV4 = 0x0800;

    static final int ARP = 0x0806;
    static final int IPV6 = 0x86DD;

    private static final int SOURCE = 6;
    private static final int TYPE = 12;

    private final Wire wire;
    private final MacAddress mac;
    private final Map<Integer, Consumer<Frame>> layers = new HashMap<>();

    Ethernet(Wire wire, MacAddress mac) {
        this.wire = wire;
        this.mac = mac;
    }

    MacAddress mac() {
        return mac;
    }

    Wire wire() {
        return wire;
    }

    /** Gives frames of a type to what is above. */
    void layer(int type, Consumer<Frame> receiver) {
        layers.put(type, receiver);
    }

    /** Takes a frame of any length and content. */
    void receive(Frame frame) {
        if (frame.length() < Frame.HEADER) {
            return;
        }
        MacAddress destination = frame.destination();
        if (!destination.equals(mac) && !destination.isGroup()) {
            return;
        }
        @Nullable Consumer<Frame> layer = layers.get(Bytes.u16(frame.bytes(), TYPE));
        if (layer != null) {
            layer.accept(frame);
        }
    }

    static MacAddress source(Frame frame) {
        return MacAddress.of(frame.bytes(), SOURCE);
    }

    /** Completes the Ethernet header and sends. */
    void send(MacAddress destination, int type, byte[] frame, Offload offload) {
        put(frame, 0, destination);
        put(frame, SOURCE, mac);
        Bytes.put16(frame, TYPE, type);
        wire.send(frame, offload);
    }

    static void put(byte[] bytes, int at, MacAddress address) {
        Bytes.put16(bytes, at, (int) (address.value() >>> 32));
        Bytes.put32(bytes, at + 2, (int) address.value());
    }
}

package org.margay.netdev.user.internal.ip;

import org.margay.net.Frame;
import org.margay.net.MacAddress;
import org.margay.net.Offload;

/** Address resolution (RFC 826) for IPv4 on Ethernet: answers for the router, asks for guests. */
final class Arp {
    private static final int REQUEST = 1;
    private static final int REPLY = 2;

    private static final int HARDWARE = Frame.HEADER;
    private static final int PROTOCOL = HARDWARE + 2;
    private static final int LENGTHS = HARDWARE + 4;
    private static final int OPERATION = HARDWARE + 6;
    private static final int SENDER_MAC = HARDWARE + 8;
    private static final int SENDER = HARDWARE + 14;
    private static final int TARGET_MAC = HARDWARE + 18;
    private static final int TARGET = HARDWARE + 24;
    private static final int END = HARDWARE + 28;

    private static final int ETHERNET = 1;
    private static final int SIX_AND_FOUR = 0x0604;

    private final VirtualNetwork network;
    private final Ethernet ethernet;
    private final IpAddress router;
    private final Neighbors neighbors;

    Arp(VirtualNetwork network, Ethernet ethernet, IpAddress router) {
        this.network = network;
        this.ethernet = ethernet;
        this.router = router;
        neighbors = new Neighbors(ethernet, Ethernet.IPV4, this::ask);
        ethernet.layer(Ethernet.ARP, this::receive);
    }

    Neighbors neighbors() {
        return neighbors;
    }

    private void receive(Frame frame) {
        byte[] bytes = frame.bytes();
        if (bytes.length < END
                || Bytes.u16(bytes, HARDWARE) != ETHERNET
                || Bytes.u16(bytes, PROTOCOL) != Ethernet.IPV4
                || Bytes.u16(bytes, LENGTHS) != SIX_AND_FOUR) {
            return;
        }
        MacAddress senderMac = MacAddress.of(bytes, SENDER_MAC);
        IpAddress sender = IpAddress.read4(bytes, SENDER);
        if (network.isGuest(sender)) {
            neighbors.learn(sender, senderMac);
        }
        IpAddress target = IpAddress.read4(bytes, TARGET);
        if (Bytes.u16(bytes, OPERATION) == REQUEST && network.isRouter(target)) {
            reply(target, senderMac, sender);
        }
    }

    private void reply(IpAddress own, MacAddress guestMac, IpAddress guest) {
        send(REPLY, own, guestMac, guest, guestMac);
    }

    private void ask(IpAddress address) {
        send(REQUEST, router, new MacAddress(0), address, MacAddress.BROADCAST);
    }

    private void send(int operation, IpAddress sender, MacAddress targetMac, IpAddress target, MacAddress destination) {
        byte[] frame = new byte[END];
        Bytes.put16(frame, HARDWARE, ETHERNET);
        Bytes.put16(frame, PROTOCOL, Ethernet.IPV4);
        Bytes.put16(frame, LENGTHS, SIX_AND_FOUR);
        Bytes.put16(frame, OPERATION, operation);
        Ethernet.put(frame, SENDER_MAC, ethernet.mac());
        sender.write(frame, SENDER);
        Ethernet.put(frame, TARGET_MAC, targetMac);
        target.write(frame, TARGET);
        ethernet.send(destination, Ethernet.ARP, frame, Offload.NONE);
    }
}

package org.margay.netdev.user.internal.dhcp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.margay.netdev.user.internal.ip.Bytes;
import org.margay.netdev.user.internal.ip.IpAddress;
import org.margay.netdev.user.internal.ip.Port;
import org.margay.netdev.user.internal.ip.Subnet;
import org.margay.netdev.user.internal.ip.VirtualNetwork;
import org.margay.netdev.user.internal.udp.Message;
import org.margay.netdev.user.internal.udp.UdpStack;

/**
 * DHCPv6 without addresses (RFC 8415, 6.1): guests make their own addresses and ask for the name server (RFC 3646) and a boot file
 * (RFC 5970).
 */
public final class Dhcpv6Server {
    private static final int SERVER_PORT = 547;

    private static final int REPLY = 7;
    private static final int INFORMATION_REQUEST = 11;

    private static final int CLIENT_ID = 1;
    private static final int SERVER_ID = 2;
    private static final int NAME_SERVERS = 23;
    private static final int SEARCH = 24;
    private static final int BOOT_FILE_URL = 59;

    /** Message type and transaction. */
    private static final int HEADER = 4;

    private static final int OPTION_HEADER = 4;

    /** A DHCP unique identifier at most (RFC 8415, 11.1). */
    private static final int LONGEST_ID = 130;

    /** Kind of our identifier: link-layer address of Ethernet. */
    private static final byte[] LINK_LAYER_ID = {0, 3, 0, 1};

    private final VirtualNetwork network;
    private final Subnet subnet;
    private final DhcpSettings settings;
    private final UdpStack udp;

    public Dhcpv6Server(VirtualNetwork network, Subnet subnet, DhcpSettings settings, UdpStack udp) {
        this.network = network;
        this.subnet = subnet;
        this.settings = settings;
        this.udp = udp;
    }

    /** Answers from now on. */
    public void start() {
        udp.service(SERVER_PORT, this::receive);
    }

    private void receive(Message message) {
        byte[] request = message.bytes();
        IpAddress guest = message.datagram().source();
        if (guest.isV4() || guest.isAny() || request.length < HEADER || request[0] != INFORMATION_REQUEST) {
            return;
        }
        ByteArrayOutputStream reply = new ByteArrayOutputStream();
        reply.write(REPLY);
        reply.write(request, 1, HEADER - 1);
        clientId(request).ifPresent(id -> add(reply, CLIENT_ID, id));
        add(reply, SERVER_ID, serverId());
        if (!network.restricted()) {
            add(reply, NAME_SERVERS, subnet.dns().bytes());
        }
        add(reply, SEARCH, DomainNames.encode(settings.search()));
        if (settings.bootFile() != null) {
            String url = "tftp://[%s]/%s".formatted(subnet.host(), settings.bootFile());
            add(reply, BOOT_FILE_URL, url.getBytes(StandardCharsets.UTF_8));
        }
        udp.send(new Port(VirtualNetwork.ROUTER_LINK_LOCAL, SERVER_PORT), message.source(), reply.toByteArray());
    }

    private static Optional<byte[]> clientId(byte[] request) {
        int at = HEADER;
        while (at + OPTION_HEADER <= request.length) {
            int length = Bytes.u16(request, at + 2);
            int value = at + OPTION_HEADER;
            if (length > request.length - value) {
                break;
            }
            if (Bytes.u16(request, at) == CLIENT_ID && length <= LONGEST_ID) {
                byte[] id = new byte[length];
                System.arraycopy(request, value, id, 0, length);
                return Optional.of(id);
            }
            at = value + length;
        }
        return Optional.empty();
    }

    private byte[] serverId() {
        ByteArrayOutputStream id = new ByteArrayOutputStream();
        id.writeBytes(LINK_LAYER_ID);
        id.writeBytes(network.mac().bytes());
        return id.toByteArray();
    }

    /** An option, unless it is empty. */
    private static void add(ByteArrayOutputStream reply, int option, byte[] value) {
        if (value.length > 0) {
            byte[] header = new byte[OPTION_HEADER];
            Bytes.put16(header, 0, option);
            Bytes.put16(header, 2, value.length);
            reply.writeBytes(header);
            reply.writeBytes(value);
        }
    }
}

package org.margay.netdev.user.internal.tftp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.netdev.user.internal.ip.Bytes;
import org.margay.netdev.user.internal.ip.Environment;
import org.margay.netdev.user.internal.ip.Port;
import org.margay.netdev.user.internal.udp.Message;
import org.margay.netdev.user.internal.udp.UdpStack;

/**
 * A TFTP server (RFC 1350) for reading in mode octet, with the options blksize (RFC 2348), tsize and timeout (RFC 2349). All
 * transfers are at the well-known port.
 */
public final class TftpServer implements AutoCloseable {
    static final int READ = 1;
    static final int WRITE = 2;
    static final int DATA = 3;
    static final int ACK = 4;
    static final int ERROR = 5;
    static final int OPTIONS_ACK = 6;

    static final int NOT_DEFINED = 0;
    static final int FILE_NOT_FOUND = 1;
    static final int ACCESS_VIOLATION = 2;
    static final int ILLEGAL_OPERATION = 4;
    static final int UNKNOWN_TRANSFER = 5;

    private static final int PORT = 69;

    /** Transfers at a time; the oldest is given up. */
    private static final int TRANSFERS = 32;

    private final TftpFiles files;
    private final UdpStack udp;
    private final Environment environment;
    private final Map<Port, Transfer> transfers = new LinkedHashMap<>();

    public TftpServer(TftpFiles files, UdpStack udp, Environment environment) {
        this.files = files;
        this.udp = udp;
        this.environment = environment;
    }

    /** Answers from now on. */
    public void start() {
        udp.service(PORT, this::receive);
    }

    private void receive(Message message) {
        byte[] bytes = message.bytes();
        if (bytes.length < 4) {
            return;
        }
        @Nullable Transfer transfer = transfers.get(message.source());
        switch (Bytes.u16(bytes, 0)) {
            case READ -> begin(message, bytes);
            case WRITE -> refuse(message, ACCESS_VIOLATION, "read only");
            case ACK -> {
                if (transfer == null) {
                    refuse(message, UNKNOWN_TRANSFER, "unknown transfer");
                } else {
                    transfer.acknowledged(Bytes.u16(bytes, 2));
                }
            }
            case ERROR -> {
                if (transfer != null) {
                    transfer.close();
                }
            }
            default -> refuse(message, ILLEGAL_OPERATION, "illegal operation");
        }
    }

    private void begin(Message message, byte[] bytes) {
        @Nullable TftpRequest request = TftpRequest.read(bytes, 2);
        if (request == null || !request.mode().equals("octet")) {
            refuse(message, ILLEGAL_OPERATION, "only mode octet");
            return;
        }
        Optional.ofNullable(transfers.get(message.source())).ifPresent(Transfer::close);
        if (transfers.size() == TRANSFERS) {
            transfers.values().iterator().next().close();
        }
        Transfer transfer = new Transfer(this, message.destination(), message.source(), request, environment.clock());
        transfers.put(message.source(), transfer);
        files.open(request.file(), file -> transfer.opened(file));
    }

    private void refuse(Message message, int code, String text) {
        send(message.destination(), message.source(), Transfer.error(code, text));
    }

    void send(Port from, Port to, byte[] packet) {
        udp.send(from, to, packet);
    }

    void forget(Port guest, Transfer transfer) {
        transfers.remove(guest, transfer);
    }

    @Override
    public void close() {
        List.copyOf(transfers.values()).forEach(Transfer::close);
    }
}

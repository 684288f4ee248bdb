package org.margay.netdev.user.internal.tftp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Clock;
import org.margay.machine.Timer;
import org.margay.netdev.user.internal.ip.Bytes;
import org.margay.netdev.user.internal.ip.Environment;
import org.margay.netdev.user.internal.ip.Port;

/** One file on its way to a guest, block by block. */
final class Transfer implements AutoCloseable {
    private static final int HEADER = 4;
    private static final int USUAL_BLOCK = 512;
    private static final int SMALLEST_BLOCK = 8;

    /** What goes in one frame with either version of IP. */
    private static final int LARGEST_BLOCK = 1_448;

    /** Bytes read from the file at once. */
    private static final int CHUNK = 64 << 10;

    private static final int ATTEMPTS = 6;

    private final TftpServer server;
    private final Port local;
    private final Port guest;
    private final TftpRequest request;
    private final Clock clock;
    private final Timer timer;
    private long timeout = Environment.SECOND;
    private int blockSize = USUAL_BLOCK;

    private TftpFiles.@Nullable OpenFile file;
    /** Number of the block under way from 1 on, not cut to 16 bits; 0 for the agreement on options. */
    private long block;

    private byte[] chunk = new byte[0];
    private long chunkStart;
    private boolean reading;
    private byte[] packet = new byte[0];
    private int attempts;
    private boolean closed;

    Transfer(TftpServer server, Port local, Port guest, TftpRequest request, Clock clock) {
        this.server = server;
        this.local = local;
        this.guest = guest;
        this.request = request;
        this.clock = clock;
        timer = clock.timer(this::overdue);
    }

    /** The file is open, or there is none. */
    void opened(Optional<TftpFiles.OpenFile> opened) {
        if (closed) {
            opened.ifPresent(TftpFiles.OpenFile::close);
            return;
        }
        if (opened.isEmpty()) {
            fail(TftpServer.FILE_NOT_FOUND, "file not found");
            return;
        }
        file = opened.get();
        Map<String, String> agreed = agree(opened.get().size());
        if (agreed.isEmpty()) {
            block = 1;
            sendBlock();
        } else {
            send(optionsAck(agreed));
        }
    }

    /** What of the guest's wishes is granted; wishes that make no sense are passed over. */
    private Map<String, String> agree(long size) {
        Map<String, String> agreed = new LinkedHashMap<>();
        request.options().forEach((name, value) -> {
            if (!value.matches("\\d{1,9}")) {
                return;
            }
            int number = Integer.parseInt(value);
            switch (name) {
                case "blksize" -> {
                    if (number >= SMALLEST_BLOCK) {
                        blockSize = Math.min(number, LARGEST_BLOCK);
                        agreed.put(name, Integer.toString(blockSize));
                    }
                }
                case "tsize" -> agreed.put(name, Long.toString(size));
                case "timeout" -> {
                    if (number >= 1 && number <= 255) {
                        timeout = number * Environment.SECOND;
                        agreed.put(name, value);
                    }
                }
                default -> {}
            }
        });
        return agreed;
    }

    void acknowledged(int number) {
        if (file == null || reading || number != (block & 0xFFFF)) {
            return;
        }
        if (block > 0 && packet.length < HEADER + blockSize) {
            close();
        } else {
            block++;
            sendBlock();
        }
    }

    private void sendBlock() {
        TftpFiles.OpenFile source = file;
        if (source == null) {
            return;
        }
        long start = (block - 1) * blockSize;
        int wanted = Math.clamp(source.size() - start, 0, blockSize);
        if (start >= chunkStart && start + wanted <= chunkStart + chunk.length) {
            byte[] data = new byte[HEADER + wanted];
            Bytes.put16(data, 0, TftpServer.DATA);
            Bytes.put16(data, 2, (int) block);
            System.arraycopy(chunk, (int) (start - chunkStart), data, HEADER, wanted);
            send(data);
            return;
        }
        reading = true;
        timer.disarm();
        source.read(start, CHUNK, read -> {
            reading = false;
            if (closed) {
                return;
            }
            if (read.isEmpty() || read.get().length < wanted) {
                fail(TftpServer.NOT_DEFINED, "file can't be read");
                return;
            }
            chunk = read.get();
            chunkStart = start;
            sendBlock();
        });
    }

    private void send(byte[] next) {
        packet = next;
        attempts = 0;
        transmit();
    }

    private void transmit() {
        timer.arm(clock.nanos() + timeout);
        server.send(local, guest, packet);
    }

    private void overdue() {
        if (++attempts == ATTEMPTS) {
            close();
        } else {
            transmit();
        }
    }

    private void fail(int code, String text) {
        server.send(local, guest, error(code, text));
        close();
    }

    static byte[] error(int code, String text) {
        byte[] message = text.getBytes(StandardCharsets.US_ASCII);
        byte[] error = new byte[HEADER + message.length + 1];
        Bytes.put16(error, 0, TftpServer.ERROR);
        Bytes.put16(error, 2, code);
        System.arraycopy(message, 0, error, HEADER, message.length);
        return error;
    }

    private static byte[] optionsAck(Map<String, String> agreed) {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(0);
        packet.write(TftpServer.OPTIONS_ACK);
        agreed.forEach((name, value) -> {
            packet.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
            packet.write(0);
            packet.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
            packet.write(0);
        });
        return packet.toByteArray();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        timer.disarm();
        chunk = new byte[0];
        server.forget(guest, this);
        TftpFiles.OpenFile source = file;
        if (source != null) {
            source.close();
        }
    }
}

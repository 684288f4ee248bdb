package org.margay.ftp.internal;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPReply;
import org.apache.commons.net.ftp.FTPSClient;
import org.jspecify.annotations.Nullable;
import org.margay.block.ImageException;

/**
 * A file on an FTP server, read from where it is wanted (RFC 3659, section 5: REST). One transfer at a time; it goes on as long as
 * reads follow each other, so that the usual case is one long transfer. Any thread.
 */
final class FtpFile {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int IMPLICIT_PORT = 990;
    private static final int ATTEMPTS = 2;
    private static final int CHUNK = 64 << 10;

    private final Location location;
    private final ReentrantLock lock = new ReentrantLock();
    private final byte[] chunk = new byte[CHUNK];
    private FTPClient client;
    private @Nullable InputStream transfer;
    private long position;
    private final long length;

    private FtpFile(Location location) throws IOException {
        this.location = location;
        client = connect(location);
        try {
            length = askLength();
        } catch (IOException e) {
            disconnect();
            throw e;
        }
    }

    /**
     * Connects and asks for the file's length.
     *
     * @throws IOException when the server does not have it, or does not say
     */
    static FtpFile open(Location location) throws IOException {
        return new FtpFile(location);
    }

    private static FTPClient connect(Location location) throws IOException {
        boolean secure = location.scheme().equals("ftps");
        FTPClient client = secure ? secure() : new FTPClient();
        client.setConnectTimeout(Math.toIntExact(TIMEOUT.toMillis()));
        client.setDefaultTimeout(Math.toIntExact(TIMEOUT.toMillis()));
        client.setDataTimeout(TIMEOUT);
        client.setControlEncoding("UTF-8");
        // The server's word on where to fetch the data: its own host, nobody else's.
        client.setRemoteVerificationEnabled(true);
        client.setIpAddressFromPasvResponse(false);
        try {
            int usual = secure ? IMPLICIT_PORT : FTP.DEFAULT_PORT;
            client.connect(location.host(), location.port() < 0 ? usual : location.port());
            client.setSoTimeout(Math.toIntExact(TIMEOUT.toMillis()));
            require(FTPReply.isPositiveCompletion(client.getReplyCode()), client, "the server is not ready");
            require(client.login(location.user(), location.password()), client, "Access denied");
            if (client instanceof FTPSClient tls) {
                tls.execPBSZ(0);
                tls.execPROT("P");
            }
            require(client.setFileType(FTP.BINARY_FILE_TYPE), client, "no binary transfers");
            client.enterLocalPassiveMode();
            return client;
        } catch (UnknownHostException e) {
            client.disconnect();
            throw new IOException("Could not resolve host: " + location.host(), e);
        } catch (IOException e) {
            client.disconnect();
            throw e;
        }
    }

    /** With the JVM's trust store, and a certificate that is for this host: the library's own choice is to trust anybody. */
    private static FTPSClient secure() {
        FTPSClient client = new FTPSClient(true);
        client.setTrustManager(null);
        client.setEndpointCheckingEnabled(true);
        return client;
    }

    private static void require(boolean condition, FTPClient client, String what) throws ImageException {
        if (!condition) {
            String said = String.valueOf(client.getReplyString()).strip().replaceAll("\\p{Cntrl}+", " ");
            throw new ImageException("%s: %s".formatted(what, said));
        }
    }

    private long askLength() throws IOException {
        require(
                FTPReply.isPositiveCompletion(client.sendCommand("SIZE", location.path())),
                client,
                "The file does not exist, or has no size");
        // "213 NUMBER"
        String reply = String.valueOf(client.getReplyString()).strip();
        try {
            long said = Long.parseLong(reply.substring(reply.lastIndexOf(' ') + 1));
            if (said >= 0) {
                return said;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new ImageException("Server didn't report file size.");
    }

    long length() {
        return length;
    }

    /**
     * Fetches a range.
     *
     * @throws IOException when the server does not give it, after another attempt on another connection
     */
    void read(long offset, MemorySegment target) throws IOException {
        lock.lock();
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    seek(offset);
                    receive(target);
                    return;
                } catch (ImageException e) {
                    throw e;
                } catch (IOException e) {
                    disconnect();
                    if (attempt >= ATTEMPTS) {
                        throw e;
                    }
                    client = connect(location);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void seek(long offset) throws IOException {
        if (transfer != null && position == offset) {
            return;
        }
        stop();
        client.setRestartOffset(offset);
        transfer = client.retrieveFileStream(location.path());
        if (transfer == null) {
            require(!FTPReply.isNegativePermanent(client.getReplyCode()), client, "the file can't be read from there");
            throw new IOException("the server is busy: "
                    + String.valueOf(client.getReplyString()).strip());
        }
        position = offset;
    }

    private void receive(MemorySegment target) throws IOException {
        InputStream in = transfer;
        for (long at = 0; in != null && at < target.byteSize(); ) {
            int count = in.read(chunk, 0, (int) Math.min(CHUNK, target.byteSize() - at));
            if (count < 0) {
                throw new EOFException("the server ended the transfer");
            }
            MemorySegment.copy(chunk, 0, target, ValueLayout.JAVA_BYTE, at, count);
            at += count;
            position += count;
        }
        if (position == length) {
            stop();
        }
    }

    /** Ends a transfer before its end; the server answers that too, with success or not. */
    private void stop() throws IOException {
        InputStream in = transfer;
        if (in != null) {
            transfer = null;
            in.close();
            client.completePendingCommand();
        }
    }

    private void disconnect() {
        transfer = null;
        try {
            client.disconnect();
        } catch (IOException e) {
            // It is gone.
        }
    }

    void close() {
        lock.lock();
        try {
            disconnect();
        } finally {
            lock.unlock();
        }
    }
}

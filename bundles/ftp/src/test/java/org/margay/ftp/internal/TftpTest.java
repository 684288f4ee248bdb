package org.margay.ftp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.margay.block.BlockNode;

class TftpTest {
    private static final int BLOCK = 512;

    /** Answers one request, as RFC 1350 says; null: there is no such file. */
    private static DatagramSocket serve(byte[] content) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try (DatagramSocket transfer = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                DatagramPacket request = new DatagramPacket(new byte[600], 600);
                socket.receive(request);
                if (content == null) {
                    byte[] error = {0, 5, 0, 1, 'g', 'o', 'n', 'e', 0};
                    transfer.send(new DatagramPacket(error, error.length, request.getSocketAddress()));
                    return;
                }
                for (int block = 0; block <= content.length / BLOCK; block++) {
                    byte[] data =
                            Arrays.copyOfRange(content, block * BLOCK, Math.min(content.length, (block + 1) * BLOCK));
                    ByteBuffer packet = ByteBuffer.allocate(4 + data.length);
                    packet.putShort((short) 3).putShort((short) (block + 1)).put(data);
                    transfer.send(new DatagramPacket(packet.array(), packet.capacity(), request.getSocketAddress()));
                    transfer.receive(new DatagramPacket(new byte[600], 600));
                }
            } catch (IOException e) {
                // The client left.
            }
        });
        return socket;
    }

    private static BlockNode fetch(DatagramSocket server, int largest) throws IOException {
        String url = "tftp://127.0.0.1:" + server.getLocalPort() + "/boot.img";
        return TftpFile.fetch(Location.parse(url), url, largest);
    }

    @Test
    void wholeFiles() throws IOException {
        byte[] content = new byte[300_123];
        new Random(2).nextBytes(content);
        try (DatagramSocket server = serve(content);
                BlockNode node = fetch(server, TftpProtocol.LARGEST)) {
            assertThat(node.driver()).isEqualTo("tftp");
            assertThat(FtpProtocolTest.read(node, 0, content.length)).isEqualTo(content);
            assertThat(FtpProtocolTest.read(node, 1000, 10)).isEqualTo(Arrays.copyOfRange(content, 1000, 1010));
        }
    }

    @Test
    void largerFilesAreRefused() throws IOException {
        try (DatagramSocket server = serve(new byte[10_000])) {
            assertThatThrownBy(() -> fetch(server, 9_999).close()).hasMessageContaining("larger than 9999");
        }
    }

    @Test
    void whatIsNotThere() throws IOException {
        try (DatagramSocket server = serve(null)) {
            assertThatThrownBy(() -> fetch(server, TftpProtocol.LARGEST).close())
                    .hasMessageContaining("gone");
        }
    }
}

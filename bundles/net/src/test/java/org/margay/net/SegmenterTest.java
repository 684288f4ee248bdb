package org.margay.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.margay.net.Offload.Checksum;
import org.margay.net.Offload.Segmentation;

class SegmenterTest {
    private static Offload cut(Segmentation segmentation, int size) {
        return new Offload(Checksum.PARTIAL, 34, 16, segmentation, size, 54, false);
    }

    private static Offload partial(int start, int offset) {
        return new Offload(Checksum.PARTIAL, start, offset, Segmentation.NONE, 0, 0, false);
    }

    private static int get16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }

    private static int get32(byte[] bytes, int at) {
        return get16(bytes, at) << 16 | get16(bytes, at + 2);
    }

    @Test
    void partialChecksumsAreCompleted() {
        byte[] frame = Packets.tcp4(Packets.ACK, Packets.payload(101));
        IpPacket packet = IpPacket.find(frame).orElseThrow();
        packet.completeHeader();
        // The pseudo header's sum, not complemented, is what the sender leaves there.
        InternetChecksum.put(frame, 34 + 16, ~InternetChecksum.finish(packet.pseudoHeader(24 + 101)));
        byte[] before = frame.clone();
        List<Frame> finished = Segmenter.finish(new Frame(frame, partial(34, 16)));
        assertThat(finished).hasSize(1);
        assertThat(finished.getFirst().offload()).isEqualTo(Offload.CHECKED);
        assertThat(Packets.transportSum(finished.getFirst().bytes(), false, 6, 34))
                .isZero();
        assertThat(frame).isEqualTo(before);
    }

    @Test
    void aZeroUdpChecksumIsStoredAsOnes() {
        byte[] frame = new byte[40];
        frame[20] = (byte) 0xFF;
        frame[21] = (byte) 0xFF;
        byte[] finished =
                Segmenter.finish(new Frame(frame, partial(20, 6))).getFirst().bytes();
        assertThat(get16(finished, 26)).isEqualTo(0xFFFF);
    }

    @ParameterizedTest
    @CsvSource({"TCP4,1460,5000", "TCP6,1440,64000", "TCP4,48,60000", "TCP6,1000,1000", "TCP4,1000,3000", "TCP4,1460,0"
    })
    void tcpIsSegmented(Segmentation kind, int size, int length) {
        boolean version6 = kind == Segmentation.TCP6;
        byte[] payload = Packets.payload(length);
        int flags = Packets.FIN | Packets.PUSH | Packets.ACK | Packets.CWR;
        byte[] frame = version6 ? Packets.tcp6(flags, payload) : Packets.tcp4(flags, payload);
        List<Frame> segments = Segmenter.finish(new Frame(frame, cut(kind, size)));

        int tcp = version6 ? 54 : 34;
        int header = tcp + 24;
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        for (int i = 0; i < segments.size(); i++) {
            byte[] bytes = segments.get(i).bytes();
            boolean last = i == segments.size() - 1;
            assertThat(segments.get(i).offload()).isEqualTo(Offload.CHECKED);
            assertThat(bytes.length).isEqualTo(header + (last ? length - i * size : size));
            assertThat(Packets.transportSum(bytes, version6, 6, tcp)).isZero();
            assertThat(get32(bytes, tcp + 4)).isEqualTo(0xFFFF_FF00 + received.size());
            assertThat(bytes[tcp + 13] & 0xFF)
                    .isEqualTo(Packets.ACK | (i == 0 ? Packets.CWR : 0) | (last ? Packets.FIN | Packets.PUSH : 0));
            assertThat(Arrays.copyOfRange(bytes, tcp + 20, header)).containsExactly(2, 4, 5, 0xB4);
            if (version6) {
                assertThat(get16(bytes, 18)).isEqualTo(bytes.length - 54);
            } else {
                assertThat(get16(bytes, 16)).isEqualTo(bytes.length - 14);
                assertThat(get16(bytes, 18)).isEqualTo(0xFFFE + i & 0xFFFF);
                assertThat(InternetChecksumTest.slow(bytes, 14, 34)).isZero();
            }
            received.write(bytes, header, bytes.length - header);
        }
        assertThat(received.toByteArray()).isEqualTo(payload);
        assertThat(segments).hasSize(Math.max(1, (length + size - 1) / size));
    }

    @Test
    void tagsStayAndALengthThatIsMissingIsFound() {
        byte[] frame = Packets.tagged(Packets.tcp4(Packets.ACK, Packets.payload(3000)));
        frame[20] = 0;
        frame[21] = 0;
        List<Frame> segments = Segmenter.finish(new Frame(frame, cut(Segmentation.TCP4, 1400)));
        assertThat(segments).extracting(Frame::length).containsExactly(62 + 1400, 62 + 1400, 62 + 200);
        assertThat(segments).allSatisfy(segment -> {
            assertThat(get16(segment.bytes(), 12)).isEqualTo(0x8100);
            assertThat(IpPacket.find(segment.bytes()).orElseThrow().transportRight())
                    .isTrue();
        });
    }

    @ParameterizedTest
    @CsvSource({"1480,8000", "1477,8000", "8,3000", "9000,5000", "1472,1464"})
    void udpIsFragmentedInIp4(int size, int length) {
        byte[] options = {(byte) 0x82, 4, 1, 2, 7, 7, 4, 0, 0, 0, 0, 0};
        byte[] payload = Packets.payload(length);
        List<Frame> fragments =
                Segmenter.finish(new Frame(Packets.udp4(options, payload), cut(Segmentation.UDP, size)));
        ByteArrayOutputStream datagram = new ByteArrayOutputStream();
        for (int i = 0; i < fragments.size(); i++) {
            byte[] bytes = fragments.get(i).bytes();
            boolean last = i == fragments.size() - 1;
            assertThat(InternetChecksumTest.slow(bytes, 14, 46)).isZero();
            assertThat(get16(bytes, 16)).isEqualTo(bytes.length - 14);
            assertThat(get16(bytes, 18)).isEqualTo(0xFFFE);
            // A datagram that needs no cut stays as it was, with "don't fragment".
            if (fragments.size() > 1) {
                assertThat(get16(bytes, 20)).isEqualTo(datagram.size() / 8 | (last ? 0 : 0x2000));
            }
            assertThat(Arrays.copyOfRange(bytes, 34, 46))
                    .isEqualTo(i == 0 ? options : new byte[] {(byte) 0x82, 4, 1, 2, 1, 1, 1, 1, 1, 1, 1, 0});
            datagram.write(bytes, 46, bytes.length - 46);
        }
        byte[] whole = datagram.toByteArray();
        assertThat(Arrays.copyOfRange(whole, 8, whole.length)).isEqualTo(payload);
        byte[] again = IpPacketTest.join(Packets.ethernet(0x0800, Packets.ip4(17, new byte[0], whole)));
        assertThat(get16(again, 40)).isNotZero();
        assertThat(Packets.transportSum(again, false, 17, 34)).isZero();
    }

    @Test
    void udpIsFragmentedInIp6() {
        byte[] payload = Packets.payload(5000);
        List<Frame> fragments = Segmenter.finish(new Frame(Packets.udp6(payload), cut(Segmentation.UDP, 1448)));
        assertThat(fragments).hasSize(4);
        ByteArrayOutputStream datagram = new ByteArrayOutputStream();
        for (Frame fragment : fragments) {
            byte[] bytes = fragment.bytes();
            assertThat(bytes[20]).isEqualTo((byte) 44);
            assertThat(bytes[54]).isEqualTo((byte) 17);
            assertThat(get16(bytes, 18)).isEqualTo(bytes.length - 54);
            assertThat(get16(bytes, 56)).isEqualTo(datagram.size() | (fragment == fragments.getLast() ? 0 : 1));
            assertThat(get32(bytes, 58)).isEqualTo(get32(fragments.getFirst().bytes(), 58));
            datagram.write(bytes, 62, bytes.length - 62);
        }
        byte[] again = Packets.ethernet(0x86DD, Packets.ip6(17, datagram.toByteArray()));
        assertThat(Packets.transportSum(again, true, 17, 54)).isZero();
        assertThat(Arrays.copyOfRange(again, 62, again.length)).isEqualTo(payload);
    }

    @Test
    void whatCannotBeFinishedIsDropped() {
        byte[] tcp = Packets.tcp4(0, Packets.payload(5000));
        byte[] udp = Packets.udp4(new byte[0], Packets.payload(5000));
        List<Frame> hopeless = List.of(
                new Frame(tcp, cut(Segmentation.TCP4, 0)),
                new Frame(tcp, cut(Segmentation.TCP4, 1)),
                new Frame(tcp, cut(Segmentation.TCP6, 1000)),
                new Frame(tcp, cut(Segmentation.UDP, 1000)),
                new Frame(udp, cut(Segmentation.TCP4, 1000)),
                new Frame(udp, cut(Segmentation.UDP, 7)),
                new Frame(Arrays.copyOf(tcp, 50), cut(Segmentation.TCP4, 1000)),
                new Frame(Arrays.copyOf(tcp, 13), cut(Segmentation.TCP4, 1000)),
                new Frame(new byte[0], cut(Segmentation.UDP, 1000)),
                new Frame(new byte[200_000], cut(Segmentation.TCP4, 1000)),
                new Frame(tcp, partial(65_535, 65_535)),
                new Frame(tcp, partial(0, tcp.length - 1)),
                new Frame(new byte[0], partial(0, 0)));
        assertThat(hopeless)
                .allSatisfy(frame -> assertThat(Segmenter.finish(frame)).isEmpty());
    }

    /** Every frame that comes out can be given to any receiver, and nothing is thrown, whatever goes in. */
    @Test
    void hostileFramesAndOffloads() {
        Random random = new Random(3);
        int cut = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] frame = switch (random.nextInt(6)) {
                case 0 -> Packets.tcp4(random.nextInt(256), new byte[random.nextInt(4000)]);
                case 1 -> Packets.tcp6(random.nextInt(256), new byte[random.nextInt(4000)]);
                case 2 -> Packets.udp4(new byte[4 * random.nextInt(11)], new byte[random.nextInt(4000)]);
                case 3 -> Packets.udp6(new byte[random.nextInt(4000)]);
                case 4 -> Packets.tagged(Packets.tcp6(0, new byte[random.nextInt(4000)]));
                default -> new byte[random.nextInt(300)];
            };
            for (int damage = random.nextInt(5); damage > 0 && frame.length > 0; damage--) {
                frame[random.nextInt(Math.min(frame.length, 80))] = (byte) random.nextInt();
            }
            if (random.nextInt(4) == 0) {
                frame = Arrays.copyOf(frame, random.nextInt(frame.length + 1));
            }
            Offload offload = new Offload(
                    Checksum.values()[random.nextInt(3)],
                    random.nextInt(random.nextBoolean() ? 64 : 65_536),
                    random.nextInt(random.nextBoolean() ? 20 : 65_536),
                    Segmentation.values()[random.nextInt(4)],
                    random.nextInt(random.nextBoolean() ? 32 : 3000),
                    random.nextInt(65_536),
                    random.nextBoolean());
            List<Frame> finished = Segmenter.finish(new Frame(frame, offload));
            assertThat(finished).hasSizeLessThanOrEqualTo(Segmenter.MAX_PIECES);
            assertThat(finished.stream().map(Frame::offload)).allMatch(OffloadSet.NONE::takes);
            cut += finished.size() > 1 ? 1 : 0;
        }
        assertThat(cut).isGreaterThan(5_000);
    }
}

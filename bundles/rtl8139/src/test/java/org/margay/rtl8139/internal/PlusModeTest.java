package org.margay.rtl8139.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.margay.net.Frame;
import org.margay.net.InternetChecksum;
import org.margay.net.IpPacket;
import org.margay.net.MacAddress;
import org.margay.net.Offload;
import org.margay.net.OffloadSet;

/** Sending and receiving with rings of descriptors. */
final class PlusModeTest {
    private static final int OWN = 1 << 31;
    private static final int END = 1 << 30;
    private static final int FIRST = 1 << 29;
    private static final int LAST = 1 << 28;
    private static final int WHOLE = FIRST | LAST;
    private static final int CHECKSUMS = 0x20;
    private static final int VLAN = 0x40;
    private static final int NORMAL = 0x40;
    private static final int HIGH = 0x80;

    private final TestCard card = new TestCard();

    private int status(int ring, int index) {
        return card.word(ring + 16 * index);
    }

    private void poll(int ring) {
        card.out(0xD9, 1, ring);
    }

    private void give(int index, int options, byte[] frame) {
        int buffer = TestCard.TRANSMIT_BUFFER + 0x1000 * index;
        card.put(buffer, frame);
        card.giveFrame(TestCard.TRANSMIT_RING, index, options | frame.length, 0, buffer);
    }

    // Transmission

    @Test
    void aFrameIsSent() {
        card.startPlus(0);
        byte[] frame = TestCard.frame(100);
        give(0, WHOLE, frame);
        assertThat(card.sent()).as("not before the poll").isEmpty();
        poll(NORMAL);
        assertThat(card.sent()).containsExactly(frame);
        assertThat(status(TestCard.TRANSMIT_RING, 0)).isEqualTo(WHOLE | 100);
        assertThat(card.interrupted()).isTrue();
        assertThat(card.takeInterrupts()).as("TOK, TDU").isEqualTo(0x84);
        assertThat(card.in(0xD9, 1)).isZero();
        assertThat(card.in(0x82, 2)).as("last descriptor").isEqualTo(TestCard.TRANSMIT_RING & 0xFFFF);
    }

    @Test
    void aFrameInPieces() {
        card.startPlus(0);
        byte[] frame = TestCard.frame(300);
        give(0, FIRST, Arrays.copyOfRange(frame, 0, 14));
        give(1, 0, Arrays.copyOfRange(frame, 14, 115));
        poll(NORMAL);
        assertThat(card.sent()).as("its end is missing").isEmpty();
        assertThat(status(TestCard.TRANSMIT_RING, 0)).isNegative();
        give(2, LAST, Arrays.copyOfRange(frame, 115, 300));
        poll(NORMAL);
        assertThat(card.sent()).containsExactly(frame);
        assertThat(status(TestCard.TRANSMIT_RING, 0)).isEqualTo(FIRST | 14);
        assertThat(status(TestCard.TRANSMIT_RING, 2)).isEqualTo(LAST | 185);
    }

    @Test
    void theRingGoesAround() {
        card.startPlus(0);
        for (int i = 0; i < 10; i++) {
            give(i % 3, WHOLE | (i % 3 == 2 ? END : 0), TestCard.frame(60 + i));
            poll(NORMAL);
            assertThat(card.sent()).containsExactly(TestCard.frame(60 + i));
        }
    }

    @Test
    void highPriorityGoesFirst() {
        card.startPlus(0);
        give(0, WHOLE, TestCard.frame(60));
        card.put(TestCard.TRANSMIT_BUFFER + 0x8000, TestCard.frame(61));
        card.giveFrame(TestCard.HIGH_RING, 0, WHOLE | 61, 0, TestCard.TRANSMIT_BUFFER + 0x8000);
        poll(NORMAL | HIGH);
        assertThat(card.sent()).containsExactly(TestCard.frame(61), TestCard.frame(60));
    }

    @Test
    void sendingWaitsForTheNetwork() {
        card.startPlus(0);
        card.netdev.room(false);
        for (int i = 0; i < 4; i++) {
            give(i, WHOLE, TestCard.frame(60 + i));
        }
        poll(NORMAL);
        assertThat(status(TestCard.TRANSMIT_RING, 0)).isPositive();
        assertThat(status(TestCard.TRANSMIT_RING, 1)).isNegative();
        card.netdev.room(true);
        assertThat(card.sent()).hasSize(4);
        assertThat(status(TestCard.TRANSMIT_RING, 3)).isPositive();
    }

    @Test
    void whatWaitsIsSentAfterRestoreToo() {
        card.startPlus(0);
        card.netdev.room(false);
        give(0, WHOLE, TestCard.frame(60));
        give(1, WHOLE, TestCard.frame(61));
        poll(NORMAL);
        TestCard copy = new TestCard();
        copy.put(0, card.bytes(0, 1 << 20));
        copy.device.restore(card.device.save());
        copy.bench.advance(1);
        assertThat(copy.sent()).containsExactly(TestCard.frame(61));
    }

    @Test
    void whatWaitedIsLostWithTheLink() {
        card.startPlus(0);
        card.netdev.room(false);
        give(0, WHOLE, TestCard.frame(60));
        give(1, WHOLE, TestCard.frame(61));
        poll(NORMAL);
        card.netdev.client().setLink(false);
        assertThat(status(TestCard.TRANSMIT_RING, 1)).as("link failed").isEqualTo(WHOLE | 1 << 21 | 61);
        card.netdev.client().setLink(true);
        card.netdev.room(true);
        give(2, WHOLE, TestCard.frame(62));
        poll(NORMAL);
        assertThat(card.sent()).containsExactly(TestCard.frame(62));
    }

    /** TCP or UDP over IPv4 with wrong checksums. */
    private static byte[] packet(int protocol, int payload) {
        int header = protocol == 6 ? 20 : 8;
        byte[] frame = TestCard.frame(MacAddress.parse("52:55:0a:00:02:02"), 34 + header + payload);
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        buffer.putShort(12, (short) 0x0800);
        buffer.put(14, (byte) 0x45).put(15, (byte) 0).putShort(16, (short) (frame.length - 14));
        buffer.putInt(18, 0x1234_4000)
                .put(22, (byte) 64)
                .put(23, (byte) protocol)
                .putShort(24, (short) 0xBAD0);
        buffer.putInt(26, 0x0A00_020F).putInt(30, 0x0A00_0202);
        buffer.putInt(34, 0x1000_0050);
        if (protocol == 6) {
            buffer.putInt(38, 1000).putInt(42, 0).putInt(46, 0x5018_4000).putInt(50, 0xBAD0_0000);
        } else {
            buffer.putShort(38, (short) (8 + payload)).putShort(40, (short) 0xBAD0);
        }
        return frame;
    }

    private static boolean[] right(byte[] frame) {
        IpPacket packet = IpPacket.find(frame).orElseThrow();
        return new boolean[] {packet.headerRight(), packet.transportRight()};
    }

    @Test
    void checksumsArePutIn() {
        card.startPlus(0);
        give(0, WHOLE | 1 << 18 | 1 << 16, packet(6, 101));
        give(1, WHOLE | 1 << 18 | 1 << 17, packet(17, 33));
        give(2, WHOLE | 1 << 18, packet(6, 10));
        give(3, WHOLE, packet(6, 10));
        poll(NORMAL);
        List<byte[]> sent = card.sent();
        assertThat(right(sent.get(0))).containsExactly(true, true);
        assertThat(right(sent.get(1))).containsExactly(true, true);
        assertThat(right(sent.get(2))).containsExactly(true, false);
        assertThat(right(sent.get(3))).containsExactly(false, false);
        assertThat(status(TestCard.TRANSMIT_RING, 0))
                .as("command bits are status bits now")
                .isEqualTo(WHOLE | 155);
    }

    @Test
    void aTagIsPutIn() {
        card.startPlus(0);
        byte[] frame = TestCard.frame(60);
        card.put(TestCard.TRANSMIT_BUFFER, frame);
        card.giveFrame(TestCard.TRANSMIT_RING, 0, WHOLE | 60, 1 << 17 | 0x2301, TestCard.TRANSMIT_BUFFER);
        poll(NORMAL);
        byte[] tagged = ByteBuffer.allocate(64)
                .put(frame, 0, 12)
                .putInt(0x8100_0123)
                .put(frame, 12, 48)
                .array();
        assertThat(card.sent()).containsExactly(tagged);
    }

    private void sendLarge(int payload, int segment, int tag) {
        byte[] frame = packet(6, payload);
        card.put(TestCard.TRANSMIT_BUFFER, frame);
        card.giveFrame(
                TestCard.TRANSMIT_RING,
                0,
                WHOLE | 1 << 27 | segment << 16 | frame.length,
                tag,
                TestCard.TRANSMIT_BUFFER);
        poll(NORMAL);
    }

    @Test
    void largePacketsAreCut() {
        card.startPlus(0);
        sendLarge(5000, 1460, 0);
        List<byte[]> sent = card.sent();
        assertThat(sent).hasSize(4);
        int sequence = 1000;
        for (byte[] frame : sent) {
            assertThat(right(frame)).containsExactly(true, true);
            assertThat(ByteBuffer.wrap(frame).getInt(38)).isEqualTo(sequence);
            sequence += frame.length - 54;
        }
        assertThat(sequence).isEqualTo(6000);
        assertThat(status(TestCard.TRANSMIT_RING, 0)).isEqualTo(WHOLE | 5054);
    }

    @Test
    void largePacketsGoToThoseThatTakeThem() {
        card.netdev.offloads(OffloadSet.ALL);
        card.startPlus(0);
        sendLarge(5000, 1460, 1 << 17 | 0x0100);
        Frame frame = card.netdev.takeFrames().getFirst();
        assertThat(frame.offload())
                .isEqualTo(new Offload(Offload.Checksum.PARTIAL, 38, 16, Offload.Segmentation.TCP4, 1460, 58, false));
        assertThat(InternetChecksum.get(frame.bytes(), 12)).isEqualTo(0x8100);
        card.startPlus(0);
        sendLarge(1000, 1460, 0);
        assertThat(card.netdev.takeFrames().getFirst().offload().segmentation())
                .as("it fits")
                .isEqualTo(Offload.Segmentation.NONE);
    }

    @Test
    void whatIsNoTcpIsNotCut() {
        card.startPlus(0);
        byte[] frame = TestCard.frame(3000);
        give(0, WHOLE | 1 << 27 | 100 << 16, frame);
        poll(NORMAL);
        assertThat(card.sent()).containsExactly(frame);
    }

    @Test
    void hostileTransmitRings() {
        card.startPlus(0);
        // All are the chip's, and no frame ends.
        for (int i = 0; i < 64; i++) {
            card.giveFrame(TestCard.TRANSMIT_RING, i, FIRST | 0xFFFF, 0, 0);
        }
        poll(NORMAL);
        assertThat(card.sent()).isEmpty();
        assertThat(card.takeInterrupts()).as("TER, TDU").isEqualTo(0x88);
        assertThat(status(TestCard.TRANSMIT_RING, 63)).isPositive();
        // A ring that can't be written.
        card.out(0x20, 4, 0xFFF0_0000);
        poll(NORMAL);
        // A ring that is the chip's own registers, and one of no bytes.
        card.out(0x20, 4, (int) 0xE100_0000L);
        poll(NORMAL | HIGH);
        card.out(0x20, 4, TestCard.TRANSMIT_RING);
        card.giveFrame(TestCard.TRANSMIT_RING, 0, WHOLE | END, 0, 0);
        poll(NORMAL);
        assertThat(status(TestCard.TRANSMIT_RING, 0) & 1 << 23).as("TES").isNotZero();
        // Too long to be a frame, though nobody asked for it to be cut.
        card.giveFrame(TestCard.TRANSMIT_RING, 0, WHOLE | END | 0xFFFF, 0, 0);
        poll(NORMAL);
        assertThat(card.sent().stream().filter(frame -> frame.length == 0xFFFF)).isEmpty();
    }

    // Reception

    @Test
    void aFrameIsReceived() {
        card.startPlus(0);
        byte[] frame = TestCard.frame(100);
        card.receive(frame);
        assertThat(status(TestCard.RECEIVE_RING, 0)).isEqualTo(WHOLE | 1 << 25 | 104);
        assertThat(card.bytes(TestCard.RING_BUFFERS, 100)).isEqualTo(frame);
        assertThat(card.bytes(TestCard.RING_BUFFERS, 104)).isEqualTo(CheckSequence.append(frame));
        assertThat(card.takeInterrupts()).isEqualTo(1);
        card.receive(TestCard.frame(MacAddress.BROADCAST, 60));
        assertThat(status(TestCard.RECEIVE_RING, 1)).isEqualTo(WHOLE | 1 << 24 | 64);
    }

    @Test
    void aRingWithoutBuffersHoldsFramesBack() {
        card.startPlus(0);
        for (int i = 0; i < 10; i++) {
            card.receive(TestCard.frame(60 + i));
        }
        for (int i = 0; i < 10; i++) {
            int index = i % TestCard.RING;
            assertThat(status(TestCard.RECEIVE_RING, index) & 0x1FFF).isEqualTo(64 + i);
            card.giveBuffer(index, TestCard.RING_BUFFER);
            if (i % 2 == 0) {
                card.takeInterrupts();
            } else {
                card.bench.advance(2_000_000);
            }
        }
        assertThat(card.in(0x4C, 4)).as("none was missed").isZero();
    }

    @Test
    void aFrameOverSeveralBuffers() {
        card.startPlus(0);
        for (int i = 0; i < TestCard.RING; i++) {
            card.giveBuffer(i, 64);
        }
        byte[] frame = TestCard.frame(150);
        card.receive(frame);
        assertThat(status(TestCard.RECEIVE_RING, 0)).isEqualTo(FIRST | 1 << 25 | 64);
        assertThat(status(TestCard.RECEIVE_RING, 1)).isEqualTo(1 << 25 | 64);
        assertThat(status(TestCard.RECEIVE_RING, 2)).isEqualTo(LAST | 1 << 25 | 154);
        assertThat(card.bytes(TestCard.RING_BUFFERS + TestCard.RING_BUFFER, 64))
                .isEqualTo(Arrays.copyOfRange(frame, 64, 128));
    }

    @Test
    void aFrameWithoutEnoughBuffersIsMissed() {
        card.startPlus(0);
        for (int i = 0; i < TestCard.RING; i++) {
            card.giveBuffer(i, 64);
        }
        card.receive(TestCard.frame(1000));
        assertThat(card.takeInterrupts()).as("RDU").isEqualTo(0x10);
        assertThat(card.in(0x4C, 4)).isOne();
        assertThat(status(TestCard.RECEIVE_RING, 0)).isNegative();
    }

    private int received(Frame frame) {
        card.startPlus(CHECKSUMS);
        card.netdev.client().send(frame);
        return status(TestCard.RECEIVE_RING, 0) >> 13 & 0x1F;
    }

    private static byte[] forCard(byte[] frame, boolean complete) {
        System.arraycopy(TestCard.ADDRESS.bytes(), 0, frame, 0, 6);
        if (complete) {
            IpPacket packet = IpPacket.find(frame).orElseThrow();
            packet.completeHeader();
            packet.completeTransport();
        }
        return frame;
    }

    @Test
    void checksumsAreChecked() {
        assertThat(received(new Frame(forCard(packet(6, 100), true)))).isEqualTo(0b01_000);
        assertThat(received(new Frame(forCard(packet(17, 100), true)))).isEqualTo(0b10_000);
        assertThat(received(new Frame(forCard(packet(1, 100), true)))).isEqualTo(0b11_000);
        assertThat(received(new Frame(forCard(packet(6, 100), false)))).isEqualTo(0b01_101);
        assertThat(received(new Frame(forCard(packet(17, 100), false)))).isEqualTo(0b10_110);
        assertThat(received(new Frame(forCard(packet(6, 100), false), Offload.CHECKED)))
                .isEqualTo(0b01_000);
        assertThat(received(new Frame(TestCard.frame(100)))).isZero();
        card.startPlus(0);
        card.receive(forCard(packet(6, 100), true));
        assertThat(status(TestCard.RECEIVE_RING, 0) >> 13 & 0x1F).isZero();
    }

    @Test
    void tagsAreTakenOut() {
        card.startPlus(VLAN);
        byte[] frame = TestCard.frame(100);
        byte[] tagged = ByteBuffer.allocate(104)
                .put(frame, 0, 12)
                .putInt(0x8100_0123)
                .put(frame, 12, 88)
                .array();
        card.receive(tagged);
        assertThat(card.word(TestCard.RECEIVE_RING + 4)).isEqualTo(1 << 16 | 0x2301);
        assertThat(card.bytes(TestCard.RING_BUFFERS, 100)).isEqualTo(frame);
        assertThat(status(TestCard.RECEIVE_RING, 0) & 0x1FFF).isEqualTo(104);
        card.receive(frame);
        assertThat(card.word(TestCard.RECEIVE_RING + 20)).isZero();
    }

    @Test
    void hostileReceiveRings() {
        card.startPlus(0);
        for (int i = 0; i < 64; i++) {
            card.put(TestCard.RECEIVE_RING + 16 * i, OWN);
        }
        card.receive(TestCard.frame(60));
        assertThat(card.in(0x4C, 4)).as("no buffer has a byte").isOne();
        card.out(0xE4, 4, 0xFFF0_0000);
        card.receive(TestCard.frame(60));
        card.out(0xE8, 4, -1);
        card.receive(TestCard.frame(60));
    }

    @Test
    void addressesOf64Bits() {
        card.startPlus(0x10);
        card.put(TestCard.RECEIVE_RING + 12, 1);
        card.receive(TestCard.frame(100));
        assertThat(status(TestCard.RECEIVE_RING, 0)).as("no RAM there").isEqualTo(WHOLE | 1 << 25 | 104);
        assertThat(card.bytes(TestCard.RING_BUFFERS, 100)).isEqualTo(new byte[100]);
    }

    @Test
    void statistics() {
        card.startPlus(0);
        give(0, WHOLE, TestCard.frame(60));
        poll(NORMAL);
        card.receive(TestCard.frame(60));
        card.receive(TestCard.frame(MacAddress.BROADCAST, 60));
        card.receive(TestCard.frame(MacAddress.parse("01:00:5e:00:00:01"), 60));
        card.out(0x14, 4, 0);
        card.out(0x10, 4, 0x8000 | 8);
        assertThat(card.in(0x10, 4)).as("done").isEqualTo(0x8000);
        ByteBuffer dump = ByteBuffer.wrap(card.bytes(0x8000, 64)).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        assertThat(dump.getLong(0)).as("transmitted").isOne();
        assertThat(dump.getLong(8)).as("received").isEqualTo(3);
        assertThat(dump.getLong(40)).as("physical").isOne();
        assertThat(dump.getLong(48)).as("broadcast").isOne();
        assertThat(dump.getInt(56)).as("multicast").isOne();
    }
}

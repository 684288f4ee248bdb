package org.margay.ne2000.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.margay.net.MacAddress;

/** Sending, receiving, and the card's memory. */
final class FramesTest {
    private final TestCard card = TestCard.pci();

    // Memory

    @Test
    void memoryIsReachedInAnyWidth() {
        card.start();
        byte[] bytes = TestCard.frame(64);
        for (int writing : new int[] {2, 4}) {
            for (int reading : new int[] {2, 4}) {
                card.writeMemory(0x4100, new byte[64], 2);
                card.writeMemory(0x4100, bytes, writing);
                assertThat(card.in(7) & TestCard.REMOTE_COMPLETE).isNotZero();
                assertThat(card.readMemory(0x4100, 64, reading)).isEqualTo(bytes);
                assertThat(card.in(7) & TestCard.REMOTE_COMPLETE).isNotZero();
            }
        }
        card.out(0xE, 0x48);
        card.writeMemory(0x4100, bytes, 1);
        assertThat(card.readMemory(0x4100, 64, 1)).isEqualTo(bytes);
    }

    @Test
    void thePromIsReadInBytesOfWords() {
        card.start();
        byte[] prom = new byte[16];
        card.out(8, 0);
        card.out(9, 0);
        card.out(0xA, 32);
        card.out(0xB, 0);
        card.out(0, 0x0A);
        for (int i = 0; i < 16; i++) {
            prom[i] = (byte) card.in(0x10);
        }
        assertThat(Arrays.copyOf(prom, 6)).isEqualTo(TestCard.ADDRESS.bytes());
        assertThat(prom[14]).isEqualTo((byte) 'W');
        assertThat(prom[15]).isEqualTo((byte) 'W');
        byte[] all = card.readMemory(0, 32, 2);
        assertThat(all[2]).as("each twice").isEqualTo(all[3]).isEqualTo((byte) 0x54);
        card.writeMemory(0, new byte[32], 2);
        assertThat(card.readMemory(0, 32, 2)).as("read only").isEqualTo(all);
    }

    @Test
    void remoteDmaGoesAroundTheRing() {
        card.start();
        byte[] bytes = TestCard.frame(600);
        card.writeMemory((TestCard.RING_END << 8) - 100, bytes, 2);
        assertThat(card.readMemory((TestCard.RING_END << 8) - 100, 100, 2)).isEqualTo(Arrays.copyOf(bytes, 100));
        assertThat(card.readMemory(TestCard.RING << 8, 500, 2)).isEqualTo(Arrays.copyOfRange(bytes, 100, 600));
    }

    @Test
    void withoutACountNothingMoves() {
        card.start();
        card.out(7, 0xFF);
        card.out(0, 0x0A);
        assertThat(card.in(7) & TestCard.REMOTE_COMPLETE).as("over at once").isNotZero();
        assertThat(card.in(0x10, 2)).isEqualTo(0xFFFF);
        card.out(0x10, 2, 0x1234);
        assertThat(card.in(8)).isZero();
    }

    @Test
    void anAbortedTransferStays() {
        card.start();
        card.out(8, 0);
        card.out(9, 0x41);
        card.out(0xA, 8);
        card.out(0, 0x0A);
        card.in(0x10, 2);
        card.out(0, 0x22);
        assertThat(card.in(0x10, 2)).isEqualTo(0xFFFF);
        assertThat(card.in(8)).as("CRDA").isEqualTo(2);
    }

    // Transmission

    @Test
    void aFrameIsSent() {
        card.start();
        card.send(TestCard.frame(101));
        assertThat(card.sent()).containsExactly(TestCard.frame(101));
        assertThat(card.interrupted()).isTrue();
        assertThat(card.takeInterrupts()).isEqualTo(TestCard.TRANSMITTED | TestCard.REMOTE_COMPLETE);
        assertThat(card.interrupted()).isFalse();
        assertThat(card.in(4)).as("TSR").isEqualTo(1);
        assertThat(card.in(0)).as("CR").isEqualTo(0x22);
    }

    @Test
    void sendingWaitsForTheNetwork() {
        card.start();
        card.netdev.room(false);
        card.send(TestCard.frame(60));
        assertThat(card.in(0) & 4).as("not done").isNotZero();
        assertThat(card.takeInterrupts() & TestCard.TRANSMITTED).isZero();
        card.netdev.room(true);
        assertThat(card.sent()).hasSize(1);
        assertThat(card.in(0) & 4).isZero();
        assertThat(card.takeInterrupts() & TestCard.TRANSMITTED).isNotZero();
    }

    @Test
    void loopbackSendsNothing() {
        card.start();
        card.out(0xD, 2);
        card.send(TestCard.frame(60));
        assertThat(card.sent()).isEmpty();
        assertThat(card.takeInterrupts() & TestCard.TRANSMITTED).isNotZero();
    }

    @Test
    void aFrameWithItsOwnCheckSequence() {
        card.start();
        card.out(0xD, 1);
        card.send(TestCard.frame(64));
        assertThat(card.sent()).containsExactly(TestCard.frame(60));
    }

    @Test
    void withoutLinkTheCarrierIsLost() {
        card.start();
        card.netdev.client().setLink(false);
        card.send(TestCard.frame(60));
        assertThat(card.sent()).isEmpty();
        assertThat(card.in(4)).as("TSR").isEqualTo(0x11);
    }

    @Test
    void whatIsNoFrameIsNotSent() {
        card.start();
        card.out(5, 13);
        card.out(6, 0);
        card.out(0, 0x26);
        assertThat(card.sent()).isEmpty();
        assertThat(card.takeInterrupts() & TestCard.TRANSMITTED).isNotZero();
        card.out(4, 0xFF);
        card.out(5, 0xFF);
        card.out(6, 0xFF);
        card.out(0, 0x26);
        assertThat(card.takeInterrupts() & TestCard.TRANSMITTED).isNotZero();
    }

    // Reception

    @Test
    void aFrameIsReceived() {
        card.start();
        card.takeInterrupts();
        byte[] frame = TestCard.frame(101);
        card.receive(frame);
        assertThat(card.interrupted()).isTrue();
        assertThat(card.takeInterrupts()).isEqualTo(TestCard.RECEIVED);
        assertThat(card.in(0xC)).as("RSR").isEqualTo(1);
        assertThat(card.header()).containsExactly(1, TestCard.RING + 2, 105, 0);
        CRC32 crc = new CRC32();
        crc.update(frame);
        byte[] sequence = card.readMemory((TestCard.RING + 1 << 8) + 4 + 101, 4, 2);
        for (int i = 0; i < 4; i++) {
            assertThat(sequence[i]).isEqualTo((byte) (crc.getValue() >>> (8 * i)));
        }
        assertThat(card.readFrame()).isEqualTo(frame);
        card.receive(TestCard.frame(MacAddress.BROADCAST, 20));
        assertThat(card.header()).containsExactly(0x21, TestCard.RING + 3, 64, 0);
    }

    @Test
    void theRingWraps() {
        card.start();
        for (int i = 0; i < 200; i++) {
            byte[] frame = TestCard.frame(60 + 7 * i);
            card.receive(frame);
            assertThat(card.hasFrame()).isTrue();
            assertThat(card.readFrame()).isEqualTo(frame);
            assertThat(card.hasFrame()).isFalse();
        }
        assertThat(card.in(0xF)).as("none was missed").isZero();
    }

    @Test
    void aFullRingHoldsFramesBack() {
        card.start();
        for (int i = 0; i < 60; i++) {
            card.receive(TestCard.frame(300 + i));
            card.takeInterrupts();
        }
        assertThat(card.netdev.client().peerReady()).isFalse();
        for (int i = 0; i < 60; i++) {
            assertThat(card.hasFrame()).as("frame %d is there", i).isTrue();
            assertThat(card.readFrame()).isEqualTo(TestCard.frame(300 + i));
        }
        assertThat(card.hasFrame()).isFalse();
        assertThat(card.in(0xF)).as("none was missed").isZero();
    }

    @Test
    void framesComeInBatchesThatAreAcknowledged() {
        card.start();
        for (int i = 0; i < 20; i++) {
            card.receive(TestCard.frame(60 + i));
        }
        assertThat(card.register(1, 7)).as("the first only").isEqualTo(TestCard.RING + 2);
        card.register(0, 3, TestCard.RING + 1);
        assertThat(card.register(1, 7)).as("room is not enough").isEqualTo(TestCard.RING + 2);
        card.takeInterrupts();
        assertThat(card.register(1, 7)).as("so many more").isEqualTo(TestCard.RING + 10);
        card.bench.advance(999_999);
        assertThat(card.register(1, 7)).isEqualTo(TestCard.RING + 10);
        card.bench.advance(1);
        assertThat(card.register(1, 7)).as("for drivers that poll").isEqualTo(TestCard.RING + 18);
    }

    @Test
    void aFullRingThatWasAcknowledgedTellsSo() {
        card.start();
        for (int i = 0; i < 60; i++) {
            card.receive(TestCard.frame(300 + i));
            card.takeInterrupts();
        }
        assertThat(card.interrupted()).isFalse();
        card.bench.advance(1_000_000);
        assertThat(card.interrupted()).isTrue();
        assertThat(card.takeInterrupts()).isEqualTo(TestCard.RECEIVED);
        while (card.hasFrame()) {
            card.readFrame();
        }
        card.bench.advance(1_000_000);
        assertThat(card.interrupted()).as("an empty ring does not").isFalse();
    }

    @Test
    void aFrameThatDoesNotFitIsMissed() {
        card.start();
        card.takeInterrupts();
        card.receive(TestCard.frame(20_000));
        assertThat(card.takeInterrupts()).as("OVW").isEqualTo(0x10);
        assertThat(card.in(0xF)).isOne();
        assertThat(card.in(0xF)).as("cleared by a read").isZero();
        assertThat(card.hasFrame()).isFalse();
    }

    @Test
    void thePacketThatIsOldestIsSentWithoutItsAddress() {
        card.start();
        card.receive(TestCard.frame(100));
        card.register(0, 3, TestCard.RING + 1);
        card.out(0, 0x1A);
        assertThat(card.in(0x10, 2)).as("header").isEqualTo(1 | TestCard.RING + 2 << 8);
        for (int i = 2; i < 104; i += 2) {
            card.in(0x10, 2);
        }
        assertThat(card.in(3)).as("its pages are given back").isEqualTo(TestCard.RING + 2);
    }

    private boolean accepts(int configuration, MacAddress destination) {
        card.out(0xC, configuration);
        card.receive(TestCard.frame(destination, 60));
        boolean there = card.hasFrame();
        if (there) {
            card.readFrame();
        }
        return there;
    }

    @Test
    void onlyWantedFramesAreReceived() {
        card.start();
        MacAddress other = MacAddress.parse("52:54:00:12:34:57");
        MacAddress group = MacAddress.parse("01:00:5e:00:00:01");
        assertThat(accepts(0, TestCard.ADDRESS)).isTrue();
        assertThat(accepts(0, other)).isFalse();
        assertThat(accepts(0x10, other)).isTrue();
        assertThat(accepts(0, MacAddress.BROADCAST)).isFalse();
        assertThat(accepts(4, MacAddress.BROADCAST)).isTrue();
        assertThat(accepts(4, group)).isFalse();
        assertThat(accepts(8, group)).isTrue();
        for (int i = 0; i < 8; i++) {
            card.register(1, 8 + i, 0);
        }
        assertThat(accepts(8, group)).isFalse();
        // 01:00:5e:00:00:01 hashes to bit 31 by the CRC-32 of 802.3.
        card.register(1, 8 + 3, 0x80);
        assertThat(accepts(8, group)).isTrue();
    }

    @Test
    void monitorModeOnlyCounts() {
        card.start();
        card.takeInterrupts();
        card.out(0xC, 0x2C);
        assertThat(card.in(0xC) & 0x40).as("receiver disabled").isNotZero();
        for (int i = 0; i < 300; i++) {
            card.receive(TestCard.frame(60));
        }
        assertThat(card.hasFrame()).isFalse();
        assertThat(card.takeInterrupts()).as("counter").isEqualTo(0x20);
        assertThat(card.in(0xF)).isEqualTo(192);
    }

    @Test
    void hostileRings() {
        card.start();
        int[][] rings = {
            {0, 0, 0, 0}, {0xFF, 0, 0x80, 0x80}, {0x46, 0x80, 0xFF, 0xFF}, {0, 0xFF, 0xFE, 0}, {0x46, 0x47, 0x46, 0xFF}
        };
        for (int[] ring : rings) {
            card.register(0, 1, ring[0]);
            card.register(0, 2, ring[1]);
            card.register(0, 3, ring[2]);
            card.register(1, 7, ring[3]);
            for (int length : new int[] {60, 1514, 9000, 60_000}) {
                card.receive(TestCard.frame(length));
                card.takeInterrupts();
            }
        }
    }
}

package org.margay.pcnet.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.margay.net.MacAddress;

/** Sending and receiving. */
final class RingsTest {
    private static final int RECEIVED = 1 << 10;
    private static final int TRANSMITTED = 1 << 9;
    private static final int WHOLE = 0x300;
    private static final int START = 0x200;
    private static final int END = 0x100;

    private final TestCard card = new TestCard();

    // Transmission

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aFrameIsSent(int style) {
        card.start(style, 0);
        card.takeEvents();
        byte[] frame = TestCard.frame(100);
        card.giveFrame(0, WHOLE, frame);
        card.demand();
        assertThat(card.sent()).containsExactly(frame);
        assertThat(card.status(TestCard.TRANSMIT_RING, 0)).isEqualTo(style == 0 ? WHOLE | 2 : WHOLE);
        assertThat(card.interrupted()).isTrue();
        assertThat(card.takeEvents()).isEqualTo(TRANSMITTED);
        assertThat(card.interrupted()).isFalse();
        assertThat(card.csr(0) & 8).as("no more demand").isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3})
    void aFrameInPieces(int style) {
        card.start(style, 0);
        card.takeEvents();
        byte[] frame = TestCard.frame(300);
        card.giveFrame(0, START, Arrays.copyOfRange(frame, 0, 14));
        card.giveFrame(1, 0, Arrays.copyOfRange(frame, 14, 115));
        card.demand();
        assertThat(card.sent()).as("its end is missing").isEmpty();
        card.giveFrame(2, END, Arrays.copyOfRange(frame, 115, 300));
        card.demand();
        assertThat(card.sent()).containsExactly(frame);
        for (int i = 0; i < 3; i++) {
            assertThat(card.status(TestCard.TRANSMIT_RING, i) & 0x8000).isZero();
        }
        assertThat(card.takeEvents()).isEqualTo(TRANSMITTED);
    }

    @Test
    void theRingGoesAround() {
        card.start(2, 0);
        for (int i = 0; i < 10; i++) {
            card.giveFrame(i % TestCard.RING, WHOLE, TestCard.frame(60 + i));
            card.demand();
            assertThat(card.sent()).containsExactly(TestCard.frame(60 + i));
        }
    }

    @Test
    void theChipLooksByItself() {
        card.start(2, 0);
        card.giveFrame(0, WHOLE, TestCard.frame(60));
        card.bench.advance(1_966_079);
        assertThat(card.sent()).isEmpty();
        card.bench.advance(1);
        assertThat(card.sent()).hasSize(1);
        card.giveFrame(1, WHOLE, TestCard.frame(60));
        card.bench.advance(2_000_000);
        assertThat(card.sent()).hasSize(1);
        card.csr(4, 0x1115);
        card.giveFrame(2, WHOLE, TestCard.frame(60));
        card.bench.advance(1_000_000_000);
        assertThat(card.sent()).as("not when polling is off").isEmpty();
        card.demand();
        assertThat(card.sent()).hasSize(1);
    }

    @Test
    void anIdleRingIsLookedAtLessOften() {
        card.start(2, 0);
        card.bench.advance(200_000_000);
        long deadline = card.bench.machine().deadlines().getFirst();
        assertThat(deadline - card.bench.clock().nanos()).isLessThanOrEqualTo(16 * 1_966_080);
        card.giveFrame(0, WHOLE, TestCard.frame(60));
        card.bench.advance(16 * 1_966_080);
        assertThat(card.sent()).hasSize(1);
        card.csr(0, 4);
        assertThat(card.bench.machine().deadlines()).as("stopped").isEmpty();
    }

    @Test
    void shortFramesArePadded() {
        card.start(2, 0);
        card.giveFrame(0, WHOLE, TestCard.frame(20));
        card.demand();
        assertThat(card.sent()).containsExactly(TestCard.frame(20));
        card.csr(4, 0x0915);
        card.giveFrame(1, WHOLE, TestCard.frame(20));
        card.demand();
        assertThat(card.sent()).containsExactly(TestCard.padded(TestCard.frame(20)));
    }

    @Test
    void framesWithTheirOwnCheckSequence() {
        card.start(2, 8);
        card.giveFrame(0, WHOLE, TestCard.frame(68));
        card.giveFrame(1, WHOLE | 0x2000, TestCard.frame(68));
        card.demand();
        assertThat(card.sent()).containsExactly(TestCard.frame(64), TestCard.frame(68));
    }

    @Test
    void sendingWaitsForTheNetwork() {
        card.start(2, 0);
        card.netdev.room(false);
        for (int i = 0; i < 3; i++) {
            card.giveFrame(i, WHOLE, TestCard.frame(60 + i));
        }
        card.demand();
        assertThat(card.status(TestCard.TRANSMIT_RING, 0)).isEqualTo(WHOLE);
        assertThat(card.status(TestCard.TRANSMIT_RING, 1))
                .as("still the chip's")
                .isEqualTo(0x8000 | WHOLE);
        card.bench.advance(100_000_000);
        card.netdev.room(true);
        assertThat(card.sent()).hasSize(3);
    }

    @Test
    void whatWaitsIsSentAfterRestoreToo() {
        card.start(2, 0);
        card.csr(4, 0x1115);
        card.netdev.room(false);
        card.giveFrame(0, WHOLE, TestCard.frame(60));
        card.giveFrame(1, WHOLE, TestCard.frame(61));
        card.demand();
        TestCard copy = new TestCard();
        copy.put(0, card.bytes(0, 1 << 20));
        copy.device.restore(card.device.save());
        copy.bench.advance(1);
        assertThat(copy.sent()).containsExactly(TestCard.frame(61));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3})
    void withoutLinkTheCarrierIsLost(int style) {
        card.start(style, 0);
        card.netdev.client().setLink(false);
        card.giveFrame(0, WHOLE, TestCard.frame(60));
        card.demand();
        assertThat(card.status(TestCard.TRANSMIT_RING, 0) & 0xFF00).isEqualTo(0x4000 | WHOLE);
        assertThat(card.errors(0)).isEqualTo(0x0800);
    }

    @Test
    void interruptsOfTransmissionCanBeSaved() {
        card.start(2, 0);
        card.takeEvents();
        card.csr(5, 0x8000);
        card.giveFrame(0, WHOLE, TestCard.frame(60));
        card.demand();
        assertThat(card.takeEvents()).isZero();
        card.csr(5, 0x4000);
        card.giveFrame(1, WHOLE, TestCard.frame(60));
        card.demand();
        assertThat(card.takeEvents()).isZero();
        card.giveFrame(2, WHOLE | 0x1000, TestCard.frame(60));
        card.demand();
        assertThat(card.takeEvents()).isEqualTo(TRANSMITTED);
    }

    @Test
    void hostileTransmitRings() {
        card.start(2, 0);
        card.takeEvents();
        // No start.
        card.giveFrame(0, END, TestCard.frame(60));
        // No end in the whole ring.
        for (int i = 1; i < TestCard.RING; i++) {
            card.giveFrame(i, START, TestCard.frame(60));
        }
        card.demand();
        assertThat(card.sent()).isEmpty();
        for (int i = 0; i < 3; i++) {
            card.giveFrame(i, i == 0 ? START : i == 2 ? END : 0, new byte[4096]);
        }
        card.demand();
        assertThat(card.sent()).as("too long").isEmpty();
        assertThat(card.takeEvents() & 0x4000).as("babble").isNotZero();
        // Rings that can't be written: where there is no RAM, and the chip's own registers.
        for (int ring : new int[] {0xFFF0_0000, 0xE100_0000}) {
            card.csr(0, 4);
            card.put(TestCard.BLOCK + 20, 4, ring);
            card.put(TestCard.BLOCK + 24, 4, ring);
            card.csr(0, 1);
            card.csr(0, 0x42);
            card.demand();
            card.bench.advance(100_000_000);
            card.receive(TestCard.frame(60));
        }
    }

    // Reception

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aFrameIsReceived(int style) {
        card.start(style, 0);
        card.takeEvents();
        byte[] frame = TestCard.frame(101);
        card.receive(frame);
        assertThat(card.status(TestCard.RECEIVE_RING, 0)).isEqualTo(style == 0 ? WHOLE | 1 : WHOLE | 0x40);
        assertThat(card.messageLength(0)).isEqualTo(105);
        CRC32 crc = new CRC32();
        crc.update(frame);
        assertThat(card.buffer(0, 101)).isEqualTo(frame);
        assertThat(card.get(TestCard.RECEIVE_BUFFERS + 101, 4)).isEqualTo((int) crc.getValue());
        assertThat(card.interrupted()).isTrue();
        assertThat(card.takeEvents()).isEqualTo(RECEIVED);
        card.receive(TestCard.frame(MacAddress.BROADCAST, 20));
        assertThat(card.status(TestCard.RECEIVE_RING, 1) & 0xF0).isEqualTo(style == 0 ? 0 : 0x10);
        assertThat(card.messageLength(1)).isEqualTo(64);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3})
    void aFrameOverSeveralBuffers(int style) {
        card.start(style, 0);
        for (int i = 0; i < TestCard.RING; i++) {
            card.giveBuffer(i, 64);
        }
        byte[] frame = TestCard.frame(150);
        card.receive(frame);
        assertThat(card.status(TestCard.RECEIVE_RING, 0) & 0xFF00).isEqualTo(START);
        assertThat(card.status(TestCard.RECEIVE_RING, 1) & 0xFF00).isZero();
        assertThat(card.status(TestCard.RECEIVE_RING, 2) & 0xFF00).isEqualTo(END);
        assertThat(card.messageLength(2)).isEqualTo(154);
        assertThat(card.buffer(1, 64)).isEqualTo(Arrays.copyOfRange(frame, 64, 128));
    }

    @Test
    void aFrameWithoutEnoughBuffers() {
        card.start(2, 0);
        card.takeEvents();
        for (int i = 0; i < TestCard.RING; i++) {
            card.giveBuffer(i, 64);
        }
        card.receive(TestCard.frame(1000));
        assertThat(card.status(TestCard.RECEIVE_RING, 3)).as("error, no buffer").isEqualTo(0x4400);
        assertThat(card.takeEvents()).isEqualTo(RECEIVED);
    }

    @Test
    void aRingWithoutBuffersHoldsFramesBack() {
        card.start(2, 0);
        for (int i = 0; i < 10; i++) {
            card.receive(TestCard.frame(60 + i));
        }
        for (int i = 0; i < 10; i++) {
            int index = i % TestCard.RING;
            assertThat(card.messageLength(index)).isEqualTo(64 + i);
            card.giveBuffer(index, TestCard.BUFFER);
            if (i % 2 == 0) {
                card.takeEvents();
            } else {
                card.bench.advance(50_000_000);
            }
        }
        assertThat(card.csr(112)).as("none was missed").isZero();
    }

    @Test
    void framesAreLookedForWithoutPollingToo() {
        card.start(2, 2);
        card.csr(4, 0x1115);
        for (int i = 0; i < 5; i++) {
            card.receive(TestCard.frame(60 + i));
        }
        card.giveBuffer(0, TestCard.BUFFER);
        card.bench.advance(50_000_000);
        assertThat(card.messageLength(0)).isEqualTo(68);
        card.giveBuffer(1, TestCard.BUFFER);
        card.bench.advance(50_000_000);
        assertThat(card.bench.machine().deadlines())
                .as("room again, nothing to look for")
                .isEmpty();
    }

    @Test
    void paddingIsStripped() {
        card.start(2, 0);
        card.csr(4, 0x0515);
        byte[] frame = TestCard.frame(60);
        frame[12] = 0;
        frame[13] = 10;
        card.receive(frame);
        assertThat(card.messageLength(0)).isEqualTo(24);
        card.receive(TestCard.frame(60));
        assertThat(card.messageLength(1)).isEqualTo(64);
    }

    private boolean accepts(int mode, long filter, MacAddress destination) {
        card.csr(0, 4);
        card.put(TestCard.BLOCK, 2, mode);
        card.put(TestCard.BLOCK + 12, 8, filter);
        card.giveBuffer(0, TestCard.BUFFER);
        card.csr(0, 1);
        card.csr(0, 0x42);
        card.takeEvents();
        card.receive(TestCard.frame(destination, 60));
        return (card.takeEvents() & RECEIVED) != 0;
    }

    @Test
    void onlyWantedFramesAreReceived() {
        card.start(2, 0);
        MacAddress other = MacAddress.parse("52:54:00:12:34:57");
        MacAddress group = MacAddress.parse("01:00:5e:00:00:01");
        assertThat(accepts(0, 0, TestCard.ADDRESS)).isTrue();
        assertThat(accepts(0x2000, 0, TestCard.ADDRESS)).isFalse();
        assertThat(accepts(0, -1, other)).isFalse();
        assertThat(accepts(0x8000, 0, other)).isTrue();
        assertThat(accepts(0, 0, MacAddress.BROADCAST)).isTrue();
        assertThat(accepts(0x4000, 0, MacAddress.BROADCAST)).isFalse();
        assertThat(accepts(0, 0, group)).isFalse();
        // 01:00:5e:00:00:01 hashes to bit 54 by the reflected CRC-32.
        assertThat(accepts(0, 1L << 54, group)).isTrue();
        assertThat(accepts(0, ~(1L << 54), group)).isFalse();
        assertThat(accepts(1, -1, TestCard.ADDRESS)).as("no receiver").isFalse();
    }

    @Test
    void aSuspendedChipHoldsFramesBack() {
        card.start(2, 0);
        card.csr(5, 1);
        assertThat(card.csr(5)).isEqualTo(1);
        card.takeEvents();
        card.receive(TestCard.frame(60));
        card.giveFrame(0, WHOLE, TestCard.frame(60));
        card.demand();
        card.bench.advance(100_000_000);
        assertThat(card.takeEvents()).isZero();
        assertThat(card.sent()).isEmpty();
        card.csr(8, 0);
        assertThat(card.csr(8)).as("registers can be written").isZero();
        card.csr(5, 0);
        assertThat(card.takeEvents()).isEqualTo(RECEIVED | TRANSMITTED);
        assertThat(card.sent()).hasSize(1);
        card.csr(8, 0x1234);
        assertThat(card.csr(8)).as("and now they can't").isZero();
    }

    @Test
    void loopback() {
        card.start(2, 0x0004);
        card.takeEvents();
        byte[] frame = TestCard.frame(100);
        card.giveFrame(0, WHOLE, frame);
        card.demand();
        assertThat(card.sent()).isEmpty();
        assertThat(card.buffer(0, 100)).isEqualTo(frame);
        assertThat(card.takeEvents()).isEqualTo(RECEIVED | TRANSMITTED);
        for (int i = 0; i < 5; i++) {
            card.giveFrame((1 + i) % TestCard.RING, WHOLE, frame);
            card.demand();
        }
        assertThat(card.takeEvents()).as("MISS").isEqualTo(0x1000 | RECEIVED | TRANSMITTED);
        assertThat(card.csr(112)).isEqualTo(2);
    }

    @Test
    void aChipThatIsNoBusMasterSendsNothing() {
        card.start(2, 0);
        card.giveFrame(0, WHOLE, TestCard.frame(60));
        card.pci().writeConfig(4, 2, 3);
        card.demand();
        assertThat(card.sent()).isEmpty();
        card.pci().writeConfig(4, 2, 7);
        card.demand();
        assertThat(card.sent()).hasSize(1);
    }

    @Test
    void ringsWithoutInitializationBlock() {
        card.start(2, 0);
        card.csr(0, 4);
        card.csr(15, 0);
        card.csr(24, TestCard.RECEIVE_RING);
        card.csr(25, 0);
        card.csr(30, TestCard.TRANSMIT_RING);
        card.csr(31, 0);
        card.csr(76, -2 & 0xFFFF);
        card.csr(78, -2 & 0xFFFF);
        card.csr(72, -2 & 0xFFFF);
        card.csr(74, -2 & 0xFFFF);
        card.csr(0, 2);
        for (int i = 0; i < 3; i++) {
            card.giveFrame(i % 2, WHOLE, TestCard.frame(60 + i));
            card.demand();
        }
        assertThat(card.sent()).containsExactly(TestCard.frame(60), TestCard.frame(61), TestCard.frame(62));
        assertThat(card.csr(74)).as("one more to the end").isEqualTo(0xFFFF);
        assertThat(card.csr(34)).isEqualTo(TestCard.TRANSMIT_RING + 16);
        assertThat(card.csr(32)).isEqualTo(TestCard.TRANSMIT_RING);
    }
}

package org.margay.rtl8139.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.margay.net.MacAddress;

/** Sending and receiving as the driver of any RTL8139 does. */
final class CModeTest {
    private final TestCard card = new TestCard();

    @Test
    void aFrameIsSent() {
        card.startC(0);
        byte[] frame = TestCard.frame(100);
        card.sendC(0, frame);
        assertThat(card.sent()).containsExactly(frame);
        assertThat(card.in(0x10, 4)).as("own, ok").isEqualTo(0xA000 | 100);
        assertThat(card.in(0x60, 2)).as("summary").isEqualTo(0x100F);
        assertThat(card.interrupted()).isTrue();
        assertThat(card.takeInterrupts()).isEqualTo(4);
        assertThat(card.interrupted()).isFalse();
    }

    @Test
    void slotsAreUsedInTurn() {
        card.startC(0);
        byte[] second = TestCard.frame(61);
        card.sendC(1, second);
        assertThat(card.sent()).as("slot 0 comes first").isEmpty();
        byte[] first = TestCard.frame(60);
        card.sendC(0, first);
        assertThat(card.sent()).containsExactly(first, second);
        for (int i = 0; i < 10; i++) {
            card.sendC((2 + i) % 4, first);
        }
        assertThat(card.sent()).hasSize(10);
    }

    @Test
    void nothingIsSentByAStandingTransmitter() {
        card.startC(0);
        card.out(0x37, 1, 0x08);
        card.sendC(0, TestCard.frame(60));
        assertThat(card.sent()).isEmpty();
        card.out(0x37, 1, 0x0C);
        assertThat(card.sent()).hasSize(1);
    }

    @Test
    void aFrameWithItsOwnCheckSequence() {
        card.startC(0);
        card.out(0x40, 4, 0x0301_0000);
        card.sendC(0, TestCard.frame(64));
        assertThat(card.sent()).containsExactly(TestCard.frame(60));
    }

    @Test
    void sendingWaitsForTheNetwork() {
        card.startC(0);
        card.netdev.room(false);
        for (int i = 0; i < 3; i++) {
            card.sendC(i, TestCard.frame(60 + i));
        }
        assertThat(card.in(0x10, 4) & 0x2000).as("taken").isNotZero();
        assertThat(card.in(0x14, 4) & 0x2000).as("still the chip's").isZero();
        card.netdev.room(true);
        assertThat(card.sent()).hasSize(3);
        assertThat(card.in(0x18, 4) & 0x2000).isNotZero();
    }

    @Test
    void whatWaitsIsSentAfterRestoreToo() {
        card.startC(0);
        card.netdev.room(false);
        card.sendC(0, TestCard.frame(60));
        card.sendC(1, TestCard.frame(61));
        TestCard copy = new TestCard();
        copy.put(0, card.bytes(0, 1 << 20));
        copy.device.restore(card.device.save());
        copy.bench.advance(1);
        assertThat(copy.sent()).containsExactly(TestCard.frame(61));
    }

    @Test
    void aFrameIsReceivedWithHeaderAndCheckSequence() {
        card.startC(0);
        byte[] frame = TestCard.frame(101);
        card.receive(frame);
        assertThat(card.word(TestCard.RECEIVE_BUFFER)).isEqualTo(105 << 16 | 0x4001);
        assertThat(card.bytes(TestCard.RECEIVE_BUFFER + 4, 101)).isEqualTo(frame);
        CRC32 crc = new CRC32();
        crc.update(frame);
        assertThat(card.word(TestCard.RECEIVE_BUFFER + 105)).isEqualTo((int) crc.getValue());
        assertThat(card.in(0x37, 1)).as("not empty").isEqualTo(0x0C);
        assertThat(card.in(0x3A, 2)).as("CBR").isEqualTo(112);
        assertThat(card.in(0x34, 2)).as("ERBCR").isEqualTo(105);
        assertThat(card.in(0x36, 1)).as("ERSR").isEqualTo(8);
        assertThat(card.takeInterrupts()).isEqualTo(1);
        card.out(0x38, 2, 112 - 16);
        assertThat(card.in(0x37, 1)).as("empty").isEqualTo(0x0D);
    }

    @Test
    void shortFramesArePadded() {
        card.startC(0);
        byte[] frame = TestCard.frame(20);
        card.receive(frame);
        assertThat(card.word(TestCard.RECEIVE_BUFFER) >>> 16).isEqualTo(64);
        assertThat(card.bytes(TestCard.RECEIVE_BUFFER + 4, 60)).isEqualTo(TestCard.padded(frame));
    }

    /** Reads frames as a driver does, from the place where the read pointer is. */
    private byte[] read(int size, int overrun) {
        int place = card.in(0x38, 2) + 16 & size - 1;
        int header = card.word(TestCard.RECEIVE_BUFFER + place);
        int length = (header >>> 16) - 4;
        byte[] frame = new byte[length];
        for (int i = 0; i < length; i++) {
            int at = place + 4 + i;
            frame[i] = card.bytes(TestCard.RECEIVE_BUFFER + (at < size + overrun ? at : at - size), 1)[0];
        }
        card.out(0x38, 2, (place + 4 + length + 4 + 3 & ~3) - 16 & 0xFFFF);
        card.takeInterrupts();
        return frame;
    }

    @Test
    void theRingWraps() {
        for (int size = 0; size < 4; size++) {
            card.startC(size);
            for (int i = 0; i < 200; i++) {
                byte[] frame = TestCard.frame(60 + 7 * i);
                card.receive(frame);
                assertThat(read(8192 << size, 0)).isEqualTo(frame);
            }
            assertThat(card.in(0x4C, 4)).isZero();
        }
    }

    @Test
    void framesMayGoOnBehindTheEnd() {
        card.startC(1);
        card.out(0x44, 4, 0x0000_E78F | 1 << 11);
        for (int i = 0; i < 200; i++) {
            byte[] frame = TestCard.frame(60 + 7 * i);
            card.receive(frame);
            assertThat(read(16384, 2048)).isEqualTo(frame);
        }
    }

    @Test
    void aFullRingHoldsFramesBack() {
        card.startC(0);
        for (int i = 0; i < 20; i++) {
            card.receive(TestCard.frame(1000));
            card.takeInterrupts();
        }
        assertThat(card.netdev.client().peerReady()).isFalse();
        for (int i = 0; i < 20; i++) {
            assertThat(card.in(0x37, 1) & 1).as("frame %d is there", i).isZero();
            assertThat(read(8192, 0)).isEqualTo(TestCard.frame(1000));
        }
        assertThat(card.in(0x37, 1) & 1).isOne();
        assertThat(card.in(0x4C, 4)).as("none was missed").isZero();
    }

    @Test
    void framesWaitForTheAcknowledgement() {
        card.startC(0);
        for (int i = 0; i < 12; i++) {
            card.receive(TestCard.frame(1000));
        }
        assertThat(card.in(0x3A, 2)).as("the first only").isEqualTo(1008);
        card.out(0x38, 2, 1008 - 16);
        assertThat(card.in(0x3A, 2)).as("room is not enough").isEqualTo(1008);
        card.takeInterrupts();
        assertThat(card.in(0x3A, 2)).as("4 KiB of them").isEqualTo(6 * 1008);
        card.out(0x38, 2, 6 * 1008 - 16);
        card.bench.advance(999_999);
        assertThat(card.in(0x3A, 2)).isEqualTo(6 * 1008);
        card.bench.advance(1);
        assertThat(card.in(0x3A, 2)).as("for drivers that poll").isEqualTo(11 * 1008 & 8191);
    }

    @Test
    void framesThatWereOverlookedAreToldAgain() {
        card.startC(0);
        for (int i = 0; i < 12; i++) {
            card.receive(TestCard.frame(1000));
        }
        card.takeInterrupts();
        assertThat(card.takeInterrupts()).as("acknowledged, though unread").isEqualTo(1);
        assertThat(card.interrupted()).isFalse();
        card.bench.advance(1_000_000);
        assertThat(card.interrupted()).isTrue();
        for (int i = 0; i < 12; i++) {
            assertThat(read(8192, 0)).isEqualTo(TestCard.frame(1000));
        }
    }

    @Test
    void aFrameThatDoesNotFitIsMissed() {
        card.startC(0);
        card.out(0x40, 4, 0x0306_0000);
        for (int i = 0; i < 9; i++) {
            assertThat(card.takeInterrupts() & 0x10).isZero();
            card.sendC(i % 4, TestCard.frame(1000));
        }
        assertThat(card.takeInterrupts()).as("RXOVW, TOK").isEqualTo(0x14);
        assertThat(card.in(0x4C, 4)).isOne();
        card.out(0x4C, 4, 0);
        assertThat(card.in(0x4C, 4)).isZero();
    }

    @Test
    void longFramesAreErrors() {
        card.startC(0);
        card.receive(TestCard.frame(5000));
        assertThat(card.takeInterrupts()).isEqualTo(2);
        assertThat(card.in(0x37, 1) & 1).isOne();
    }

    private boolean accepts(int accept, MacAddress destination) {
        card.out(0x44, 4, 0xE700 | accept);
        card.receive(TestCard.frame(destination, 60));
        return (card.takeInterrupts() & 1) != 0;
    }

    @Test
    void onlyWantedFramesAreReceived() {
        card.startC(3);
        MacAddress other = MacAddress.parse("52:54:00:12:34:57");
        MacAddress group = MacAddress.parse("01:00:5e:00:00:01");
        card.out(0x08, 4, 0);
        card.out(0x0C, 4, 0);
        assertThat(accepts(0, TestCard.ADDRESS)).isFalse();
        assertThat(accepts(2, TestCard.ADDRESS)).isTrue();
        assertThat(accepts(2, other)).isFalse();
        assertThat(accepts(2, MacAddress.BROADCAST)).isFalse();
        assertThat(accepts(1, other)).isTrue();
        assertThat(accepts(8, MacAddress.BROADCAST)).isTrue();
        assertThat(accepts(8, group)).isFalse();
        assertThat(accepts(4, group)).isFalse();
        // 01:00:5e:00:00:01 hashes to bit 31 by the CRC-32 of 802.3.
        card.out(0x08, 4, 1 << 31);
        assertThat(accepts(4, group)).isTrue();
        assertThat(accepts(4, MacAddress.parse("01:00:5e:00:00:fb"))).isFalse();
        card.out(0x00, 4, 0x1200_5452);
        card.out(0x04, 4, 0x5734);
        assertThat(accepts(2, other)).as("a new address").isTrue();
    }

    @Test
    void loopback() {
        card.startC(0);
        card.out(0x40, 4, 0x0306_0000);
        byte[] frame = TestCard.frame(100);
        card.sendC(0, frame);
        assertThat(card.sent()).isEmpty();
        assertThat(card.bytes(TestCard.RECEIVE_BUFFER + 4, 100)).isEqualTo(frame);
        assertThat(card.takeInterrupts()).isEqualTo(5);
    }

    @Test
    void withoutLinkTheCarrierIsLost() {
        card.startC(0);
        card.netdev.client().setLink(false);
        card.takeInterrupts();
        card.sendC(0, TestCard.frame(60));
        assertThat(card.sent()).isEmpty();
        assertThat(card.in(0x10, 4)).isEqualTo(0x8000_A000 | 60);
    }

    @Test
    void aDriverThatIsNoBusMasterGetsNothing() {
        card.startC(0);
        card.pci().writeConfig(4, 2, 3);
        card.sendC(0, TestCard.frame(60));
        card.receive(TestCard.frame(60));
        assertThat(card.sent()).isEmpty();
        assertThat(card.bytes(TestCard.RECEIVE_BUFFER, 64)).isEqualTo(new byte[64]);
    }

    @Test
    void softResetKeepsAddresses() {
        card.startC(0);
        card.out(0x00, 4, 0x1122_3344);
        card.receive(TestCard.frame(60));
        card.out(0x37, 1, 0x10);
        assertThat(card.in(0x37, 1)).isEqualTo(1);
        assertThat(card.in(0x00, 4)).isEqualTo(0x1122_3344);
        assertThat(card.in(0x08, 4)).isEqualTo(-1);
        assertThat(card.in(0x3C, 4)).isZero();
        assertThat(card.interrupted()).isFalse();
        assertThat(Arrays.copyOf(card.bytes(TestCard.RECEIVE_BUFFER, 4), 2)).isNotEqualTo(new byte[2]);
    }
}

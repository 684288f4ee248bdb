package org.margay.e1000.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.margay.e1000.internal.E1000Bench.STATION;
import static org.margay.e1000.internal.E1000Bench.frame;

import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.margay.net.Frame;
import org.margay.net.InternetChecksum;
import org.margay.net.IpPacket;
import org.margay.net.MacAddress;
import org.margay.net.Offload;

class ReceiveTest {
    private static final int EN = 1 << 1;
    private static final int LPE = 1 << 5;
    private static final int BAM = 1 << 15;
    private static final int VFE = 1 << 18;
    private static final int SECRC = 1 << 26;
    private static final int DD_EOP = 3;
    private static final int IXSM = 4;
    private static final int VP = 8;
    private static final int TCPCS = 0x20;
    private static final int IPCS = 0x40;
    private static final int PIF = 0x80;
    private static final MacAddress GROUP = MacAddress.parse("01:00:5e:00:00:fb");

    private final E1000Bench bench = new E1000Bench();
    private final GuestDriver guest = bench.guest;

    private boolean arrives(byte[] frame) {
        bench.arrive(frame);
        boolean arrived = guest.received();
        if (arrived) {
            guest.take();
        }
        return arrived;
    }

    @Test
    void aFrameIsStoredWithItsCheckSequence() {
        guest.start(EN);
        byte[] frame = frame(STATION, 0x88B5, 100);
        bench.arrive(frame);
        GuestDriver.Received received = guest.take();
        CRC32 crc = new CRC32();
        crc.update(frame);
        assertThat(received.bytes()).hasSize(104).startsWith(frame);
        assertThat(received.bytes()[100] & 0xFF).isEqualTo((int) crc.getValue() & 0xFF);
        crc.update(received.bytes(), 100, 4);
        assertThat((int) crc.getValue()).as("residue of CRC-32").isEqualTo(0x2144_DF1C);
        assertThat(received.status()).isEqualTo(DD_EOP | IXSM);
        assertThat(received.errors()).isZero();
        assertThat(bench.interrupted()).isTrue();
        assertThat(bench.registers.read(Interrupts.ICR)).isEqualTo(Interrupts.RXT0);
        assertThat(bench.registers.read(Receiver.RING + DescriptorRing.HEAD)).isOne();
    }

    @Test
    void shortFramesArePadded() {
        guest.start(EN | SECRC);
        bench.arrive(frame(STATION, 0x88B5, 20));
        assertThat(guest.take().bytes()).isEqualTo(Arrays.copyOf(frame(STATION, 0x88B5, 20), 60));
    }

    @Test
    void stationAddressesAreExact() {
        guest.start(EN);
        assertThat(arrives(frame(STATION, 0x88B5, 60))).isTrue();
        assertThat(arrives(frame(E1000Bench.OTHER, 0x88B5, 60))).isFalse();
        bench.registers.write(ReceiveFilter.ADDRESSES + 15 * 8, 0x0000_0002);
        bench.registers.write(ReceiveFilter.ADDRESSES + 15 * 8 + 4, 0x0000_0100);
        assertThat(arrives(frame(E1000Bench.OTHER, 0x88B5, 60))).as("not valid").isFalse();
        bench.registers.write(ReceiveFilter.ADDRESSES + 15 * 8 + 4, 0x8000_0100);
        assertThat(arrives(frame(E1000Bench.OTHER, 0x88B5, 60))).isTrue();
        bench.registers.write(Receiver.RCTL, EN | 1 << 3);
        assertThat(arrives(frame(new MacAddress(2), 0x88B5, 60)))
                .as("promiscuous")
                .isTrue();
    }

    @Test
    void groupAddressesAreHashed() {
        guest.start(EN);
        assertThat(arrives(frame(MacAddress.BROADCAST, 0x88B5, 60))).isFalse();
        assertThat(arrives(frame(GROUP, 0x88B5, 60))).isFalse();
        // Bits 47 to 36 of 01:00:5e:00:00:fb, last byte on top: fb0.
        bench.registers.write(ReceiveFilter.MULTICAST_TABLE + 4 * (0xFB0 >> 5), 1 << (0xFB0 & 31));
        bench.arrive(frame(GROUP, 0x88B5, 60));
        assertThat(guest.take().status()).isEqualTo(DD_EOP | IXSM | PIF);
        bench.registers.write(Receiver.RCTL, EN | 3 << 12);
        assertThat(arrives(frame(GROUP, 0x88B5, 60))).as("other bits of it").isFalse();
        bench.registers.write(Receiver.RCTL, EN | BAM);
        assertThat(arrives(frame(MacAddress.BROADCAST, 0x88B5, 60))).isTrue();
        bench.registers.write(Receiver.RCTL, EN | 1 << 4);
        assertThat(arrives(frame(new MacAddress(1L << 40), 0x88B5, 60))).isTrue();
    }

    private static byte[] tagged(int tag) {
        byte[] bytes = frame(STATION, 0x8100, 100);
        InternetChecksum.put(bytes, 14, tag);
        InternetChecksum.put(bytes, 16, 0x88B5);
        bytes[20] = 42;
        return bytes;
    }

    @Test
    void vlansAreFiltered() {
        guest.start(EN | VFE);
        assertThat(arrives(tagged(0x3123))).isFalse();
        assertThat(arrives(frame(STATION, 0x88B5, 60))).as("no tag").isTrue();
        bench.registers.write(ReceiveFilter.VLAN_TABLE + 4 * (0x123 >> 5), 1 << (0x123 & 31));
        assertThat(arrives(tagged(0x3123))).isTrue();
        bench.registers.write(Receiver.RCTL, EN | VFE | 1 << 19);
        assertThat(arrives(tagged(0x3123))).as("CFI").isFalse();
        bench.registers.write(Receiver.RCTL, EN | VFE | 1 << 19 | 1 << 20);
        assertThat(arrives(tagged(0x3123))).isTrue();
    }

    @Test
    void tagsAreTakenOffInVlanMode() {
        guest.start(EN | SECRC);
        byte[] frame = tagged(0x6123);
        bench.arrive(frame);
        GuestDriver.Received whole = guest.take();
        assertThat(whole.bytes()).isEqualTo(frame);
        assertThat(whole.status() & VP).isZero();
        bench.registers.write(MacControl.CTRL, 0x4000_0241);
        bench.arrive(frame);
        GuestDriver.Received received = guest.take();
        assertThat(received.special()).isEqualTo(0x6123);
        assertThat(received.status() & VP).isEqualTo(VP);
        assertThat(received.bytes()).hasSize(96).startsWith(Arrays.copyOf(frame, 12));
        assertThat(Arrays.copyOfRange(received.bytes(), 12, 96)).isEqualTo(Arrays.copyOfRange(frame, 16, 100));
        assertThat(received.checksum()).isEqualTo(~InternetChecksum.of(received.bytes(), 0, 96) & 0xFFFF);
    }

    @Test
    void thePacketSumBeginsWhereItIsTold() {
        guest.start(EN);
        bench.registers.write(Receiver.RXCSUM, 15);
        byte[] frame = frame(STATION, 0x88B5, 97);
        Arrays.fill(frame, 14, 97, (byte) 0xC3);
        bench.arrive(frame);
        GuestDriver.Received received = guest.take();
        assertThat(received.checksum()).isEqualTo(~InternetChecksum.of(received.bytes(), 15, 101) & 0xFFFF);
    }

    @Test
    void checksumsAreChecked() {
        guest.start(EN | SECRC | 1 << 3);
        bench.registers.write(Receiver.RXCSUM, 3 << 8);
        byte[] frame = E1000Bench.ipv4(6, 20, 501);
        bench.arrive(frame);
        GuestDriver.Received wrong = guest.take();
        assertThat(wrong.status()).isEqualTo(DD_EOP | IPCS | TCPCS);
        assertThat(wrong.errors()).isEqualTo(0x60);
        IpPacket packet = IpPacket.find(frame).orElseThrow();
        packet.completeHeader();
        bench.netdev.client().send(new Frame(frame, Offload.CHECKED));
        GuestDriver.Received vouched = guest.take();
        assertThat(vouched.errors()).as("the sender vouches for it").isZero();
        packet.completeTransport();
        bench.arrive(frame);
        GuestDriver.Received right = guest.take();
        assertThat(right.status()).isEqualTo(DD_EOP | IPCS | TCPCS);
        assertThat(right.errors()).isZero();
        bench.registers.write(Receiver.RXCSUM, 1 << 8);
        bench.arrive(frame);
        assertThat(guest.take().status()).isEqualTo(DD_EOP | IPCS);
        bench.arrive(frame(STATION, 0x88B5, 60));
        assertThat(guest.take().status()).isEqualTo(DD_EOP | IXSM);
    }

    @Test
    void longFramesFillSeveralBuffers() {
        guest.start(EN | LPE | SECRC);
        byte[] frame = frame(STATION, 0x88B5, 5000);
        frame[4999] = 99;
        bench.arrive(frame);
        assertThat(guest.take().status()).as("first").isEqualTo(1);
        assertThat(guest.take().bytes()).hasSize(2048);
        GuestDriver.Received last = guest.take();
        assertThat(last.status() & DD_EOP).isEqualTo(DD_EOP);
        assertThat(last.bytes()).hasSize(5000 - 4096).endsWith(99);
        bench.arrive(frame(STATION, 0x88B5, 16_381));
        assertThat(guest.received()).as("too long").isFalse();
        bench.registers.write(Receiver.RCTL, EN | SECRC);
        assertThat(arrives(frame(STATION, 0x88B5, 1519))).isFalse();
        assertThat(arrives(frame(STATION, 0x88B5, 1518))).isTrue();
        assertThat(bench.registers.read(Statistics.ROC)).isEqualTo(2);
    }

    @Test
    void buffersHaveTheSizeOfTheControl() {
        guest.start(EN | SECRC | 3 << 16);
        bench.arrive(frame(STATION, 0x88B5, 600));
        assertThat(guest.take().bytes()).hasSize(256);
        assertThat(guest.take().bytes()).hasSize(256);
        assertThat(guest.take().bytes()).hasSize(88);
        bench.registers.write(Receiver.RCTL, EN | SECRC | LPE | 3 << 16 | 1 << 25);
        bench.arrive(frame(STATION, 0x88B5, 4000));
        assertThat(guest.take().bytes()).hasSize(4000);
    }

    @Test
    void aDescriptorWithoutABufferIsPassedOver() {
        guest.start(EN | SECRC);
        guest.receiveDescriptor(0, 0);
        bench.arrive(frame(STATION, 0x88B5, 100));
        GuestDriver.Received empty = guest.take();
        assertThat(empty.bytes()).isEmpty();
        assertThat(empty.status()).isOne();
        assertThat(guest.take().bytes()).hasSize(100);
    }

    @Test
    void framesWaitForDescriptors() {
        guest.start(EN | SECRC);
        bench.registers.write(Receiver.RDT, 1);
        for (int i = 0; i < 3; i++) {
            bench.arrive(frame(STATION, 0x88B5, 100 + i));
        }
        assertThat(guest.take().bytes()).hasSize(100);
        assertThat(guest.received()).isFalse();
        bench.registers.write(Receiver.RDT, 10);
        bench.bench.machine().runTasks();
        assertThat(guest.take().bytes()).hasSize(101);
        assertThat(guest.take().bytes()).hasSize(102);
    }

    @Test
    void whatDoesNotFitIsMissed() {
        guest.start(EN | LPE | SECRC);
        bench.registers.write(Receiver.RDT, 1);
        bench.arrive(frame(STATION, 0x88B5, 3000));
        assertThat(guest.received()).isFalse();
        assertThat(bench.registers.read(Interrupts.ICR) & Interrupts.RXO).isEqualTo(Interrupts.RXO);
        assertThat(bench.registers.read(Statistics.MPC)).isOne();
        assertThat(bench.registers.read(Statistics.RNBC)).isOne();
    }

    @Test
    void aDisabledReceiverLosesFrames() {
        bench.arrive(frame(STATION, 0x88B5, 100));
        guest.start(EN);
        bench.bench.machine().runTasks();
        assertThat(guest.received()).isFalse();
        assertThat(bench.registers.read(0x40D0)).as("TPR").isZero();
    }

    @Test
    void packetsAreCounted() {
        guest.start(EN | BAM);
        bench.arrive(frame(STATION, 0x88B5, 60));
        bench.arrive(frame(STATION, 0x88B5, 600));
        bench.arrive(frame(MacAddress.BROADCAST, 0x88B5, 100));
        bench.arrive(frame(GROUP, 0x88B5, 100));
        assertThat(bench.registers.read(0x40D0)).as("TPR").isEqualTo(4);
        assertThat(bench.registers.read(0x4074)).as("GPRC").isEqualTo(3);
        assertThat(bench.registers.read(0x4078)).as("BPRC").isOne();
        assertThat(bench.registers.read(0x407C)).as("MPRC").isZero();
        assertThat(bench.registers.read(0x405C)).as("PRC64").isOne();
        assertThat(bench.registers.read(0x4060)).as("PRC127").isOne();
        assertThat(bench.registers.read(0x406C)).as("PRC1023").isOne();
        assertThat(bench.registers.read(0x4088)).as("GORCL").isEqualTo(64 + 604 + 104);
        assertThat(bench.registers.read(0x4088)).as("low half again").isEqualTo(64 + 604 + 104);
        assertThat(bench.registers.read(0x408C)).as("GORCH").isZero();
        assertThat(bench.registers.read(0x4088))
                .as("cleared with the high half")
                .isZero();
        assertThat(bench.registers.read(0x40C0)).as("TORL").isEqualTo(64 + 604 + 104 + 104);
        assertThat(bench.registers.read(0x40D0)).as("cleared by reading").isZero();
    }
}

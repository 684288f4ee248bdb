package org.margay.eepro100.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.margay.eepro100.internal.Eepro100Bench.OTHER;
import static org.margay.eepro100.internal.Eepro100Bench.STATION;
import static org.margay.eepro100.internal.Eepro100Bench.frame;

import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.margay.net.Frame;
import org.margay.net.InternetChecksum;
import org.margay.net.IpPacket;
import org.margay.net.Offload;
import org.margay.net.OffloadSet;

class CommandUnitTest {
    private static final int START = 0x10;
    private static final int RESUME = 0x20;
    private static final int DONE = 0xA000;
    private static final int EL = GuestDriver.EL;
    private static final int S = GuestDriver.S;
    private static final int I = GuestDriver.I;
    private static final int SF = GuestDriver.SF;
    private static final int IDLE = 0;
    private static final int SUSPENDED = 0x40;
    private static final int ACTIVE = 0x80;
    private static final int CX = 0x80;
    private static final int CNA = 0x20;

    private final Eepro100Bench bench = new Eepro100Bench(new I82559c());
    private final GuestDriver guest = bench.guest;

    private static byte[] out(int length) {
        return frame(OTHER, 0x88B5, length);
    }

    private Eepro100Bench with(Eepro100Driver driver) {
        Eepro100Bench other = new Eepro100Bench(driver);
        other.guest.configure();
        other.guest.takeCauses();
        return other;
    }

    @Test
    void aListEndsIdle() {
        int first = guest.block(0);
        int second = guest.block(EL | I);
        guest.command(START, first);
        assertThat(guest.word(first)).isEqualTo(DONE);
        assertThat(guest.word(second)).isEqualTo(DONE);
        assertThat(guest.status()).isEqualTo(IDLE);
        assertThat(bench.interrupted()).isTrue();
        assertThat(guest.takeCauses()).isEqualTo(CX | CNA);
        assertThat(bench.interrupted()).isFalse();
        guest.command(RESUME, 0);
        assertThat(guest.takeCauses()).as("idle does not resume").isZero();
    }

    @Test
    void aSuspendedListGoesOnWhenItsBitIsTakenBack() {
        int first = guest.block(S);
        int second = guest.block(S);
        guest.command(START, first);
        assertThat(guest.status()).isEqualTo(SUSPENDED);
        assertThat(guest.takeCauses()).isEqualTo(CNA);
        guest.command(RESUME, 0);
        assertThat(guest.word(second)).as("S is still set").isZero();
        bench.cards.ram().set(first + 2, 2, 0);
        guest.command(RESUME, 0);
        assertThat(guest.word(second)).isEqualTo(DONE);
        assertThat(guest.status()).isEqualTo(SUSPENDED);
    }

    @Test
    void basesAreAdded() {
        int block = guest.block(EL);
        guest.command(0x60, 0x8000);
        guest.command(START, block - 0x8000);
        assertThat(guest.word(block)).isEqualTo(DONE);
    }

    @Test
    void theEndOfAListMayBeToldLater() {
        guest.command(START, guest.block(EL | 3 << 8));
        assertThat(guest.takeCauses()).isZero();
        bench.bench.advance(31_999);
        assertThat(guest.takeCauses()).isZero();
        bench.bench.advance(1);
        assertThat(guest.takeCauses()).isEqualTo(CNA);
        guest.command(START, guest.block(EL | 3 << 8));
        guest.command(START, guest.block(EL | 3 << 8));
        bench.bench.advance(32_000);
        assertThat(guest.takeCauses()).isEqualTo(CNA);
        assertThat(bench.bench.machine().deadlines())
                .as("the first was cancelled")
                .isEmpty();
    }

    @Test
    void aReceivedFrameTellsWhatWaits() {
        guest.start();
        guest.takeCauses();
        guest.command(START, guest.block(EL | 31 << 8));
        bench.arrive(frame(100));
        assertThat(guest.takeCauses()).isEqualTo(0x40 | CNA);
        assertThat(bench.bench.machine().deadlines()).isEmpty();
    }

    @Test
    void theFirstChipDoesNotDelay() {
        Eepro100Bench old = new Eepro100Bench(new I82557a());
        old.guest.command(START, old.guest.block(EL | 31 << 8));
        assertThat(old.guest.takeCauses()).isEqualTo(CNA);
    }

    @Test
    void aRingWithoutAnEndIsWorkedOnInPieces() {
        for (int i = 0; i < 32; i++) {
            guest.block(0);
        }
        guest.command(START, GuestDriver.BLOCKS);
        assertThat(guest.status()).isEqualTo(ACTIVE);
        bench.bench.advance(1_000_000);
        assertThat(guest.status()).isEqualTo(ACTIVE);
        bench.cards.ram().set(GuestDriver.BLOCKS + 2, 2, EL);
        bench.bench.advance(1_000_000);
        assertThat(guest.status()).isEqualTo(IDLE);
    }

    @Test
    void simpleFramesAreInTheBlock() {
        guest.send(out(100));
        assertThat(bench.sent()).containsExactly(out(100));
    }

    @Test
    void shortFramesArePadded() {
        guest.send(out(20));
        byte[] padded = Arrays.copyOf(out(20), 60);
        Arrays.fill(padded, 20, 60, (byte) 0x7E);
        assertThat(bench.sent()).containsExactly(padded);
    }

    private int flexible(Eepro100Bench on, int command, int inBlock, int number, byte[] frame, int... sizes) {
        GuestDriver driver = on.guest;
        int block = driver.block(command | SF | GuestDriver.TRANSMIT);
        driver.dword(block + 8, GuestDriver.BUFFERS);
        driver.dword(block + 0xC, inBlock | (long) number << 24);
        int data = GuestDriver.BUFFERS + 0x1000;
        driver.ram(data, frame);
        for (int i = 0; i < sizes.length; i++) {
            driver.dword(GuestDriver.BUFFERS + 8L * i, data);
            driver.dword(GuestDriver.BUFFERS + 8L * i + 4, sizes[i] & 0x1FFFF);
            data += sizes[i] & 0x7FFF;
        }
        return block;
    }

    @Test
    void flexibleFramesAreInBuffers() {
        int block = flexible(bench, EL, 0, 3, out(300), 100, 0, 200);
        guest.command(START, block);
        assertThat(bench.sent()).containsExactly(out(300));
        int ended = flexible(bench, EL, 0, 255, out(300), 100, 200 | 1 << 16, 1000);
        guest.command(START, ended);
        assertThat(bench.sent()).as("end of list").containsExactly(out(300));
        int mixed = flexible(bench, EL, 14, 1, new byte[50], 50);
        guest.ram(mixed + 0x10, Arrays.copyOf(out(100), 14));
        guest.command(START, mixed);
        assertThat(bench.sent().getFirst()).hasSize(64).startsWith(Arrays.copyOf(out(100), 14));
    }

    @Test
    void extendedCommandsHaveTwoDescriptorsInside() {
        guest.configuration[6] = 0x22;
        guest.configure();
        byte[] frame = out(300);
        int block = flexible(bench, EL, 0, 3, Arrays.copyOfRange(frame, 150, 300), 150);
        guest.ram(GuestDriver.BUFFERS + 0x2000, frame);
        guest.dword(block + 0x10, GuestDriver.BUFFERS + 0x2000);
        guest.dword(block + 0x14, 100);
        guest.dword(block + 0x18, GuestDriver.BUFFERS + 0x2064);
        guest.dword(block + 0x1C, 50);
        guest.command(START, block);
        assertThat(bench.sent()).containsExactly(frame);
        int alone = flexible(bench, EL, 0, 1, frame, 300);
        guest.dword(alone + 8, alone + 0x10);
        guest.dword(alone + 0x10, GuestDriver.BUFFERS + 0x1000);
        guest.dword(alone + 0x14, 300);
        guest.command(START, alone);
        assertThat(bench.sent()).as("as Linux does").containsExactly(frame);
    }

    @Test
    void theSourceAddressMayBeInserted() {
        guest.configuration[10] &= ~8;
        guest.configure();
        byte[] frame = out(100);
        System.arraycopy(STATION.bytes(), 0, frame, 6, 6);
        byte[] without = new byte[94];
        System.arraycopy(frame, 0, without, 0, 6);
        System.arraycopy(frame, 12, without, 6, 88);
        guest.send(without);
        assertThat(bench.sent()).containsExactly(frame);
    }

    @Test
    void theDriversOwnCheckSequenceIsNotSent() {
        byte[] frame = out(100);
        CRC32 crc = new CRC32();
        crc.update(frame);
        byte[] checked = Arrays.copyOf(frame, 104);
        int value = Integer.reverseBytes((int) crc.getValue());
        InternetChecksum.put(checked, 100, value >>> 16);
        InternetChecksum.put(checked, 102, value);
        guest.command(START, guest.simple(EL | TransmitCommand.NO_CHECK_SEQUENCE, checked));
        assertThat(bench.sent()).containsExactly(frame);
    }

    @Test
    void aFullWireIsWaitedFor() {
        bench.netdev.room(false);
        int first = guest.simple(0, out(100));
        int second = guest.simple(EL, out(101));
        guest.command(START, first);
        assertThat(guest.word(second)).isZero();
        assertThat(guest.status()).isEqualTo(ACTIVE);
        bench.netdev.room(true);
        assertThat(bench.sent()).containsExactly(out(100), out(101));
        assertThat(guest.status()).isEqualTo(IDLE);
    }

    @Test
    void nothingHappensBeforeTheCardIsABusMaster() {
        bench.card.pci().writeConfig(4, 2, 3);
        guest.send(out(100));
        assertThat(bench.sent()).isEmpty();
        bench.card.pci().writeConfig(4, 2, 7);
        assertThat(bench.sent()).containsExactly(out(100));
    }

    @Test
    void dumpAndOthersComplete() {
        int dump = guest.block(6);
        guest.dword(dump + 8, GuestDriver.BUFFERS);
        int diagnose = guest.block(7);
        int microcode = guest.block(EL | 5);
        guest.configure();
        guest.command(START, dump);
        assertThat(guest.word(diagnose)).isEqualTo(DONE);
        assertThat(guest.word(microcode)).isEqualTo(DONE);
        assertThat(guest.dword(GuestDriver.BUFFERS)).as("configuration").isEqualTo(0x0000_0816);
        assertThat(guest.dword(GuestDriver.BUFFERS + Configuration.SIZE))
                .as("address")
                .isEqualTo(0x1200_5452);
    }

    /** A block with offloads: the first buffer descriptor in it, no others. */
    private static int offload(GuestDriver driver, int activation, byte[] frame) {
        int block = driver.block(EL | SF | 1);
        driver.ram(GuestDriver.BUFFERS, frame);
        driver.dword(block + 8, GuestDriver.BUFFERS + 0x8000L);
        driver.dword(block + 0xC, 1L << 24);
        driver.dword(block + 0x10, (long) activation << 16);
        driver.dword(block + 0x14, 0);
        driver.dword(block + 0x18, GuestDriver.BUFFERS);
        driver.dword(block + 0x1C, frame.length | 1 << 15);
        return block;
    }

    @Test
    void checksumsAreCompleted() {
        Eepro100Bench late = with(new I82550());
        byte[] frame = Eepro100Bench.tcp(501);
        InternetChecksum.put(frame, 50, ~InternetChecksum.finish(InternetChecksum.pseudoHeader(frame, 26, 4, 6, 521)));
        late.guest.command(START, offload(late.guest, 0x0170, frame));
        IpPacket packet = IpPacket.find(late.sent().getFirst()).orElseThrow();
        assertThat(packet.headerRight()).isTrue();
        assertThat(packet.transportRight()).isTrue();
        byte[] tiny = Eepro100Bench.tcp(1);
        late.guest.command(START, offload(late.guest, 0x0170, tiny));
        byte[] sent = late.sent().getFirst();
        assertThat(sent).hasSize(60);
        assertThat(IpPacket.find(sent).orElseThrow().transportRight()).isTrue();
    }

    @Test
    void tagsAreInserted() {
        Eepro100Bench late = with(new I82550());
        byte[] frame = out(100);
        int block = offload(late.guest, 0x0200, frame);
        late.guest.dword(block + 0x14, 0x2301);
        late.guest.command(START, block);
        byte[] sent = late.sent().getFirst();
        assertThat(sent).hasSize(104).startsWith(Arrays.copyOf(frame, 12));
        assertThat(InternetChecksum.get(sent, 12)).isEqualTo(0x8100);
        assertThat(InternetChecksum.get(sent, 14)).isEqualTo(0x0123);
        assertThat(InternetChecksum.get(sent, 16)).isEqualTo(0x88B5);
    }

    @Test
    void largePacketsAreCut() {
        Eepro100Bench late = with(new I82550());
        byte[] frame = Eepro100Bench.tcp(4000);
        InternetChecksum.put(frame, 16, 1500);
        int block = offload(late.guest, 0x01F0, frame);
        late.guest.dword(block + 0xC, 1460L << 16);
        late.guest.command(START, block);
        var frames = late.sent();
        assertThat(frames).extracting(bytes -> bytes.length).containsExactly(1514, 1514, 1134);
        for (byte[] bytes : frames) {
            IpPacket packet = IpPacket.find(bytes).orElseThrow();
            assertThat(packet.headerRight()).isTrue();
            assertThat(packet.transportRight()).isTrue();
        }
        late.netdev.offloads(OffloadSet.ALL);
        late.guest.dword(block, (long) (EL | SF | 1) << 16);
        late.guest.command(START, block);
        Frame whole = late.netdev.takeFrames().getFirst();
        assertThat(whole.length()).isEqualTo(4054);
        assertThat(whole.offload())
                .isEqualTo(new Offload(Offload.Checksum.PARTIAL, 34, 16, Offload.Segmentation.TCP4, 1460, 54, false));
    }

    @Test
    void earlierChipsSetTheStationAddressInstead() {
        int block = guest.block(EL | SF | 1);
        guest.ram(block + 8, OTHER.bytes());
        guest.command(START, block);
        guest.startReceiving();
        bench.arrive(frame(OTHER, 0x88B5, 100));
        assertThat(guest.received()).isTrue();
    }
}

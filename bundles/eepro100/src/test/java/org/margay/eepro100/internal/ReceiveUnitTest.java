package org.margay.eepro100.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.margay.eepro100.internal.Eepro100Bench.OTHER;
import static org.margay.eepro100.internal.Eepro100Bench.STATION;
import static org.margay.eepro100.internal.Eepro100Bench.frame;

import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.margay.net.InternetChecksum;
import org.margay.net.IpPacket;
import org.margay.net.MacAddress;

class ReceiveUnitTest {
    private static final int FR = 0x40;
    private static final int RNR = 0x10;
    private static final int OK = 0xA020;
    private static final int NOT_STATION = 2;
    private static final int IDLE = 0;
    private static final int SUSPENDED = 1 << 2;
    private static final int NO_RESOURCES = 2 << 2;
    private static final int READY = 4 << 2;
    private static final MacAddress GROUP = MacAddress.parse("01:00:5e:00:00:fb");

    private final Eepro100Bench bench = new Eepro100Bench(new I82559c());
    private final GuestDriver guest = bench.guest;

    ReceiveUnitTest() {
        guest.configure();
        guest.startReceiving();
        guest.takeCauses();
    }

    private boolean arrives(MacAddress destination) {
        bench.arrive(frame(destination, 0x88B5, 100));
        boolean arrived = guest.received();
        if (arrived) {
            guest.take();
        }
        return arrived;
    }

    @Test
    void aFrameIsStored() {
        bench.arrive(frame(100));
        GuestDriver.Received received = guest.take();
        assertThat(received.bytes()).isEqualTo(frame(100));
        assertThat(received.status()).isEqualTo(OK);
        assertThat(guest.takeCauses()).isEqualTo(FR);
        assertThat(guest.status()).isEqualTo(READY);
        bench.arrive(frame(MacAddress.BROADCAST, 0x0100, 30));
        GuestDriver.Received padded = guest.take();
        assertThat(padded.bytes()).hasSize(60);
        assertThat(padded.status()).as("a length, not a type").isEqualTo(0xA000 | NOT_STATION);
    }

    @Test
    void theEndOfTheListIsTold() {
        for (int i = 0; i < GuestDriver.RECEIVE_SIZE; i++) {
            bench.arrive(frame(100 + i));
        }
        assertThat(guest.status()).isEqualTo(NO_RESOURCES);
        assertThat(guest.takeCauses()).isEqualTo(FR | RNR);
        bench.arrive(frame(200));
        for (int i = 0; i < GuestDriver.RECEIVE_SIZE; i++) {
            assertThat(guest.take().count()).isEqualTo(100 + i);
        }
        guest.startReceiving();
        bench.bench.machine().runTasks();
        assertThat(guest.take().count()).as("waited").isEqualTo(200);
    }

    @Test
    void aDescriptorOfNoSizeEndsTheListUnused() {
        guest.descriptor(1, GuestDriver.EL, 0);
        bench.arrive(frame(100));
        assertThat(guest.status()).isEqualTo(READY);
        guest.takeCauses();
        bench.arrive(frame(101));
        assertThat(guest.status()).isEqualTo(NO_RESOURCES);
        assertThat(guest.takeCauses()).isEqualTo(RNR);
        guest.take();
        assertThat(guest.received()).isFalse();
        guest.descriptor(1, 0, 1536);
        guest.command(1, GuestDriver.RECEIVE + GuestDriver.RECEIVE_SPACING);
        bench.bench.machine().runTasks();
        assertThat(guest.take().count()).isEqualTo(101);
    }

    @Test
    void aSuspendedListGoesOn() {
        guest.descriptor(0, GuestDriver.S, 1536);
        bench.arrive(frame(100));
        assertThat(guest.status()).isEqualTo(SUSPENDED);
        bench.arrive(frame(101));
        guest.take();
        assertThat(guest.received()).isFalse();
        guest.command(2, 0);
        bench.bench.machine().runTasks();
        assertThat(guest.take().count()).isEqualTo(101);
    }

    @Test
    void anAbortedListLosesFrames() {
        guest.command(4, 0);
        assertThat(guest.status()).isEqualTo(IDLE);
        assertThat(guest.takeCauses()).isEqualTo(RNR);
        bench.arrive(frame(100));
        guest.startReceiving();
        bench.bench.machine().runTasks();
        assertThat(guest.received()).isFalse();
    }

    @Test
    void aFrameThatDoesNotFitIsCut() {
        guest.startReceiving(64);
        bench.arrive(frame(100));
        GuestDriver.Received cut = guest.take();
        assertThat(cut.bytes()).isEqualTo(Arrays.copyOf(frame(100), 64));
        assertThat(cut.status()).as("no room, not OK").isEqualTo(0x8220);
    }

    @Test
    void longFramesAreTakenWhenConfigured() {
        bench.arrive(frame(1518));
        assertThat(guest.received()).isFalse();
        guest.configuration[18] |= 8;
        guest.configure();
        bench.arrive(frame(1518));
        assertThat(guest.take().bytes()).isEqualTo(frame(1518));
    }

    @Test
    void addressesAreFiltered() {
        assertThat(arrives(STATION)).isTrue();
        assertThat(arrives(OTHER)).isFalse();
        assertThat(arrives(MacAddress.BROADCAST)).isTrue();
        assertThat(arrives(GROUP)).isFalse();
        int setup = guest.block(GuestDriver.EL | 3);
        guest.dword(setup + 8, 12 | (long) 0xAA << 16);
        guest.ram(setup + 10, new byte[] {1, 2, 3, 4, 5, 6});
        guest.ram(setup + 16, GROUP.bytes());
        guest.command(0x10, setup);
        assertThat(arrives(GROUP)).isTrue();
        guest.configuration[15] |= 2;
        guest.configure();
        assertThat(arrives(MacAddress.BROADCAST)).isFalse();
        guest.configuration[15] |= 1;
        guest.configure();
        bench.arrive(frame(OTHER, 0x88B5, 100));
        assertThat(guest.take().status()).as("promiscuous").isEqualTo(OK | 4 | NOT_STATION);
        guest.configuration[15] = 0x48;
        guest.configuration[21] |= 8;
        guest.configure();
        assertThat(arrives(MacAddress.parse("01:00:00:00:00:01")))
                .as("all groups")
                .isTrue();
    }

    @Test
    void checkSequenceAndSumAreStoredWhenConfigured() {
        guest.configuration[18] |= 4;
        guest.configuration[9] |= 1;
        guest.configure();
        byte[] frame = frame(101);
        bench.arrive(frame);
        byte[] stored = guest.take().bytes();
        assertThat(stored).hasSize(107).startsWith(frame);
        CRC32 crc = new CRC32();
        crc.update(stored, 0, 105);
        assertThat((int) crc.getValue()).as("residue of CRC-32").isEqualTo(0x2144_DF1C);
        assertThat(InternetChecksum.get(stored, 105)).isEqualTo(~InternetChecksum.of(frame, 14, 101) & 0xFFFF);
    }

    @Test
    void theLongFormTellsOfThePacket() {
        Eepro100Bench late = new Eepro100Bench(new I82550());
        GuestDriver driver = late.guest;
        driver.configuration[0] = 0x20;
        driver.configuration[7] |= 0x20;
        driver.configuration[22] = 2;
        driver.start();
        byte[] tcp = Eepro100Bench.tcp(100);
        IpPacket packet = IpPacket.find(tcp).orElseThrow();
        packet.completeHeader();
        packet.completeTransport();
        late.arrive(tcp);
        assertThat(driver.word(GuestDriver.RECEIVE + 0x12) & 0xFF).as("TCP").isEqualTo(0x08);
        assertThat(driver.word(GuestDriver.RECEIVE + 0x16) & 0xFF)
                .as("all right")
                .isEqualTo(0x33);
        GuestDriver.Received received = driver.take(0x20);
        assertThat(received.bytes()).isEqualTo(tcp);
        assertThat(received.status() & 8).as("parsed").isEqualTo(8);
        byte[] tagged = frame(STATION, 0x8100, 100);
        InternetChecksum.put(tagged, 14, 0x0123);
        late.arrive(tagged);
        assertThat(driver.word(GuestDriver.RECEIVE + GuestDriver.RECEIVE_SPACING + 0x10))
                .isEqualTo(0x2301);
        GuestDriver.Received stripped = driver.take(0x20);
        assertThat(stripped.status() & 0x1000).isEqualTo(0x1000);
        assertThat(stripped.bytes()).hasSize(96).startsWith(Arrays.copyOf(tagged, 12));
        assertThat(Arrays.copyOfRange(stripped.bytes(), 12, 96)).isEqualTo(Arrays.copyOfRange(tagged, 16, 100));
        tcp[60] ^= 1;
        late.arrive(tcp);
        assertThat(driver.word(GuestDriver.RECEIVE + 2 * GuestDriver.RECEIVE_SPACING + 0x16) & 0xFF)
                .as("wrong checksum")
                .isEqualTo(0x13);
    }

    @Test
    void loopbackComesBack() {
        guest.configuration[10] |= 0x40;
        guest.configure();
        guest.send(frame(100));
        assertThat(guest.take().bytes()).isEqualTo(frame(100));
        assertThat(bench.sent()).isEmpty();
    }

    @Test
    void framesAreCounted() {
        bench.arrive(frame(100));
        bench.arrive(frame(101));
        guest.send(frame(OTHER, 0x88B5, 100));
        guest.command(0x40, GuestDriver.STATISTICS);
        guest.command(0x50, 0);
        assertThat(guest.dword(GuestDriver.STATISTICS)).isOne();
        assertThat(guest.dword(GuestDriver.STATISTICS + 36)).isEqualTo(2);
        assertThat(guest.dword(GuestDriver.STATISTICS + 64)).isEqualTo(0xA005);
        guest.configuration[6] = 0x12;
        guest.configure();
        guest.command(0x70, 0);
        assertThat(guest.dword(GuestDriver.STATISTICS + 76)).as("19 counters").isEqualTo(0xA007);
        guest.configuration[6] = 0x36;
        guest.configure();
        guest.command(0x50, 0);
        assertThat(guest.dword(GuestDriver.STATISTICS + 36)).as("were reset").isZero();
        assertThat(guest.dword(GuestDriver.STATISTICS + 80))
                .as("and management")
                .isEqualTo(0xA005);
    }
}

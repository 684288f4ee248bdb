package org.margay.virtio.blk.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.margay.block.drive.Drive;
import org.margay.block.drive.DriveResult;
import org.margay.block.drive.DriveSettings;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.pci.PciDevice;
import org.margay.pci.PciRegister;
import org.margay.testkit.cards.VirtioDriverBench;

class VirtioBlkTest {
    private static final int OK = 0;
    private static final int IO_ERROR = 1;
    private static final int UNSUPPORTED = 2;

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    // What it is.

    @Test
    void identity() {
        var pci = ((PciDevice<?>) new BlkBench(true).card).pci();
        assertThat("%04x:%04x class %04x subsystem %04x"
                        .formatted(
                                pci.readConfig(PciRegister.VENDOR_ID, 2),
                                pci.readConfig(PciRegister.DEVICE_ID, 2),
                                pci.readConfig(PciRegister.REVISION, 4) >>> 16,
                                pci.readConfig(PciRegister.SUBSYSTEM_ID, 2)))
                .isEqualTo("1af4:1001 class 0100 subsystem 0002");
        assertThat(pci.bars().stream()
                        .map(bar -> "%d %#x".formatted(bar.index(), bar.region().size())))
                .containsExactly("0 0x80", "1 0x1000", "4 0x4000");
        var modern = ((PciDevice<?>) new BlkBench(true, "disable-legacy", "on", "class", "0x180").card).pci();
        assertThat(modern.readConfig(PciRegister.DEVICE_ID, 2)).isEqualTo(0x1042);
        assertThat(modern.readConfig(PciRegister.REVISION, 4) >>> 16).isEqualTo(0x0180);
    }

    @Test
    void configuration() {
        for (boolean modern : new boolean[] {false, true}) {
            VirtioDriverBench driver = new BlkBench(
                            modern,
                            drive -> drive.settings = new DriveSettings(
                                    Optional.empty(), Optional.of(new DriveSettings.Geometry(10, 4, 7, "auto")), false),
                            "logical_block_size",
                            "1024",
                            "physical_block_size",
                            "4096",
                            "min_io_size",
                            "8192",
                            "opt_io_size",
                            "65536",
                            "queue-size",
                            "128",
                            "discard_granularity",
                            "4096")
                    .driver;
            assertThat(driver.config(0, 4)).as("capacity").isEqualTo(BlkBench.SECTORS);
            assertThat(driver.config(4, 4)).isZero();
            assertThat(driver.config(12, 4)).as("seg_max").isEqualTo(126);
            assertThat(driver.config(16, 2)).as("cylinders").isEqualTo(10);
            assertThat(driver.config(18, 1)).as("heads").isEqualTo(4);
            assertThat(driver.config(19, 1)).as("sectors").isEqualTo(7);
            assertThat(driver.config(20, 4)).as("blk_size").isEqualTo(1024);
            assertThat(driver.config(24, 1)).as("physical_block_exp").isEqualTo(2);
            assertThat(driver.config(26, 2)).as("min_io_size").isEqualTo(8);
            assertThat(driver.config(28, 4)).as("opt_io_size").isEqualTo(64);
            assertThat(driver.config(32, 1)).as("writeback").isEqualTo(1);
            assertThat(driver.config(34, 2)).as("num_queues").isEqualTo(1);
            assertThat(driver.config(36, 4)).as("max_discard_sectors").isEqualTo(4194303);
            assertThat(driver.config(40, 4)).as("max_discard_seg").isEqualTo(1);
            assertThat(driver.config(44, 4)).as("discard_sector_alignment").isEqualTo(8);
            assertThat(driver.config(48, 4)).as("max_write_zeroes_sectors").isEqualTo(4194303);
            assertThat(driver.config(52, 4)).as("max_write_zeroes_seg").isEqualTo(1);
            assertThat(driver.config(56, 1)).as("write_zeroes_may_unmap").isEqualTo(1);
        }
    }

    @Test
    void offers() {
        long common = BlkFeature.SEG_MAX | BlkFeature.GEOMETRY | BlkFeature.BLK_SIZE | BlkFeature.TOPOLOGY;
        long writable = common | BlkFeature.DISCARD | BlkFeature.WRITE_ZEROES;
        long cache = BlkFeature.FLUSH | BlkFeature.CONFIG_WCE;
        long mask = (1 << 16) - 1;
        assertThat(new BlkBench(true).driver.offered() & mask).isEqualTo(writable | cache);
        assertThat(new BlkBench(false).driver.offered() & mask).isEqualTo(writable | cache | BlkFeature.SCSI);
        assertThat(new BlkBench(false, "scsi", "off").driver.offered() & mask).isEqualTo(writable | cache);
        assertThat(new BlkBench(true, drive -> drive.readOnly = true).driver.offered() & mask)
                .isEqualTo(common | cache | BlkFeature.RO);
        assertThat(new BlkBench(true, "config-wce", "off", "discard", "off", "write-zeroes", "off").driver.offered()
                        & mask)
                .isEqualTo(common | BlkFeature.FLUSH);
        assertThat(new BlkBench(true, "config-wce", "off", "write-cache", "off").driver.offered() & cache)
                .isZero();
        BlkBench many = new BlkBench(true, "num-queues", "3");
        assertThat(many.driver.offered() & BlkFeature.MQ).isNotZero();
        assertThat(many.driver.config(34, 2)).isEqualTo(3);
    }

    // What it does.

    @Test
    void readsAndWrites() {
        for (boolean modern : new boolean[] {false, true}) {
            BlkBench bench = new BlkBench(modern);
            byte[] read =
                    bench.run(bench.request(0, 3).writable(512).writable(1024).writable(1));
            assertThat(read).hasSize(1537).endsWith(OK).startsWith(filled(512, 3));
            assertThat(Arrays.copyOfRange(read, 512, 1024)).containsOnly(4);
            assertThat(bench.status(bench.request(1, 7)
                            .readable(filled(512, 0xAA))
                            .readable(filled(512, 0xBB))
                            .writable(1)))
                    .isEqualTo(OK);
            assertThat(bench.drive.content(7 * 512, 512)).containsOnly(0xAA);
            assertThat(bench.drive.content(8 * 512, 512)).containsOnly(0xBB);
            assertThat(bench.drive.log).containsExactly("read 1536+1536", "write 3584+1024");
            assertThat(bench.bench.line("INTA").high()).isTrue();
        }
    }

    /** How a request is cut into descriptors means nothing, also where header, data and status share them. */
    @Test
    void anyLayoutWillDo() {
        BlkBench bench = new BlkBench(true);
        assertThat(bench.run(bench.request(0, 9).writable(513).indirect()))
                .hasSize(513)
                .startsWith(filled(512, 9))
                .endsWith(OK);
        byte[] headerAndData = Arrays.copyOf(BlkBench.header(1, 5), 16 + 512);
        Arrays.fill(headerAndData, 16, headerAndData.length, (byte) 0xCC);
        assertThat(bench.status(bench.queue.chain().readable(headerAndData).writable(1)))
                .isEqualTo(OK);
        assertThat(bench.drive.content(5 * 512, 512)).containsOnly(0xCC);
        VirtioDriverBench.Chain crumbs = bench.request(0, 2);
        for (int i = 0; i < 8; i++) {
            crumbs.writable(64);
        }
        assertThat(bench.run(crumbs.writable(1))).startsWith(filled(512, 2));
    }

    @Test
    void severalAreUnderWayAndEndInAnyOrderWithOneInterrupt() {
        BlkBench bench = new BlkBench(true);
        bench.drive.holds = true;
        List<Integer> heads = List.of(
                bench.request(0, 0).writable(513).add(),
                bench.request(0, 1).writable(513).add(),
                bench.request(0, 2).writable(513).add());
        bench.queue.kick();
        bench.bench.machine().runTasks();
        assertThat(bench.drive.held()).isEqualTo(3);
        bench.drive.work(2);
        assertThat(bench.bench.line("INTA").high())
                .as("before all that is done is told")
                .isFalse();
        bench.bench.machine().runTasks();
        assertThat(bench.bench.line("INTA").high()).isTrue();
        assertThat(bench.queue.takeAll())
                .extracting(VirtioDriverBench.Used::head)
                .containsExactly(heads.get(2), heads.get(1));
        bench.driver.takeIsr();
        bench.drive.work(1);
        bench.bench.machine().runTasks();
        assertThat(bench.queue.take().written()).startsWith(filled(512, 0));
    }

    /** While the driver is still telling of it, and with the interrupt: so long as that is not long. */
    @Test
    void whatIsAtHandIsReadAtOnce() {
        BlkBench bench = new BlkBench(true);
        bench.drive.atHand = true;
        bench.drive.holds = true;
        bench.request(0, 5).writable(513).add();
        bench.queue.kick();
        assertThat(bench.queue.take().written()).startsWith(filled(512, 5)).endsWith(OK);
        assertThat(bench.bench.line("INTA").high()).isTrue();
        bench.drive.log.clear();
        int header = bench.driver.allocate(16);
        int data = bench.driver.allocate(64 << 10);
        bench.cards.ram().copyIn(header, BlkBench.header(0, 0), 0, 16);
        for (int i = 0; i < 17 * 3; i += 3) {
            bench.queue.descriptor(i, header, 16, VirtioDriverBench.NEXT, i + 1);
            bench.queue.descriptor(i + 1, data, 64 << 10, VirtioDriverBench.NEXT | VirtioDriverBench.WRITE, i + 2);
            bench.queue.descriptor(i + 2, data, 1, VirtioDriverBench.WRITE, 0);
            bench.queue.available(i);
        }
        bench.queue.kick();
        assertThat(bench.drive.log).as("a mebibyte").hasSize(16);
        assertThat(bench.drive.held()).isEqualTo(1);
    }

    /** As a vCPU that kicks has it, with the lock held. */
    private static void kickAsVcpu(BlkBench bench) {
        bench.bench.machine().lock().lock();
        try {
            bench.queue.kick();
        } finally {
            bench.bench.machine().lock().unlock();
        }
    }

    @Test
    void whatTheHostTakesIsWrittenAtOnce() {
        BlkBench bench = new BlkBench(true);
        bench.drive.atHand = true;
        bench.drive.holds = true;
        bench.drive.meanwhile = () ->
                assertThat(bench.bench.machine().lock().isHeldByCurrentThread()).isFalse();
        bench.request(1, 5).readable(filled(512, 0x55)).writable(1).add();
        bench.request(1, 6).readable(filled(512, 0x66)).writable(1).add();
        kickAsVcpu(bench);
        assertThat(bench.queue.takeAll())
                .hasSize(2)
                .allSatisfy(used -> assertThat(used.written()).containsExactly(OK));
        assertThat(bench.drive.log).containsExactly("write 2560+512", "write 3072+512");
        assertThat(bench.drive.content(5 * 512, 512)).containsOnly(0x55);
        assertThat(bench.bench.line("INTA").high()).isTrue();
    }

    @Test
    void whatIsNotAloneIsWrittenByTheDrive() {
        BlkBench bench = new BlkBench(true);
        bench.drive.atHand = true;
        bench.drive.holds = true;
        bench.request(1, 5).readable(filled(512, 0x55)).writable(1).add();
        bench.request(4, 0).writable(1).add();
        kickAsVcpu(bench);
        bench.request(1, 6).readable(filled(512, 0x66)).writable(1).add();
        kickAsVcpu(bench);
        assertThat(bench.drive.log).isEmpty();
        assertThat(bench.drive.held()).isEqualTo(3);
        bench.drive.work(3);
        assertThat(bench.queue.takeAll()).hasSize(3);
    }

    @Test
    void aWriteThatTheHostDoesNotTakeIsTheDrives() {
        BlkBench bench = new BlkBench(true);
        bench.drive.holds = true;
        bench.request(1, 5).readable(filled(512, 0x55)).writable(1).add();
        kickAsVcpu(bench);
        assertThat(bench.queue.take()).isNull();
        assertThat(bench.drive.held()).isEqualTo(1);
    }

    @Test
    void whatHappensWhileAVcpuWritesHolds() {
        BlkBench bench = new BlkBench(true);
        bench.drive.atHand = true;
        bench.drive.holds = true;
        AtomicReference<VirtioBlkDriver.State> saved = new AtomicReference<>();
        bench.drive.meanwhile = () -> saved.set(bench.card.save());
        bench.request(1, 5).readable(filled(512, 0x55)).writable(1).add();
        kickAsVcpu(bench);
        assertThat(bench.queue.take()).isNotNull();
        assertThat(saved.get().device().queues().getFirst().held()).hasSize(1);
        assertThat(bench.card.save().device().queues().getFirst().held()).isEmpty();
        bench.drive.meanwhile = () -> bench.card.reset();
        bench.request(1, 6).readable(filled(512, 0x66)).writable(1).add();
        bench.request(1, 7).readable(filled(512, 0x77)).writable(1).add();
        kickAsVcpu(bench);
        assertThat(bench.queue.take()).as("after a reset nothing is given back").isNull();
        assertThat(bench.drive.held()).isZero();
        assertThat(bench.drive.content(7 * 512, 512)).as("the second one").containsOnly(7);
    }

    @Test
    void flush() {
        BlkBench bench = new BlkBench(true);
        assertThat(bench.status(bench.request(4, 0).writable(1))).isEqualTo(OK);
        assertThat(bench.drive.log).containsExactly("flush");
    }

    @Test
    void serialNumber() {
        BlkBench bench = new BlkBench(true, drive -> drive.serial("of-the-drive"));
        assertThat(new String(bench.run(bench.request(8, 0).writable(20).writable(1)), 0, 20))
                .isEqualTo("of-the-drive\0\0\0\0\0\0\0\0");
        bench = new BlkBench(true, "serial", "a-number-that-is-longer-than-20");
        assertThat(new String(bench.run(bench.request(8, 0).writable(21)), 0, 20))
                .isEqualTo("a-number-that-is-lon");
        assertThat(bench.run(bench.request(8, 0).writable(4))).containsExactly('a', '-', 'n', OK);
    }

    @Test
    void discardAndWriteZeroes() {
        BlkBench bench = new BlkBench(true, "max-discard-sectors", "100", "max-write-zeroes-sectors", "50");
        assertThat(bench.status(
                        bench.request(11, 0).readable(BlkBench.range(8, 16, 0)).writable(1)))
                .isEqualTo(OK);
        assertThat(bench.status(
                        bench.request(13, 0).readable(BlkBench.range(8, 2, 1)).writable(1)))
                .isEqualTo(OK);
        assertThat(bench.status(
                        bench.request(13, 0).readable(BlkBench.range(10, 2, 0)).writable(1)))
                .isEqualTo(OK);
        assertThat(bench.drive.log).containsExactly("discard 4096+8192", "zeroes 4096+1024 unmap", "zeroes 5120+1024");
        assertThat(bench.drive.content(8 * 512, 4 * 512)).containsOnly(0);
        bench.drive.log.clear();
        for (byte[] far : List.of(
                BlkBench.range(BlkBench.SECTORS, 1, 0),
                BlkBench.range(-1, 2, 0),
                BlkBench.range(0, -1, 0),
                BlkBench.range(0, 101, 0))) {
            assertThat(bench.status(bench.request(11, 0).readable(far).writable(1)))
                    .isEqualTo(IO_ERROR);
            assertThat(bench.status(bench.request(13, 0).readable(far).writable(1)))
                    .isEqualTo(IO_ERROR);
        }
        assertThat(bench.status(
                        bench.request(11, 0).readable(BlkBench.range(8, 16, 1)).writable(1)))
                .as("unmap means nothing here")
                .isEqualTo(UNSUPPORTED);
        assertThat(bench.status(
                        bench.request(13, 0).readable(BlkBench.range(8, 16, 2)).writable(1)))
                .isEqualTo(UNSUPPORTED);
        assertThat(bench.status(bench.request(11, 0).writable(1))).isEqualTo(UNSUPPORTED);
        assertThat(bench.status(bench.request(11, 0).readable(new byte[15]).writable(1)))
                .isEqualTo(UNSUPPORTED);
        assertThat(bench.status(bench.request(11, 0).readable(new byte[32]).writable(1)))
                .isEqualTo(UNSUPPORTED);
        bench.bringUp(~(BlkFeature.DISCARD | BlkFeature.WRITE_ZEROES));
        assertThat(bench.status(
                        bench.request(11, 0).readable(BlkBench.range(8, 16, 0)).writable(1)))
                .isEqualTo(UNSUPPORTED);
        assertThat(bench.drive.log).isEmpty();
    }

    // What it refuses.

    @Test
    void whatIsNotOnTheDiskIsRefused() {
        BlkBench bench = new BlkBench(true);
        long[] sectors = {BlkBench.SECTORS, BlkBench.SECTORS - 1, -1, Long.MIN_VALUE, 1L << 55, (1L << 55) - 1};
        for (long sector : sectors) {
            assertThat(bench.status(bench.request(0, sector).writable(1024).writable(1)))
                    .as("read at %d", sector)
                    .isEqualTo(IO_ERROR);
            assertThat(bench.status(
                            bench.request(1, sector).readable(new byte[1024]).writable(1)))
                    .as("write at %d", sector)
                    .isEqualTo(IO_ERROR);
        }
        assertThat(bench.status(bench.request(0, 0).writable(511).writable(1))).isEqualTo(IO_ERROR);
        assertThat(bench.status(bench.request(1, 0).readable(new byte[513]).writable(1)))
                .isEqualTo(IO_ERROR);
        assertThat(bench.drive.log).isEmpty();
        assertThat(bench.status(bench.request(0, BlkBench.SECTORS - 1).writable(513)))
                .isEqualTo(OK);
    }

    @Test
    void blocksArePartedNowhere() {
        BlkBench bench = new BlkBench(
                true, drive -> drive.length -= 512, "logical_block_size", "1024", "physical_block_size", "1024");
        assertThat(bench.driver.config(0, 4)).isEqualTo(BlkBench.SECTORS - 2);
        assertThat(bench.status(bench.request(0, 2).writable(1025))).isEqualTo(OK);
        assertThat(bench.status(bench.request(0, 1).writable(1025))).isEqualTo(IO_ERROR);
        assertThat(bench.status(bench.request(0, 2).writable(513))).isEqualTo(IO_ERROR);
        assertThat(bench.status(bench.request(0, BlkBench.SECTORS - 2).writable(1025)))
                .isEqualTo(IO_ERROR);
    }

    @Test
    void readOnlyDisksAreNotWritten() {
        BlkBench bench = new BlkBench(true, drive -> drive.readOnly = true);
        assertThat(bench.status(bench.request(1, 0).readable(new byte[512]).writable(1)))
                .isEqualTo(IO_ERROR);
        assertThat(bench.status(bench.request(0, 0).writable(513))).isEqualTo(OK);
        assertThat(bench.drive.log).containsExactly("read 0+512");
    }

    @Test
    void otherRequestsAreUnsupported() {
        BlkBench bench = new BlkBench(false);
        for (int type : new int[] {2, 3, 5, 6, 7, 10, 12, 14, 1000, 0x7FFF_FFFF}) {
            assertThat(bench.status(bench.request(type, 0)
                            .readable(new byte[32])
                            .writable(64)
                            .writable(1)))
                    .as("type %d", type)
                    .isEqualTo(UNSUPPORTED);
        }
        assertThat(bench.run(bench.request(0x8000_0000, 1).writable(513)))
                .as("a barrier of old")
                .startsWith(filled(512, 1));
    }

    @Test
    void errorsOfTheHostAreErrorsOfTheGuest() {
        BlkBench bench = new BlkBench(true);
        for (DriveResult result : DriveResult.values()) {
            bench.drive.result = result;
            assertThat(bench.status(bench.request(0, 0).writable(513))).isEqualTo(result.isError() ? IO_ERROR : OK);
            assertThat(bench.status(bench.request(4, 0).writable(1))).isEqualTo(result.isError() ? IO_ERROR : OK);
        }
    }

    @Test
    void requestsWithoutHeaderOrStatusBreakTheRules() {
        BlkBench bench = new BlkBench(true);
        List<VirtioDriverBench.Chain> broken = List.of(
                bench.queue.chain().readable(new byte[15]).writable(513),
                bench.queue.chain().writable(513));
        for (VirtioDriverBench.Chain chain : broken) {
            assertThat(bench.status(chain)).isEqualTo(-1);
            assertThat(bench.driver.status() & VirtioDriverBench.NEEDS_RESET).isNotZero();
            bench.bringUp(-1);
        }
        assertThat(bench.status(bench.request(0, 0))).isEqualTo(-1);
        assertThat(bench.driver.status() & VirtioDriverBench.NEEDS_RESET).isNotZero();
        bench.bringUp(-1);
        assertThat(bench.status(bench.request(0, 0).writable(513))).isEqualTo(OK);
    }

    /** Reads of the bus give FF where there is nothing, and writes go nowhere: no address does harm. */
    @Test
    void memoryThatIsNotThere() {
        BlkBench bench = new BlkBench(true);
        int header = bench.driver.allocate(16);
        int status = bench.driver.allocate(1);
        byte[] read = BlkBench.header(0, 1);
        bench.cards.ram().copyIn(header, read, 0, read.length);
        bench.queue.descriptor(0, header, 16, VirtioDriverBench.NEXT, 1);
        bench.queue.descriptor(1, 0x7FFF_FFFF_FFFF_F000L, 8192, VirtioDriverBench.NEXT | VirtioDriverBench.WRITE, 2);
        bench.queue.descriptor(2, status, 1, VirtioDriverBench.WRITE, 0);
        bench.cards.ram().set(status, 1, 77);
        bench.queue.available(0);
        bench.queue.kick();
        bench.bench.machine().runTasks();
        assertThat(bench.cards.ram().get(status, 1)).isEqualTo(OK);
        assertThat(bench.drive.log).containsExactly("read 512+8192");
    }

    // The cache.

    @Test
    void driversThatCannotFlushGetEachWriteFlushed() {
        BlkBench bench = new BlkBench(true);
        assertThat(bench.drive.writeCache).isTrue();
        bench.bringUp(~(BlkFeature.FLUSH | BlkFeature.CONFIG_WCE));
        assertThat(bench.drive.writeCache).isFalse();
        bench.driver.setConfig(32, 1, 1);
        assertThat(bench.drive.writeCache).as("it may not switch it").isFalse();
        bench.driver.setStatus(0);
        assertThat(bench.drive.writeCache).as("after a reset").isTrue();
        bench.bringUp(~BlkFeature.CONFIG_WCE);
        assertThat(bench.drive.writeCache).isTrue();
    }

    @Test
    void theCacheIsSwitched() {
        BlkBench bench = new BlkBench(true, "write-cache", "off");
        assertThat(bench.driver.config(32, 1)).isZero();
        bench.driver.setConfig(32, 1, 1);
        assertThat(bench.drive.writeCache).isTrue();
        assertThat(bench.driver.config(32, 1)).isOne();
        bench.driver.setConfig(32, 1, 0);
        bench.driver.setConfig(0, 4, 1);
        assertThat(bench.driver.config(0, 4)).isEqualTo(BlkBench.SECTORS);
        assertThat(bench.drive.writeCache).isFalse();
        bench.card.close();
        assertThat(bench.drive.writeCache).as("as it was before").isTrue();
    }

    // What happens to it.

    @Test
    void aDriverIsToldOfTheNewLength() {
        BlkBench bench = new BlkBench(true);
        bench.driver.takeIsr();
        bench.drive.length = 64 * 512;
        bench.drive.user.resized();
        assertThat(bench.driver.takeIsr()).as("configuration").isEqualTo(2);
        assertThat(bench.driver.config(0, 4)).isEqualTo(64);
        assertThat(bench.status(bench.request(0, 64).writable(513))).isEqualTo(IO_ERROR);
    }

    @Test
    void aResetForgetsWhatIsUnderWay() {
        BlkBench bench = new BlkBench(true);
        bench.drive.holds = true;
        bench.request(0, 1).writable(513).add();
        bench.queue.kick();
        bench.bench.machine().runTasks();
        assertThat(bench.drive.busy()).isTrue();
        bench.driver.setStatus(0);
        assertThat(bench.drive.busy()).isFalse();
        bench.drive.holds = false;
        bench.bringUp(-1);
        assertThat(bench.queue.takeAll()).isEmpty();
        assertThat(bench.status(bench.request(0, 1).writable(513))).isEqualTo(OK);
    }

    @Test
    void whatWasUnderWayIsDoneAgainByTheRestoredDevice() throws DeviceException {
        BlkBench bench = new BlkBench(true);
        bench.drive.holds = true;
        bench.request(1, 20).readable(filled(512, 0xEE)).writable(1).add();
        bench.request(0, 21).writable(513).add();
        bench.queue.kick();
        bench.bench.machine().runTasks();
        VirtioBlkDriver.State state = bench.card.save();
        assertThat(state.device().queues().getFirst().held()).hasSize(2);
        bench.card.close();
        assertThat(bench.drive.user).isNull();
        bench.drive.holds = false;
        Device<VirtioBlkDriver.State> anew = bench.cards.plug(new VirtioBlkPci(), bench.cards.bus(), BlkBench.given());
        anew.restore(state);
        assertThat(anew.save()).isEqualTo(state);
        bench.bench.machine().runTasks();
        assertThat(bench.queue.takeAll())
                .extracting(used -> used.written()[used.written().length - 1])
                .containsExactly((byte) OK, (byte) OK);
        assertThat(bench.drive.content(20 * 512, 512)).containsOnly(0xEE);
        assertThat(bench.drive.log).containsExactly("write 10240+512", "read 10752+512");
    }

    @Test
    void queuesWorkSideBySide() {
        BlkBench bench = new BlkBench(true, "num-queues", "2");
        bench.driver.negotiate(-1);
        VirtioDriverBench.Queue first = bench.driver.queue(0);
        VirtioDriverBench.Queue second = bench.driver.queue(1);
        bench.driver.ready();
        first.chain().readable(BlkBench.header(0, 1)).writable(513).add();
        second.chain().readable(BlkBench.header(0, 2)).writable(513).add();
        first.kick();
        second.kick();
        bench.bench.machine().runTasks();
        assertThat(first.take().written()).startsWith(filled(512, 1));
        assertThat(second.take().written()).startsWith(filled(512, 2));
    }

    @Test
    void aDriveIsFreeWhenThereIsNoPlaceForItsDevice() throws DeviceException {
        BlkBench bench = new BlkBench(true);
        MemoryDrive other = new MemoryDrive(bench.bench.machine(), Sector.SIZE);
        bench.bench.machine().backends().add(Drive.class, "d1", other);
        Map<String, String> properties = BlkBench.given("drive", "d1", "addr", "0");
        assertThatThrownBy(() -> bench.cards.plug(new VirtioBlkPci(), bench.cards.bus(), properties))
                .hasMessageContaining("not available");
        assertThat(other.user).isNull();
    }

    @Test
    void aDriveHasOneDevice() {
        BlkBench bench = new BlkBench(true);
        assertThatThrownBy(() -> bench.cards.plug(new VirtioBlkPci(), bench.cards.bus(), BlkBench.given()))
                .hasMessage("Property 'virtio-blk-pci.drive' can't take value 'd0', it's in use");
        assertThatThrownBy(() -> bench.cards.plug(new VirtioBlkPci(), bench.cards.bus(), Map.of()))
                .hasMessage("drive property not set");
        assertThatThrownBy(() -> bench.cards.plug(new VirtioBlkPci(), bench.cards.bus(), Map.of("drive", "none")))
                .hasMessage("Property 'virtio-blk-pci.drive' can't find value 'none'");
        bench.card.close();
        bench.drive.empty = true;
        assertThatThrownBy(() -> bench.cards.plug(new VirtioBlkPci(), bench.cards.bus(), BlkBench.given()))
                .hasMessage("Device needs media, but drive is empty");
        assertThat(bench.drive.user).isNull();
    }

    @Test
    void propertiesAreChecked() {
        BlkBench bench = new BlkBench(true);
        for (String[] wrong : new String[][] {
            {"queue-size", "100"},
            {"queue-size", "2048"},
            {"queue-size", "2"},
            {"num-queues", "0"},
            {"max-discard-sectors", "0"},
            {"max-write-zeroes-sectors", "4194304"},
            {"cyls", "65536"},
            {"logical_block_size", "1000"},
            {"logical_block_size", "4096"}
        }) {
            assertThatThrownBy(() -> bench.cards.plug(new VirtioBlkPci(), bench.cards.bus(), BlkBench.given(wrong)))
                    .as(String.join("=", wrong))
                    .isInstanceOf(DeviceException.class);
        }
    }
}

package org.margay.ide.internal;

import org.margay.block.drive.Drive;

/**
 * A hard disk (ATA/ATAPI-6, general feature set, with power management, 48-bit addresses and SMART). Nothing is mechanical in it:
 * commands without data are done at once.
 */
final class HardDisk extends AtaDevice implements IdeDevice<HardDisk.State> {
    private static final int LBA_MID_OF_SMART = 0x4F;
    private static final int LBA_HIGH_OF_SMART = 0xC2;
    private static final int TRIM = 0x01;

    /** All that the guest can see of it. */
    record State(AtaDevice.State common, DiskModes.State modes, DiskTransfer.State transfer) {
        State {
            if (common == null || modes == null || transfer == null) {
                throw new IllegalArgumentException("part of the disk is missing");
            }
        }
    }

    private final String driver;
    private final String path;
    private final DiskIdentity identity;
    private final DiskGeometry geometry;
    private final boolean writeCache;
    private final DiskModes modes = new DiskModes();
    private final DiskTransfer transfer = new DiskTransfer(this);
    private final Runnable gone;

    /**
     * Makes one that is not connected yet.
     *
     * @param gone called when it leaves
     */
    HardDisk(AtaChannel channel, Drive drive, String driver, String path, DiskIdentity identity, Runnable gone) {
        super(channel, drive);
        this.driver = driver;
        this.path = path;
        this.identity = identity;
        this.gone = gone;
        this.geometry = DiskGeometry.of(drive.settings(), sectors());
        this.writeCache = drive.writeCache();
        modes.reset(geometry, writeCache);
        diagnose();
    }

    DiskModes modes() {
        return modes;
    }

    DiskGeometry geometry() {
        return geometry;
    }

    /** How many there are. */
    long sectors() {
        return Math.min((drive().length() + DiskTransfer.SECTOR - 1) / DiskTransfer.SECTOR, 1L << 48);
    }

    @Override
    public String driver() {
        return driver;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    boolean packet() {
        return false;
    }

    @Override
    void execute(int code) {
        switch (code) {
            case AtaCommand.READ_SECTORS, AtaCommand.READ_SECTORS_NO_RETRY ->
                move(DiskTransfer.Work.READ, 1, false, false);
            case AtaCommand.READ_SECTORS_EXT -> move(DiskTransfer.Work.READ, 1, true, false);
            case AtaCommand.READ_MULTIPLE -> multiple(DiskTransfer.Work.READ, false, false);
            case AtaCommand.READ_MULTIPLE_EXT -> multiple(DiskTransfer.Work.READ, true, false);
            case AtaCommand.READ_DMA, AtaCommand.READ_DMA_NO_RETRY -> move(DiskTransfer.Work.READ_DMA, 1, false, false);
            case AtaCommand.READ_DMA_EXT -> move(DiskTransfer.Work.READ_DMA, 1, true, false);
            case AtaCommand.WRITE_SECTORS, AtaCommand.WRITE_SECTORS_NO_RETRY, AtaCommand.WRITE_VERIFY ->
                move(DiskTransfer.Work.WRITE, 1, false, false);
            case AtaCommand.WRITE_SECTORS_EXT -> move(DiskTransfer.Work.WRITE, 1, true, false);
            case AtaCommand.WRITE_MULTIPLE -> multiple(DiskTransfer.Work.WRITE, false, false);
            case AtaCommand.WRITE_MULTIPLE_EXT -> multiple(DiskTransfer.Work.WRITE, true, false);
            case AtaCommand.WRITE_MULTIPLE_FUA_EXT -> multiple(DiskTransfer.Work.WRITE, true, true);
            case AtaCommand.WRITE_DMA, AtaCommand.WRITE_DMA_NO_RETRY ->
                move(DiskTransfer.Work.WRITE_DMA, 1, false, false);
            case AtaCommand.WRITE_DMA_EXT -> move(DiskTransfer.Work.WRITE_DMA, 1, true, false);
            case AtaCommand.WRITE_DMA_FUA_EXT -> move(DiskTransfer.Work.WRITE_DMA, 1, true, true);
            case AtaCommand.READ_VERIFY, AtaCommand.READ_VERIFY_NO_RETRY ->
                move(DiskTransfer.Work.VERIFY, 1, false, false);
            case AtaCommand.READ_VERIFY_EXT -> move(DiskTransfer.Work.VERIFY, 1, true, false);
            case AtaCommand.FLUSH_CACHE, AtaCommand.FLUSH_CACHE_EXT -> transfer.flush();
            case AtaCommand.DATA_SET_MANAGEMENT -> trim();
            case AtaCommand.READ_NATIVE_MAX -> nativeMax(false);
            case AtaCommand.READ_NATIVE_MAX_EXT -> nativeMax(true);
            case AtaCommand.SEEK -> seek();
            case AtaCommand.RECALIBRATE -> complete();
            case AtaCommand.INITIALIZE_DEVICE_PARAMETERS -> initializeParameters();
            case AtaCommand.SET_MULTIPLE_MODE -> setMultiple();
            case AtaCommand.IDENTIFY_DEVICE -> transfer.page(identity.page(modes, geometry, sectors()));
            case AtaCommand.SET_FEATURES -> setFeatures();
            case AtaCommand.SMART -> smart();
            case AtaCommand.CHECK_POWER_MODE -> checkPower();
            case AtaCommand.IDLE, AtaCommand.IDLE_IMMEDIATE -> power(DiskModes.Power.IDLE);
            case AtaCommand.STANDBY, AtaCommand.STANDBY_IMMEDIATE, AtaCommand.SLEEP -> power(DiskModes.Power.STANDBY);
            case AtaCommand.IDENTIFY_PACKET_DEVICE, AtaCommand.PACKET, AtaCommand.DEVICE_RESET -> refuse();
            // NOP among them, whose purpose is to fail.
            default -> fail(TaskFile.ABORTED);
        }
    }

    /** A command of packet devices: hosts that ask for it find by the signature what they have before them (clause 8.16). */
    private void refuse() {
        registers().signature(false);
        fail(TaskFile.ABORTED);
    }

    private void multiple(DiskTransfer.Work work, boolean wide, boolean stable) {
        if (modes.multiple == 0) {
            fail(TaskFile.ABORTED);
        } else {
            move(work, modes.multiple, wide, stable);
        }
    }

    private void move(DiskTransfer.Work work, int block, boolean wide, boolean stable) {
        long sector = SectorAddress.get(registers(), wide, modes);
        int count = SectorAddress.count(registers(), wide);
        if (sector < 0 || sector > sectors() - count) {
            fail(TaskFile.ID_NOT_FOUND);
            return;
        }
        modes.power = DiskModes.Power.ACTIVE;
        transfer.start(work, sector, count, block, wide, stable);
    }

    private void seek() {
        long sector = SectorAddress.get(registers(), false, modes);
        if (sector < 0 || sector >= sectors()) {
            fail(TaskFile.ID_NOT_FOUND);
        } else {
            complete();
        }
    }

    private void trim() {
        int blocks = registers().count | registers().previousCount << 8;
        if (!identity.trim() || (registers().features & TRIM) == 0 || blocks == 0 || blocks > TrimRanges.MOST_BLOCKS) {
            fail(TaskFile.ABORTED);
        } else {
            transfer.discard(blocks);
        }
    }

    private void nativeMax(boolean wide) {
        long last = sectors() - 1;
        registers().device |= TaskFile.LBA;
        SectorAddress.set(registers(), wide ? last : Math.min(last, SectorAddress.LBA28_SECTORS - 1), wide, modes);
        complete();
    }

    private void initializeParameters() {
        int sectors = registers().count;
        if (sectors == 0) {
            fail(TaskFile.ABORTED);
            return;
        }
        modes.sectors = sectors;
        modes.heads = (registers().device & 0xF) + 1;
        complete();
    }

    private void setMultiple() {
        int wanted = registers().count;
        if (wanted > DiskModes.MOST_MULTIPLE || Integer.bitCount(wanted) > 1) {
            modes.multiple = 0;
            fail(TaskFile.ABORTED);
        } else {
            modes.multiple = wanted;
            complete();
        }
    }

    private void checkPower() {
        registers().count = switch (modes.power) {
            case ACTIVE, IDLE -> 0xFF;
            case STANDBY -> 0x00;
        };
        complete();
    }

    /** Nothing spins: asleep is no different from standing by, and does not have to be woken by a reset. */
    private void power(DiskModes.Power power) {
        modes.power = power;
        complete();
    }

    /** Clause 8.46; table 45 of subcommands. */
    private void setFeatures() {
        switch (registers().features) {
            case 0x02 -> setWriteCache(true);
            case 0x82 -> {
                setWriteCache(false);
                transfer.flush();
                return;
            }
            case 0x03 -> {
                int mode = registers().count;
                if (TransferMode.isDma(mode)) {
                    modes.transferMode = mode;
                } else if (!TransferMode.isPio(mode)) {
                    fail(TaskFile.ABORTED);
                    return;
                }
            }
            case 0x55 -> modes.lookAhead = false;
            case 0xAA -> modes.lookAhead = true;
            // Whether a software reset brings modes back to those of power-on: it does not, and may not be asked to.
            case 0x66 -> {}
            default -> {
                fail(TaskFile.ABORTED);
                return;
            }
        }
        complete();
    }

    private void setWriteCache(boolean on) {
        modes.writeCache = on;
        drive().setWriteCache(on);
    }

    /** Clause 8.55. */
    private void smart() {
        TaskFile registers = registers();
        int subcommand = registers.features;
        if (registers.mid != LBA_MID_OF_SMART
                || registers.high != LBA_HIGH_OF_SMART
                || !modes.smart && subcommand != 0xD8) {
            fail(TaskFile.ABORTED);
            return;
        }
        switch (subcommand) {
            case 0xD0 -> transfer.page(SmartPages.data(modes.smartAutosave));
            case 0xD1 -> transfer.page(SmartPages.thresholds());
            case 0xD2 -> {
                modes.smartAutosave = registers.count != 0;
                complete();
            }
            // Attributes are saved, a self-test is done and has found nothing.
            case 0xD3, 0xD4 -> complete();
            case 0xD5 -> {
                byte[] log = SmartPages.log(registers.low);
                if (log == null || registers.count != 1) {
                    fail(TaskFile.ABORTED);
                } else {
                    transfer.page(log);
                }
            }
            case 0xD8 -> {
                modes.smart = true;
                complete();
            }
            case 0xD9 -> {
                modes.smart = false;
                complete();
            }
            // The registers as they came say that no threshold was exceeded.
            case 0xDA -> complete();
            default -> fail(TaskFile.ABORTED);
        }
    }

    @Override
    void blockRead() {
        transfer.blockRead();
    }

    @Override
    void blockWritten() {
        transfer.blockWritten();
    }

    @Override
    void dmaStarted() {
        transfer.dma();
    }

    @Override
    void dmaStopped() {
        transfer.dmaStopped();
    }

    @Override
    void abandon() {
        transfer.abandon();
    }

    /** Modes outlive a software reset, but for addresses by cylinder, head and sector (clause 9.3). */
    @Override
    void resetModes() {
        modes.heads = geometry.heads();
        modes.sectors = geometry.sectors();
        modes.power = DiskModes.Power.ACTIVE;
    }

    @Override
    public void reset() {
        hardReset();
        modes.reset(geometry, writeCache);
        drive().setWriteCache(writeCache);
    }

    @Override
    public State save() {
        return new State(saveCommon(), modes.save(), transfer.save());
    }

    @Override
    public void restore(State state) {
        modes.restore(state.modes);
        drive().setWriteCache(modes.writeCache);
        restoreCommon(state.common);
        transfer.restore(state.transfer, state.common.phase());
    }

    @Override
    public boolean isAt(AtaChannel cable, int unit) {
        return cable.device(unit) == this;
    }

    @Override
    public void close() {
        disconnect();
        gone.run();
    }
}

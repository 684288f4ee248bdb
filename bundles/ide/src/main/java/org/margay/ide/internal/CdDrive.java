package org.margay.ide.internal;

import org.jspecify.annotations.Nullable;
import org.margay.block.drive.Drive;

/**
 * A CD-ROM and DVD-ROM drive with a tray: a packet device (ATA/ATAPI-6) that understands the commands of MMC-5 for reading data. Its
 * packet commands are in {@link CdCommands}.
 */
final class CdDrive extends AtaDevice implements IdeDevice<CdDrive.State> {
    /** Write error recovery is no matter here; eight retries, as most drives have it. */
    private static final int DEFAULT_RECOVERY = 0x0008;

    /**
     * All that the guest can see of it.
     *
     * @param sense of the last command that failed
     * @param attention whether the next command is to fail because of another medium
     * @param tray tray, lock, and events of them
     * @param recovery two bytes of the mode page of error recovery
     */
    record State(
            AtaDevice.State common,
            PacketTransfer.State transfer,
            Sense sense,
            boolean attention,
            Tray.State tray,
            int transferMode,
            int recovery,
            boolean standby) {
        State {
            if (common == null
                    || transfer == null
                    || sense == null
                    || tray == null
                    || !TransferMode.isDma(transferMode)
                    || (recovery & ~0xFFFF) != 0) {
                throw new IllegalArgumentException("CD-ROM drive");
            }
        }
    }

    private final String driver;
    private final String path;
    private final CdIdentity identity;
    private final PacketTransfer transfer = new PacketTransfer(this);
    private final CdCommands commands = new CdCommands(this, transfer);
    private final Tray tray;
    private Sense sense = Sense.NONE;
    private boolean attention;
    private int transferMode = TransferMode.DEFAULT;
    private int recovery = DEFAULT_RECOVERY;
    private boolean standby;

    CdDrive(AtaChannel channel, Drive drive, String driver, String path, CdIdentity identity) {
        super(channel, drive);
        this.driver = driver;
        this.path = path;
        this.identity = identity;
        this.tray = new Tray(drive);
        diagnose();
    }

    CdIdentity identity() {
        return identity;
    }

    Tray tray() {
        return tray;
    }

    /** The disc that can be read, or null. */
    @Nullable
    DiscPages disc() {
        long sectors = Math.min(drive().length() / DiscPages.SECTOR, 0xFFFF_FFFFL);
        return tray.isOpen() || sectors == 0 ? null : new DiscPages(sectors);
    }

    Sense noMedium() {
        return tray.isOpen() ? Sense.NO_MEDIUM_TRAY_OPEN : Sense.NO_MEDIUM_TRAY_CLOSED;
    }

    int recovery() {
        return recovery;
    }

    void setRecovery(int bytes) {
        recovery = bytes;
    }

    static int defaultRecovery() {
        return DEFAULT_RECOVERY;
    }

    /** Another medium may be in it. */
    void attend() {
        attention = true;
    }

    /** Whether another medium must be told now, which it is once. */
    boolean takeAttention() {
        boolean due = attention && disc() != null;
        attention &= !due;
        return due;
    }

    Sense takeSense() {
        Sense taken = sense;
        sense = Sense.NONE;
        return taken;
    }

    /** A packet command fails: the error register tells the kind, REQUEST SENSE more. */
    void sensed(Sense why) {
        sense = why;
        fail(why.key() << 4 | TaskFile.ABORTED);
    }

    void executePacket(Packet packet) {
        standby = false;
        commands.execute(packet);
    }

    void parametersCame(Packet packet, byte[] parameters) {
        commands.parametersCame(packet, parameters);
    }

    @Override
    boolean packet() {
        return true;
    }

    @Override
    void execute(int code) {
        switch (code) {
            case AtaCommand.PACKET -> transfer.start();
            case AtaCommand.IDENTIFY_PACKET_DEVICE -> {
                buffer().fill(identity.page(transferMode), IdentifyPage.SIZE);
                presentBlock(Phase.DATA_IN, IdentifyPage.SIZE);
                interrupt();
            }
            // By these two hosts may find packet devices: they fail, and show the signature (clauses 8.15 and 8.27).
            case AtaCommand.IDENTIFY_DEVICE, AtaCommand.READ_SECTORS -> {
                registers().signature(true);
                fail(TaskFile.ABORTED);
            }
            case AtaCommand.SET_FEATURES -> setFeatures();
            case AtaCommand.CHECK_POWER_MODE -> {
                registers().count = standby ? 0x00 : 0xFF;
                complete();
            }
            case AtaCommand.IDLE, AtaCommand.IDLE_IMMEDIATE -> {
                standby = false;
                complete();
            }
            case AtaCommand.STANDBY, AtaCommand.STANDBY_IMMEDIATE, AtaCommand.SLEEP -> {
                standby = true;
                complete();
            }
            default -> fail(TaskFile.ABORTED);
        }
    }

    private void setFeatures() {
        int mode = registers().count;
        if (registers().features != 0x03 || !TransferMode.isDma(mode) && !TransferMode.isPio(mode)) {
            fail(TaskFile.ABORTED);
            return;
        }
        if (TransferMode.isDma(mode)) {
            transferMode = mode;
        }
        complete();
    }

    /** The page of IDENTIFY PACKET DEVICE is no transfer of a packet. */
    @Override
    void blockRead() {
        if (transfer.idle()) {
            end();
        } else {
            transfer.blockRead();
        }
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

    @Override
    void resetModes() {
        standby = false;
    }

    /** The tray stays where it is, but is not locked any more. */
    @Override
    public void reset() {
        hardReset();
        sense = Sense.NONE;
        attention = false;
        transferMode = TransferMode.DEFAULT;
        recovery = DEFAULT_RECOVERY;
        tray.reset();
    }

    @Override
    public State save() {
        return new State(saveCommon(), transfer.save(), sense, attention, tray.save(), transferMode, recovery, standby);
    }

    @Override
    public void restore(State state) {
        sense = state.sense;
        attention = state.attention;
        tray.restore(state.tray);
        transferMode = state.transferMode;
        recovery = state.recovery;
        standby = state.standby;
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
    public boolean removable() {
        return true;
    }

    @Override
    public boolean trayOpen() {
        return tray.isOpen();
    }

    @Override
    public boolean locked() {
        return tray.isLocked();
    }

    @Override
    public void mediumChanged(boolean present) {
        tray.mediumChanged(present);
        attention = present;
    }

    @Override
    public void ejectRequested(boolean force) {
        tray.ejectRequested();
    }

    @Override
    public void resized() {
        attention = true;
    }
}

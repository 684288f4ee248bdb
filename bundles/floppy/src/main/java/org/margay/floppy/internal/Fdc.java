package org.margay.floppy.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Clock;
import org.margay.machine.IrqLine;
import org.margay.machine.Timer;
import org.margay.memory.IoHandler;
import org.margay.pc.DmaChannel;

/**
 * An Intel 82077AA floppy disk controller in AT mode (data sheet, order 290166): registers, phases of a command, interrupts. Seeks take
 * the time that SPECIFY says; data come as fast as the host takes them.
 */
final class Fdc implements IoHandler {
    /** Drives that can be connected. */
    static final int DRIVES = 2;

    /** Drives that there are commands for. */
    private static final int UNITS = 4;

    private static final int DIGITAL_OUTPUT = 2;
    private static final int TAPE_DRIVE = 3;
    private static final int MAIN_STATUS = 4;
    private static final int DATA = 5;
    private static final int DIGITAL_INPUT = 7;

    private static final int NOT_RESET = 0x04;
    private static final int GATE = 0x08;
    private static final int SOFTWARE_RESET = 0x80;
    private static final int REQUEST = 0x80;
    private static final int TO_HOST = 0x40;
    private static final int NON_DMA = 0x20;
    private static final int BUSY = 0x10;
    private static final int CHANGED = 0x80;
    private static final int RATE = 0x03;
    /** After a reset by the pin: 250 kb/s. */
    private static final int POWER_ON_RATE = 2;

    private static final int INVALID_COMMAND = 0x80;
    private static final int SEEK_END = 0x20;
    private static final int EQUIPMENT_CHECK = 0x10;
    private static final int READY_CHANGED = 0xC0;
    private static final int VERSION_82077 = 0x90;
    private static final int RECALIBRATE_STEPS = 79;
    /** Of the disk: 300 a minute. */
    private static final long ROTATION = 200_000_000L;

    /** Where a command is. */
    enum Phase {
        COMMAND,
        /** Data move, or READ ID waits for a sector. */
        EXECUTION,
        RESULT
    }

    /**
     * What the guest can see.
     *
     * @param output digital output register
     * @param rate of data, 0 to 3
     * @param bytes of the command so far, or results that are not read yet
     * @param readId when READ ID will have found a sector, or {@link Timer#NEVER}
     * @param units seeks of the four drives
     */
    @SuppressWarnings("ArrayRecordComponent")
    record State(
            int output,
            int rate,
            int tape,
            Phase phase,
            List<Integer> bytes,
            boolean interrupt,
            long readId,
            FdcSettings.State settings,
            FdcTransfer.State transfer,
            List<SeekUnit.State> units) {
        State {
            bytes = List.copyOf(bytes);
            units = List.copyOf(units);
            int limit = phase == Phase.RESULT ? 10 : 9;
            if ((output & ~0xFF) != 0
                    || (rate & ~RATE) != 0
                    || (tape & ~3) != 0
                    || phase == null
                    || settings == null
                    || transfer == null
                    || readId < 0
                    || bytes.size() > limit
                    || bytes.stream().anyMatch(each -> (each & ~0xFF) != 0)
                    || units.size() != UNITS) {
                throw new IllegalArgumentException("floppy controller");
            }
            boolean moving = transfer.step() != FdcTransfer.Step.IDLE;
            boolean looking = readId != Timer.NEVER;
            if ((phase == Phase.EXECUTION) != (moving || looking)
                    || moving && looking
                    || looking && bytes.size() != 2
                    || moving && !bytes.isEmpty()
                    || phase == Phase.RESULT && bytes.isEmpty()) {
                throw new IllegalArgumentException("floppy controller in two phases");
            }
            if (phase == Phase.COMMAND
                    && !bytes.isEmpty()
                    && bytes.size() >= FdcCommand.of(bytes.getFirst()).length()) {
                throw new IllegalArgumentException("floppy command that was not begun");
            }
        }
    }

    private final IrqLine line;
    private final Clock clock;
    private final boolean checkRate;
    private final @Nullable FloppyDrive[] drives = new @Nullable FloppyDrive[DRIVES];
    private final FdcSettings settings = new FdcSettings();
    private final FdcTransfer transfer;
    private final List<SeekUnit> units = new ArrayList<>();
    private final List<Integer> bytes = new ArrayList<>();
    private final Timer readId;
    private int output;
    private int rate = POWER_ON_RATE;
    private int tape;
    private Phase phase = Phase.COMMAND;
    private boolean interrupt;

    /** @param checkRate whether data can only be read at the medium's rate */
    Fdc(IrqLine line, DmaChannel channel, Clock clock, boolean checkRate) {
        this.line = line;
        this.clock = clock;
        this.checkRate = checkRate;
        this.transfer = new FdcTransfer(this, channel);
        this.readId = clock.timer(this::sectorPasses);
        for (int unit = 0; unit < UNITS; unit++) {
            units.add(new SeekUnit(clock, this::interrupt));
        }
        channel.onReady(transfer::dma);
    }

    @Nullable
    FloppyDrive drive(int unit) {
        return unit < DRIVES ? drives[unit] : null;
    }

    void connect(int unit, FloppyDrive drive) {
        drives[unit] = drive;
    }

    void disconnect(int unit) {
        FloppyDrive drive = drives[unit];
        if (drive != null) {
            transfer.abandon(drive);
            drives[unit] = null;
        }
    }

    FdcSettings settings() {
        return settings;
    }

    FdcTransfer transfer() {
        return transfer;
    }

    int cylinder(int unit) {
        return units.get(unit).cylinder();
    }

    void arrived(int unit, int cylinder) {
        units.get(unit).setCylinder(cylinder);
    }

    boolean wrongRate(FloppyFormat medium) {
        return checkRate && medium.rate() != rate;
    }

    @Override
    public long read(long offset, int size) {
        return switch ((int) offset) {
            case DIGITAL_OUTPUT -> output;
            case TAPE_DRIVE -> tape;
            case MAIN_STATUS -> status();
            case DATA -> readData();
            case DIGITAL_INPUT -> input();
            // Status registers A and B are not there in AT mode.
            default -> 0xFF;
        };
    }

    @Override
    public void write(long offset, int size, long value) {
        int written = (int) value & 0xFF;
        switch ((int) offset) {
            case DIGITAL_OUTPUT -> writeOutput(written);
            case TAPE_DRIVE -> tape = written & 3;
            case MAIN_STATUS -> {
                // The data rate select register.
                rate = written & RATE;
                if ((written & SOFTWARE_RESET) != 0 && running()) {
                    softReset();
                    leaveReset();
                }
            }
            case DATA -> writeData(written);
            case DIGITAL_INPUT -> rate = written & RATE;
            default -> {
                // Status registers can't be written.
            }
        }
    }

    private boolean running() {
        return (output & NOT_RESET) != 0;
    }

    private int status() {
        if (!running()) {
            return 0;
        }
        int status = 0;
        for (int unit = 0; unit < UNITS; unit++) {
            status |= units.get(unit).busy() ? 1 << unit : 0;
        }
        return status
                | switch (phase) {
                    case COMMAND -> REQUEST | (bytes.isEmpty() ? 0 : BUSY);
                    case RESULT -> REQUEST | TO_HOST | BUSY;
                    case EXECUTION ->
                        BUSY
                                | (transfer.byRegister()
                                        ? REQUEST | NON_DMA | (transfer.step() == FdcTransfer.Step.SEND ? TO_HOST : 0)
                                        : 0);
                };
    }

    /** DSKCHG of the drive that is selected and whose motor runs. */
    private int input() {
        int unit = output & 3;
        FloppyDrive drive = drive(unit);
        boolean selected = (output & 0x10 << unit) != 0;
        return drive != null && selected && drive.diskChange() ? CHANGED : 0;
    }

    private void writeOutput(int value) {
        boolean before = running();
        output = value;
        if (before && !running()) {
            softReset();
        } else if (!before && running()) {
            leaveReset();
        }
        updateLine();
    }

    private void softReset() {
        transfer.abandon();
        readId.disarm();
        units.forEach(SeekUnit::stop);
        settings.reset(false);
        phase = Phase.COMMAND;
        bytes.clear();
        acknowledge();
    }

    /** All drives change from not ready to ready, which polling finds (section 4.2). */
    private void leaveReset() {
        if (settings.polls()) {
            for (int unit = 0; unit < UNITS; unit++) {
                units.get(unit).readyChanged(READY_CHANGED | unit);
            }
            interrupt();
        }
    }

    void interrupt() {
        interrupt = true;
        updateLine();
    }

    void acknowledge() {
        interrupt = false;
        updateLine();
    }

    private void updateLine() {
        line.set(interrupt && (output & GATE) != 0);
    }

    private int readData() {
        if (phase == Phase.EXECUTION && transfer.byRegister() && transfer.step() == FdcTransfer.Step.SEND) {
            return transfer.readByte();
        }
        if (phase != Phase.RESULT) {
            return 0;
        }
        acknowledge();
        int value = bytes.removeFirst();
        if (bytes.isEmpty()) {
            phase = Phase.COMMAND;
        }
        return value;
    }

    private void writeData(int value) {
        if (!running()) {
            return;
        }
        if (phase == Phase.EXECUTION && transfer.byRegister() && transfer.step() == FdcTransfer.Step.RECEIVE) {
            transfer.writeByte(value);
            return;
        }
        if (phase != Phase.COMMAND) {
            return;
        }
        bytes.add(value);
        FdcCommand command = FdcCommand.of(bytes.getFirst());
        if (bytes.size() == command.length()) {
            execute(command);
        }
    }

    private void execute(FdcCommand command) {
        int second = bytes.size() > 1 ? bytes.get(1) : 0;
        int unit = second & 3;
        switch (command) {
            case READ_TRACK, READ_DATA, READ_DELETED_DATA, WRITE_DATA, WRITE_DELETED_DATA, VERIFY, FORMAT_TRACK -> {
                byte[] all = new byte[bytes.size()];
                for (int i = 0; i < all.length; i++) {
                    all[i] = (byte) (int) bytes.get(i);
                }
                bytes.clear();
                phase = Phase.EXECUTION;
                transfer.start(all);
            }
            case READ_ID -> lookForSector(unit);
            case RECALIBRATE -> recalibrate(unit);
            case SEEK -> seek(unit, bytes.get(2), second & 4);
            case RELATIVE_SEEK -> {
                int steps = (bytes.get(0) & 0x40) != 0 ? bytes.get(2) : -bytes.get(2);
                seek(unit, Math.clamp(units.get(unit).cylinder() + steps, 0, 0xFF), second & 4);
            }
            case SENSE_INTERRUPT_STATUS -> senseInterrupt();
            case SENSE_DRIVE_STATUS -> result(driveStatus(second));
            case SPECIFY -> {
                settings.stepAndUnload = second;
                settings.loadAndMode = bytes.get(2);
                done();
            }
            case CONFIGURE -> {
                settings.configuration = bytes.get(2) & 0x7F;
                settings.precompensationTrack = bytes.get(3);
                done();
            }
            case PERPENDICULAR_MODE -> {
                // The bits of drives change only with the overwrite bit set.
                settings.perpendicular =
                        (second & 0x80) != 0 ? second & 0x3F : settings.perpendicular & 0x3C | second & 0x03;
                done();
            }
            case LOCK -> {
                settings.locked = (bytes.getFirst() & 0x80) != 0;
                result(settings.locked ? 0x10 : 0);
            }
            case VERSION -> result(VERSION_82077);
            case DUMPREG -> dump();
            case INVALID -> result(INVALID_COMMAND);
        }
    }

    /** Ends a command that has no result. */
    private void done() {
        bytes.clear();
        phase = Phase.COMMAND;
    }

    private void result(int only) {
        bytes.clear();
        bytes.add(only);
        phase = Phase.RESULT;
    }

    /** Ends a command that tells how it went, and interrupts. */
    void result(int... all) {
        bytes.clear();
        for (int each : all) {
            bytes.add(each & 0xFF);
        }
        phase = Phase.RESULT;
        interrupt();
    }

    /** Section 5.2.9. */
    private void dump() {
        bytes.clear();
        units.forEach(unit -> bytes.add(unit.cylinder()));
        bytes.add(settings.stepAndUnload);
        bytes.add(settings.loadAndMode);
        bytes.add(lastSectors());
        bytes.add((settings.locked ? 0x80 : 0) | settings.perpendicular);
        bytes.add(settings.configuration);
        bytes.add(settings.precompensationTrack);
        phase = Phase.RESULT;
    }

    private int lastSectors() {
        FloppyDrive drive = drive(output & 3);
        FloppyFormat medium = drive == null ? null : drive.format();
        return medium == null ? 0 : medium.sectors();
    }

    private int driveStatus(int parameter) {
        FloppyDrive drive = drive(parameter & 3);
        int status = 0x28 | parameter & 7;
        if (drive == null) {
            return status;
        }
        return status | (drive.track() == 0 ? 0x10 : 0) | (drive.drive().readOnly() ? 0x40 : 0);
    }

    private void seek(int unit, int cylinder, int head) {
        FloppyDrive drive = drive(unit);
        int steps = Math.abs(cylinder - units.get(unit).cylinder());
        if (drive != null) {
            drive.moveTo(drive.track() + cylinder - units.get(unit).cylinder());
        }
        done();
        units.get(unit).start(cylinder, SEEK_END | head | unit, (steps + 1L) * settings.stepTime(rate));
    }

    /** Steps out until the drive says that it is at track 0, which a drive that is not there never does. */
    private void recalibrate(int unit) {
        FloppyDrive drive = drive(unit);
        int steps = drive == null ? RECALIBRATE_STEPS : Math.min(drive.track(), RECALIBRATE_STEPS);
        boolean found = drive != null && drive.track() <= RECALIBRATE_STEPS;
        if (drive != null) {
            drive.moveTo(drive.track() - steps);
        }
        int status = SEEK_END | unit | (found ? 0 : FdcTransfer.ABNORMAL | EQUIPMENT_CHECK);
        done();
        units.get(unit).start(0, status, (steps + 1L) * settings.stepTime(rate));
    }

    private void senseInterrupt() {
        for (SeekUnit unit : units) {
            if (unit.done()) {
                int status = unit.take();
                bytes.clear();
                bytes.add(status);
                bytes.add(unit.cylinder());
                phase = Phase.RESULT;
                acknowledge();
                return;
            }
        }
        result(INVALID_COMMAND);
    }

    /** The next address mark comes by when the disk has turned that far. */
    private void lookForSector(int unit) {
        FloppyDrive drive = drive(unit);
        FloppyFormat medium = drive == null ? null : drive.format();
        phase = Phase.EXECUTION;
        int sectors = medium == null ? 1 : medium.sectors();
        long sectorTime = ROTATION / sectors;
        readId.arm((clock.nanos() / sectorTime + 1) * sectorTime);
    }

    private void sectorPasses() {
        if (phase != Phase.EXECUTION || bytes.size() != 2) {
            return;
        }
        int parameter = bytes.get(1);
        FloppyDrive drive = drive(parameter & 3);
        FloppyFormat medium = drive == null ? null : drive.format();
        int head = parameter >> 2 & 1;
        if (drive == null
                || medium == null
                || wrongRate(medium)
                || drive.track() >= medium.cylinders()
                || head >= medium.heads()) {
            result(
                    FdcTransfer.ABNORMAL | parameter & 7,
                    FdcTransfer.MISSING_ADDRESS_MARK,
                    0,
                    cylinder(parameter & 3),
                    head,
                    0,
                    SectorId.SIZE_512);
            return;
        }
        long sectorTime = ROTATION / medium.sectors();
        int sector = (int) (clock.nanos() / sectorTime % medium.sectors()) + 1;
        result(parameter & 7, 0, 0, drive.track(), head, sector, SectorId.SIZE_512);
    }

    /** The pin RESET was asserted. */
    void hardReset() {
        softReset();
        settings.reset(true);
        units.forEach(SeekUnit::reset);
        output = 0;
        tape = 0;
        rate = POWER_ON_RATE;
        updateLine();
    }

    void close() {
        transfer.abandon();
        readId.disarm();
        units.forEach(SeekUnit::stop);
        line.set(false);
    }

    State save() {
        return new State(
                output,
                rate,
                tape,
                phase,
                bytes,
                interrupt,
                readId.deadline(),
                settings.save(),
                transfer.save(),
                units.stream().map(SeekUnit::save).toList());
    }

    void restore(State state) {
        output = state.output;
        rate = state.rate;
        tape = state.tape;
        phase = state.phase;
        bytes.clear();
        bytes.addAll(state.bytes);
        interrupt = state.interrupt;
        settings.restore(state.settings);
        for (int unit = 0; unit < UNITS; unit++) {
            units.get(unit).restore(state.units.get(unit));
        }
        readId.arm(state.readId);
        transfer.restore(state.transfer);
        updateLine();
    }
}

package org.margay.floppy.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.margay.block.drive.DriveOperation;
import org.margay.block.drive.DriveResult;
import org.margay.memory.IoVector;
import org.margay.pc.DmaChannel;

/**
 * The execution phase of commands that move data (82077AA data sheet, sections 5.1 and 6.1): sectors of a track, or of both sides of a
 * cylinder, by way of a buffer that holds as many as there are. They end with terminal count, or at the end of the track.
 */
final class FdcTransfer {
    static final int ABNORMAL = 0x40;
    static final int MISSING_ADDRESS_MARK = 0x01;
    static final int NOT_WRITABLE = 0x02;
    static final int NO_DATA = 0x04;
    static final int DATA_ERROR = 0x20;
    static final int END_OF_CYLINDER = 0x80;
    static final int WRONG_CYLINDER = 0x10;
    static final int DATA_ERROR_IN_DATA = 0x20;
    static final int CONTROL_MARK = 0x40;

    /** Both sides of a cylinder of the largest format. */
    private static final int CAPACITY = 128 * FloppyFormat.SECTOR;

    /** Bytes of a sector's address in FORMAT TRACK. */
    private static final int ADDRESS = 4;

    /** What is under way. */
    enum Step {
        IDLE,
        /** The medium is read. */
        FETCH,
        /** The buffer goes to the host. */
        SEND,
        /** The buffer is filled by the host. */
        RECEIVE,
        /** The medium is written. */
        STORE
    }

    /**
     * Where it is. What the medium does now is done again after a restore.
     *
     * @param command all its bytes
     * @param id of the first sector in the buffer
     * @param buffer what the host has still to read from a position on, or has written up to there
     * @param terminal whether the host has told that it was the last byte
     */
    @SuppressWarnings("ArrayRecordComponent")
    record State(Step step, byte[] command, SectorId id, byte[] buffer, int position, boolean terminal) {
        static final State IDLE = new State(Step.IDLE, new byte[0], new SectorId(0, 0, 0, 0), new byte[0], 0, false);

        State {
            command = command.clone();
            buffer = buffer.clone();
            boolean idle = step == Step.IDLE;
            if (step == null
                    || id == null
                    || buffer.length > CAPACITY
                    || position < 0
                    || position > buffer.length
                    || idle != (command.length == 0)
                    || !idle
                            && command.length
                                    != FdcCommand.of(command[0] & 0xFF).length()
                    || !idle && !moves(FdcCommand.of(command[0] & 0xFF))) {
                throw new IllegalArgumentException("floppy transfer");
            }
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof State state
                    && step == state.step
                    && Arrays.equals(command, state.command)
                    && id.equals(state.id)
                    && Arrays.equals(buffer, state.buffer)
                    && position == state.position
                    && terminal == state.terminal;
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(command);
        }
    }

    private final Fdc controller;
    private final DmaChannel channel;
    private final MemorySegment memory = Arena.ofAuto().allocate(CAPACITY);
    private Step step = Step.IDLE;
    private byte[] command = {};
    private SectorId id = new SectorId(0, 0, 0, 0);
    private int limit;
    private int position;
    private boolean terminal;
    /** The drive that works for it. */
    private @Nullable FloppyDrive busy;

    FdcTransfer(Fdc controller, DmaChannel channel) {
        this.controller = controller;
        this.channel = channel;
    }

    static boolean moves(FdcCommand command) {
        return switch (command) {
            case READ_TRACK, READ_DATA, READ_DELETED_DATA, WRITE_DATA, WRITE_DELETED_DATA, VERIFY, FORMAT_TRACK -> true;
            default -> false;
        };
    }

    private int parameter(int index) {
        return command[index] & 0xFF;
    }

    private FdcCommand kind() {
        return FdcCommand.of(parameter(0));
    }

    private boolean writes() {
        return kind() == FdcCommand.WRITE_DATA || kind() == FdcCommand.WRITE_DELETED_DATA;
    }

    private boolean bothSides() {
        return (parameter(0) & 0x80) != 0 && kind() != FdcCommand.READ_TRACK;
    }

    private int lastSector() {
        return parameter(6);
    }

    private int head() {
        return parameter(1) >> 2 & 1;
    }

    private @Nullable FloppyDrive drive() {
        return controller.drive(parameter(1) & 3);
    }

    Step step() {
        return step;
    }

    /** Whether the host moves bytes by the data register, and to itself. */
    boolean byRegister() {
        return (step == Step.SEND || step == Step.RECEIVE)
                && !controller.settings().usesDma();
    }

    /** Begins a command, all of whose bytes came. */
    void start(byte[] bytes) {
        command = bytes.clone();
        terminal = false;
        position = 0;
        limit = 0;
        boolean format = kind() == FdcCommand.FORMAT_TRACK;
        id = format
                ? new SectorId(controller.cylinder(parameter(1) & 3), head(), 1, parameter(2))
                : new SectorId(
                        parameter(2), parameter(3), kind() == FdcCommand.READ_TRACK ? 1 : parameter(4), parameter(5));
        FloppyDrive drive = drive();
        FloppyFormat medium = drive == null ? null : drive.format();
        if (drive == null || medium == null || controller.wrongRate(medium)) {
            end(ABNORMAL, MISSING_ADDRESS_MARK, 0);
            return;
        }
        if (controller.settings().impliedSeek() && !format) {
            drive.moveTo(id.cylinder());
            controller.arrived(parameter(1) & 3, id.cylinder());
        }
        if ((writes() || format) && drive.drive().readOnly()) {
            end(ABNORMAL, NOT_WRITABLE, 0);
        } else if (format) {
            limit = Math.min(ADDRESS * parameter(3), CAPACITY);
            if (limit == 0) {
                end(0, 0, 0);
            } else {
                step = Step.RECEIVE;
                go();
            }
        } else {
            nextBatch(drive, medium);
        }
    }

    /** Looks for the sector that comes next, and for those that lie behind it. */
    private void nextBatch(FloppyDrive drive, FloppyFormat medium) {
        if (!onTrack(drive, medium)) {
            return;
        }
        int last = Math.min(lastSector(), medium.sectors());
        int count = Math.max(last - id.sector() + 1, 1);
        if (kind() == FdcCommand.READ_DELETED_DATA) {
            // All marks on it are those of data: the first sector is read, and ends the command.
            count = 1;
        } else if (bothSides() && (id.head() & 1) == 0 && last == medium.sectors() && medium.heads() == 2) {
            count += last;
        }
        long first = medium.index(id.cylinder(), id.head() & 1, id.sector());
        long there = (drive.drive().length() + FloppyFormat.SECTOR - 1) / FloppyFormat.SECTOR - first;
        limit = (int) Math.min(count, Math.min(there, CAPACITY / FloppyFormat.SECTOR)) * FloppyFormat.SECTOR;
        position = 0;
        if (limit <= 0) {
            end(ABNORMAL, NO_DATA, 0);
            return;
        }
        step = writes() ? Step.RECEIVE : Step.FETCH;
        go();
    }

    private boolean onTrack(FloppyDrive drive, FloppyFormat medium) {
        boolean skipsAll = kind() == FdcCommand.READ_DELETED_DATA && (parameter(0) & 0x20) != 0;
        if (id.cylinder() != drive.track()) {
            end(ABNORMAL, NO_DATA, WRONG_CYLINDER);
        } else if (drive.track() >= medium.cylinders() || (id.head() & 1) >= medium.heads()) {
            end(ABNORMAL, MISSING_ADDRESS_MARK, 0);
        } else if (id.size() != SectorId.SIZE_512
                || id.head() > 1
                || id.sector() < 1
                || id.sector() > medium.sectors()
                || skipsAll) {
            end(ABNORMAL, NO_DATA, 0);
        } else {
            return true;
        }
        return false;
    }

    /** Does the step that is at hand, as far as that can be done now. */
    private void go() {
        switch (step) {
            case FETCH -> fetch();
            case STORE -> store();
            case SEND, RECEIVE -> {
                if (controller.settings().usesDma()) {
                    channel.request(true);
                    dma();
                } else {
                    controller.interrupt();
                }
            }
            case IDLE -> throw new IllegalStateException("nothing to do");
        }
    }

    private interface Next {
        void done(DriveResult result);
    }

    private void submit(DriveOperation operation, FloppyDrive drive, Next next) {
        busy = drive;
        drive.drive().submit(operation, result -> {
            busy = null;
            next.done(result);
        });
    }

    private IoVector vector(int bytes) {
        return IoVector.of(memory.asSlice(0, bytes));
    }

    private long offset(FloppyFormat medium, SectorId sector) {
        return medium.index(sector.cylinder(), sector.head() & 1, sector.sector()) * FloppyFormat.SECTOR;
    }

    private void fetch() {
        FloppyDrive drive = drive();
        FloppyFormat medium = drive == null ? null : drive.format();
        if (drive == null || medium == null) {
            end(ABNORMAL, MISSING_ADDRESS_MARK, 0);
            return;
        }
        if (!onTrack(drive, medium)) {
            return;
        }
        submit(new DriveOperation.Read(offset(medium, id), vector(limit)), drive, result -> {
            if (result.isError() && limit > FloppyFormat.SECTOR) {
                // What comes before the bad one is good.
                limit = FloppyFormat.SECTOR;
                fetch();
            } else if (result.isError()) {
                end(ABNORMAL, error(result), result == DriveResult.IO_ERROR ? DATA_ERROR_IN_DATA : 0);
            } else if (kind() == FdcCommand.VERIFY) {
                verified();
            } else {
                step = Step.SEND;
                go();
            }
        });
    }

    private static int error(DriveResult result) {
        return switch (result) {
            case NO_MEDIUM -> MISSING_ADDRESS_MARK;
            case READ_ONLY -> NOT_WRITABLE;
            case OUT_OF_RANGE -> NO_DATA;
            default -> DATA_ERROR;
        };
    }

    /** With EC set, the last parameter counts sectors; there is no terminal count. */
    private void verified() {
        boolean counted = (parameter(1) & 0x80) != 0;
        int wanted = counted && parameter(8) != 0 ? parameter(8) : Integer.MAX_VALUE;
        for (int sectors = limit / FloppyFormat.SECTOR; sectors > 0; sectors--) {
            position++;
            boolean atEnd = endsAt(id);
            id = id.next(lastSector(), bothSides());
            if (position >= wanted || atEnd) {
                end(counted && position < wanted ? ABNORMAL : 0, 0, 0);
                return;
            }
        }
        // Sectors are counted in the position, across batches.
        int counting = position;
        again();
        position = counting;
    }

    private boolean endsAt(SectorId sector) {
        return sector.sector() == lastSector() && (!bothSides() || (sector.head() & 1) == 1);
    }

    private void again() {
        FloppyDrive drive = drive();
        FloppyFormat medium = drive == null ? null : drive.format();
        if (drive == null || medium == null) {
            end(ABNORMAL, MISSING_ADDRESS_MARK, 0);
        } else {
            nextBatch(drive, medium);
        }
    }

    /** The channel became ready. */
    void dma() {
        if (step != Step.SEND && step != Step.RECEIVE || !controller.settings().usesDma() || !channel.ready()) {
            return;
        }
        int length = Math.min(limit - position, channel.remaining());
        terminal = length == channel.remaining();
        byte[] bytes = new byte[length];
        if (step == Step.SEND) {
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, position, bytes, 0, length);
        }
        int moved = channel.transfer(bytes, 0, length);
        if (step == Step.RECEIVE) {
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, position, moved);
        }
        position += moved;
        terminal &= moved == length;
        if (terminal || position == limit) {
            moved();
        }
    }

    int readByte() {
        int value = memory.get(ValueLayout.JAVA_BYTE, position) & 0xFF;
        stepRegister();
        return value;
    }

    void writeByte(int value) {
        memory.set(ValueLayout.JAVA_BYTE, position, (byte) value);
        stepRegister();
    }

    private void stepRegister() {
        controller.acknowledge();
        position++;
        if (position == limit) {
            moved();
        }
    }

    /** The buffer was read, or filled, or there will be no more of it. */
    private void moved() {
        channel.request(false);
        if (step == Step.SEND) {
            passed(position);
        } else {
            fillUp();
            step = Step.STORE;
            go();
        }
    }

    /** The rest of a sector that the host did not fill is zeros. */
    private void fillUp() {
        if (kind() == FdcCommand.FORMAT_TRACK) {
            limit = position / ADDRESS * ADDRESS;
            return;
        }
        int whole = (position + FloppyFormat.SECTOR - 1) / FloppyFormat.SECTOR * FloppyFormat.SECTOR;
        memory.asSlice(position, whole - position).fill((byte) 0);
        limit = whole;
    }

    private void store() {
        FloppyDrive drive = drive();
        FloppyFormat medium = drive == null ? null : drive.format();
        if (drive == null || medium == null) {
            end(ABNORMAL, MISSING_ADDRESS_MARK, 0);
        } else if (kind() == FdcCommand.FORMAT_TRACK) {
            format(drive, medium);
        } else if (onTrack(drive, medium)) {
            submit(new DriveOperation.Write(offset(medium, id), vector(limit)), drive, result -> {
                if (result.isError()) {
                    end(ABNORMAL, error(result), result == DriveResult.IO_ERROR ? DATA_ERROR_IN_DATA : 0);
                } else {
                    passed(limit);
                }
            });
        }
    }

    /** Fills those sectors of the track that the host named; others can't be on the medium. */
    private void format(FloppyDrive drive, FloppyFormat medium) {
        int first = medium.sectors() + 1;
        int last = 0;
        for (int at = 0; at < limit; at += ADDRESS) {
            int sector = memory.get(ValueLayout.JAVA_BYTE, at + 2) & 0xFF;
            boolean fits = (memory.get(ValueLayout.JAVA_BYTE, at) & 0xFF) == drive.track()
                    && (memory.get(ValueLayout.JAVA_BYTE, at + 1) & 0xFF) == head()
                    && memory.get(ValueLayout.JAVA_BYTE, at + 3) == SectorId.SIZE_512
                    && sector >= 1
                    && sector <= medium.sectors();
            if (fits) {
                first = Math.min(first, sector);
                last = Math.max(last, sector);
            }
        }
        if (last == 0 || drive.track() >= medium.cylinders() || head() >= medium.heads()) {
            end(ABNORMAL, MISSING_ADDRESS_MARK, 0);
            return;
        }
        int bytes = (last - first + 1) * FloppyFormat.SECTOR;
        MemorySegment content = Arena.ofAuto().allocate(bytes).fill((byte) parameter(5));
        long offset = medium.index(drive.track(), head(), first) * FloppyFormat.SECTOR;
        submit(new DriveOperation.Write(offset, IoVector.of(content)), drive, result -> {
            if (result.isError()) {
                end(ABNORMAL, error(result), 0);
            } else {
                end(0, 0, 0);
            }
        });
    }

    /** Sectors are done: on to the next ones, or to the end. */
    private void passed(int bytes) {
        boolean atEnd = false;
        for (int done = 0; done < bytes; done += FloppyFormat.SECTOR) {
            atEnd = endsAt(id);
            id = id.next(lastSector(), bothSides());
        }
        if (kind() == FdcCommand.READ_DELETED_DATA) {
            end(0, 0, CONTROL_MARK);
        } else if (terminal) {
            end(0, 0, 0);
        } else if (atEnd) {
            end(ABNORMAL, END_OF_CYLINDER, 0);
        } else {
            again();
        }
    }

    private void end(int status0, int status1, int status2) {
        byte[] ended = command;
        reset();
        controller.result(status0 | ended[1] & 7, status1, status2, id.cylinder(), id.head(), id.sector(), id.size());
    }

    private void reset() {
        step = Step.IDLE;
        command = new byte[0];
        limit = 0;
        position = 0;
        channel.request(false);
    }

    /** The command is not to go on. */
    void abandon() {
        if (busy != null) {
            busy.drive().cancel();
            busy = null;
        }
        reset();
    }

    /** A drive leaves. */
    void abandon(FloppyDrive drive) {
        if (drive.equals(busy)) {
            abandon();
        }
    }

    State save() {
        return new State(
                step, command, id, memory.asSlice(0, limit).toArray(ValueLayout.JAVA_BYTE), position, terminal);
    }

    void restore(State state) {
        if (state.step == Step.SEND && state.position >= state.buffer.length
                || state.step == Step.RECEIVE && state.position >= state.buffer.length
                || state.step == Step.STORE && state.buffer.length == 0
                || state.step == Step.FETCH
                        && (state.buffer.length == 0 || state.buffer.length % FloppyFormat.SECTOR != 0)) {
            throw new IllegalArgumentException("floppy transfer without data");
        }
        step = state.step;
        command = state.command.clone();
        id = state.id;
        limit = state.buffer.length;
        MemorySegment.copy(state.buffer, 0, memory, ValueLayout.JAVA_BYTE, 0, limit);
        position = state.position;
        terminal = state.terminal;
        if (byRegister() || step == Step.IDLE) {
            return;
        }
        FloppyDrive drive = drive();
        if (drive != null) {
            resume(drive);
        }
    }

    /** Has done again what was under way, once the drive is there. */
    void resume(FloppyDrive drive) {
        if (step != Step.IDLE && !byRegister() && drive.equals(drive())) {
            go();
        }
    }
}

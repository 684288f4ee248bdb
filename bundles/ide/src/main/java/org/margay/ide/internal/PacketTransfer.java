package org.margay.ide.internal;

import java.lang.foreign.MemorySegment;
import org.margay.block.drive.DriveOperation;
import org.margay.block.drive.DriveResult;
import org.margay.memory.IoVector;

/**
 * The phases of a packet command (ATA/ATAPI-6, clauses 9.8 and 9.9): the packet comes by the data register, what it asks for goes, or
 * what it needs comes, by the data register in blocks of at most what the host allows, or by DMA.
 */
final class PacketTransfer {
    private static final int BATCH = PioBuffer.CAPACITY / DiscPages.SECTOR;
    private static final int DMA_CHUNK = 4 << 20;
    /** Interrupt reason: a command or its end, not data. */
    private static final int COMMAND = 1;
    /** Interrupt reason: to the host. */
    private static final int TO_HOST = 2;
    /** Most bytes in a block when the host allows any number. */
    private static final int MOST_BYTES = 0xFFFE;

    /** What is under way. */
    enum Work {
        NONE,
        /** The host writes the packet. */
        PACKET,
        /** The buffer goes to the host. */
        REPLY,
        REPLY_DMA,
        /** Parameters come from the host into the buffer. */
        PARAMETERS,
        PARAMETERS_DMA,
        /** Sectors go to the host, by way of the buffer. */
        READ,
        READ_DMA,
        /** Sectors of user data go to where the host wants them. */
        DIRECT_DMA;

        boolean isDma() {
            return this == REPLY_DMA || this == PARAMETERS_DMA || this == READ_DMA || this == DIRECT_DMA;
        }
    }

    /**
     * Where it is. What the medium does now is done again after a restore.
     *
     * @param sector first one of those that are not done, or are in the buffer
     * @param left how many
     * @param selection of {@link RawSector}
     * @param limit bytes in a block that the host allows
     * @param dma whether the host wants DMA
     */
    record State(Work work, Packet packet, long sector, int left, int selection, int limit, boolean dma) {
        State {
            if (work == null
                    || packet == null
                    || sector < 0
                    || sector > 0xFFFF_FFFFL
                    || left < 0
                    || (selection & ~RawSector.ALL) != 0
                    || limit < 2
                    || limit > MOST_BYTES
                    || limit % 2 != 0) {
                throw new IllegalArgumentException("packet transfer");
            }
        }
    }

    private final CdDrive drive;
    private Work work = Work.NONE;
    private Packet packet = new Packet(new byte[Packet.SIZE]);
    private long sector;
    private int left;
    private int selection = RawSector.DATA;
    private int limit = MOST_BYTES;
    private boolean dma;
    private boolean submitted;

    PacketTransfer(CdDrive drive) {
        this.drive = drive;
    }

    /** Whether no packet command is under way. */
    boolean idle() {
        return work == Work.NONE;
    }

    /** The command PACKET: the host is to write twelve bytes. */
    void start() {
        TaskFile registers = drive.registers();
        dma = (registers.features & 1) != 0;
        int allowed = registers.mid | registers.high << 8;
        limit = Math.min(allowed & ~1, MOST_BYTES);
        if (limit == 0) {
            limit = MOST_BYTES;
        }
        work = Work.PACKET;
        registers.count = COMMAND;
        drive.buffer().begin(Packet.SIZE);
        drive.presentBlock(AtaDevice.Phase.DATA_OUT, Packet.SIZE);
    }

    /** Sends a reply, cut to what the host has room for. */
    void reply(byte[] reply, int room) {
        int length = Math.min(reply.length, room);
        if (length == 0) {
            succeeded();
            return;
        }
        drive.buffer().fill(reply, length);
        left = length;
        work = dma ? Work.REPLY_DMA : Work.REPLY;
        proceed();
    }

    /** Fetches parameters, for {@link CdDrive#parametersCame}. */
    void receive(int length) {
        drive.buffer().begin(length);
        left = length;
        work = dma ? Work.PARAMETERS_DMA : Work.PARAMETERS;
        proceed();
    }

    /** Sends sectors, or what is selected of them. */
    void read(long first, int count, int selected) {
        sector = first;
        left = count;
        selection = selected;
        work = !dma ? Work.READ : selected == RawSector.DATA ? Work.DIRECT_DMA : Work.READ_DMA;
        proceed();
    }

    private void proceed() {
        switch (work) {
            case REPLY -> present();
            case PARAMETERS -> {
                drive.registers().count = 0;
                block(AtaDevice.Phase.DATA_OUT);
            }
            case READ -> fetch();
            case REPLY_DMA, PARAMETERS_DMA, READ_DMA, DIRECT_DMA -> dma();
            case NONE, PACKET -> throw new IllegalStateException("nothing to do in " + work);
        }
    }

    private void present() {
        drive.registers().count = TO_HOST;
        block(AtaDevice.Phase.DATA_IN);
    }

    /** The registers tell the host how many bytes it is to move. */
    private void block(AtaDevice.Phase direction) {
        int before = drive.buffer().position();
        int bytes = drive.presentBlock(direction, limit);
        if (work != Work.READ) {
            // The last byte of an odd number comes with one that does not count.
            bytes = Math.clamp(left - before, 0, bytes);
        }
        drive.registers().mid = bytes & 0xFF;
        drive.registers().high = bytes >>> 8;
        drive.interrupt();
    }

    private interface Next {
        void done();
    }

    private void submitRead(IoVector target, Runnable always, Next next) {
        submitted = true;
        drive.drive().submit(new DriveOperation.Read(sector * DiscPages.SECTOR, target), result -> {
            submitted = false;
            always.run();
            if (result.isError()) {
                failed(sense(result));
            } else {
                next.done();
            }
        });
    }

    private Sense sense(DriveResult result) {
        return switch (result) {
            case NO_MEDIUM -> drive.noMedium();
            case OUT_OF_RANGE -> Sense.OUT_OF_RANGE;
            default -> Sense.UNRECOVERED_READ;
        };
    }

    /** So many that they fit into the buffer when they are whole ones. */
    private int batch() {
        int size = Math.max(RawSector.size(selection), DiscPages.SECTOR);
        return Math.min(left, selection == RawSector.DATA ? BATCH : PioBuffer.CAPACITY / size);
    }

    private void fetch() {
        int count = batch();
        drive.buffer().begin(count * DiscPages.SECTOR);
        submitRead(drive.buffer().vector(count * DiscPages.SECTOR), () -> {}, () -> {
            select(count);
            if (work == Work.READ) {
                present();
            } else {
                send();
            }
        });
    }

    /** Makes of user data in the buffer what was asked for. */
    private void select(int count) {
        if (selection == RawSector.DATA) {
            return;
        }
        byte[] data = drive.buffer().bytes(count * DiscPages.SECTOR);
        byte[] raw = new byte[count * RawSector.size(selection)];
        for (int i = 0, at = 0; i < count; i++) {
            at += RawSector.make(sector + i, data, i * DiscPages.SECTOR, selection, raw, at);
        }
        drive.buffer().fill(raw, raw.length);
    }

    /** Sectors in the buffer, after they were selected from. */
    private int inBuffer() {
        return drive.buffer().limit() / RawSector.size(selection);
    }

    void blockRead() {
        if (!drive.buffer().done()) {
            present();
            return;
        }
        if (work == Work.READ) {
            int count = inBuffer();
            sector += count;
            left -= count;
            if (left > 0) {
                fetch();
                return;
            }
        }
        succeeded();
    }

    void blockWritten() {
        if (work == Work.PACKET) {
            packet = new Packet(drive.buffer().bytes(Packet.SIZE));
            work = Work.NONE;
            drive.executePacket(packet);
        } else if (drive.buffer().done()) {
            parametersCame();
        } else {
            block(AtaDevice.Phase.DATA_OUT);
        }
    }

    private void parametersCame() {
        byte[] parameters = drive.buffer().bytes(left);
        work = Work.NONE;
        drive.parametersCame(packet, parameters);
    }

    /** Goes on with DMA if it can. */
    void dma() {
        if (!work.isDma() || submitted || !drive.dma().started()) {
            return;
        }
        switch (work) {
            case REPLY_DMA -> {
                if (copyOut(left)) {
                    succeeded();
                }
            }
            case PARAMETERS_DMA -> {
                if (copyIn(left)) {
                    parametersCame();
                }
            }
            case READ_DMA -> fetch();
            default -> direct();
        }
    }

    /** Has the medium write to where the host wants it. */
    private void direct() {
        int wanted = (int) Math.min((long) left * DiscPages.SECTOR, DMA_CHUNK);
        DmaWindow window = drive.dma().window(wanted, true);
        int count = window.bytes() / DiscPages.SECTOR;
        if (count == 0) {
            drive.dma().exhausted();
            return;
        }
        IoVector target = window.memory().vector().slice(0, (long) count * DiscPages.SECTOR);
        submitRead(
                target,
                () -> {
                    window.memory().written();
                    drive.dma().moved(window);
                },
                () -> {
                    sector += count;
                    left -= count;
                    proceedOrSucceed();
                });
    }

    private void proceedOrSucceed() {
        if (left > 0) {
            dma();
        } else {
            succeeded();
        }
    }

    /** Sends a batch from the buffer. */
    private void send() {
        int count = inBuffer();
        if (copyOut(drive.buffer().limit())) {
            sector += count;
            left -= count;
            proceedOrSucceed();
        }
    }

    /** @return false when the host has not described enough memory; with more of it, it is tried again from the start */
    private boolean copyOut(int bytes) {
        DmaWindow window = drive.dma().window(bytes, true);
        IoVector target = window.memory().vector();
        target.copyFrom(drive.buffer().segment(window.bytes()));
        window.memory().written();
        return allMoved(window, bytes);
    }

    private boolean copyIn(int bytes) {
        DmaWindow window = drive.dma().window(bytes, false);
        MemorySegment target = drive.buffer().segment(window.bytes());
        window.memory().vector().copyTo(target);
        return allMoved(window, bytes);
    }

    private boolean allMoved(DmaWindow window, int bytes) {
        drive.dma().moved(window);
        if (window.bytes() < bytes) {
            drive.dma().exhausted();
            return false;
        }
        return true;
    }

    void dmaStopped() {
        if (work.isDma() && submitted) {
            drive.drive().cancel();
            submitted = false;
        }
    }

    /** The command is done. */
    void succeeded() {
        work = Work.NONE;
        drive.registers().count = COMMAND | TO_HOST;
        drive.complete();
    }

    /** The command failed. */
    void failed(Sense sense) {
        work = Work.NONE;
        drive.registers().count = COMMAND | TO_HOST;
        drive.sensed(sense);
    }

    void abandon() {
        if (submitted) {
            drive.drive().cancel();
            submitted = false;
        }
        work = Work.NONE;
    }

    State save() {
        return new State(work, packet, sector, left, selection, limit, dma);
    }

    /**
     * Takes a state over, after the drive has what else it needs, and has done again what was under way.
     *
     * @throws IllegalArgumentException when it does not fit the drive's phase
     */
    void restore(State state, AtaDevice.Phase phase) {
        check(state, phase);
        work = state.work;
        packet = state.packet;
        sector = state.sector;
        left = state.left;
        selection = state.selection;
        limit = state.limit;
        dma = state.dma;
        if (phase == AtaDevice.Phase.BUSY) {
            proceed();
        }
    }

    private void check(State state, AtaDevice.Phase phase) {
        int inBuffer = drive.buffer().limit();
        boolean fits = switch (state.work) {
            case NONE -> phase == AtaDevice.Phase.IDLE || phase == AtaDevice.Phase.DATA_IN;
            case PACKET -> phase == AtaDevice.Phase.DATA_OUT && inBuffer == Packet.SIZE;
            case REPLY -> phase == AtaDevice.Phase.DATA_IN && state.left <= inBuffer;
            case PARAMETERS -> phase == AtaDevice.Phase.DATA_OUT && state.left <= inBuffer;
            case REPLY_DMA, PARAMETERS_DMA -> phase == AtaDevice.Phase.BUSY && state.left <= inBuffer;
            case READ ->
                (phase == AtaDevice.Phase.BUSY || phase == AtaDevice.Phase.DATA_IN)
                        && state.left > 0
                        && RawSector.size(state.selection) > 0
                        && (phase == AtaDevice.Phase.BUSY
                                || inBuffer > 0
                                        && inBuffer % RawSector.size(state.selection) == 0
                                        && inBuffer / RawSector.size(state.selection) <= state.left);
            case READ_DMA, DIRECT_DMA ->
                phase == AtaDevice.Phase.BUSY && state.left > 0 && RawSector.size(state.selection) > 0;
        };
        if (!fits) {
            throw new IllegalArgumentException("packet transfer in a phase of something else");
        }
    }
}

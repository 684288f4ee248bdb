package org.margay.ide.internal;

import org.margay.block.drive.Drive;
import org.margay.block.drive.DriveUser;

/**
 * What hard disks and CD-ROM drives have in common: registers, phases of a command, the data register, resets. Subclasses carry out
 * commands: they end each by {@link #complete} or {@link #fail}, after phases of data where it has some. Under the machine lock.
 */
abstract class AtaDevice implements DriveUser {
    /** Who has the registers, and why. */
    enum Phase {
        /** The host. */
        IDLE,
        /** The device: it works, or waits for the bus master. */
        BUSY,
        /** The host reads a block from the data register. */
        DATA_IN,
        /** The host writes a block to the data register. */
        DATA_OUT
    }

    /** What all devices save. */
    record State(TaskFile.State registers, Phase phase, boolean interrupt, PioBuffer.State buffer) {
        State {
            if (registers == null || phase == null || buffer == null) {
                throw new IllegalArgumentException("part of the ATA device is missing");
            }
            boolean data = phase == Phase.DATA_IN || phase == Phase.DATA_OUT;
            if (data != buffer.position() < buffer.blockEnd()) {
                throw new IllegalArgumentException("ATA data phase without data, or the other way round");
            }
        }
    }

    private final AtaChannel channel;
    private final Drive drive;
    private final TaskFile registers = new TaskFile();
    private final PioBuffer buffer = new PioBuffer();
    private Phase phase = Phase.IDLE;
    private boolean interrupt;

    AtaDevice(AtaChannel channel, Drive drive) {
        this.channel = channel;
        this.drive = drive;
    }

    /** Whether it is a packet device. */
    abstract boolean packet();

    /** Carries out a command; the registers hold its parameters and are the device's, as {@link #begin} says. */
    abstract void execute(int code);

    /** The host has read the block. */
    abstract void blockRead();

    /** The host has written the block. */
    abstract void blockWritten();

    /** The bus master was started: a command that waits for it goes on. */
    abstract void dmaStarted();

    /** The bus master was stopped: what it was about to move is not moved. */
    abstract void dmaStopped();

    /** The command under way is not to go on. */
    abstract void abandon();

    /** What a reset by command or software does to the device's modes. */
    abstract void resetModes();

    final TaskFile registers() {
        return registers;
    }

    final PioBuffer buffer() {
        return buffer;
    }

    final Drive drive() {
        return drive;
    }

    final DmaHost dma() {
        return channel.dma();
    }

    final Phase phase() {
        return phase;
    }

    /** Whether the host may write registers now. */
    final boolean takesRegisters() {
        return phase == Phase.IDLE;
    }

    final boolean interrupting() {
        return interrupt;
    }

    final int status() {
        return registers.status
                | switch (phase) {
                    case IDLE -> 0;
                    case BUSY -> TaskFile.BUSY;
                    case DATA_IN, DATA_OUT -> TaskFile.DATA_REQUEST;
                };
    }

    /** The host read the status: it knows of the interrupt. */
    final void acknowledge() {
        interrupt = false;
        channel.updateLine();
    }

    final void interrupt() {
        interrupt = true;
        channel.updateLine();
    }

    /** The host wrote the command register; while a command is under way only a reset is heard (clause 9.6). */
    final void command(int code) {
        if (code == AtaCommand.DEVICE_RESET && packet()) {
            abandon();
            diagnose();
            registers.status = 0;
            return;
        }
        if (phase != Phase.IDLE) {
            return;
        }
        interrupt = false;
        channel.updateLine();
        registers.status = TaskFile.READY | TaskFile.SEEK_COMPLETE;
        registers.error = 0;
        begin();
        execute(AtaCommand.canonical(code));
    }

    /** The device works. */
    final void begin() {
        phase = Phase.BUSY;
    }

    /** The command is done. */
    final void complete() {
        end();
        interrupt();
    }

    /** The command ends with bits of the error register. */
    final void fail(int error) {
        registers.status |= TaskFile.ERROR;
        registers.error = error;
        complete();
    }

    /** The command ends without telling the host. */
    final void end() {
        phase = Phase.IDLE;
        buffer.clear();
    }

    /** Lets the host read or write the next block of the buffer, of at most so many bytes. */
    final int presentBlock(Phase direction, int bytes) {
        phase = direction;
        return buffer.nextBlock(bytes);
    }

    final int readData() {
        if (phase != Phase.DATA_IN) {
            return 0xFFFF;
        }
        int word = buffer.readWord();
        if (buffer.blockDone()) {
            begin();
            blockRead();
        }
        return word;
    }

    final void writeData(int word) {
        if (phase != Phase.DATA_OUT) {
            return;
        }
        buffer.writeWord(word);
        if (buffer.blockDone()) {
            begin();
            blockWritten();
        }
    }

    /** Finds itself in order, and shows its signature (clauses 8.11 and 9.12). */
    final void diagnose() {
        registers.error = 1;
        registers.signature(packet());
        registers.status = packet() ? 0 : TaskFile.READY | TaskFile.SEEK_COMPLETE;
        end();
    }

    /** The host set SRST. */
    final void softReset() {
        abandon();
        interrupt = false;
        resetModes();
        diagnose();
        registers.device = 0;
    }

    /** RESET- was asserted, or power came on. */
    final void hardReset() {
        softReset();
        registers.features = 0;
        registers.previousFeatures = 0;
        channel.updateLine();
    }

    final State saveCommon() {
        return new State(registers.save(), phase, interrupt, buffer.save());
    }

    final void restoreCommon(State state) {
        registers.restore(state.registers);
        phase = state.phase;
        buffer.restore(state.buffer);
        interrupt = state.interrupt;
        channel.updateLine();
    }

    /** Leaves cable and drive. */
    final void disconnect() {
        abandon();
        channel.disconnect(this);
        drive.detach(this);
    }
}

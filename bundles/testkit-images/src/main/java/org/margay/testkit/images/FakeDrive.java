package org.margay.testkit.images;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.block.drive.Drive;
import org.margay.block.drive.DriveOperation;
import org.margay.block.drive.DriveResult;
import org.margay.block.drive.DriveSettings;
import org.margay.block.drive.DriveUser;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;

/** A drive in memory, which does what it is told when the machine's loop comes by, or later when told to hold. Under the machine lock. */
public final class FakeDrive implements Drive {
    private record Pending(DriveOperation operation, Completion completion) {}

    private final Machine machine;
    private final String id;
    private final List<Pending> pending = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private byte @Nullable [] content;
    private @Nullable DriveUser user;

    /** While set, nothing is done; {@link #release} goes on. */
    public boolean hold;

    public boolean cache = true;
    public boolean readOnly;
    public boolean cdrom;

    /** From this byte on all fails, flushes too; negative: nothing does. */
    public long badFrom = -1;

    /** How it fails. */
    public DriveResult failure = DriveResult.IO_ERROR;

    /** @param size bytes of its medium, negative for none */
    public FakeDrive(Machine machine, String id, int size) {
        this.machine = machine;
        this.id = id;
        content = size < 0 ? null : new byte[size];
    }

    /** Its medium itself; empty without one. */
    public byte[] content() {
        return content == null ? new byte[0] : content;
    }

    /** Puts a medium in, or takes it out. */
    public void change(byte @Nullable [] medium) {
        content = medium;
        if (user != null) {
            user.mediumChanged(medium != null);
        }
    }

    /** The device that has it. */
    public @Nullable DriveUser user() {
        return user;
    }

    /** What was asked, such as "flush" and "write 512+512", since the last call. */
    public List<String> takeLog() {
        List<String> taken = List.copyOf(log);
        log.clear();
        return taken;
    }

    /** Gives another one the same medium and switches. */
    public void copyTo(FakeDrive other) {
        other.content = content == null ? null : content.clone();
        other.hold = hold;
        other.cache = cache;
        other.badFrom = badFrom;
    }

    /** Goes on after {@link #hold}. */
    public void release() {
        hold = false;
        machine.later(this::work);
    }

    private void work() {
        while (!hold && !pending.isEmpty()) {
            Pending next = pending.removeFirst();
            next.completion.done(perform(next.operation));
        }
    }

    private DriveResult perform(DriveOperation operation) {
        byte[] bytes = content;
        if (bytes == null) {
            return DriveResult.NO_MEDIUM;
        }
        return switch (operation) {
            case DriveOperation.Read read -> {
                long size = read.target().size();
                log.add("read %d+%d".formatted(read.offset(), size));
                if (read.offset() % 512 != 0 || size % 512 != 0 || read.offset() + size > bytes.length) {
                    yield DriveResult.OUT_OF_RANGE;
                }
                if (badFrom >= 0 && read.offset() + size > badFrom) {
                    yield failure;
                }
                MemorySegment copy = MemorySegment.ofArray(bytes).asSlice(read.offset(), size);
                read.target().copyFrom(copy);
                yield DriveResult.DONE;
            }
            case DriveOperation.Write write -> {
                long size = write.source().size();
                log.add("write %d+%d".formatted(write.offset(), size));
                if (write.offset() % 512 != 0 || size % 512 != 0 || write.offset() + size > bytes.length) {
                    yield DriveResult.OUT_OF_RANGE;
                }
                if (badFrom >= 0 && write.offset() + size > badFrom) {
                    yield failure;
                }
                int at = (int) write.offset();
                for (MemorySegment piece : write.source().pieces()) {
                    MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, 0, bytes, at, (int) piece.byteSize());
                    at += (int) piece.byteSize();
                }
                yield DriveResult.DONE;
            }
            case DriveOperation.WriteZeroes zeros -> {
                Arrays.fill(bytes, (int) zeros.offset(), (int) (zeros.offset() + zeros.length()), (byte) 0);
                yield DriveResult.DONE;
            }
            case DriveOperation.Discard discard -> {
                log.add("discard %d+%d".formatted(discard.offset(), discard.length()));
                yield discard.offset() + discard.length() > bytes.length ? DriveResult.OUT_OF_RANGE : DriveResult.DONE;
            }
            case DriveOperation.Flush _ -> {
                log.add("flush");
                yield badFrom >= 0 ? failure : DriveResult.DONE;
            }
        };
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public DriveSettings settings() {
        return new DriveSettings(Optional.empty(), Optional.empty(), cdrom);
    }

    @Override
    public void attach(DriveUser newUser) throws DeviceException {
        if (user != null) {
            throw new DeviceException("in use");
        }
        user = newUser;
    }

    @Override
    public void detach(DriveUser oldUser) {
        cancel();
        user = null;
    }

    @Override
    public boolean hasMedium() {
        return content != null;
    }

    @Override
    public long length() {
        return content().length;
    }

    @Override
    public boolean readOnly() {
        return readOnly || content == null;
    }

    @Override
    public boolean writeCache() {
        return cache;
    }

    @Override
    public void setWriteCache(boolean on) {
        cache = on;
    }

    @Override
    public void submit(DriveOperation operation, Completion completion) {
        pending.add(new Pending(operation, completion));
        machine.later(this::work);
    }

    @Override
    public void cancel() {
        pending.clear();
    }

    @Override
    public boolean busy() {
        return !pending.isEmpty();
    }

    @Override
    public void trayMoved(boolean open) {
        log.add(open ? "tray open" : "tray closed");
    }
}

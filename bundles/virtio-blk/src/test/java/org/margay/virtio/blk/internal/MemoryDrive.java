package org.margay.virtio.blk.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

/** A drive whose medium is memory; it is done with what it was given soon, or when it is told to. */
final class MemoryDrive implements Drive {
    static final String ID = "d0";

    private record Job(DriveOperation operation, Completion completion) {}

    private final Machine machine;
    private final MemorySegment medium;
    private final Deque<Job> jobs = new ArrayDeque<>();
    private boolean cancelled;
    /** What was done, such as "read 0+512". */
    final List<String> log = new ArrayList<>();

    @Nullable
    DriveUser user;

    long length;
    boolean holds;
    /** Whether reads and writes need not wait. */
    boolean atHand;
    /** What others do while a vCPU writes. */
    Runnable meanwhile = () -> {};

    boolean readOnly;
    boolean writeCache = true;
    boolean empty;
    DriveSettings settings = DriveSettings.NONE;
    DriveResult result = DriveResult.DONE;

    MemoryDrive(Machine machine, int length) {
        this.machine = machine;
        this.length = length;
        medium = Arena.ofAuto().allocate(length);
        for (int i = 0; i < length; i++) {
            medium.set(ValueLayout.JAVA_BYTE, i, (byte) (i / Sector.SIZE));
        }
    }

    /** One that devices on a machine find by its {@link #ID}. */
    static MemoryDrive add(Machine machine, int length) {
        MemoryDrive drive = new MemoryDrive(machine, length);
        try {
            machine.backends().add(Drive.class, ID, drive);
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
        return drive;
    }

    byte[] content(long offset, int count) {
        return medium.asSlice(offset, count).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Does so many of what it holds, the one that came last first. */
    void work(int count) {
        for (int i = 0; i < count; i++) {
            Job job = jobs.removeLast();
            DriveResult how = result;
            if (!how.isError()) {
                perform(job.operation);
            }
            job.completion.done(how);
        }
    }

    private void perform(DriveOperation operation) {
        switch (operation) {
            case DriveOperation.Read(long offset, var target) -> {
                log.add("read %d+%d".formatted(offset, target.size()));
                target.copyFrom(medium.asSlice(offset, target.size()));
            }
            case DriveOperation.Write(long offset, var source) -> {
                log.add("write %d+%d".formatted(offset, source.size()));
                source.copyTo(medium.asSlice(offset, source.size()));
            }
            case DriveOperation.WriteZeroes(long offset, long count, boolean mayUnmap) -> {
                log.add("zeroes %d+%d%s".formatted(offset, count, mayUnmap ? " unmap" : ""));
                medium.asSlice(offset, count).fill((byte) 0);
            }
            case DriveOperation.Discard(long offset, long count) -> log.add("discard %d+%d".formatted(offset, count));
            case DriveOperation.Flush() -> log.add("flush");
        }
    }

    void copyTo(MemoryDrive other) {
        other.medium.copyFrom(medium);
    }

    int held() {
        return jobs.size();
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public DriveSettings settings() {
        return settings;
    }

    @Override
    public void attach(DriveUser device) throws DeviceException {
        if (user != null) {
            throw new DeviceException(
                    "Property '%s.drive' can't take value '%s', it's in use".formatted(device.driver(), ID));
        }
        user = device;
    }

    @Override
    public void detach(DriveUser device) {
        cancel();
        user = null;
    }

    @Override
    public boolean hasMedium() {
        return !empty;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public boolean writeCache() {
        return writeCache;
    }

    @Override
    public void setWriteCache(boolean on) {
        writeCache = on;
    }

    @Override
    public void submit(DriveOperation operation, Completion completion) {
        Job job = new Job(operation, completion);
        jobs.add(job);
        if (!holds) {
            machine.later(() -> {
                if (jobs.remove(job)) {
                    jobs.add(job);
                    work(1);
                }
            });
        }
    }

    @Override
    public boolean readNow(DriveOperation.Read read) {
        if (atHand) {
            perform(read);
        }
        return atHand;
    }

    @Override
    public void submitHere(DriveOperation.Write write, Completion completion) {
        cancelled = false;
        boolean aside = atHand
                && machine.aside(() -> {
                    perform(write);
                    meanwhile.run();
                });
        if (!aside) {
            submit(write, completion);
        } else if (!cancelled) {
            completion.done(result);
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        jobs.clear();
    }

    @Override
    public boolean busy() {
        return !jobs.isEmpty();
    }

    @Override
    public void trayMoved(boolean open) {
        throw new AssertionError("a disk has no tray");
    }

    void serial(String serial) {
        settings = new DriveSettings(Optional.of(serial), Optional.empty(), false);
    }
}

package org.margay.block.internal.drive;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockNode;
import org.margay.block.drive.Drive;
import org.margay.block.drive.DriveOperation;
import org.margay.block.drive.DriveResult;
import org.margay.block.drive.DriveSettings;
import org.margay.block.drive.DriveUser;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.RunState;
import org.margay.qmp.ErrorClass;
import org.margay.qmp.QmpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A drive: its device's operations wait here for limits, block jobs and the machine, are done by a virtual thread each, and come back
 * on the machine loop, as many at a time as are there. Under the machine lock unless said otherwise.
 */
public final class BlockDrive implements Drive {
    private static final Logger LOG = LoggerFactory.getLogger(BlockDrive.class);

    private static final int SECTOR = 512;

    /** Data of DEVICE_TRAY_MOVED. */
    record TrayMoved(String device, String id, boolean trayOpen) {}

    /** Data of BLOCK_IO_ERROR. */
    record IoError(String device, String operation, String action, boolean nospace, String reason) {}

    private final Machine machine;
    private final DriveRequest request;
    private final ThreadFactory workers;
    private final Throttle throttle;
    private final Accounting accounting = new Accounting();

    private final Set<Pending> outstanding = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Held back while the drive is quiet. */
    private final Deque<Pending> held = new ArrayDeque<>();
    /** Failed, to be tried again when the machine goes on. */
    private final List<Pending> parked = new ArrayList<>();

    private final InFlight inFlight = new InFlight();
    private final Patience patience = new Patience();
    /** Done by workers, not yet told. */
    private final Queue<Pending> finished = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean telling = new AtomicBoolean();

    private @Nullable Medium medium;
    private @Nullable DriveUser user;
    private final RangeGuard ranges;
    private CopyGuard guard;
    private @Nullable StreamJob job;
    private boolean writeThrough;
    private int holds;
    private boolean claimed;
    /** Whether it goes as soon as nobody is at it. */
    private boolean leaving;

    private IoStatus ioStatus = IoStatus.OK;

    /** @param medium what lies in it at first; the drive's from now on */
    public BlockDrive(Machine machine, DriveRequest request, @Nullable Medium medium) {
        this.machine = machine;
        this.request = request;
        this.medium = medium;
        this.ranges = new RangeGuard(request.copyOnRead());
        this.guard = request.copyOnRead() ? ranges : CopyGuard.NONE;
        this.workers = Thread.ofVirtual().name("drive " + request.id()).factory();
        this.throttle = new Throttle(machine.virtualClock(), this::begin);
        this.writeThrough = request.open().cache().writeThrough();
        throttle.setLimits(request.limits());
        machine.onRunState(this::runStateChanged);
        machine.beforeResume(this::checkPassword);
    }

    @Override
    public String id() {
        return request.id();
    }

    /** What the user asked for. */
    public DriveRequest request() {
        return request;
    }

    @Override
    public DriveSettings settings() {
        return request.settings();
    }

    public Optional<DriveUser> user() {
        return Optional.ofNullable(user);
    }

    public Optional<Medium> medium() {
        return Optional.ofNullable(medium);
    }

    public Accounting.Counts counts() {
        return accounting.counts();
    }

    public Limits limits() {
        return throttle.limits();
    }

    public void setLimits(Limits limits) {
        throttle.setLimits(limits);
    }

    /** Empty when no error can stop the machine. */
    public Optional<IoStatus> ioStatus() {
        return user != null
                        && user.stopsOnErrors()
                        && (request.readErrors().mayStop()
                                || request.writeErrors().mayStop())
                ? Optional.of(ioStatus)
                : Optional.empty();
    }

    @Override
    public void attach(DriveUser device) throws DeviceException {
        if (user != null && !user.equals(device)) {
            throw new DeviceException(
                    "Property '%s.drive' can't take value '%s', it's in use".formatted(device.driver(), id()));
        }
        leaving = false;
        user = device;
    }

    @Override
    public void detach(DriveUser device) {
        if (device.equals(user)) {
            cancel();
            user = null;
            writeThrough = request.open().cache().writeThrough();
        }
    }

    @Override
    public boolean hasMedium() {
        return medium != null;
    }

    @Override
    public long length() {
        return medium == null ? 0 : medium.length();
    }

    @Override
    public boolean readOnly() {
        return medium == null || medium.root().readOnly();
    }

    @Override
    public boolean writeCache() {
        return !writeThrough;
    }

    @Override
    public void setWriteCache(boolean on) {
        writeThrough = !on;
    }

    @Override
    public void submit(DriveOperation operation, Completion completion) {
        Pending pending =
                new Pending(operation, completion, machine.realtimeClock().nanos());
        outstanding.add(pending);
        throttle.submit(pending);
    }

    @Override
    public boolean readNow(DriveOperation.Read read) {
        if (!isFree() || medium == null || refusal(read) != DriveResult.DONE) {
            return false;
        }
        BlockNode root = medium.root();
        long since = machine.realtimeClock().nanos();
        try {
            // A sector that is not all there is the worker's.
            if (read.offset() + read.target().size() > root.length() || !root.readNow(read.offset(), read.target())) {
                return false;
            }
        } catch (IOException _) {
            // Tried again as any other read, it fails again and is reported.
            return false;
        }
        accounting.add(read, machine.realtimeClock().nanos() - since);
        return true;
    }

    @Override
    public void submitHere(DriveOperation.Write write, Completion completion) {
        long since = machine.realtimeClock().nanos();
        boolean quick = !writeThrough && patience.allows(since) && isFree();
        if (!quick || medium == null || !medium.root().cachesWrites() || refusal(write) != DriveResult.DONE) {
            submit(write, completion);
            return;
        }
        Pending pending = new Pending(write, completion, since);
        outstanding.add(pending);
        DriveWork work = new DriveWork(id(), medium.root(), guard, request.unmapping());
        inFlight.enter();
        boolean aside = machine.aside(() -> {
            try {
                pending.result = work.perform(write, false);
            } finally {
                inFlight.leave();
            }
        });
        if (!aside) {
            inFlight.leave();
            throttle.submit(pending);
            return;
        }
        patience.took(since, machine.realtimeClock().nanos());
        if (!pending.forgotten) {
            conclude(pending);
        }
    }

    /** Whether nothing holds operations back. */
    private boolean isFree() {
        return holds == 0
                && guard == CopyGuard.NONE
                && throttle.limits().equals(Limits.NONE)
                && machine.runState() == RunState.RUNNING;
    }

    /** The limits let it pass. */
    private void begin(Pending pending) {
        if (holds > 0) {
            held.add(pending);
            return;
        }
        DriveResult refusal = refusal(pending.operation);
        if (refusal != DriveResult.DONE || medium == null) {
            pending.result = refusal;
            tell(pending, machine::later);
            return;
        }
        DriveWork work = new DriveWork(id(), medium.root(), guard, request.unmapping());
        boolean flush = writeThrough;
        inFlight.enter();
        workers.newThread(() -> {
                    try {
                        pending.result = work.perform(pending.operation, flush);
                    } finally {
                        inFlight.leave();
                    }
                    // It may be this thread that tells: then it waits for itself no more.
                    tell(pending, machine::soon);
                })
                .start();
    }

    private DriveResult refusal(DriveOperation operation) {
        if (medium == null) {
            return DriveResult.NO_MEDIUM;
        }
        return switch (operation) {
            case DriveOperation.Read read -> range(read.offset(), read.target().size());
            case DriveOperation.Write write ->
                change(write.offset(), write.source().size());
            case DriveOperation.WriteZeroes zeroes -> change(zeroes.offset(), zeroes.length());
            case DriveOperation.Discard discard -> change(discard.offset(), discard.length());
            case DriveOperation.Flush _ -> DriveResult.DONE;
        };
    }

    private DriveResult change(long offset, long length) {
        return readOnly() ? DriveResult.READ_ONLY : range(offset, length);
    }

    private DriveResult range(long offset, long size) {
        boolean whole = ((offset | size) & (SECTOR - 1)) == 0;
        return whole && offset >= 0 && size >= 0 && offset <= length() - size
                ? DriveResult.DONE
                : DriveResult.OUT_OF_RANGE;
    }

    /** Has the device told of an operation that ended, in a turn. Any thread. */
    private void tell(Pending pending, Consumer<Runnable> turn) {
        finished.add(pending);
        if (telling.compareAndSet(false, true)) {
            turn.accept(this::tellAll);
        }
    }

    private void tellAll() {
        telling.set(false);
        for (Pending pending = finished.poll(); pending != null; pending = finished.poll()) {
            if (!pending.forgotten) {
                conclude(pending);
            }
        }
    }

    private void conclude(Pending pending) {
        DriveResult result = pending.result;
        if (result == DriveResult.IO_ERROR || result == DriveResult.NO_SPACE) {
            ErrorAction action = failed(pending);
            if (action == ErrorAction.STOP) {
                return;
            }
            result = action == ErrorAction.IGNORE ? DriveResult.DONE : result;
        } else if (result == DriveResult.DONE) {
            accounting.add(pending.operation, machine.realtimeClock().nanos() - pending.since);
        }
        outstanding.remove(pending);
        pending.completion.done(result);
    }

    private ErrorAction failed(Pending pending) {
        if (user == null || !user.stopsOnErrors()) {
            return ErrorAction.REPORT;
        }
        DriveResult error = pending.result;
        ErrorAction action = (pending.isRead() ? request.readErrors() : request.writeErrors()).action(error);
        boolean noSpace = error == DriveResult.NO_SPACE;
        machine.emit(
                "BLOCK_IO_ERROR",
                new IoError(
                        id(),
                        pending.isRead() ? "read" : "write",
                        action.toString(),
                        noSpace,
                        noSpace ? "No space left on device" : "Input/output error"));
        if (action == ErrorAction.STOP) {
            if (ioStatus == IoStatus.OK) {
                ioStatus = IoStatus.of(error);
            }
            parked.add(pending);
            machine.stop(RunState.IO_ERROR);
        }
        return action;
    }

    private void checkPassword() throws QmpException {
        if (medium != null && medium.waitsForPassword()) {
            throw new QmpException(ErrorClass.DeviceEncrypted, "Device '%s' is encrypted".formatted(id()));
        }
    }

    private void runStateChanged(RunState state) {
        if (state == RunState.RUNNING) {
            ioStatus = IoStatus.OK;
            List<Pending> again = List.copyOf(parked);
            parked.clear();
            again.forEach(this::begin);
        } else if (medium != null && holds == 0 && !readOnly()) {
            flush(medium);
        }
    }

    /** A machine that stands has written all: whoever copies the image then gets a whole one. */
    private void flush(Medium standing) {
        inFlight.enter();
        workers.newThread(() -> {
                    try {
                        standing.root().flush();
                    } catch (IOException | RuntimeException e) {
                        LOG.warn("drive {}: {}", id(), e.getMessage());
                    } finally {
                        inFlight.leave();
                    }
                })
                .start();
    }

    @Override
    public void cancel() {
        outstanding.forEach(pending -> pending.forgotten = true);
        outstanding.clear();
        throttle.clear();
        held.clear();
        parked.clear();
        inFlight.awaitNone();
    }

    @Override
    public boolean busy() {
        return !outstanding.isEmpty();
    }

    @Override
    public void trayMoved(boolean open) {
        if (user != null) {
            machine.emit("DEVICE_TRAY_MOVED", new TrayMoved(id(), user.path(), open));
        }
    }

    /** Whether the medium can be changed. */
    public boolean removable() {
        return user == null || user.removable();
    }

    /** Whether the guest keeps the medium in. */
    public boolean lockedByGuest() {
        return user != null && user.locked() && !user.trayOpen();
    }

    /** The user wants the medium; the guest is told. */
    public void askForMedium(boolean force) {
        if (user != null) {
            user.ejectRequested(force);
        }
    }

    /** Takes the medium out: the caller's from now on. While {@link #hold held} and quiet. */
    public Optional<Medium> remove() {
        Medium out = medium;
        medium = null;
        if (out != null && !out.waitsForPassword()) {
            tellOfMedium(false);
        }
        return Optional.ofNullable(out);
    }

    /** Puts a medium into the empty drive; the device sees it once it can be read. */
    public void insert(Medium in) {
        medium = in;
        if (!in.waitsForPassword()) {
            tellOfMedium(true);
        }
    }

    /** The medium can be read now. */
    public void unlocked() {
        if (removable()) {
            tellOfMedium(true);
        }
    }

    private void tellOfMedium(boolean present) {
        if (user == null) {
            return;
        }
        // A tray that stays shut, as a floppy drive's, is taken for one that was opened and shut again.
        boolean wasShut = !user.trayOpen();
        user.mediumChanged(present);
        if (wasShut) {
            trayMoved(true);
        }
        if (present) {
            trayMoved(false);
        }
    }

    /** The medium's length has changed. */
    public void resized() {
        if (user != null) {
            user.resized();
        }
    }

    /** Somebody works on the image for longer than a turn: others are refused. */
    public void claim() {
        claimed = true;
    }

    public void unclaim() {
        claimed = false;
        if (leaving) {
            leave();
        }
    }

    public boolean isClaimed() {
        return claimed;
    }

    /** From now on nothing begins; {@link #awaitQuiet} waits for what has begun. Each hold wants a {@link #release}. */
    public void hold() {
        holds++;
    }

    /** Waits until nothing is under way any more. After {@link #hold}; not under the machine lock. */
    public void awaitQuiet() {
        inFlight.awaitNone();
    }

    /** Goes on. */
    public void release() {
        if (--holds == 0) {
            List<Pending> waiting = List.copyOf(held);
            held.clear();
            waiting.forEach(this::begin);
        }
    }

    /** Another image on top of what was there, or below it: the content is the same. While {@link #hold held} and quiet. */
    public void exchange(Medium change) {
        medium = change;
    }

    /** What keeps copiers and the guest apart. Any thread. */
    RangeGuard rangeGuard() {
        return ranges;
    }

    /** From now on somebody copies up while the guest writes; null: nobody but the drive itself. While {@link #hold held} and quiet. */
    void setGuard(@Nullable RangeGuard change) {
        guard = change != null || request.copyOnRead() ? ranges : CopyGuard.NONE;
    }

    public Optional<StreamJob> job() {
        return Optional.ofNullable(job);
    }

    void setJob(@Nullable StreamJob change) {
        job = change;
    }

    /**
     * Its device has gone for good, and the drive goes too: its image is closed when this returns, unless somebody is at it; then when
     * the command or the job, which is cancelled, has ended.
     */
    public void leave() {
        leaving = true;
        if (job != null) {
            job.cancel();
        }
        if (!claimed && user == null) {
            machine.backends().remove(Drive.class, id());
            close();
        }
    }

    /** The machine ends: the medium is flushed and given back. */
    public void close() {
        if (job != null) {
            job.cancelAndWait();
        }
        cancel();
        if (medium != null) {
            medium.close();
            medium = null;
        }
    }
}

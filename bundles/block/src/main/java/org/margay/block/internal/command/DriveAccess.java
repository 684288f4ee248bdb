package org.margay.block.internal.command;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.margay.block.drive.Drive;
import org.margay.block.internal.drive.BlockDrive;
import org.margay.machine.Machine;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpLoop;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * How commands get at drives: work on images is done on the client's thread, without the machine lock, and takes turns for what it does
 * to drives. A drive that is {@link BlockDrive#claim claimed} is nobody else's meanwhile.
 */
@Component(service = DriveAccess.class)
public final class DriveAccess {
    private final Machine machine;
    private final QmpLoop loop;

    @Activate
    public DriveAccess(@Reference Machine machine, @Reference QmpLoop loop) {
        this.machine = machine;
        this.loop = loop;
    }

    /** Does something. */
    @FunctionalInterface
    interface Task<T extends @Nullable Object> {
        T run() throws QmpException;
    }

    Machine machine() {
        return machine;
    }

    /** In the order of their making. Under the machine lock. */
    List<BlockDrive> all() {
        return machine.backends().all(Drive.class).values().stream()
                .filter(BlockDrive.class::isInstance)
                .map(BlockDrive.class::cast)
                .toList();
    }

    /** Under the machine lock. */
    BlockDrive find(String id) throws QmpException {
        return machine.backends()
                .find(Drive.class, id)
                .filter(BlockDrive.class::isInstance)
                .map(BlockDrive.class::cast)
                .orElseThrow(() -> QmpErrors.deviceNotFound(id));
    }

    /** A drive that nobody is at. Under the machine lock. */
    BlockDrive findFree(String id) throws QmpException {
        BlockDrive drive = find(id);
        if (drive.isClaimed()) {
            throw DriveErrors.inUse(id);
        }
        return drive;
    }

    /** Takes a turn. */
    <T extends @Nullable Object> T turn(Task<T> task) throws QmpException {
        Turn<T> turn = new Turn<>(task);
        loop.run(turn);
        return turn.result();
    }

    /** Takes a turn that can't fail. */
    void turn(Runnable task) {
        loop.run(task);
    }

    /** Works while nothing is under way on a drive and nothing new begins. Not in a turn. */
    <T extends @Nullable Object> T quiet(BlockDrive drive, Task<T> work) throws QmpException {
        turn(drive::hold);
        try {
            drive.awaitQuiet();
            return work.run();
        } finally {
            turn(drive::release);
        }
    }

    /** Claims a drive that nobody is at, and works; the claim is given back. Not in a turn. */
    <T extends @Nullable Object> T claimed(Task<BlockDrive> choice, Work<T> work) throws QmpException {
        BlockDrive drive = turn(() -> {
            BlockDrive chosen = choice.run();
            chosen.claim();
            return chosen;
        });
        try {
            return work.on(drive);
        } finally {
            turn(drive::unclaim);
        }
    }

    /** Works on a drive. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T on(BlockDrive drive) throws QmpException;
    }

    /** Carries a result, or what was thrown, out of a turn. */
    private static final class Turn<T extends @Nullable Object> implements Runnable {
        private final Task<T> task;
        private @Nullable Callable<T> outcome;

        Turn(Task<T> task) {
            this.task = task;
        }

        @Override
        public void run() {
            try {
                T result = task.run();
                outcome = () -> result;
            } catch (QmpException e) {
                outcome = () -> {
                    throw e;
                };
            }
        }

        T result() throws QmpException {
            if (outcome == null) {
                throw new QmpException("the machine has ended");
            }
            try {
                return outcome.call();
            } catch (QmpException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

package org.margay.block.internal.command;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.BlockProtocol;
import org.margay.block.ImageFormat;
import org.margay.block.OpenOptions;
import org.margay.block.drive.Drive;
import org.margay.block.drive.DriveOperation;
import org.margay.block.drive.DriveResult;
import org.margay.block.drive.DriveSettings;
import org.margay.block.internal.drive.BlockDrive;
import org.margay.block.internal.drive.DriveRequest;
import org.margay.block.internal.drive.ErrorPolicy;
import org.margay.block.internal.drive.LayerFormat;
import org.margay.block.internal.drive.Limits;
import org.margay.block.internal.drive.Media;
import org.margay.block.internal.drive.Unmapping;
import org.margay.machine.DeviceException;
import org.margay.memory.IoVector;
import org.margay.qmp.QmpLoop;
import org.margay.testkit.BenchMachine;

/** A machine with drives, whose loop is whoever has the lock, and the services behind the commands. */
final class CommandBench {
    static final int SIZE = 1 << 20;

    final BenchMachine machine = new BenchMachine();
    final LayerFormat format = new LayerFormat();
    final QmpLoop loop = task -> {
        machine.lock().lock();
        try {
            task.run();
        } finally {
            machine.lock().unlock();
        }
    };
    final BlockDrivers drivers = new Drivers();
    final Media media = new Media(drivers);
    final DriveAccess access = new DriveAccess(machine, loop);
    final Snapshots snapshots = new Snapshots(access, media);
    final Streams streams = new Streams(access, loop);
    final Path folder;

    CommandBench(Path folder) {
        this.folder = folder;
    }

    /** Raw images, files, and the format for tests. */
    private final class Drivers implements BlockDrivers {
        private final BlockDrivers others = BlockDrivers.onClassPath();

        @Override
        public Optional<ImageFormat> format(String name) throws IOException {
            return name.equals("layer") ? Optional.of(format) : others.format(name);
        }

        @Override
        public BlockProtocol protocol(String filename) throws IOException {
            return others.protocol(filename);
        }

        @Override
        public ImageFormat probe(MemorySegment head, String filename) throws IOException {
            return format.probe(head, filename) > 0 ? format : others.probe(head, filename);
        }

        @Override
        public List<String> formats() {
            return List.of("layer", "raw");
        }
    }

    String file(String name) {
        return folder.resolve(name).toString();
    }

    /** A drive with a new image of {@link #SIZE} bytes. */
    BlockDrive drive(String id, String imageFormat) throws IOException, DeviceException {
        media.create(file(id), imageFormat, SIZE, null);
        return drive(id, file(id), imageFormat, false);
    }

    BlockDrive drive(String id, String file, String imageFormat, boolean copyOnRead)
            throws IOException, DeviceException {
        DriveRequest request = new DriveRequest(
                id,
                Optional.of(file),
                Optional.of(imageFormat),
                OpenOptions.READ_WRITE,
                false,
                copyOnRead,
                Unmapping.NONE,
                ErrorPolicy.REPORT,
                ErrorPolicy.ENOSPC,
                Limits.NONE,
                DriveSettings.NONE);
        BlockDrive drive = new BlockDrive(
                machine, request, media.open(file, Optional.of(imageFormat), OpenOptions.READ_WRITE, false));
        machine.backends().add(Drive.class, id, drive);
        return drive;
    }

    static IoVector memory(int size, int value) {
        MemorySegment memory = Arena.ofAuto().allocate(size);
        memory.fill((byte) value);
        return IoVector.of(memory);
    }

    void write(BlockDrive drive, long offset, int size, int value) {
        run(drive, new DriveOperation.Write(offset, memory(size, value)));
    }

    byte[] content(BlockDrive drive) {
        IoVector target = memory(SIZE, 0x5A);
        run(drive, new DriveOperation.Read(0, target));
        return target.pieces().getFirst().toArray(ValueLayout.JAVA_BYTE);
    }

    byte[] content(String file, String imageFormat) throws IOException {
        try (BlockNode node = media.openRoot(file, Optional.of(imageFormat), OpenOptions.READ_ONLY.withShare(true))) {
            IoVector target = memory(SIZE, 0x5A);
            node.read(0, target);
            return target.pieces().getFirst().toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private void run(BlockDrive drive, DriveOperation operation) {
        AtomicReference<@Nullable DriveResult> result = new AtomicReference<>();
        submit(drive, operation, result::set);
        runUntil(() -> result.get() != null);
        if (result.get() != DriveResult.DONE) {
            throw new AssertionError(operation + ": " + result.get());
        }
    }

    void submit(BlockDrive drive, DriveOperation operation, Consumer<DriveResult> done) {
        loop.run(() -> drive.submit(operation, done::accept));
    }

    /** Has the loop work until something is true between its turns: what a turn does is seen whole. */
    void runUntil(BooleanSupplier done) {
        long patience = System.nanoTime() + 20_000_000_000L;
        AtomicBoolean over = new AtomicBoolean();
        while (!over.get()) {
            loop.run(() -> {
                machine.runTasks();
                over.set(done.getAsBoolean());
            });
            Thread.yield();
            if (System.nanoTime() > patience) {
                throw new AssertionError("it did not come true");
            }
        }
    }

    /** Events of a name. */
    List<String> events(String name) {
        synchronized (machine.requests()) {
            return machine.requests().stream()
                    .filter(event -> event.startsWith(name))
                    .toList();
        }
    }
}

package org.margay.block.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.block.BlockNode;
import org.margay.block.ImageNode;
import org.margay.block.drive.DriveOperation;
import org.margay.block.internal.drive.BlockDrive;
import org.margay.machine.DeviceException;
import org.margay.qmp.QmpException;

class StreamsTest {
    private static final int SIZE = CommandBench.SIZE;

    @TempDir
    Path folder;

    private CommandBench bench;
    private BlockDrive drive;
    private final byte[] model = new byte[SIZE];

    /** A chain of three: raw, layer, layer, each with some of the content. */
    @BeforeEach
    void chain() throws IOException, DeviceException, QmpException {
        bench = new CommandBench(folder);
        drive = bench.drive("base", "raw");
        write(0, 64 * 1024, 1);
        write(700_416, 8192, 2);
        snapshot("middle");
        write(32 * 1024, 64 * 1024, 3);
        snapshot("top");
        write(40 * 1024, 512, 4);
    }

    private void snapshot(String name) throws QmpException {
        bench.snapshots.take(List.of(new SnapshotRequest("base", bench.file(name), "layer", false)));
    }

    private void write(int offset, int size, int value) {
        bench.write(drive, offset, size, value);
        Arrays.fill(model, offset, offset + size, (byte) value);
    }

    private void start(Optional<String> base, Optional<Long> speed) {
        bench.loop.run(() -> {
            try {
                bench.streams.start("base", base, speed);
            } catch (QmpException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void awaitEnd() {
        bench.runUntil(() -> drive.job().isEmpty());
    }

    private ImageNode root() {
        return (ImageNode) drive.medium().orElseThrow().root();
    }

    @Test
    void afterwardsTheImageStandsAlone() throws IOException {
        start(Optional.empty(), Optional.empty());
        awaitEnd();
        assertThat(bench.events("BLOCK_JOB"))
                .containsExactly("BLOCK_JOB_COMPLETED Progress[type=stream, device=base, len=%d, offset=%d, speed=0]"
                        .formatted(SIZE, SIZE));
        assertThat(root().backing()).isNull();
        assertThat(root().backingLink()).isEmpty();
        assertThat(bench.content(drive)).isEqualTo(model);
        assertThat(drive.isClaimed()).isFalse();
        assertThat(bench.format.open).containsEntry(bench.file("middle"), 0);
        drive.close();
        assertThat(bench.content(bench.file("top"), "layer")).isEqualTo(model);
    }

    @Test
    void aBaseStaysBelow() throws IOException {
        start(Optional.of(bench.file("base")), Optional.empty());
        awaitEnd();
        BlockNode below = root().backing();
        assertThat(below).isNotNull();
        assertThat(below.filename()).isEqualTo(bench.file("base"));
        assertThat(bench.content(drive)).isEqualTo(model);
        drive.close();
        assertThat(bench.content(bench.file("top"), "layer")).isEqualTo(model);
    }

    @Test
    void theGuestWritesMeanwhile() throws IOException {
        Random random = new Random(11);
        AtomicInteger open = new AtomicInteger();
        // The copies are slowed down, so that writes fall between reading below and writing on top.
        bench.format.faults = step -> {
            if (step.startsWith("read")) {
                Thread.yield();
            }
            return null;
        };
        start(Optional.empty(), Optional.empty());
        for (int round = 0; round < 3000; round++) {
            int sectors = 1 + random.nextInt(20);
            int offset = random.nextInt(SIZE / 512 - sectors) * 512;
            byte value = (byte) random.nextInt();
            // Overlapping writes at the same time have no order: one after the other.
            bench.runUntil(() -> open.get() == 0);
            open.incrementAndGet();
            Arrays.fill(model, offset, offset + sectors * 512, value);
            bench.submit(
                    drive,
                    new DriveOperation.Write(offset, CommandBench.memory(sectors * 512, value)),
                    _ -> open.decrementAndGet());
        }
        bench.runUntil(() -> open.get() == 0);
        awaitEnd();
        assertThat(bench.content(drive)).isEqualTo(model);
        drive.close();
        assertThat(bench.content(bench.file("top"), "layer")).isEqualTo(model);
    }

    @Test
    void itsSpeedIsLimitedAndItCanBeCancelled() throws IOException, QmpException {
        start(Optional.empty(), Optional.of(100_000L));
        bench.runUntil(() -> progress() > 0);
        bench.loop.run(() -> {
            assertThat(drive.job().orElseThrow().progress().speed()).isEqualTo(100_000);
            assertThatThrownBy(() -> bench.streams.start("base", Optional.empty(), Optional.empty()))
                    .hasMessage("Device 'base' is in use");
        });
        bench.streams.job("base").cancel();
        awaitEnd();
        assertThat(bench.events("BLOCK_JOB")).hasSize(1).first().asString().startsWith("BLOCK_JOB_CANCELLED");
        assertThat(root().backing()).isNotNull();
        assertThat(bench.content(drive)).isEqualTo(model);
        bench.snapshots.take(List.of(new SnapshotRequest("base", bench.file("later"), "layer", false)));
    }

    private long progress() {
        return drive.job().map(job -> job.progress().offset()).orElse(0L);
    }

    @Test
    void aFailureIsReportedAndNothingIsLost() {
        AtomicBoolean failed = new AtomicBoolean();
        bench.format.faults = step -> {
            if (step.equals("write " + bench.file("top"))) {
                failed.set(true);
                return new IOException("injected");
            }
            return null;
        };
        start(Optional.empty(), Optional.empty());
        awaitEnd();
        assertThat(failed).isTrue();
        assertThat(bench.events("BLOCK_JOB")).hasSize(1).first().asString().contains("error=Input/output error");
        bench.format.faults = _ -> null;
        assertThat(bench.content(drive)).isEqualTo(model);
    }

    @Test
    void theLinkThatCanNotBeChangedKeepsTheChain() throws IOException {
        bench.format.faults = step -> step.startsWith("link") ? new IOException("injected") : null;
        start(Optional.empty(), Optional.empty());
        awaitEnd();
        bench.format.faults = _ -> null;
        assertThat(root().backing()).isNotNull();
        assertThat(bench.content(drive)).isEqualTo(model);
        drive.close();
        assertThat(bench.content(bench.file("top"), "layer")).isEqualTo(model);
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> bench.streams.start("nope", Optional.empty(), Optional.empty()))
                .hasMessage("Device 'nope' not found");
        assertThatThrownBy(() -> bench.streams.start("base", Optional.of("/nowhere"), Optional.empty()))
                .hasMessage("Base '/nowhere' not found");
        assertThatThrownBy(() -> bench.streams.setSpeed("base", 1)).hasMessage("Device 'base' has not been activated");
    }

    @Test
    void theMachineEndsMeanwhile() throws IOException {
        start(Optional.empty(), Optional.of(1000L));
        drive.close();
        assertThat(bench.content(bench.file("top"), "layer")).isEqualTo(model);
    }

    @Test
    void whatIsReadIsKept() throws IOException, DeviceException {
        drive.close();
        BlockDrive reader = bench.drive("cor", bench.file("top"), "layer", true);
        assertThat(bench.content(reader)).isEqualTo(model);
        ((ImageNode) reader.medium().orElseThrow().root()).setBacking(null);
        assertThat(bench.content(reader)).isEqualTo(model);
    }
}

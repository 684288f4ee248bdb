package org.margay.block.internal.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.margay.block.CacheMode;
import org.margay.block.NoSpaceException;
import org.margay.block.OpenOptions;
import org.margay.block.drive.Drive;
import org.margay.block.drive.DriveOperation;
import org.margay.block.drive.DriveResult;
import org.margay.block.drive.DriveSettings;
import org.margay.block.drive.DriveUser;
import org.margay.machine.DeviceException;
import org.margay.machine.RunState;
import org.margay.memory.IoVector;
import org.margay.testkit.BenchMachine;

class BlockDriveTest {
    private static final int SIZE = 1 << 20;

    private final BenchMachine machine = new BenchMachine();
    private final MemoryNode node = new MemoryNode("/vm/a.img", SIZE);
    private final List<DriveResult> results = new ArrayList<>();

    private BlockDrive drive(ErrorPolicy reads, ErrorPolicy writes, CacheMode cache) {
        return drive(reads, writes, cache, Unmapping.NONE);
    }

    private BlockDrive drive(Unmapping unmapping) {
        return drive(ErrorPolicy.REPORT, ErrorPolicy.ENOSPC, CacheMode.WRITEBACK, unmapping);
    }

    private BlockDrive drive(ErrorPolicy reads, ErrorPolicy writes, CacheMode cache, Unmapping unmapping) {
        DriveRequest request = new DriveRequest(
                "d0",
                Optional.of("/vm/a.img"),
                Optional.empty(),
                OpenOptions.READ_WRITE.withCache(cache),
                false,
                false,
                unmapping,
                reads,
                writes,
                Limits.NONE,
                DriveSettings.NONE);
        return new BlockDrive(machine, request, new Medium(node));
    }

    private BlockDrive drive() {
        return drive(ErrorPolicy.REPORT, ErrorPolicy.ENOSPC, CacheMode.WRITEBACK);
    }

    private static IoVector memory(int size, int value) {
        MemorySegment memory = Arena.ofAuto().allocate(size);
        memory.fill((byte) value);
        return IoVector.of(memory);
    }

    private DriveResult run(BlockDrive drive, DriveOperation operation) {
        int before = results.size();
        drive.submit(operation, results::add);
        machine.runUntil(() -> results.size() > before);
        return results.getLast();
    }

    /** A device. */
    private static DriveUser device(String name) {
        return new DriveUser() {
            @Override
            public String driver() {
                return "ide-hd";
            }

            @Override
            public String path() {
                return name;
            }
        };
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        BlockDrive drive = drive();
        assertThat(run(drive, new DriveOperation.Write(4096, memory(1024, 7)))).isEqualTo(DriveResult.DONE);
        IoVector target = memory(2048, 1);
        assertThat(run(drive, new DriveOperation.Read(4096, target))).isEqualTo(DriveResult.DONE);
        assertThat(target.pieces().getFirst().get(ValueLayout.JAVA_BYTE, 1023)).isEqualTo((byte) 7);
        assertThat(target.pieces().getFirst().get(ValueLayout.JAVA_BYTE, 1024)).isZero();
        assertThat(drive.busy()).isFalse();
        assertThat(drive.counts().writtenBytes()).isEqualTo(1024);
        assertThat(drive.counts().highestOffset()).isEqualTo(5120);
        assertThat(drive.counts().reads()).isEqualTo(1);
    }

    @Test
    void rangesAreCheckedAtTheDoor() {
        BlockDrive drive = drive();
        assertThat(run(drive, new DriveOperation.Read(SIZE - 512, memory(1024, 0))))
                .isEqualTo(DriveResult.OUT_OF_RANGE);
        assertThat(run(drive, new DriveOperation.Read(-512, memory(512, 0)))).isEqualTo(DriveResult.OUT_OF_RANGE);
        assertThat(run(drive, new DriveOperation.Read(1, memory(512, 0)))).isEqualTo(DriveResult.OUT_OF_RANGE);
        assertThat(run(drive, new DriveOperation.Discard(512, Long.MAX_VALUE & ~511)))
                .isEqualTo(DriveResult.OUT_OF_RANGE);
        node.readOnly = true;
        assertThat(run(drive, new DriveOperation.Write(0, memory(512, 0)))).isEqualTo(DriveResult.READ_ONLY);
        assertThat(node.log()).isEmpty();
    }

    @Test
    void aDriveWithoutMediumSaysSo() {
        BlockDrive drive = new BlockDrive(machine, drive().request(), null);
        assertThat(run(drive, new DriveOperation.Read(0, memory(512, 0)))).isEqualTo(DriveResult.NO_MEDIUM);
        assertThat(drive.length()).isZero();
        assertThat(drive.readOnly()).isTrue();
    }

    @Test
    void withoutCacheEachWriteIsFlushed() {
        BlockDrive drive = drive(ErrorPolicy.REPORT, ErrorPolicy.REPORT, CacheMode.WRITETHROUGH);
        run(drive, new DriveOperation.Write(0, memory(512, 1)));
        assertThat(node.log()).containsExactly("write 0+512", "flush");
        drive.setWriteCache(true);
        run(drive, new DriveOperation.Write(0, memory(512, 1)));
        assertThat(node.log()).containsExactly("write 0+512", "flush", "write 0+512");
    }

    @Test
    void anErrorIsReported() throws DeviceException {
        BlockDrive drive = drive();
        drive.attach(device("hd"));
        node.failure.set(new IOException("Input/output error"));
        assertThat(run(drive, new DriveOperation.Read(0, memory(512, 0)))).isEqualTo(DriveResult.IO_ERROR);
        assertThat(machine.requests())
                .containsExactly("BLOCK_IO_ERROR IoError[device=d0, operation=read, action=report, nospace=false,"
                        + " reason=Input/output error]");
        assertThat(drive.ioStatus()).contains(IoStatus.OK);
    }

    @Test
    void anErrorIsIgnored() throws DeviceException {
        BlockDrive drive = drive(ErrorPolicy.IGNORE, ErrorPolicy.IGNORE, CacheMode.WRITEBACK);
        drive.attach(device("hd"));
        node.failure.set(new IOException("Input/output error"));
        assertThat(run(drive, new DriveOperation.Write(0, memory(512, 0)))).isEqualTo(DriveResult.DONE);
        assertThat(machine.requests().getFirst()).contains("action=ignore");
        assertThat(drive.ioStatus()).isEmpty();
    }

    @Test
    void noSpaceStopsTheMachineAndIsTriedAgain() throws DeviceException {
        BlockDrive drive = drive();
        drive.attach(device("hd"));
        node.failure.set(new NoSpaceException("No space left on device"));
        drive.submit(new DriveOperation.Write(0, memory(512, 9)), results::add);
        machine.runUntil(() -> machine.runState() == RunState.IO_ERROR);
        assertThat(drive.ioStatus()).contains(IoStatus.NOSPACE);
        assertThat(drive.busy()).isTrue();
        assertThat(results).isEmpty();

        machine.resume();
        machine.runUntil(() -> machine.runState() == RunState.IO_ERROR);
        assertThat(machine.requests()).hasSize(2);

        node.failure.set(null);
        machine.resume();
        machine.runUntil(() -> !results.isEmpty());
        assertThat(results).containsExactly(DriveResult.DONE);
        assertThat(drive.ioStatus()).contains(IoStatus.OK);
        assertThat(node.bytes.get(ValueLayout.JAVA_BYTE, 511)).isEqualTo((byte) 9);
    }

    @Test
    void discardsReachTheImageWhenTheUserSaysSo() {
        DriveOperation.Discard discard = new DriveOperation.Discard(512, 1024);
        DriveOperation.WriteZeroes zeroes = new DriveOperation.WriteZeroes(4096, 512, true);
        BlockDrive ignoring = drive(Unmapping.NONE);
        assertThat(run(ignoring, discard)).isEqualTo(DriveResult.DONE);
        assertThat(run(ignoring, zeroes)).isEqualTo(DriveResult.DONE);
        assertThat(node.log()).containsExactly("zero 4096+512");
        BlockDrive unmapping = drive(new Unmapping(true, DetectZeroes.OFF));
        assertThat(run(unmapping, discard)).isEqualTo(DriveResult.DONE);
        assertThat(run(unmapping, zeroes)).isEqualTo(DriveResult.DONE);
        assertThat(node.log()).containsExactly("zero 4096+512", "discard 512+1024", "unmap 4096+512");
    }

    @Test
    void zerosAreFoundWhenTheUserSaysSo() {
        DriveOperation.Write zeros = new DriveOperation.Write(512, memory(1024, 0));
        DriveOperation.Write others = new DriveOperation.Write(4096, memory(512, 7));
        for (Unmapping unmapping : List.of(
                Unmapping.NONE,
                new Unmapping(true, DetectZeroes.ON),
                new Unmapping(true, DetectZeroes.UNMAP),
                new Unmapping(false, DetectZeroes.UNMAP))) {
            BlockDrive drive = drive(unmapping);
            run(drive, zeros);
            run(drive, others);
        }
        assertThat(node.log())
                .containsExactly(
                        "write 512+1024",
                        "write 4096+512",
                        "zero 512+1024",
                        "write 4096+512",
                        "unmap 512+1024",
                        "write 4096+512",
                        "zero 512+1024",
                        "write 4096+512");
    }

    @Test
    void cancelWaitsForWhatIsUnderWayAndForgetsIt() throws InterruptedException {
        BlockDrive drive = drive();
        CountDownLatch door = new CountDownLatch(1);
        node.door = door;
        drive.submit(new DriveOperation.Write(0, memory(512, 3)), results::add);
        machine.runUntil(() -> !node.log().isEmpty());
        Thread cancels = Thread.ofVirtual().start(drive::cancel);
        door.countDown();
        cancels.join();
        machine.runTasks();
        assertThat(results).isEmpty();
        assertThat(drive.busy()).isFalse();
        assertThat(node.bytes.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 3);
    }

    @Test
    void aQuietDriveHoldsNewOperationsBack() {
        BlockDrive drive = drive();
        drive.hold();
        drive.submit(new DriveOperation.Write(0, memory(512, 3)), results::add);
        drive.awaitQuiet();
        machine.runTasks();
        assertThat(node.log()).isEmpty();
        MemoryNode other = new MemoryNode("/vm/b.img", SIZE);
        drive.exchange(new Medium(other));
        drive.release();
        machine.runUntil(() -> !results.isEmpty());
        assertThat(other.log()).containsExactly("write 0+512");
    }

    /** Whether it was done when the call came back. */
    private boolean writeAsVcpu(BlockDrive drive, int value) {
        int before = results.size();
        machine.lock().lock();
        try {
            drive.submitHere(new DriveOperation.Write(0, memory(512, value)), results::add);
            return results.size() > before;
        } finally {
            machine.lock().unlock();
        }
    }

    @Test
    void aVcpuWritesByItself() {
        node.cachesWrites = true;
        BlockDrive drive = drive();
        assertThat(writeAsVcpu(drive, 3)).isTrue();
        assertThat(node.bytes.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 3);
        assertThat(drive.counts().writtenBytes()).isEqualTo(512);
        assertThat(drive.busy()).isFalse();
        drive.submitHere(new DriveOperation.Write(0, memory(512, 4)), results::add);
        assertThat(results).as("no vCPU's thread").hasSize(1);
        machine.runUntil(() -> results.size() == 2);
        node.failure.set(new IOException("broken"));
        assertThat(writeAsVcpu(drive, 5)).isTrue();
        assertThat(results).containsExactly(DriveResult.DONE, DriveResult.DONE, DriveResult.IO_ERROR);
        assertThat(drive.counts().writes()).isEqualTo(2);
        assertThat(node.log()).as("no write was tried again").hasSize(3);
    }

    @Test
    void whatAVcpuCouldNotWriteIsTriedAgain() throws DeviceException {
        node.cachesWrites = true;
        BlockDrive drive = drive();
        drive.attach(device("/machine/d0"));
        node.failure.set(new NoSpaceException("full"));
        assertThat(writeAsVcpu(drive, 3)).isFalse();
        assertThat(machine.runState()).isEqualTo(RunState.IO_ERROR);
        node.failure.set(null);
        machine.resume();
        machine.runUntil(() -> !results.isEmpty());
        assertThat(results).containsExactly(DriveResult.DONE);
        assertThat(node.bytes.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 3);
    }

    @Test
    void noVcpuWritesWhatMustWait() {
        BlockDrive uncached = drive();
        assertThat(writeAsVcpu(uncached, 3)).isFalse();
        machine.runUntil(() -> results.size() == 1);
        node.cachesWrites = true;
        BlockDrive through = drive(ErrorPolicy.REPORT, ErrorPolicy.ENOSPC, CacheMode.WRITETHROUGH);
        assertThat(writeAsVcpu(through, 3)).isFalse();
        machine.runUntil(() -> results.size() == 2);
        BlockDrive drive = drive();
        drive.setLimits(new Limits(
                Limits.Limit.of(1000),
                Limits.Limit.NONE,
                Limits.Limit.NONE,
                Limits.Limit.NONE,
                Limits.Limit.NONE,
                Limits.Limit.NONE,
                0));
        assertThat(writeAsVcpu(drive, 3)).as("limited").isFalse();
        machine.runUntil(() -> results.size() == 3);
        drive.setLimits(Limits.NONE);
        drive.hold();
        assertThat(writeAsVcpu(drive, 3)).as("held").isFalse();
        drive.release();
        machine.runUntil(() -> results.size() == 4);
        node.readOnly = true;
        assertThat(writeAsVcpu(drive, 3)).as("read-only").isFalse();
        machine.runUntil(() -> results.size() == 5);
        assertThat(results.getLast()).isEqualTo(DriveResult.READ_ONLY);
    }

    @Test
    void patienceEndsForAWhile() {
        Patience patience = new Patience();
        patience.took(0, 9_000_000);
        assertThat(patience.allows(9_000_000)).isTrue();
        patience.took(10_000_000, 30_000_000);
        assertThat(patience.allows(429_999_999)).isFalse();
        assertThat(patience.allows(430_000_000)).isTrue();
    }

    /** A reset by somebody else waits for what a vCPU is at. */
    @Test
    void cancelWaitsForAVcpu() throws InterruptedException {
        node.cachesWrites = true;
        BlockDrive drive = drive();
        CountDownLatch door = new CountDownLatch(1);
        node.door = door;
        Thread vcpu = Thread.ofPlatform().start(() -> writeAsVcpu(drive, 3));
        machine.runUntil(() -> !node.log().isEmpty());
        Thread cancels = Thread.ofVirtual().start(() -> {
            machine.lock().lock();
            try {
                drive.cancel();
            } finally {
                machine.lock().unlock();
            }
        });
        assertThat(cancels.join(Duration.ofMillis(50))).isFalse();
        door.countDown();
        cancels.join();
        vcpu.join();
        assertThat(results).isEmpty();
        assertThat(node.bytes.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 3);
    }

    @Test
    void oneDeviceAtATime() throws DeviceException {
        BlockDrive drive = drive();
        DriveUser first = device("a");
        drive.attach(first);
        assertThatThrownBy(() -> drive.attach(device("b")))
                .hasMessage("Property 'ide-hd.drive' can't take value 'd0', it's in use");
        drive.detach(first);
        drive.attach(device("b"));
    }

    @Test
    void aDriveGoesWithItsDevice() throws DeviceException {
        BlockDrive drive = drive();
        machine.backends().add(Drive.class, drive.id(), drive);
        drive.leave();
        assertThat(machine.backends().find(Drive.class, "d0")).isEmpty();
        assertThat(node.closed).isTrue();
    }

    @Test
    void aDriveThatSomebodyIsAtGoesAfterwards() throws DeviceException {
        BlockDrive drive = drive();
        machine.backends().add(Drive.class, drive.id(), drive);
        drive.claim();
        drive.leave();
        assertThat(machine.backends().find(Drive.class, "d0")).isPresent();
        assertThat(node.closed).isFalse();
        drive.unclaim();
        assertThat(machine.backends().find(Drive.class, "d0")).isEmpty();
        assertThat(node.closed).isTrue();
    }
}

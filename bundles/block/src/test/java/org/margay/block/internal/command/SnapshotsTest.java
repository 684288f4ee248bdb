package org.margay.block.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.block.internal.drive.BlockDrive;
import org.margay.machine.DeviceException;
import org.margay.qmp.QmpException;

class SnapshotsTest {
    @TempDir
    Path folder;

    private CommandBench bench;
    private BlockDrive first;
    private BlockDrive second;

    @BeforeEach
    void drives() throws IOException, DeviceException {
        drivesIn(folder);
    }

    private void drivesIn(Path place) throws IOException, DeviceException {
        bench = new CommandBench(place);
        first = bench.drive("d0", "layer");
        second = bench.drive("d1", "raw");
        bench.write(first, 0, 8192, 1);
        bench.write(second, 4096, 8192, 2);
    }

    private List<SnapshotRequest> both() {
        return List.of(
                new SnapshotRequest("d0", bench.file("s0"), "layer", false),
                new SnapshotRequest("d1", bench.file("s1"), "layer", false));
    }

    private static String file(BlockDrive drive) {
        return drive.medium().orElseThrow().root().filename();
    }

    @Test
    void whatIsWrittenAfterwardsGoesToTheNewImage() throws QmpException, IOException {
        byte[] before = bench.content(first);
        bench.snapshots.take(both());
        assertThat(file(first)).isEqualTo(bench.file("s0"));
        assertThat(bench.content(first)).isEqualTo(before);
        bench.write(first, 4096, 4096, 9);
        assertThat(bench.content(bench.file("d0"), "layer")).isEqualTo(before);
        assertThat(bench.content(first)[4096]).isEqualTo((byte) 9);
        assertThat(bench.content(first)[0]).isEqualTo((byte) 1);
        assertThat(QueryBlock.backingFile(first.medium().orElseThrow().root())).contains(bench.file("d0"));
        assertThat(first.isClaimed()).isFalse();

        first.close();
        assertThat(bench.content(bench.file("s0"), "layer")[4096]).isEqualTo((byte) 9);
        assertThat(bench.content(bench.file("s0"), "layer")[0]).isEqualTo((byte) 1);
    }

    @Test
    void itIsAllOrNothingWhicheverStepFails() throws QmpException, IOException {
        Set<String> steps = new LinkedHashSet<>();
        bench.format.faults = step -> {
            steps.add(step);
            return null;
        };
        byte[] contentFirst = bench.content(first);
        byte[] contentSecond = bench.content(second);
        bench.snapshots.take(both());
        first.close();
        second.close();
        List<String> failing = new ArrayList<>(steps);
        failing.removeIf(step -> step.startsWith("read") || step.startsWith("reopen"));
        assertThat(failing).hasSize(5);

        for (String fault : failing) {
            Path place = Files.createDirectory(folder.resolve("round" + failing.indexOf(fault)));
            String wanted = fault.replace(folder.toString(), place.toString());
            drivesIn(place);
            bench.format.faults = step -> step.equals(wanted) ? new IOException("injected") : null;
            assertThatThrownBy(() -> bench.snapshots.take(both())).as(wanted).isInstanceOf(QmpException.class);
            bench.format.faults = _ -> null;
            assertThat(file(first)).isEqualTo(bench.file("d0"));
            assertThat(file(second)).isEqualTo(bench.file("d1"));
            assertThat(Files.exists(Path.of(bench.file("s0")))).isFalse();
            assertThat(Files.exists(Path.of(bench.file("s1")))).isFalse();
            assertThat(bench.content(first)).isEqualTo(contentFirst);
            assertThat(bench.content(second)).isEqualTo(contentSecond);
            assertThat(bench.format.open.getOrDefault(bench.file("s0"), 0)).isZero();
            bench.write(first, 0, 512, 3);
            bench.write(second, 0, 512, 3);
            bench.snapshots.take(both());
            first.close();
            second.close();
        }
    }

    @Test
    void aFileThatWasThereBeforeStays() throws IOException {
        Files.writeString(Path.of(bench.file("s0")), "something else");
        List<SnapshotRequest> requests = List.of(
                new SnapshotRequest("d0", bench.file("s0"), "layer", true),
                new SnapshotRequest("d1", bench.file("s1"), "layer", false));
        assertThatThrownBy(() -> bench.snapshots.take(requests)).hasMessage("Could not open '%s'", bench.file("s0"));
        assertThat(Path.of(bench.file("s0"))).hasContent("something else");
        assertThat(file(first)).isEqualTo(bench.file("d0"));
    }

    @Test
    void anImageInUseIsNotOverwritten() {
        assertThatThrownBy(() ->
                        bench.snapshots.take(List.of(new SnapshotRequest("d0", bench.file("d1"), "layer", false))))
                .hasMessage("Could not open '%s'", bench.file("d1"));
        assertThat(bench.content(second)[4096]).isEqualTo((byte) 2);
    }

    @Test
    void mistakesAreNamed() throws IOException, DeviceException {
        assertMistake("nope", "layer", "Device 'nope' not found");
        assertMistake("d0", "nofmt", "Invalid block format 'nofmt'");
        first.claim();
        assertMistake("d0", "layer", "Device 'd0' is in use");
        assertMistake("d1", "raw", "Could not open '" + bench.file("x") + "'");
        assertThat(Files.exists(Path.of(bench.file("x")))).isFalse();
    }

    private void assertMistake(String device, String format, String text) {
        SnapshotRequest request = new SnapshotRequest(device, bench.file("x"), format, false);
        assertThatThrownBy(() -> bench.snapshots.take(List.of(request))).hasMessage(text);
    }
}

package org.margay.blkdebug.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.block.BlockNode;
import org.margay.block.ImageException;
import org.margay.block.NoSpaceException;
import org.margay.block.OpenOptions;
import org.margay.testkit.images.Images;
import org.margay.testkit.images.Tool;

class BlkdebugTest {
    @TempDir
    private Path folder;

    private Path disk() throws IOException {
        return Files.write(folder.resolve("disk"), new byte[1 << 20]);
    }

    private BlockNode open(String rules) throws IOException {
        Path file = Files.writeString(folder.resolve("rules"), rules);
        return Images.probe(Path.of("blkdebug:" + file + ":" + disk()), OpenOptions.READ_WRITE);
    }

    @Test
    void aRuleFailsRequestsOfItsEvent() throws IOException {
        try (BlockNode node = open("[inject-error]\nevent = \"write_aio\"\nerrno = \"28\"\n")) {
            Images.read(node, 0, 512);
            assertThatThrownBy(() -> Images.write(node, 0, (byte) 1)).isInstanceOf(NoSpaceException.class);
            assertThatThrownBy(() -> Images.write(node, 5, (byte) 1)).hasMessage("No space left on device");
            assertThat(Images.read(node, 0, 1)).containsExactly(0);
            node.flush();
        }
    }

    @Test
    void onceIsOnceAndSectorsAreThose() throws IOException {
        try (BlockNode node = open("""
                # Two rules.
                [inject-error]
                event = "read_aio"
                once = "on"
                sector = "9"
                immediately = "on"

                [inject-error "x"]
                  event = "flush_to_disk"
                  once = "on"
                """)) {
            Images.read(node, 0, 9 * 512);
            Images.read(node, 10 * 512, 512);
            assertThatThrownBy(() -> Images.read(node, 9 * 512 + 511, 1)).hasMessage("Input/output error");
            Images.read(node, 9 * 512 + 511, 1);
            assertThatThrownBy(node::flush).isInstanceOf(IOException.class);
            node.flush();
        }
    }

    @Test
    void statesLeadFromOneErrorToTheNext() throws IOException {
        try (BlockNode node = open("""
                [set-state]
                event = "flush_to_disk"
                state = "1"
                new_state = "2"
                [set-state]
                event = "flush_to_disk"
                state = "2"
                new_state = "3"
                [inject-error]
                event = "write_aio"
                state = "2"
                errno = "30"
                """)) {
            Images.write(node, 0, (byte) 1);
            node.flush();
            assertThatThrownBy(() -> Images.write(node, 0, (byte) 2)).hasMessage("Read-only file system");
            assertThatThrownBy(() -> node.writeZeroes(0, 512, false)).hasMessage("Read-only file system");
            node.flush();
            Images.write(node, 0, (byte) 3);
            assertThat(Images.read(node, 0, 1)).containsExactly(3);
        }
    }

    @Test
    void badFilesOfRulesAreRefused() {
        for (String rules : new String[] {
            "[inject-error]\n",
            "[inject-error]\nevent = \"l1_update\"",
            "[wrong]",
            "event = \"read_aio\"",
            "[inject-error",
            "[inject-error]\nevent = \"read_aio\"\nerrno=\"x\"",
            "[set-state]\nevent=\"read_aio\"\nerrno=\"1\"",
            "\u0000"
        }) {
            assertThatThrownBy(() -> open(rules)).as(rules).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> Images.probe(Path.of("blkdebug:/nowhere:x"), OpenOptions.READ_ONLY))
                .isInstanceOf(ImageException.class);
        assertThatThrownBy(() -> Images.probe(Path.of("blkdebug:x"), OpenOptions.READ_ONLY))
                .isInstanceOf(ImageException.class);
    }

    /** The same file of rules means the same to QEMU. */
    @Test
    void qemuUnderstandsTheRules() throws IOException {
        Path rules = Files.writeString(
                folder.resolve("rules"),
                "[inject-error]\nevent = \"write_aio\"\nerrno = \"28\"\nonce = \"on\"\nimmediately = \"off\"\n");
        Tool.Result said = Tool.tryRun(
                "qemu-utils",
                "qemu-io",
                "-f",
                "raw",
                "-c",
                "write 0 512",
                "-c",
                "write 0 512",
                "blkdebug:" + rules + ":" + disk());
        assertThat(said.output()).contains("No space left on device").contains("wrote 512/512");
    }
}

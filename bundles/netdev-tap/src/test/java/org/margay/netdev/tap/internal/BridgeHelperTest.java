package org.margay.netdev.tap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.margay.chardev.posix.Descriptor;
import org.margay.machine.DeviceException;

@Timeout(60)
class BridgeHelperTest {
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    @TempDir
    Path folder;

    /** Passes a file as qemu-bridge-helper passes an interface, and writes down its arguments and descriptors. */
    private String passing(int exitCode) throws Exception {
        assumeTrue(Files.isExecutable(PYTHON), "skipped: the fake helper is written in Python, which is not here");
        Files.writeString(folder.resolve("interface"), "I am tap7");
        return Scripts.write(
                folder,
                "helper",
                "#!" + PYTHON,
                "import os, socket, sys",
                "open('" + folder.resolve("arguments") + "', 'w').write(' '.join(sys.argv[1:]))",
                "numbers = [n for n in range(256) if os.path.exists(f'/proc/self/fd/{n}')]",
                "open('" + folder.resolve("descriptors") + "', 'w').write(repr(numbers))",
                "number = int([a for a in sys.argv if a.startswith('--fd=')][0][5:])",
                "peer = socket.socket(fileno=number)",
                "made = os.open('" + folder.resolve("interface") + "', os.O_RDONLY)",
                "socket.send_fds(peer, [b'\\0'], [made])",
                "sys.exit(" + exitCode + ")");
    }

    private static String contentOf(Descriptor descriptor) throws Exception {
        try (Arena arena = Arena.ofConfined();
                descriptor) {
            MemorySegment bytes = arena.allocate(100);
            int length = descriptor.read(bytes);
            return new String(bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void theInterfaceComesThroughTheSocket() throws Exception {
        assertThat(contentOf(new BridgeHelper(passing(0)).makeInterface("br7"))).isEqualTo("I am tap7");
        assertThat(folder.resolve("arguments")).hasContent("--use-vnet --fd=3 --br=br7");
        // 4 is what Python looks at its descriptors with.
        assertThat(Files.readString(folder.resolve("descriptors"))).isEqualTo("[0, 1, 2, 3]");
    }

    @Test
    void aLineWithBlanksIsTheShells() throws Exception {
        String helper = passing(0);
        contentOf(new BridgeHelper(helper + " --more").makeInterface("it's"));
        assertThat(folder.resolve("arguments")).hasContent("--more --use-vnet --fd=3 --br=it's");
        contentOf(new BridgeHelper(helper + " --br=br9").makeInterface("br0"));
        assertThat(folder.resolve("arguments")).hasContent("--br=br9 --use-vnet --fd=3");
    }

    @Test
    void aHelperThatFailsAfterAllGivesNothing() throws Exception {
        BridgeHelper helper = new BridgeHelper(passing(2));
        assertThatThrownBy(() -> helper.makeInterface("br0"))
                .isInstanceOf(DeviceException.class)
                .hasMessageEndingWith("failed with status 2");
    }

    @Test
    void failuresAreTold() throws Exception {
        BridgeHelper failing = new BridgeHelper(Scripts.write(folder, "fail", "#!/bin/sh", "exit 1"));
        assertThatThrownBy(() -> failing.makeInterface("br0"))
                .isInstanceOf(DeviceException.class)
                .hasMessage("bridge helper '%s' failed with status 1".formatted(failing.command()));
        BridgeHelper silent = new BridgeHelper(Scripts.write(folder, "silent", "#!/bin/sh", "exit 0"));
        assertThatThrownBy(() -> silent.makeInterface("br0"))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("passed no interface");
        BridgeHelper missing = new BridgeHelper(folder.resolve("missing").toString());
        assertThatThrownBy(() -> missing.makeInterface("br0"))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("could not run bridge helper")
                .hasMessageContaining("No such file or directory");
    }

    @Test
    void aSlowOneIsKilled() throws Exception {
        BridgeHelper slow = new BridgeHelper(Scripts.write(folder, "slow", "#!/bin/sh", "exec sleep 300"));
        assertThatThrownBy(() -> slow.makeInterface("br0", Duration.ofMillis(200)))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("took too long");
    }
}

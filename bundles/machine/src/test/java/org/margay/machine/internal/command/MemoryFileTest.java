package org.margay.machine.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.memory.AddressSpace;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;
import org.margay.qmp.QmpException;

class MemoryFileTest {
    private static final int RAM_SIZE = 1 << 14;

    private final GuestRam ram = GuestRam.allocate("ram", RAM_SIZE);
    private final AddressSpace memory = new AddressSpace("memory", MemoryRegion.container("system", 1L << 52));

    @TempDir
    private Path folder;

    @BeforeEach
    void fill() {
        memory.root().add(MemoryRegion.ram(ram), 0, 0);
        for (int i = 0; i < RAM_SIZE; i++) {
            ram.set(i, 1, i * 31 >> 3 | 1);
        }
    }

    @AfterEach
    void free() {
        ram.close();
    }

    private byte[] save(long address, long size) throws Exception {
        Path file = folder.resolve("dump");
        MemoryFile.save(
                file.toString(),
                address,
                size,
                (from, target, length) -> MemoryFile.readPhysical(memory, from, target, length));
        return Files.readAllBytes(file);
    }

    @Test
    void savesAcrossPagesAndBeyondMemory() throws Exception {
        byte[] expected = new byte[10_000];
        memory.read(8000, expected, 0, RAM_SIZE - 8000);
        assertThat(save(8000, 10_000)).isEqualTo(expected);
        assertThat(save(1L << 40, 16)).isEqualTo(new byte[16]);
        assertThat(save(-1, 1)).isEqualTo(new byte[1]);
        assertThat(save(0, 0)).isEmpty();
    }

    @Test
    void refusesWhatCannotBeWritten() throws Exception {
        assertThatThrownBy(() -> save(0, -1))
                .isInstanceOf(QmpException.class)
                .hasMessage("Parameter 'size' expects a number of bytes from 0 to 2147483647");
        assertThatThrownBy(() -> MemoryFile.save("/nodir/x", 0, 1, (_, _, _) -> {}))
                .isInstanceOf(QmpException.class)
                .hasMessage("Could not open '/nodir/x'");
        assertThatThrownBy(() -> MemoryFile.save("a\0b", 0, 1, (_, _, _) -> {}))
                .isInstanceOf(QmpException.class)
                .hasMessage("Could not open 'a\0b'");
        assertThatThrownBy(() -> MemoryFile.save("/dev/full", 0, 1, (_, _, _) -> {}))
                .isInstanceOf(QmpException.class)
                .hasMessage("An IO error has occurred");
        Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        assertThatThrownBy(() -> MemoryFile.save(fifo.toString(), 0, 1, (_, _, _) -> {}))
                .isInstanceOf(QmpException.class)
                .hasMessage("Could not open '" + fifo + "'");
    }
}

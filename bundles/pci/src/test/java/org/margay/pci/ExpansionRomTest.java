package org.margay.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.machine.DeviceException;
import org.margay.memory.AddressSpace;
import org.margay.memory.MemoryRegion;

final class ExpansionRomTest {
    @TempDir
    Path directory;

    private final PciFunction function = new PciFunction("card", "", new PciIdentity(1, 2, 0, 0x020000, 1));

    private void add(@Nullable String romfile, int rombar) throws DeviceException {
        ExpansionRom.add(function, new PciProperties(null, romfile, rombar, false, true), 65536);
    }

    private AddressSpace show() {
        assertThat(function.bars()).hasSize(1);
        MemoryRegion root = MemoryRegion.container("root", 1L << 32);
        root.add(function.bars().getFirst().region(), 0);
        return new AddressSpace("rom", root);
    }

    @Test
    void anImageIsShown() throws Exception {
        byte[] image = new byte[3000];
        image[0] = 0x55;
        image[1] = (byte) 0xAA;
        image[2999] = 7;
        Path file = Files.write(directory.resolve("card.rom"), image);
        add(file.toString(), 1);
        AddressSpace space = show();
        assertThat(function.bars().getFirst().region().size()).isEqualTo(4096);
        assertThat(space.read(0, 4)).isEqualTo(0xAA55);
        assertThat(space.read(2999, 2)).as("erased behind the image").isEqualTo(0xFF07);
        space.write(0, 4, 0);
        assertThat(space.read(0, 2)).isEqualTo(0xAA55);
    }

    @Test
    void anEmptySocket() throws Exception {
        add(null, 1);
        assertThat(show().read(0xFFF8, 8)).isEqualTo(-1);
        assertThat(function.bars().getFirst().region().size()).isEqualTo(65536);
    }

    @Test
    void hidden() throws Exception {
        add(null, 0);
        add("", 1);
        assertThat(function.bars()).isEmpty();
    }

    @Test
    void aFileThatIsNotThere() {
        assertThatThrownBy(() -> add(directory.resolve("no.rom").toString(), 1))
                .isInstanceOfSatisfying(
                        DeviceException.class, e -> assertThat(e.description()).startsWith("failed to find romfile"));
    }
}

package org.margay.firmware.internal.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.firmware.internal.table.MemoryLayout;
import org.margay.machine.CpuRegisters;
import org.margay.memory.AddressSpace;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;

class MultibootKernelTest {
    private static final long RAM = 16 << 20;
    private static final MemoryLayout LAYOUT = new MemoryLayout(RAM, 0);

    private final GuestRam ram = GuestRam.allocate("ram", RAM);
    private final AddressSpace memory = new AddressSpace("memory", MemoryRegion.ram(ram));

    @TempDir
    Path folder;

    @AfterEach
    void free() {
        ram.close();
    }

    /** A header at 0x60 with flags, then what is at 0x1000 is 16 bytes of 0x90. */
    private static ByteBuffer image(int flags) {
        ByteBuffer image = ByteBuffer.allocate(0x1010).order(ByteOrder.LITTLE_ENDIAN);
        image.putInt(0x60, 0x1BADB002).putInt(0x64, flags).putInt(0x68, -(0x1BADB002 + flags));
        for (int i = 0x1000; i < 0x1010; i++) {
            image.put(i, (byte) 0x90);
        }
        return image;
    }

    private static ByteBuffer elf32() {
        ByteBuffer image = image(3);
        image.putInt(0, 0x464C457F).put(4, (byte) 1).putShort(18, (short) 3);
        image.putInt(24, 0x100000).putInt(28, 0x34).putShort(42, (short) 32).putShort(44, (short) 1);
        image.putInt(0x34, 1).putInt(0x38, 0x1000).putInt(0x3C, 0xC0100000).putInt(0x40, 0x100000);
        return image.putInt(0x44, 16).putInt(0x48, 0x2000);
    }

    private String text(long address) {
        StringBuilder text = new StringBuilder();
        for (long at = address; ram.getByte(at) != 0; at++) {
            text.append((char) ram.getByte(at));
        }
        return text.toString();
    }

    @Test
    void startsAnElfKernelWithModules() throws Exception {
        ImageFile file = Images.file(folder, "kernel", elf32());
        Path first = Files.writeString(folder.resolve("m1"), "first");
        Path second = Files.writeString(folder.resolve("m2"), "second");
        List<MultibootKernel.Module> modules = MultibootKernel.openModules(Optional.of(first + " a=1 b," + second));
        ram.set(0x100500, 1, 0xEE);
        assertThat(MultibootKernel.matches(file)).isTrue();
        MultibootKernel kernel = new MultibootKernel(file, modules, "root=x", LAYOUT);
        CpuRegisters start = kernel.load(memory, 0);

        assertThat(start.rip()).isEqualTo(0x100000);
        assertThat(start.general().get(CpuStart.RAX)).isEqualTo(0x2BADB002);
        assertThat(start.cr0() & 0x80000001L).isEqualTo(1);
        assertThat(ram.getByte(0x10000F)).isEqualTo(0x90);
        assertThat(ram.getByte(0x100500)).as("BSS is cleared").isZero();

        long info = start.general().get(CpuStart.RBX);
        assertThat(ram.getInt(info) & 0x4D).isEqualTo(0x4D);
        assertThat(ram.getInt(info + 4)).isEqualTo(639);
        assertThat(text(ram.getInt(info + 16))).endsWith("/kernel root=x");
        assertThat(ram.getInt(info + 20)).isEqualTo(2);
        long list = ram.getInt(info + 24);
        assertThat(ram.getInt(list)).isEqualTo(0x102000);
        assertThat(text(ram.getInt(list + 8))).isEqualTo(first + " a=1 b");
        byte[] content = new byte[6];
        ram.copyOut(ram.getInt(list + 16), content, 0, 6);
        assertThat(new String(content, StandardCharsets.US_ASCII)).isEqualTo("second");
        assertThat(ram.getInt(list + 20) - ram.getInt(list + 16)).isEqualTo(6);
        assertThat(ram.getInt(info + 44)).isEqualTo(24 * LAYOUT.ranges().size());
        kernel.close();
    }

    @Test
    void startsAKernelThatGivesAddresses() throws Exception {
        ByteBuffer image = image(0x10003);
        image.putInt(0x6C, 0x200060)
                .putInt(0x70, 0x200000)
                .putInt(0x74, 0)
                .putInt(0x78, 0x204000)
                .putInt(0x7C, 0x201000);
        MultibootKernel kernel = new MultibootKernel(Images.file(folder, "kernel", image), List.of(), "", LAYOUT);
        assertThat(kernel.load(memory, 0).rip()).isEqualTo(0x201000);
        assertThat(ram.getByte(0x201000)).isEqualTo(0x90);
        kernel.close();
    }

    @Test
    void damageIsSaid() {
        assertThatThrownBy(() -> load(elf32().putInt(0x44, 0x10000).putInt(0x48, 0x10000)))
                .hasMessage("the ELF file is truncated");
        assertThatThrownBy(() -> load(elf32().putInt(0x40, 0x7FFFFFFF))).hasMessageContaining("does not fit");
        assertThatThrownBy(() -> load(elf32().putInt(0x40, 0x6000))).hasMessageContaining("does not fit");
        assertThatThrownBy(() -> load(elf32().putShort(18, (short) 40))).hasMessage("the ELF file is not for x86");
        assertThatThrownBy(() -> load(elf32().putShort(44, (short) 9000)))
                .hasMessage("the ELF program headers are damaged");
        assertThatThrownBy(() -> load(image(3))).hasMessageContaining("neither ELF");
        assertThatThrownBy(() -> load(image(0x18))).hasMessageContaining("unknown features 0x18");
        assertThatThrownBy(() -> load(image(0x10003).putInt(0x70, 0x300000))).hasMessageContaining("don't fit");
        assertThatThrownBy(() -> MultibootKernel.openModules(Optional.of("/nowhere/x y")))
                .hasMessage("could not load module '/nowhere/x': No such file or directory");
    }

    private void load(ByteBuffer image) throws Exception {
        new MultibootKernel(Images.file(folder, "kernel", image), List.of(), "", LAYOUT).close();
    }
}

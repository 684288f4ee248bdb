package org.margay.firmware.internal.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.firmware.internal.table.MemoryLayout;
import org.margay.machine.CpuRegisters;
import org.margay.memory.AddressSpace;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;

class LinuxKernelTest {
    private static final long RAM = 64 << 20;
    private static final MemoryLayout LAYOUT = new MemoryLayout(RAM, 0);
    private static final int ZERO_PAGE = 0x10000;

    private final GuestRam ram = GuestRam.allocate("ram", RAM);
    private final AddressSpace memory = new AddressSpace("memory", MemoryRegion.ram(ram));

    @TempDir
    Path folder;

    @AfterEach
    void free() {
        ram.close();
    }

    private LinuxKernel kernel(ByteBuffer image) throws IOException, ImageException {
        return new LinuxKernel(Images.file(folder, "vmlinuz", image), Optional.empty(), "console=ttyS0", LAYOUT);
    }

    @Test
    void startsAtThe64BitEntry() throws Exception {
        ImageFile initrd =
                Images.file(folder, "initrd", ByteBuffer.allocate(10_000).put(9_999, (byte) 0x77));
        ImageFile file = Images.file(folder, "vmlinuz", Images.bzImage());
        assertThat(LinuxKernel.matches(file)).isTrue();
        CpuRegisters start;
        try (LinuxKernel kernel = new LinuxKernel(file, Optional.of(initrd), "console=ttyS0", LAYOUT)) {
            start = kernel.load(memory, 0xF0020);
        }

        assertThat(start.rip()).isEqualTo(0x1000200);
        assertThat(start.general().get(CpuStart.RSI)).isEqualTo(ZERO_PAGE);
        assertThat(start.efer()).isEqualTo(0x500);
        assertThat(start.cr0() & 0x80000001L).isEqualTo(0x80000001L);
        assertThat(start.cr4() & 0x20).isEqualTo(0x20);
        assertThat(start.segments().get(1).selector()).isEqualTo(0x10);
        assertThat(start.segments().get(1).attributes() >>> 13 & 1).as("L").isEqualTo(1);
        assertThat(start.segments().get(3).selector()).isEqualTo(0x18);
        assertThat(start.rflags() & 0x200).as("IF").isZero();
        for (int i = 0; i < 8192; i += 97) {
            assertThat(ram.getByte(0x1000000 + i)).isEqualTo(i % 251);
        }
        assertThat(ram.getByte(ZERO_PAGE + 0x210)).isEqualTo(0xFF);
        assertThat(ram.getInt(ZERO_PAGE + 0x202)).isEqualTo(0x53726448);
        assertThat(ram.getByte(ZERO_PAGE + 0x1EF)).as("sentinel").isZero();
        assertThat(ram.getLong(ZERO_PAGE + 0x70)).isEqualTo(0xF0020);
        assertThat(ram.getByte(ZERO_PAGE + 0x1E8)).isEqualTo(LAYOUT.ranges().size());
        assertThat(ram.getLong(ZERO_PAGE + 0x2D0 + 8)).isEqualTo(MemoryLayout.EBDA);
        int initrdAt = ram.getInt(ZERO_PAGE + 0x218);
        assertThat(ram.getInt(ZERO_PAGE + 0x21C)).isEqualTo(10_000);
        assertThat(initrdAt % 4096).isZero();
        assertThat(initrdAt + 10_000L).isLessThanOrEqualTo(LAYOUT.tables()).isGreaterThan(LAYOUT.tables() - 16384);
        assertThat(ram.getByte(initrdAt + 9_999)).isEqualTo(0x77);
        byte[] line = new byte[14];
        ram.copyOut(ram.getInt(ZERO_PAGE + 0x228), line, 0, 14);
        assertThat(new String(line, StandardCharsets.US_ASCII)).isEqualTo("console=ttyS0\0");
    }

    @Test
    void theFirst4GiBAreMappedToThemselves() throws Exception {
        CpuRegisters start = kernel(Images.bzImage()).load(memory, 0);
        for (long address : new long[] {0, 0x1000200, 0x3FFF_FFFFL, 0xFFE0_1234L}) {
            long table = ram.getLong(start.cr3() + 8 * (address >>> 39)) & -4096;
            long directory = ram.getLong(table + 8 * (address >>> 30 & 511)) & -4096;
            long entry = ram.getLong(directory + 8 * (address >>> 21 & 511));
            assertThat(entry & 0x83).isEqualTo(0x83);
            assertThat(entry & -0x200000).isEqualTo(address & -0x200000);
        }
    }

    @Test
    void theGdtMatchesTheSegments() throws Exception {
        CpuRegisters start = kernel(Images.bzImage()).load(memory, 0);
        for (int segment : new int[] {1, 3}) {
            CpuRegisters.Segment loaded = start.segments().get(segment);
            long descriptor = ram.getLong(start.gdt().base() + loaded.selector());
            assertThat((int) (descriptor >>> 40) & 0xF0FF).isEqualTo(loaded.attributes());
        }
    }

    @Test
    void withoutThe64BitEntryItStartsIn32Bits() throws Exception {
        CpuRegisters start = kernel(Images.bzImage().putShort(0x236, (short) 0)).load(memory, 0);
        assertThat(start.rip()).isEqualTo(0x1000000);
        assertThat(start.cr0() & 0x80000001L).isEqualTo(1);
        assertThat(start.efer()).isZero();
        assertThat(start.segments().get(1).attributes() >>> 13 & 3)
                .as("L and D")
                .isEqualTo(2);
    }

    @Test
    void aKernelThatCannotMoveGoesToOneMebibyte() throws Exception {
        CpuRegisters start = kernel(Images.bzImage().put(0x234, (byte) 0)).load(memory, 0);
        assertThat(start.rip()).isEqualTo(0x100200);
    }

    @Test
    void inLittleMemoryARelocatableKernelGoesLower() throws Exception {
        ImageFile file = Images.file(folder, "vmlinuz", Images.bzImage());
        try (LinuxKernel kernel = new LinuxKernel(file, Optional.empty(), "", new MemoryLayout(16 << 20, 0))) {
            assertThat(kernel.load(memory, 0).rip()).isEqualTo(0x200200);
        }
        ImageFile again = Images.file(folder, "vmlinuz", Images.bzImage());
        assertThatThrownBy(() -> new LinuxKernel(again, Optional.empty(), "", new MemoryLayout(4 << 20, 0)))
                .isInstanceOf(ImageException.class)
                .hasMessage("the kernel needs 25 MiB of memory and the guest has 4");
    }

    @Test
    void damageIsSaid() throws Exception {
        assertThatThrownBy(() -> kernel(Images.bzImage().putInt(0x1F4, 10_000)))
                .hasMessageStartingWith("the kernel is truncated: 9216 bytes of");
        assertThatThrownBy(() -> kernel(Images.bzImage().put(0x1F1, (byte) 60))).hasMessage("the kernel is truncated");
        assertThatThrownBy(() -> kernel(Images.bzImage().putShort(0x206, (short) 0x0201)))
                .hasMessage("the kernel speaks boot protocol 2.01, at least 2.02 is needed");
        assertThatThrownBy(() -> kernel(Images.bzImage().put(0x211, (byte) 0)))
                .hasMessage("the kernel is a zImage, only a bzImage can be started");
        assertThatThrownBy(() -> kernel(Images.bzImage().putInt(0x230, 3))).hasMessageContaining("power of two");
        assertThatThrownBy(() -> kernel(Images.bzImage().putLong(0x258, -1))).isInstanceOf(ImageException.class);
        ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(Images.bzImage().array(), 0x210));
        assertThatThrownBy(() -> kernel(cut)).isInstanceOf(ImageException.class);
        assertThat(LinuxKernel.matches(Images.file(folder, "text", ByteBuffer.wrap(new byte[600]))))
                .isFalse();
        assertThat(LinuxKernel.matches(Images.file(folder, "empty", ByteBuffer.allocate(0))))
                .isFalse();
        assertThatThrownBy(() -> ImageFile.open(folder.resolve("nothing").toString()))
                .hasMessage("No such file or directory");
        assertThatThrownBy(() -> ImageFile.open(folder.toString())).hasMessage("not a regular file");
    }

    @Test
    void aDamagedHeaderNeverDoesHarm() throws Exception {
        Random random = new Random(3);
        for (int round = 0; round < 300; round++) {
            ByteBuffer image = Images.bzImage();
            for (int i = 0; i < 1 + round % 4; i++) {
                image.put(0x1F1 + random.nextInt(0x80), (byte) random.nextInt());
            }
            try (LinuxKernel kernel = kernel(image)) {
                kernel.load(memory, 0);
            } catch (ImageException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void tooMuchIsRefused() throws Exception {
        ImageFile file = Images.file(folder, "vmlinuz", Images.bzImage());
        assertThatThrownBy(() -> new LinuxKernel(file, Optional.empty(), "x".repeat(2048), LAYOUT))
                .hasMessage("the command line has 2048 characters, the kernel takes 2047");
        Path large = folder.resolve("large");
        try (var channel = FileChannel.open(large, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), 60 << 20);
        }
        ImageFile initrd = ImageFile.open(large.toString());
        assertThatThrownBy(() -> new LinuxKernel(file, Optional.of(initrd), "", LAYOUT))
                .hasMessageContaining("the initial RAM disk")
                .hasMessageContaining("behind the kernel there is memory for");
    }

    @Test
    void aDeletedFileStillBootsAgain() throws Exception {
        LinuxKernel kernel = kernel(Images.bzImage());
        Files.delete(folder.resolve("vmlinuz"));
        kernel.load(memory, 0);
        ram.set(0x1000001, 1, 0x99);
        kernel.load(memory, 0);
        assertThat(ram.getByte(0x1000001)).isEqualTo(1);
        kernel.close();
    }
}

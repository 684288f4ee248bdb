package org.margay.firmware.internal.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.margay.firmware.internal.Blob;
import org.margay.firmware.internal.table.MemoryLayout;
import org.margay.machine.CpuRegisters;
import org.margay.memory.AddressSpace;

/**
 * A kernel started by the "Multiboot Specification" 0.6.96: ELF, or loaded as its header's address fields say. Modules follow
 * the kernel at page boundaries.
 */
public final class MultibootKernel implements DirectKernel {
    private static final int LOADED_MAGIC = 0x2BADB002;
    private static final long INFO = 0x1_0000;
    private static final long INFO_END = 0x8_0000;
    private static final long GDT = 0x6000;
    private static final int INFO_SIZE = 116;
    private static final int PAGE = 4096;
    private static final String LOADER_NAME = "margay";

    private static final int HAS_MEMORY = 1;
    private static final int HAS_COMMAND_LINE = 1 << 2;
    private static final int HAS_MODULES = 1 << 3;
    private static final int HAS_MEMORY_MAP = 1 << 6;
    private static final int HAS_LOADER_NAME = 1 << 9;

    /** A file with the text that the kernel sees for it. */
    public record Module(ImageFile file, String text) {}

    private record PlacedModule(Module module, long address) {}

    private final ImageFile file;
    private final String commandLine;
    private final MemoryLayout layout;
    private final ElfImage image;
    private final List<PlacedModule> modules = new ArrayList<>();

    /**
     * Checks the images and finds places for them.
     *
     * @throws ImageException when something is damaged or does not fit into memory
     */
    public MultibootKernel(ImageFile file, List<Module> modules, String commandLine, MemoryLayout layout)
            throws ImageException {
        this.file = file;
        this.commandLine = file.name() + (commandLine.isEmpty() ? "" : " " + commandLine);
        this.layout = layout;
        MultibootHeader header = MultibootHeader.find(file.read(0, MultibootHeader.SEARCHED))
                .orElseThrow(() -> new ImageException("no multiboot header"));
        this.image =
                header.addresses().isPresent() ? flat(header, header.addresses().get()) : elf();
        long next = 0;
        for (ElfImage.Segment segment : image.segments()) {
            checkFits("the kernel", segment.address(), segment.memorySize());
            next = Math.max(next, segment.address() + segment.memorySize());
        }
        next = Math.max(next, MemoryLayout.ONE_MIB);
        for (Module module : modules) {
            next = next + PAGE - 1 & -PAGE;
            checkFits(
                    "module '%s'".formatted(module.file().name()),
                    next,
                    module.file().size());
            this.modules.add(new PlacedModule(module, next));
            next += module.file().size();
        }
        if (INFO + information().size() > INFO_END) {
            throw new ImageException("command line and module names are too long");
        }
    }

    /** Whether a file is for this class. */
    public static boolean matches(ImageFile file) throws ImageException {
        return MultibootHeader.find(file.read(0, MultibootHeader.SEARCHED)).isPresent();
    }

    private ElfImage elf() throws ImageException {
        return ElfImage.read(file)
                .orElseThrow(
                        () -> new ImageException("the multiboot kernel is neither ELF nor does it give addresses"));
    }

    private ElfImage flat(MultibootHeader header, MultibootHeader.Addresses addresses) throws ImageException {
        long skipped = addresses.header() - addresses.load();
        long start = header.offset() - skipped;
        long size = addresses.loadEnd() == 0 ? file.size() - start : addresses.loadEnd() - addresses.load();
        if (skipped < 0 || start < 0 || size <= 0 || start + size > file.size()) {
            throw new ImageException("the multiboot header's addresses don't fit the file");
        }
        long memorySize = Math.max(size, addresses.bssEnd() - addresses.load());
        return new ElfImage(
                addresses.entry(), List.of(new ElfImage.Segment(addresses.load(), start, size, memorySize)));
    }

    private void checkFits(String what, long address, long size) throws ImageException {
        boolean low = address >= INFO_END && address + size <= MemoryLayout.EBDA;
        boolean high = address >= MemoryLayout.ONE_MIB && size <= layout.tables() - address;
        if (address < 0 || !low && !high) {
            throw new ImageException(
                    "%s at %#x, %d bytes, does not fit into the guest's memory".formatted(what, address, size));
        }
    }

    @Override
    public CpuRegisters load(AddressSpace memory, long rsdp) throws ImageException {
        for (ElfImage.Segment segment : image.segments()) {
            file.load(segment.fileOffset(), segment.fileSize(), memory, segment.address());
            zero(memory, segment.address() + segment.fileSize(), segment.memorySize() - segment.fileSize());
        }
        for (PlacedModule placed : modules) {
            ImageFile module = placed.module().file();
            module.load(0, module.size(), memory, placed.address());
        }
        Blob information = information();
        memory.write(INFO, information.toBytes(), 0, information.size());
        Blob gdt = new Blob().u64(0).u64(0x00CF_9B00_0000_FFFFL).u64(0x00CF_9300_0000_FFFFL);
        memory.write(GDT, gdt.toBytes(), 0, gdt.size());
        List<Long> general = CpuStart.general();
        general.set(CpuStart.RAX, (long) LOADED_MAGIC);
        general.set(CpuStart.RBX, INFO);
        return CpuStart.protectedMode(general, image.entry(), new CpuRegisters.Table(GDT, gdt.size() - 1), 0x08, 0x10);
    }

    private static void zero(AddressSpace memory, long address, long size) {
        byte[] zeros = new byte[(int) Math.min(size, 64 << 10)];
        for (long done = 0; done < size; done += zeros.length) {
            memory.write(address + done, zeros, 0, (int) Math.min(zeros.length, size - done));
        }
    }

    /** The information structure of section 3.3, followed by what it points to. */
    private Blob information() {
        Blob info = new Blob().zeros(INFO_SIZE);
        info.set(0, HAS_MEMORY | HAS_COMMAND_LINE | HAS_MEMORY_MAP | HAS_LOADER_NAME | HAS_MODULES, 4);
        info.set(4, MemoryLayout.EBDA >>> 10, 4);
        info.set(8, layout.tables() - MemoryLayout.ONE_MIB >>> 10, 4);
        info.set(16, text(info, commandLine), 4);
        List<Long> texts = modules.stream()
                .map(placed -> text(info, placed.module().text()))
                .toList();
        info.align(4);
        info.set(20, modules.size(), 4);
        info.set(24, INFO + info.size(), 4);
        for (int i = 0; i < modules.size(); i++) {
            PlacedModule placed = modules.get(i);
            info.u32(placed.address())
                    .u32(placed.address() + placed.module().file().size())
                    .u32(texts.get(i))
                    .u32(0);
        }
        int map = info.size();
        for (MemoryLayout.Range range : layout.ranges()) {
            info.u32(20);
            MemoryLayout.append(info, range);
        }
        info.set(44, info.size() - map, 4);
        info.set(48, INFO + map, 4);
        info.set(64, text(info, LOADER_NAME), 4);
        return info;
    }

    private static long text(Blob info, String text) {
        long address = INFO + info.size();
        info.zeroEnded(text);
        return address;
    }

    @Override
    public void close() {
        file.close();
        modules.forEach(placed -> placed.module().file().close());
    }

    /**
     * Opens the files of "-initrd file arguments,file arguments".
     *
     * @throws ImageException when one can't be read, naming it
     */
    public static List<Module> openModules(Optional<String> option) throws ImageException {
        List<Module> opened = new ArrayList<>();
        for (String text : option.map(all -> all.split(",")).orElse(new String[0])) {
            String name = text.strip().split(" ", 2)[0];
            try {
                opened.add(new Module(ImageFile.open(name), text.strip()));
            } catch (ImageException e) {
                opened.forEach(module -> module.file().close());
                throw new ImageException("could not load module '%s': %s".formatted(name, e.getMessage()));
            }
        }
        return opened;
    }
}

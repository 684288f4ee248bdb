package org.margay.firmware.internal.bios;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.margay.firmware.internal.Blob;
import org.margay.firmware.internal.acpi.AcpiTables;
import org.margay.firmware.internal.acpi.TableLoader;
import org.margay.firmware.internal.acpi.TableSet;
import org.margay.firmware.internal.boot.ImageException;
import org.margay.firmware.internal.boot.ImageFile;
import org.margay.firmware.internal.boot.LinuxItems;
import org.margay.firmware.internal.option.FirmwarePlan;
import org.margay.firmware.internal.setup.HardwareProbe;
import org.margay.firmware.internal.table.MemoryLayout;
import org.margay.firmware.internal.table.Smbios;
import org.margay.machine.Machine;
import org.margay.machine.plan.GuestIdentity;
import org.margay.machine.plan.MachineFlag;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;
import org.margay.pc.FwCfg;
import org.margay.pc.PcBoard;

/**
 * A BIOS image: it answers below 4 GiB, where the reset vector leads, and with its last 128 KiB below 1 MiB; all that it should
 * know of the machine it finds in fw_cfg.
 */
public final class BiosFirmware {
    private static final int UNIT = 64 << 10;
    private static final int LARGEST = 16 << 20;
    private static final int ISA_SIZE = 128 << 10;
    private static final long FOUR_GIB = 1L << 32;
    private static final int BOOT_MENU_ITEM = 0x0E;
    /** CMOS address of the shutdown status, by which a BIOS learns why it is started. */
    private static final int SHUTDOWN_STATUS = 0x0F;

    private static final int WOKEN_FROM_S3 = 0xFE;
    /** Where a BIOS shows its text when there is no screen. */
    private static final int FIRST_SERIAL_PORT = 0x3F8;

    private static final int LARGEST_OPTION_ROM = 128 << 10;
    private static final String LINUX_ROM = "linuxboot_dma.bin";

    private final Machine machine;
    private final PcBoard board;
    private final MemoryLayout layout;
    private Optional<String> bootRom = Optional.empty();
    private boolean started;

    public BiosFirmware(Machine machine, PcBoard board, MemoryLayout layout) {
        this.machine = machine;
        this.board = board;
        this.layout = layout;
    }

    /**
     * Maps the image and fills fw_cfg.
     *
     * @param name file name, looked for in the usual folders too
     * @throws ImageException when there is no such file or it can't be a BIOS
     */
    public void install(String name) throws ImageException {
        String found = FirmwareSearch.find(name, machine.plan()).orElse(name);
        try (ImageFile file = ImageFile.open(found)) {
            if (file.size() == 0 || file.size() % UNIT != 0 || file.size() > LARGEST) {
                throw new ImageException(
                        "the file's size %d is no multiple of %d up to %d".formatted(file.size(), UNIT, LARGEST));
            }
            map(file.read(0, (int) file.size()));
        }
        FwCfg fwCfg = board.fwCfg();
        fwCfg.addFile("etc/e820", layout.ramTable());
        acpiTables();
        machine.onFirstInstruction(this::acpiTables);
        Smbios.Tables smbios = Smbios.build(
                layout,
                Math.max(1, machine.cpus().size()),
                GuestIdentity.in(machine.plan()).uuid());
        fwCfg.addFile("etc/smbios/smbios-tables", smbios.content());
        fwCfg.addFile("etc/smbios/smbios-anchor", smbios.entryPoint(0));
        bootSettings(fwCfg);
        machine.onFirstInstruction(this::bootOrder);
        machine.onWakeup(_ -> board.setCmos(SHUTDOWN_STATUS, WOKEN_FROM_S3));
    }

    /** Written anew at each start: bridges with buses to describe may have come and gone. */
    private void acpiTables() {
        TableSet acpi = AcpiTables.build(HardwareProbe.look(machine, board.pciBus(), layout));
        FwCfg fwCfg = board.fwCfg();
        fwCfg.addFile(TableLoader.RSDP, TableLoader.rsdp(acpi));
        fwCfg.addFile(TableLoader.TABLES, TableLoader.tables(acpi));
        fwCfg.addFile("etc/table-loader", TableLoader.program(acpi));
    }

    /**
     * Lets the BIOS start a kernel, through the option ROM that QEMU's packages install.
     *
     * @throws ImageException when the ROM is not there or the kernel can't be used
     */
    public void start(ImageFile kernel, Optional<ImageFile> initrd, String commandLine) throws ImageException {
        String found = FirmwareSearch.find(LINUX_ROM, machine.plan())
                .orElseThrow(() -> new ImageException(
                        "together with -bios the option ROM %s is needed, from Debian's qemu-system-data or a folder of -L"
                                .formatted(LINUX_ROM)));
        FwCfg fwCfg = board.fwCfg();
        LinuxItems.build(kernel, initrd, commandLine, layout).forEach(fwCfg::addItem);
        try (ImageFile rom = ImageFile.open(found)) {
            if (rom.size() > LARGEST_OPTION_ROM) {
                throw new ImageException("the option ROM '%s' is too large".formatted(found));
            }
            fwCfg.addFile("genroms/" + LINUX_ROM, rom.read(0, (int) rom.size()));
        }
        bootRom = Optional.of("/rom@genroms/" + LINUX_ROM);
    }

    /** Written anew at each start: devices come and go. */
    private void bootOrder() {
        List<String> order = new ArrayList<>(bootRom.stream().toList());
        order.addAll(BootIndexes.paths(machine.objects()));
        if (boot().strict()) {
            order.add("HALT");
        }
        if (!order.isEmpty()) {
            board.fwCfg()
                    .addFile(
                            "bootorder",
                            new Blob().zeroEnded(String.join("\n", order)).toBytes());
        }
    }

    private void map(byte[] image) {
        GuestRam rom = GuestRam.allocate("pc.bios", image.length);
        rom.copyIn(0, image, 0, image.length);
        machine.onClose(rom::close);
        MemoryRegion pci = board.pciBus().memory();
        pci.add(MemoryRegion.rom("pc.bios", rom, 0, image.length), FOUR_GIB - image.length);
        int isaSize = Math.min(ISA_SIZE, image.length);
        pci.add(MemoryRegion.rom("isa-bios", rom, image.length - isaSize, isaSize), MemoryLayout.ONE_MIB - isaSize);
    }

    private void bootSettings(FwCfg fwCfg) {
        FirmwarePlan.Boot boot = boot();
        fwCfg.addItem(
                BOOT_MENU_ITEM,
                new Blob().u16(boot.menu().orElse(false) ? 1 : 0).toBytes());
        if (MachineFlag.NO_GRAPHIC.in(machine.plan())) {
            fwCfg.addFile("etc/sercon-port", new Blob().u16(FIRST_SERIAL_PORT).toBytes());
        }
        boot.splashTime()
                .ifPresent(wait ->
                        fwCfg.addFile("etc/boot-menu-wait", new Blob().u16(wait).toBytes()));
        machine.onReset(() -> {
            BootOrder order = BootOrder.of(boot, !started);
            started = true;
            board.setCmos(BootOrder.FIRST_AND_SECOND, order.firstAndSecond());
            board.setCmos(BootOrder.THIRD, order.third());
        });
    }

    private FirmwarePlan.Boot boot() {
        return machine.plan().get(FirmwarePlan.Boot.class).orElse(FirmwarePlan.Boot.DEFAULT);
    }
}

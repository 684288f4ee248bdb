package org.margay.firmware.internal;

import java.util.List;
import java.util.Optional;
import org.margay.firmware.internal.bios.BiosFirmware;
import org.margay.firmware.internal.boot.DirectKernel;
import org.margay.firmware.internal.boot.ImageException;
import org.margay.firmware.internal.boot.ImageFile;
import org.margay.firmware.internal.boot.LinuxKernel;
import org.margay.firmware.internal.boot.MultibootKernel;
import org.margay.firmware.internal.option.FirmwarePlan;
import org.margay.firmware.internal.setup.BuiltInFirmware;
import org.margay.firmware.internal.table.MemoryLayout;
import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.margay.machine.MachinePlan;
import org.margay.machine.plan.GuestIdentity;
import org.margay.pc.PcBoard;
import org.margay.qmp.QmpException;
import org.osgi.service.component.annotations.Component;

/** Gives a PC its firmware: the BIOS that was asked for, or the built-in one with a kernel. */
@Component
public final class FirmwarePart implements MachinePart {
    /** Room for the tables and a little more. */
    private static final long LEAST_MEMORY = 2L << 20;

    @Override
    public Stage stage() {
        return Stage.FIRMWARE;
    }

    @Override
    public void build(Machine machine) throws QmpException {
        Optional<PcBoard> board = machine.find(PcBoard.class);
        if (board.isEmpty()) {
            return;
        }
        MachinePlan plan = machine.plan();
        MemoryLayout layout =
                new MemoryLayout(board.get().lowRamSize(), board.get().highRamSize());
        Optional<FirmwarePlan.Bios> bios = plan.get(FirmwarePlan.Bios.class);
        if (bios.isPresent()) {
            BiosFirmware firmware = new BiosFirmware(machine, board.get(), layout);
            bios(firmware, bios.get().file());
            if (kernelGiven(plan)) {
                startByBios(firmware, plan);
            }
            return;
        }
        Optional<DirectKernel> kernel = kernel(plan, layout);
        if (layout.lowRam() < LEAST_MEMORY) {
            throw new QmpException(
                    "the built-in firmware needs at least %d MiB of memory".formatted(LEAST_MEMORY >> 20));
        }
        if (machine.accelerator().steppedClock()) {
            // No guest code runs, so neither does firmware: testers find power-on values.
            return;
        }
        new BuiltInFirmware(
                machine, board.get().pciBus(), layout, GuestIdentity.in(plan).uuid(), kernel);
    }

    private static void bios(BiosFirmware firmware, String file) throws QmpException {
        try {
            firmware.install(file);
        } catch (ImageException e) {
            throw new QmpException("could not load PC BIOS '%s': %s".formatted(file, e.getMessage()));
        }
    }

    /** Whether there is a kernel; options that need one are refused when not. */
    private static boolean kernelGiven(MachinePlan plan) throws QmpException {
        if (plan.get(FirmwarePlan.Kernel.class).isPresent()) {
            return true;
        }
        if (initrd(plan).isPresent()) {
            throw new QmpException("-initrd only allowed with -kernel option");
        }
        if (plan.get(FirmwarePlan.CommandLine.class).isPresent()) {
            throw new QmpException("-append only allowed with -kernel option");
        }
        return false;
    }

    private static String kernelName(MachinePlan plan) {
        return plan.get(FirmwarePlan.Kernel.class).orElseThrow().file();
    }

    private static Optional<String> initrd(MachinePlan plan) {
        return plan.get(FirmwarePlan.InitialRamDisk.class).map(FirmwarePlan.InitialRamDisk::files);
    }

    private static String commandLine(MachinePlan plan) {
        return plan.get(FirmwarePlan.CommandLine.class)
                .map(FirmwarePlan.CommandLine::text)
                .orElse("");
    }

    private static void startByBios(BiosFirmware firmware, MachinePlan plan) throws QmpException {
        Optional<ImageFile> initrd = open(initrd(plan));
        String name = kernelName(plan);
        try (ImageFile file = ImageFile.open(name)) {
            if (!LinuxKernel.matches(file)) {
                throw new ImageException("a BIOS can only be given a Linux kernel (bzImage)");
            }
            firmware.start(file, initrd, commandLine(plan));
        } catch (ImageException e) {
            throw new QmpException("could not load kernel '%s': %s".formatted(name, e.getMessage()));
        } finally {
            initrd.ifPresent(ImageFile::close);
        }
    }

    private static Optional<DirectKernel> kernel(MachinePlan plan, MemoryLayout layout) throws QmpException {
        if (!kernelGiven(plan)) {
            return Optional.empty();
        }
        Optional<String> initrd = initrd(plan);
        String commandLine = commandLine(plan);
        String name = kernelName(plan);
        try {
            ImageFile file = ImageFile.open(name);
            if (LinuxKernel.matches(file)) {
                return Optional.of(new LinuxKernel(file, open(initrd), commandLine, layout));
            }
            if (MultibootKernel.matches(file)) {
                List<MultibootKernel.Module> modules = MultibootKernel.openModules(initrd);
                return Optional.of(new MultibootKernel(file, modules, commandLine, layout));
            }
            throw new ImageException("neither a Linux kernel (bzImage) nor a multiboot kernel");
        } catch (ImageException e) {
            throw new QmpException("could not load kernel '%s': %s".formatted(name, e.getMessage()));
        }
    }

    private static Optional<ImageFile> open(Optional<String> initrd) throws QmpException {
        if (initrd.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ImageFile.open(initrd.get()));
        } catch (ImageException e) {
            throw new QmpException("could not load initrd '%s': %s".formatted(initrd.get(), e.getMessage()));
        }
    }
}

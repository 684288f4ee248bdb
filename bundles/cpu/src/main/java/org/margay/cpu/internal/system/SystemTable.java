package org.margay.cpu.internal.system;

import static org.margay.cpu.internal.CpuState.CS;
import static org.margay.cpu.internal.CpuState.DS;
import static org.margay.cpu.internal.CpuState.ES;
import static org.margay.cpu.internal.CpuState.FS;
import static org.margay.cpu.internal.CpuState.GS;
import static org.margay.cpu.internal.CpuState.SS;

import org.margay.cpu.internal.table.Feature;
import org.margay.cpu.internal.table.TableBuilder;
import org.margay.cpu.internal.table.TableFile;

/** Instructions of the system architecture, save those that transfer control (SDM vol. 3, 2.8). */
public final class SystemTable implements TableFile {
    @Override
    public void rows(TableBuilder table) {
        segments(table);
        flags(table);
        descriptors(table);
        control(table);
        modelSpecific(table);
    }

    private static void segments(TableBuilder table) {
        table.group("system.segment");
        table.row("8C /r", "mov", "Ev:w Sw", SegmentOps::movFromSegment).system();
        table.row("8E /r", "mov", "Sw:w Ew", SegmentOps::movToSegment).system().endsBlock();
        table.row("06", "push es", "", SegmentOps.push(ES)).not64().system();
        table.row("0E", "push cs", "", SegmentOps.push(CS)).not64().system();
        table.row("16", "push ss", "", SegmentOps.push(SS)).not64().system();
        table.row("1E", "push ds", "", SegmentOps.push(DS)).not64().system();
        table.row("d64 0F A0", "push fs", "", SegmentOps.push(FS)).system();
        table.row("d64 0F A8", "push gs", "", SegmentOps.push(GS)).system();
        table.row("07", "pop es", "", SegmentOps.pop(ES)).not64().system().endsBlock();
        table.row("17", "pop ss", "", SegmentOps.pop(SS)).not64().system().endsBlock();
        table.row("1F", "pop ds", "", SegmentOps.pop(DS)).not64().system().endsBlock();
        table.row("d64 0F A1", "pop fs", "", SegmentOps.pop(FS)).system().endsBlock();
        table.row("d64 0F A9", "pop gs", "", SegmentOps.pop(GS)).system().endsBlock();
        table.row("C4 /r:mem", "les", "Gv:w Mp", SegmentOps.loadPointer(ES))
                .not64()
                .system()
                .endsBlock();
        table.row("C5 /r:mem", "lds", "Gv:w Mp", SegmentOps.loadPointer(DS))
                .not64()
                .system()
                .endsBlock();
        table.row("0F B2 /r:mem", "lss", "Gv:w Mp", SegmentOps.loadPointer(SS))
                .system()
                .endsBlock();
        table.row("0F B4 /r:mem", "lfs", "Gv:w Mp", SegmentOps.loadPointer(FS))
                .system()
                .endsBlock();
        table.row("0F B5 /r:mem", "lgs", "Gv:w Mp", SegmentOps.loadPointer(GS))
                .system()
                .endsBlock();
        table.row("0F 01 F8", "swapgs", "", Syscalls::swapgs).only64().privileged();
        table.group("system.segment", Feature.FSGSBASE);
        table.row("F3 0F AE /0:reg", "rdfsbase", "Ry:w", SegmentOps.readBase(FS))
                .only64()
                .system();
        table.row("F3 0F AE /1:reg", "rdgsbase", "Ry:w", SegmentOps.readBase(GS))
                .only64()
                .system();
        table.row("F3 0F AE /2:reg", "wrfsbase", "Ry", SegmentOps.writeBase(FS))
                .only64()
                .system();
        table.row("F3 0F AE /3:reg", "wrgsbase", "Ry", SegmentOps.writeBase(GS))
                .only64()
                .system();
    }

    private static void flags(TableBuilder table) {
        table.group("system.flags");
        table.row("d64 9C", "pushf", "", FlagOps::pushf).system().reads("ODISZAPCT");
        table.row("d64 9D", "popf", "", FlagOps::popf)
                .system()
                .writes("ODISZAPCT")
                .endsBlock();
        table.row("FA", "cli", "", FlagOps::cli).system().writes("I").endsBlock();
        table.row("FB", "sti", "", FlagOps::sti).system().writes("I").endsBlock();
        table.group("system.flags", Feature.SMAP);
        table.row("NP 0F 01 CA", "clac", "", FlagOps::clac).privileged().endsBlock();
        table.row("NP 0F 01 CB", "stac", "", FlagOps::stac).privileged().endsBlock();
    }

    private static void descriptors(TableBuilder table) {
        table.group("system.descriptor");
        table.row("0F 00 /0", "sldt", "Ev:w", DescriptorOps::sldt)
                .protectedOnly()
                .system();
        table.row("0F 00 /1", "str", "Ev:w", DescriptorOps::str).protectedOnly().system();
        table.row("0F 00 /2", "lldt", "Ew", DescriptorOps::lldt)
                .protectedOnly()
                .privileged()
                .endsBlock();
        table.row("0F 00 /3", "ltr", "Ew", DescriptorOps::ltr)
                .protectedOnly()
                .privileged()
                .endsBlock();
        table.row("0F 00 /4", "verr", "Ew", DescriptorOps::verr)
                .protectedOnly()
                .system()
                .writes("Z");
        table.row("0F 00 /5", "verw", "Ew", DescriptorOps::verw)
                .protectedOnly()
                .system()
                .writes("Z");
        table.row("d64 0F 01 /0:mem", "sgdt", "Ms:w", DescriptorOps::sgdt).system();
        table.row("d64 0F 01 /1:mem", "sidt", "Ms:w", DescriptorOps::sidt).system();
        table.row("d64 0F 01 /2:mem", "lgdt", "Ms", DescriptorOps::lgdt)
                .privileged()
                .endsBlock();
        table.row("d64 0F 01 /3:mem", "lidt", "Ms", DescriptorOps::lidt)
                .privileged()
                .endsBlock();
        table.row("0F 02 /r", "lar", "Gv:w Ew", DescriptorOps::lar)
                .protectedOnly()
                .system()
                .writes("Z");
        table.row("0F 03 /r", "lsl", "Gv:w Ew", DescriptorOps::lsl)
                .protectedOnly()
                .system()
                .writes("Z");
        table.row("63 /r", "arpl", "Ew:rw Gw", DescriptorOps::arpl)
                .not64()
                .protectedOnly()
                .system()
                .writes("Z");
    }

    private static void control(TableBuilder table) {
        table.group("system.control");
        // a register that does not exist is #UD at any level, so the handlers check the privilege, and after that
        table.row("f64 0F 20 /r:any", "mov", "Ry:w Cy", ControlRegisters::movFromCr)
                .system();
        table.row("f64 0F 22 /r:any", "mov", "Cy:w Ry", ControlRegisters::movToCr)
                .system()
                .endsBlock();
        table.row("f64 0F 21 /r:any", "mov", "Ry:w Dy", DebugUnit::movFromDr)
                .system()
                .endsBlock();
        table.row("f64 0F 23 /r:any", "mov", "Dy:w Ry", DebugUnit::movToDr)
                .system()
                .endsBlock();
        table.row("0F 01 /4", "smsw", "Ev:w", ControlRegisters::smsw).system();
        table.row("0F 01 /6", "lmsw", "Ew", ControlRegisters::lmsw).privileged().endsBlock();
        table.row("0F 01 /7:mem", "invlpg", "M", ControlRegisters::invlpg)
                .privileged()
                .endsBlock();
        table.row("0F 06", "clts", "", ControlRegisters::clts).privileged().endsBlock();
        table.row("0F 08", "invd", "", ControlRegisters::writeBack).privileged();
        table.row("0F 09", "wbinvd", "", ControlRegisters::writeBack).privileged();
        table.row("F4", "hlt", "", ControlRegisters::hlt).privileged().endsBlock();
    }

    private static void modelSpecific(TableBuilder table) {
        table.group("system.msr");
        table.row("0F A2", "cpuid", "", Cpuid::execute).system();
        table.row("0F 33", "rdpmc", "", Msrs::rdpmc).system();
        table.group("system.msr", Feature.MSR);
        table.row("0F 30", "wrmsr", "", Msrs::wrmsr).privileged().endsBlock();
        table.row("0F 32", "rdmsr", "", Msrs::rdmsr).privileged();
        table.group("system.msr", Feature.TSC);
        table.row("0F 31", "rdtsc", "", Msrs::rdtsc).system();
        table.group("system.msr", Feature.RDTSCP);
        table.row("0F 01 F9", "rdtscp", "", Msrs::rdtscp).system();
    }
}

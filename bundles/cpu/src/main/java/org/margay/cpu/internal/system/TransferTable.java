package org.margay.cpu.internal.system;

import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Insn;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.table.Feature;
import org.margay.cpu.internal.table.TableBuilder;
import org.margay.cpu.internal.table.TableFile;

/** Far transfers, software interrupts and system calls (SDM vol. 2: JMP, CALL, RET, INT n, IRET, SYSCALL, SYSENTER). */
public final class TransferTable implements TableFile {
    @Override
    public void rows(TableBuilder table) {
        table.group("system.far");
        table.row("EA ap", "jmp far", "Ap", TransferTable::jumpDirect)
                .not64()
                .branch()
                .system();
        table.row("9A ap", "call far", "Ap", TransferTable::callDirect)
                .not64()
                .branch()
                .system();
        table.row("FF /5:mem", "jmp far", "Mp", TransferTable::jumpIndirect)
                .branch()
                .system();
        table.row("FF /3:mem", "call far", "Mp", TransferTable::callIndirect)
                .branch()
                .system();
        table.row("CB", "ret far", "", (cpu, insn) -> FarTransfers.ret(cpu, insn.operandSize, 0))
                .branch()
                .system();
        table.row("CA iw", "ret far", "Iw", TransferTable::returnReleasing)
                .branch()
                .system();
        table.row("CF", "iret", "", (cpu, insn) -> InterruptReturn.execute(cpu, insn.operandSize))
                .branch()
                .system();

        table.group("system.interrupt");
        table.row("CC", "int3", "", (cpu, insn) -> Delivery.trap(cpu, GuestFault.BP))
                .branch()
                .system();
        table.row("CD ib", "int", "Ib", (cpu, insn) -> Delivery.software(cpu, (int) insn.immediate & 0xFF))
                .branch()
                .system();
        table.row("CE", "into", "", TransferTable::interruptOnOverflow)
                .not64()
                .branch()
                .system()
                .reads("O");
        table.row("F1", "int1", "", (cpu, insn) -> Delivery.exception(cpu, GuestFault.of(GuestFault.DB)))
                .branch()
                .system();

        table.group("system.call", Feature.SYSCALL);
        table.row("0F 05", "syscall", "", Syscalls::syscall).branch().system();
        table.row("0F 07", "sysret", "", Syscalls::sysret).branch().system();
        table.group("system.call", Feature.SEP);
        table.row("0F 34", "sysenter", "", Syscalls::sysenter).branch().system();
        table.row("0F 35", "sysexit", "", Syscalls::sysexit).branch().system();
    }

    private static void jumpDirect(Cpu cpu, Insn insn) {
        FarTransfers.jump(cpu, insn.immediate2 & 0xFFFF, cut(insn.immediate, insn.operandSize));
    }

    private static void callDirect(Cpu cpu, Insn insn) {
        FarTransfers.call(cpu, insn.immediate2 & 0xFFFF, cut(insn.immediate, insn.operandSize), insn.operandSize);
    }

    private static void jumpIndirect(Cpu cpu, Insn insn) {
        long linear = insn.linearAddress(cpu, insn.operandSize + 2, false);
        long offset = cpu.mmu.load(linear, insn.operandSize);
        FarTransfers.jump(cpu, cpu.mmu.load16(linear + insn.operandSize), offset);
    }

    private static void callIndirect(Cpu cpu, Insn insn) {
        long linear = insn.linearAddress(cpu, insn.operandSize + 2, false);
        long offset = cpu.mmu.load(linear, insn.operandSize);
        FarTransfers.call(cpu, cpu.mmu.load16(linear + insn.operandSize), offset, insn.operandSize);
    }

    private static void returnReleasing(Cpu cpu, Insn insn) {
        FarTransfers.ret(cpu, insn.operandSize, (int) insn.immediate & 0xFFFF);
    }

    private static void interruptOnOverflow(Cpu cpu, Insn insn) {
        if (LazyFlags.of(cpu)) {
            Delivery.trap(cpu, GuestFault.OF);
        }
    }

    private static long cut(long offset, int size) {
        return size == 2 ? offset & 0xFFFF : offset & 0xFFFF_FFFFL;
    }
}

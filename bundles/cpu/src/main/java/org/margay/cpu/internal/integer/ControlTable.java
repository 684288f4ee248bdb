package org.margay.cpu.internal.integer;

import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.interp.FastOps;
import org.margay.cpu.internal.table.Feature;
import org.margay.cpu.internal.table.TableBuilder;
import org.margay.cpu.internal.table.TableFile;

/** Near transfers of control, flags, and instructions that do nothing (SDM vol. 2, appendix A). */
public final class ControlTable implements TableFile {
    private static final Handler NOTHING = (_, _) -> {};
    private static final Handler UNDEFINED = (_, _) -> {
        throw GuestFault.ud();
    };

    @Override
    public void rows(TableBuilder table) {
        table.group("branch");
        for (int code = 0; code < 16; code++) {
            String name = "j" + MoveTable.condition(code);
            String flags = MoveTable.conditionFlags(code);
            table.row("f64 %02X cb".formatted(0x70 + code), name, "Jb", Branch::jcc)
                    .fast(FastOps::jumpIf)
                    .branch()
                    .reads(flags);
            table.row("f64 0F %02X cz".formatted(0x80 + code), name, "Jz", Branch::jcc)
                    .fast(FastOps::jumpIf)
                    .branch()
                    .reads(flags);
        }
        table.row("f64 EB cb", "jmp", "Jb", Branch::jmp).fast(FastOps::jump).branch();
        table.row("f64 E9 cz", "jmp", "Jz", Branch::jmp).fast(FastOps::jump).branch();
        table.row("f64 FF /4", "jmp", "Ev", Branch::jmpIndirect)
                .fast(FastOps::jumpIndirect)
                .branch();
        table.row("f64 E8 cz", "call", "Jz", Branch::call).fast(FastOps::call).branch();
        table.row("f64 FF /2", "call", "Ev", Branch::callIndirect)
                .fast(FastOps::callIndirect)
                .branch();
        table.row("f64 C3", "ret", "", Branch::ret).fast(FastOps::ret).branch();
        table.row("f64 C2 iw", "ret", "Iw", Branch::ret).fast(FastOps::ret).branch();
        table.row("f64 E0 cb", "loopne", "Jb", Branch::loopne).branch().reads("Z");
        table.row("f64 E1 cb", "loope", "Jb", Branch::loope).branch().reads("Z");
        table.row("f64 E2 cb", "loop", "Jb", Branch::loop).branch();
        table.row("f64 E3 cb", "jcxz", "Jb", Branch::jcxz).branch();
        table.group("flags");
        table.row("F8", "clc", "", FlagControl::clc).writes("C");
        table.row("F9", "stc", "", FlagControl::stc).writes("C");
        table.row("F5", "cmc", "", FlagControl::cmc).reads("C").writes("C");
        table.row("FC", "cld", "", FlagControl::cld).writes("D");
        table.row("FD", "std", "", FlagControl::std).writes("D");
        table.row("9E", "sahf", "", FlagControl::sahf).not64().writes("SZAPC");
        table.row("9F", "lahf", "", FlagControl::lahf).not64().reads("SZAPC");
        table.group("flags", Feature.LAHF_LM);
        table.row("9E", "sahf", "", FlagControl::sahf).only64().writes("SZAPC");
        table.row("9F", "lahf", "", FlagControl::lahf).only64().reads("SZAPC");
        table.group("flags");
        table.row("D6", "salc", "AL:w", FlagControl::salc).not64().reads("C");
        table.group("nop");
        // PAUSE is XCHG rAX, rAX with F3 in front; with REX.B it exchanges
        for (int opcode = 0x18; opcode <= 0x1F; opcode++) {
            table.row("0F %02X /r".formatted(opcode), "nop", "Ev", NOTHING);
        }
        table.row("0F 0D /r:mem", "prefetch", "Mb", NOTHING);
        table.row("0F 0B", "ud2", "", UNDEFINED).system();
        table.row("0F B9 /r", "ud1", "Gv Ev", UNDEFINED).system();
        table.row("0F FF /r", "ud0", "Gv Ev", UNDEFINED).system();
    }
}

package org.margay.cpu.internal.fp;

import static org.margay.cpu.internal.fp.X87State.computing;
import static org.margay.cpu.internal.fp.X87State.notWaiting;
import static org.margay.cpu.internal.fp.X87State.waiting;

import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.fp.X87Memory.Source;
import org.margay.cpu.internal.table.Feature;
import org.margay.cpu.internal.table.TableBuilder;
import org.margay.cpu.internal.table.TableFile;

/** The x87's instructions (SDM vol. 2, appendix A.5), FWAIT, FXSAVE and FXRSTOR. */
public final class X87Table implements TableFile {
    /** One of the six basic operations: opcode field and what ST(0) and the other operand give. */
    private record Basic(int field, String name, Float80Arithmetic.Binary operation) {}

    private static final Basic[] BASIC = {
        new Basic(0, "fadd", Float80Arithmetic::add),
        new Basic(1, "fmul", Float80Arithmetic::multiply),
        new Basic(4, "fsub", Float80Arithmetic::subtract),
        new Basic(5, "fsubr", Float80Arithmetic::subtractReversed),
        new Basic(6, "fdiv", Float80Arithmetic::divide),
        new Basic(7, "fdivr", Float80Arithmetic::divideReversed)
    };

    @Override
    public void rows(TableBuilder t) {
        t.group("x87", Feature.FPU);
        for (Basic basic : BASIC) {
            basicRows(t, basic);
        }
        loadsAndStores(t);
        comparisons(t);
        topOfStack(t);
        constants(t);
        transcendentals(t);
        control(t);
        t.group("fxsr", Feature.FXSR);
        t.row("NP 0F AE /0:mem", "fxsave", "M:w", FxState::save);
        t.row("NP 0F AE /1:mem", "fxrstor", "M:r", FxState::restore);
    }

    private static void basicRows(TableBuilder t, Basic basic) {
        int field = basic.field;
        String name = basic.name;
        String integerName = "fi" + name.substring(1);
        Float80Arithmetic.Binary operation = basic.operation;
        memory(t, "D8", field, name, "Md", X87Arithmetic.withMemory(Source.SINGLE, operation));
        memory(t, "DC", field, name, "Mq", X87Arithmetic.withMemory(Source.DOUBLE, operation));
        memory(t, "DA", field, integerName, "Md", X87Arithmetic.withMemory(Source.INTEGER32, operation));
        memory(t, "DE", field, integerName, "Mw", X87Arithmetic.withMemory(Source.INTEGER16, operation));
        // With the result in ST(i) the manual swaps the names of reversed and plain, not the operation of ST(0) and
        // ST(i).
        String swapped = switch (name) {
            case "fsub", "fdiv" -> name + "r";
            case "fsubr", "fdivr" -> name.substring(0, 4);
            default -> name;
        };
        int first = 0xC0 + 8 * field;
        registers(t, "D8", first, name, "ST0:rw STi", X87Arithmetic.toTop(operation));
        registers(t, "DC", first, swapped, "STi:rw ST0", X87Arithmetic.toRegister(operation));
        registers(t, "DE", first, swapped + "p", "STi:rw ST0", X87Arithmetic.toRegisterAndPop(operation));
    }

    private static void memory(TableBuilder t, String opcode, int field, String name, String operand, Handler handler) {
        t.row("%s /%d:mem".formatted(opcode, field), name, operand, computing(handler));
    }

    private static void registers(
            TableBuilder t, String opcode, int first, String name, String operands, Handler handler) {
        t.row("%s %02X+i".formatted(opcode, first), name, operands, computing(handler));
    }

    private static void loadsAndStores(TableBuilder t) {
        memory(t, "D9", 0, "fld", "Md", X87LoadStore.load(Source.SINGLE));
        memory(t, "DD", 0, "fld", "Mq", X87LoadStore.load(Source.DOUBLE));
        memory(t, "DB", 5, "fld", "Mt", X87LoadStore::loadExtended);
        memory(t, "DF", 0, "fild", "Mw", X87LoadStore.load(Source.INTEGER16));
        memory(t, "DB", 0, "fild", "Md", X87LoadStore.load(Source.INTEGER32));
        memory(t, "DF", 5, "fild", "Mq", X87LoadStore.load(Source.INTEGER64));
        memory(t, "DF", 4, "fbld", "Mt", X87LoadStore::loadDecimal);
        memory(t, "D9", 2, "fst", "Md:w", X87LoadStore.store(BinaryFormat.SINGLE, false));
        memory(t, "D9", 3, "fstp", "Md:w", X87LoadStore.store(BinaryFormat.SINGLE, true));
        memory(t, "DD", 2, "fst", "Mq:w", X87LoadStore.store(BinaryFormat.DOUBLE, false));
        memory(t, "DD", 3, "fstp", "Mq:w", X87LoadStore.store(BinaryFormat.DOUBLE, true));
        memory(t, "DB", 7, "fstp", "Mt:w", X87LoadStore::storeExtended);
        memory(t, "DF", 2, "fist", "Mw:w", X87LoadStore.storeInteger(2, false));
        memory(t, "DF", 3, "fistp", "Mw:w", X87LoadStore.storeInteger(2, true));
        memory(t, "DB", 2, "fist", "Md:w", X87LoadStore.storeInteger(4, false));
        memory(t, "DB", 3, "fistp", "Md:w", X87LoadStore.storeInteger(4, true));
        memory(t, "DF", 7, "fistp", "Mq:w", X87LoadStore.storeInteger(8, true));
        memory(t, "DF", 6, "fbstp", "Mt:w", X87LoadStore::storeDecimal);
        registers(t, "D9", 0xC0, "fld", "STi", X87LoadStore::loadRegister);
        registers(t, "DD", 0xD0, "fst", "STi:w ST0", X87LoadStore.storeRegister(false));
        registers(t, "DD", 0xD8, "fstp", "STi:w ST0", X87LoadStore.storeRegister(true));
        // Further encodings of the same, which processors have though the manual's maps leave them out.
        registers(t, "D9", 0xD8, "fstpnce", "STi:w ST0", X87LoadStore::storeRegisterUnlessEmpty);
        registers(t, "DF", 0xD0, "fstp", "STi:w ST0", X87LoadStore.storeRegister(true));
        registers(t, "DF", 0xD8, "fstp", "STi:w ST0", X87LoadStore.storeRegister(true));
        registers(t, "D9", 0xC8, "fxch", "STi:rw ST0:rw", X87LoadStore::exchange);
        registers(t, "DD", 0xC8, "fxch", "STi:rw ST0:rw", X87LoadStore::exchange);
        registers(t, "DF", 0xC8, "fxch", "STi:rw ST0:rw", X87LoadStore::exchange);

        t.group("fisttp", Feature.SSE3);
        memory(t, "DF", 1, "fisttp", "Mw:w", X87LoadStore.storeTruncated(2));
        memory(t, "DB", 1, "fisttp", "Md:w", X87LoadStore.storeTruncated(4));
        memory(t, "DD", 1, "fisttp", "Mq:w", X87LoadStore.storeTruncated(8));

        t.group("fcmov", Feature.CMOV);
        conditionalMove(t, "DA", 0xC0, "fcmovb", 2, "C");
        conditionalMove(t, "DA", 0xC8, "fcmove", 4, "Z");
        conditionalMove(t, "DA", 0xD0, "fcmovbe", 6, "CZ");
        conditionalMove(t, "DA", 0xD8, "fcmovu", 10, "P");
        conditionalMove(t, "DB", 0xC0, "fcmovnb", 3, "C");
        conditionalMove(t, "DB", 0xC8, "fcmovne", 5, "Z");
        conditionalMove(t, "DB", 0xD0, "fcmovnbe", 7, "CZ");
        conditionalMove(t, "DB", 0xD8, "fcmovnu", 11, "P");
        t.group("x87", Feature.FPU);
    }

    private static void conditionalMove(
            TableBuilder t, String opcode, int first, String name, int condition, String flags) {
        t.row("%s %02X+i".formatted(opcode, first), name, "ST0:rw STi", computing(X87LoadStore.moveIf(condition)))
                .reads(flags);
    }

    private static void comparisons(TableBuilder t) {
        memory(t, "D8", 2, "fcom", "Md", X87Compare.withMemory(Source.SINGLE, 0));
        memory(t, "D8", 3, "fcomp", "Md", X87Compare.withMemory(Source.SINGLE, 1));
        memory(t, "DC", 2, "fcom", "Mq", X87Compare.withMemory(Source.DOUBLE, 0));
        memory(t, "DC", 3, "fcomp", "Mq", X87Compare.withMemory(Source.DOUBLE, 1));
        memory(t, "DA", 2, "ficom", "Md", X87Compare.withMemory(Source.INTEGER32, 0));
        memory(t, "DA", 3, "ficomp", "Md", X87Compare.withMemory(Source.INTEGER32, 1));
        memory(t, "DE", 2, "ficom", "Mw", X87Compare.withMemory(Source.INTEGER16, 0));
        memory(t, "DE", 3, "ficomp", "Mw", X87Compare.withMemory(Source.INTEGER16, 1));
        registers(t, "D8", 0xD0, "fcom", "ST0 STi", X87Compare.withRegister(false, 0));
        registers(t, "D8", 0xD8, "fcomp", "ST0 STi", X87Compare.withRegister(false, 1));
        registers(t, "DC", 0xD0, "fcom", "ST0 STi", X87Compare.withRegister(false, 0));
        registers(t, "DC", 0xD8, "fcomp", "ST0 STi", X87Compare.withRegister(false, 1));
        registers(t, "DE", 0xD0, "fcomp", "ST0 STi", X87Compare.withRegister(false, 1));
        registers(t, "DD", 0xE0, "fucom", "ST0 STi", X87Compare.withRegister(true, 0));
        registers(t, "DD", 0xE8, "fucomp", "ST0 STi", X87Compare.withRegister(true, 1));
        t.row("DE D9", "fcompp", "", computing(X87Compare.topTwo(false)));
        t.row("DA E9", "fucompp", "", computing(X87Compare.topTwo(true)));
        compareToFlags(t, "DB", 0xF0, "fcomi", X87Compare.toFlags(false, false));
        compareToFlags(t, "DF", 0xF0, "fcomip", X87Compare.toFlags(false, true));
        compareToFlags(t, "DB", 0xE8, "fucomi", X87Compare.toFlags(true, false));
        compareToFlags(t, "DF", 0xE8, "fucomip", X87Compare.toFlags(true, true));
        t.row("D9 E4", "ftst", "ST0", computing(X87Compare::withZero));
        t.row("D9 E5", "fxam", "ST0", computing(X87Compare::examine));
    }

    private static void compareToFlags(TableBuilder t, String opcode, int first, String name, Handler handler) {
        t.row("%s %02X+i".formatted(opcode, first), name, "ST0 STi", computing(handler))
                .writes("OSZAPC");
    }

    private static void topOfStack(TableBuilder t) {
        top(t, "D9 E0", "fchs", X87Arithmetic.sign(0xFFFF, Float80.SIGN));
        top(t, "D9 E1", "fabs", X87Arithmetic.sign(Float80.SPECIAL, 0));
        top(t, "D9 FA", "fsqrt", X87Arithmetic.unary(Float80Arithmetic::squareRoot));
        top(t, "D9 FC", "frndint", X87Arithmetic.unary(Float80Convert::roundToInteger));
        top(t, "D9 FD", "fscale", X87Arithmetic.onTopTwo(Float80Remainder::scale));
        top(t, "D9 F8", "fprem", X87Arithmetic.remainder(Float80Remainder::truncating));
        top(t, "D9 F5", "fprem1", X87Arithmetic.remainder(Float80Remainder::nearest));
        top(t, "D9 F4", "fxtract", X87Arithmetic::extract);
    }

    private static void top(TableBuilder t, String encoding, String name, Handler handler) {
        t.row(encoding, name, "ST0:rw", computing(handler));
    }

    private static void constants(TableBuilder t) {
        constant(t, "D9 E8", "fld1", 0x3FFF, 0x8000_0000_0000_0000L, false, true);
        constant(t, "D9 E9", "fldl2t", 0x4000, 0xD49A_784B_CD1B_8AFEL, false, false);
        constant(t, "D9 EA", "fldl2e", 0x3FFF, 0xB8AA_3B29_5C17_F0BBL, true, false);
        constant(t, "D9 EB", "fldpi", 0x4000, 0xC90F_DAA2_2168_C234L, true, false);
        constant(t, "D9 EC", "fldlg2", 0x3FFD, 0x9A20_9A84_FBCF_F798L, true, false);
        constant(t, "D9 ED", "fldln2", 0x3FFE, 0xB172_17F7_D1CF_79ABL, true, false);
        constant(t, "D9 EE", "fldz", 0, 0, false, true);
    }

    private static void constant(
            TableBuilder t, String encoding, String name, int exponent, long mantissa, boolean up, boolean exact) {
        t.row(encoding, name, "", computing(X87LoadStore.constant(exponent, mantissa, up, exact)));
    }

    private static void transcendentals(TableBuilder t) {
        top(t, "D9 F0", "f2xm1", X87Arithmetic.unary(Transcendental::powerOfTwoMinusOne));
        top(t, "D9 F1", "fyl2x", X87Arithmetic.onTopTwoAndPop(Transcendental::yLog2));
        top(t, "D9 F9", "fyl2xp1", X87Arithmetic.onTopTwoAndPop(Transcendental::yLog2Plus1));
        top(t, "D9 F3", "fpatan", X87Arithmetic.onTopTwoAndPop(Transcendental::arcTangent));
        top(t, "D9 F2", "fptan", X87Transcendental::tangent);
        top(t, "D9 FB", "fsincos", X87Transcendental::sineAndCosine);
        top(t, "D9 FE", "fsin", X87Transcendental.replacing(Transcendental::sine));
        top(t, "D9 FF", "fcos", X87Transcendental.replacing(Transcendental::cosine));
    }

    private static void control(TableBuilder t) {
        t.row("9B", "fwait", "", X87State::fwait);
        t.row("D9 /4:mem", "fldenv", "M", waiting(X87Environment::loadEnvironment));
        t.row("D9 /5:mem", "fldcw", "Mw", waiting(X87Control::loadControlWord));
        t.row("D9 /6:mem", "fnstenv", "M:w", notWaiting(X87Environment::storeEnvironment));
        t.row("D9 /7:mem", "fnstcw", "Mw:w", notWaiting(X87Control::storeControlWord));
        t.row("DD /4:mem", "frstor", "M", waiting(X87Environment::restore));
        t.row("DD /6:mem", "fnsave", "M:w", notWaiting(X87Environment::save));
        t.row("DD /7:mem", "fnstsw", "Mw:w", notWaiting(X87Control::storeStatusWord));
        t.row("DF E0", "fnstsw", "AX:w", notWaiting(X87Control::statusWordToAx));
        t.row("DB E2", "fnclex", "", notWaiting(X87Control::clearExceptions));
        t.row("DB E3", "fninit", "", notWaiting(X87Control::initialize));
        t.row("DB E0", "fneni", "", notWaiting(X87Control::nothing));
        t.row("DB E1", "fndisi", "", notWaiting(X87Control::nothing));
        t.row("DB E4", "fnsetpm", "", notWaiting(X87Control::nothing));
        t.row("D9 D0", "fnop", "", waiting(X87Control::nothing));
        t.row("D9 F6", "fdecstp", "", waiting(X87Control::decrementTop));
        t.row("D9 F7", "fincstp", "", waiting(X87Control::incrementTop));
        t.row("DD C0+i", "ffree", "STi:w", waiting(X87Control::free));
        t.row("DF C0+i", "ffreep", "STi:w", waiting(X87Control::freeAndPop));
    }
}

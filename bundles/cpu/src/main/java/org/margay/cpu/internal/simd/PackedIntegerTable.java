package org.margay.cpu.internal.simd;

import java.util.function.LongBinaryOperator;
import org.margay.cpu.internal.table.Feature;
import org.margay.cpu.internal.table.TableBuilder;
import org.margay.cpu.internal.table.TableFile;

/** Packed integer instructions that exist alike for MMX and XMM registers (SDM vol. 2, appendix A, table A-3). */
public final class PackedIntegerTable implements TableFile {
    @Override
    public void rows(TableBuilder t) {
        arithmetic(t);
        comparisons(t);
        packs(t);
        shifts(t);
        moreOfSse(t);
        supplemental(t);
    }

    /** Both registers' forms of an operation on all elements. */
    private static void lanes(TableBuilder t, Feature mmx, String opcode, String name, LongBinaryOperator operator) {
        mmx(t, mmx, opcode, name, operator);
        xmm(t, opcode, name, operator);
    }

    private static void mmx(TableBuilder t, Feature feature, String opcode, String name, LongBinaryOperator operator) {
        t.group("mmx", feature).row("NP 0F " + opcode + " /r", name, "Pq:rw Qq", Mmx.lanes(operator));
    }

    private static void xmm(TableBuilder t, String opcode, String name, LongBinaryOperator operator) {
        t.group("sse-integer", Feature.SSE2)
                .row("66 0F " + opcode + " /r", name, "Vdq:rw Wdq", SseInteger.lanes(operator))
                .alignedMemory();
    }

    private static void arithmetic(TableBuilder t) {
        lanes(t, Feature.MMX, "FC", "paddb", PackedInteger::addBytes);
        lanes(t, Feature.MMX, "FD", "paddw", PackedInteger::addWords);
        lanes(t, Feature.MMX, "FE", "paddd", PackedInteger::addDwords);
        lanes(t, Feature.SSE2, "D4", "paddq", PackedInteger::addQwords);
        lanes(t, Feature.MMX, "EC", "paddsb", PackedInteger::addSaturatedBytes);
        lanes(t, Feature.MMX, "ED", "paddsw", PackedInteger::addSaturatedWords);
        lanes(t, Feature.MMX, "DC", "paddusb", PackedInteger::addUnsignedBytes);
        lanes(t, Feature.MMX, "DD", "paddusw", PackedInteger::addUnsignedWords);
        lanes(t, Feature.MMX, "F8", "psubb", PackedInteger::subtractBytes);
        lanes(t, Feature.MMX, "F9", "psubw", PackedInteger::subtractWords);
        lanes(t, Feature.MMX, "FA", "psubd", PackedInteger::subtractDwords);
        lanes(t, Feature.SSE2, "FB", "psubq", PackedInteger::subtractQwords);
        lanes(t, Feature.MMX, "E8", "psubsb", PackedInteger::subtractSaturatedBytes);
        lanes(t, Feature.MMX, "E9", "psubsw", PackedInteger::subtractSaturatedWords);
        lanes(t, Feature.MMX, "D8", "psubusb", PackedInteger::subtractUnsignedBytes);
        lanes(t, Feature.MMX, "D9", "psubusw", PackedInteger::subtractUnsignedWords);
        lanes(t, Feature.MMX, "D5", "pmullw", PackedInteger::multiplyLow);
        lanes(t, Feature.MMX, "E5", "pmulhw", PackedInteger::multiplyHigh);
        lanes(t, Feature.MMX, "F5", "pmaddwd", PackedInteger::multiplyAddWords);
        lanes(t, Feature.MMX, "DB", "pand", PackedInteger::and);
        lanes(t, Feature.MMX, "DF", "pandn", PackedInteger::andNot);
        lanes(t, Feature.MMX, "EB", "por", PackedInteger::or);
        lanes(t, Feature.MMX, "EF", "pxor", PackedInteger::xor);
    }

    private static void comparisons(TableBuilder t) {
        lanes(t, Feature.MMX, "74", "pcmpeqb", PackedInteger::equalBytes);
        lanes(t, Feature.MMX, "75", "pcmpeqw", PackedInteger::equalWords);
        lanes(t, Feature.MMX, "76", "pcmpeqd", PackedInteger::equalDwords);
        lanes(t, Feature.MMX, "64", "pcmpgtb", PackedInteger::greaterBytes);
        lanes(t, Feature.MMX, "65", "pcmpgtw", PackedInteger::greaterWords);
        lanes(t, Feature.MMX, "66", "pcmpgtd", PackedInteger::greaterDwords);
    }

    private static void packs(TableBuilder t) {
        pairs(t, Feature.MMX, "63", "packsswb", PackedInteger::packSignedWords);
        pairs(t, Feature.MMX, "67", "packuswb", PackedInteger::packUnsignedWords);
        pairs(t, Feature.MMX, "6B", "packssdw", PackedInteger::packSignedDwords);
        interleave(t, "60", "68", "bw", PackedInteger::interleaveLowBytes, PackedInteger::interleaveHighBytes);
        interleave(t, "61", "69", "wd", PackedInteger::interleaveLowWords, PackedInteger::interleaveHighWords);
        interleave(t, "62", "6A", "dq", PackedInteger::interleaveLowDwords, PackedInteger::interleaveHighDwords);
    }

    private static void pairs(TableBuilder t, Feature mmx, String opcode, String name, LongBinaryOperator operator) {
        pairs(t, mmx, Feature.SSE2, opcode, name, operator);
    }

    private static void pairs(
            TableBuilder t, Feature mmx, Feature sse, String opcode, String name, LongBinaryOperator operator) {
        mmx(t, mmx, opcode, name, operator);
        t.group("sse-integer", sse)
                .row("66 0F " + opcode + " /r", name, "Vdq:rw Wdq", SseInteger.pairs(operator))
                .alignedMemory();
    }

    private static void interleave(
            TableBuilder t,
            String lowOpcode,
            String highOpcode,
            String sizes,
            LongBinaryOperator low,
            LongBinaryOperator high) {
        t.group("mmx", Feature.MMX);
        t.row("NP 0F " + lowOpcode + " /r", "punpckl" + sizes, "Pq:rw Qd", Mmx.lowLanes(low));
        t.row("NP 0F " + highOpcode + " /r", "punpckh" + sizes, "Pq:rw Qq", Mmx.lanes(high));
        t.group("sse-integer", Feature.SSE2);
        t.row("66 0F " + lowOpcode + " /r", "punpckl" + sizes, "Vdq:rw Wdq", SseInteger.interleaveLow(low, high))
                .alignedMemory();
        t.row("66 0F " + highOpcode + " /r", "punpckh" + sizes, "Vdq:rw Wdq", SseInteger.interleaveHigh(low, high))
                .alignedMemory();
    }

    private static void shifts(TableBuilder t) {
        shift(t, "D1", "71 /2", "psrlw", PackedInteger::shiftRightWords);
        shift(t, "D2", "72 /2", "psrld", PackedInteger::shiftRightDwords);
        shift(t, "D3", "73 /2", "psrlq", PackedInteger::shiftRightQwords);
        shift(t, "E1", "71 /4", "psraw", PackedInteger::shiftArithmeticWords);
        shift(t, "E2", "72 /4", "psrad", PackedInteger::shiftArithmeticDwords);
        shift(t, "F1", "71 /6", "psllw", PackedInteger::shiftLeftWords);
        shift(t, "F2", "72 /6", "pslld", PackedInteger::shiftLeftDwords);
        shift(t, "F3", "73 /6", "psllq", PackedInteger::shiftLeftQwords);
        t.group("sse-integer", Feature.SSE2);
        t.row("66 0F 73 /3:reg ib", "psrldq", "Udq:rw Ib", SseInteger::shiftRightBytes);
        t.row("66 0F 73 /7:reg ib", "pslldq", "Udq:rw Ib", SseInteger::shiftLeftBytes);
    }

    private static void shift(
            TableBuilder t, String opcode, String immediate, String name, LongBinaryOperator operator) {
        t.group("mmx", Feature.MMX);
        t.row("NP 0F " + opcode + " /r", name, "Pq:rw Qq", Mmx.lanes(operator));
        t.row("NP 0F " + immediate + ":reg ib", name, "Nq:rw Ib", Mmx.shift(operator));
        t.group("sse-integer", Feature.SSE2);
        t.row("66 0F " + opcode + " /r", name, "Vdq:rw Wdq", SseInteger.shift(operator))
                .alignedMemory();
        t.row("66 0F " + immediate + ":reg ib", name, "Udq:rw Ib", SseInteger.shiftImmediate(operator));
    }

    /** What came to MMX with SSE. */
    private static void moreOfSse(TableBuilder t) {
        lanes(t, Feature.SSE, "DA", "pminub", PackedInteger::minUnsignedBytes);
        lanes(t, Feature.SSE, "DE", "pmaxub", PackedInteger::maxUnsignedBytes);
        lanes(t, Feature.SSE, "EA", "pminsw", PackedInteger::minSignedWords);
        lanes(t, Feature.SSE, "EE", "pmaxsw", PackedInteger::maxSignedWords);
        lanes(t, Feature.SSE, "E0", "pavgb", PackedInteger::averageBytes);
        lanes(t, Feature.SSE, "E3", "pavgw", PackedInteger::averageWords);
        lanes(t, Feature.SSE, "E4", "pmulhuw", PackedInteger::multiplyHighUnsigned);
        lanes(t, Feature.SSE, "F6", "psadbw", PackedInteger::sumOfDifferences);
        lanes(t, Feature.SSE2, "F4", "pmuludq", PackedInteger::multiplyUnsignedDwords);
    }

    private static void supplemental(TableBuilder t) {
        pairs(t, "01", "phaddw", PackedInteger::horizontalAddWords);
        pairs(t, "02", "phaddd", PackedInteger::horizontalAddDwords);
        pairs(t, "03", "phaddsw", PackedInteger::horizontalAddSaturatedWords);
        pairs(t, "05", "phsubw", PackedInteger::horizontalSubtractWords);
        pairs(t, "06", "phsubd", PackedInteger::horizontalSubtractDwords);
        pairs(t, "07", "phsubsw", PackedInteger::horizontalSubtractSaturatedWords);
        supplemental(t, "04", "pmaddubsw", PackedInteger::multiplyAddBytes);
        supplemental(t, "08", "psignb", PackedInteger::signBytes);
        supplemental(t, "09", "psignw", PackedInteger::signWords);
        supplemental(t, "0A", "psignd", PackedInteger::signDwords);
        supplemental(t, "0B", "pmulhrsw", PackedInteger::multiplyHighRounded);
        supplemental(t, "1C", "pabsb", PackedInteger::absoluteBytes);
        supplemental(t, "1D", "pabsw", PackedInteger::absoluteWords);
        supplemental(t, "1E", "pabsd", PackedInteger::absoluteDwords);
        t.group("ssse3", Feature.SSSE3);
        t.row("NP 0F 38 00 /r", "pshufb", "Pq:rw Qq", Mmx.lanes(Mmx::shuffleBytes));
        t.row("66 0F 38 00 /r", "pshufb", "Vdq:rw Wdq", SseInteger::shuffleBytes)
                .alignedMemory();
        t.row("NP 0F 3A 0F /r ib", "palignr", "Pq:rw Qq Ib", Mmx::align);
        t.row("66 0F 3A 0F /r ib", "palignr", "Vdq:rw Wdq Ib", SseInteger::align)
                .alignedMemory();
    }

    private static void pairs(TableBuilder t, String opcode, String name, LongBinaryOperator operator) {
        pairs(t, Feature.SSSE3, Feature.SSSE3, "38 " + opcode, name, operator);
    }

    private static void supplemental(TableBuilder t, String opcode, String name, LongBinaryOperator operator) {
        t.group("ssse3", Feature.SSSE3);
        t.row("NP 0F 38 " + opcode + " /r", name, "Pq:rw Qq", Mmx.lanes(operator));
        t.row("66 0F 38 " + opcode + " /r", name, "Vdq:rw Wdq", SseInteger.lanes(operator))
                .alignedMemory();
    }
}

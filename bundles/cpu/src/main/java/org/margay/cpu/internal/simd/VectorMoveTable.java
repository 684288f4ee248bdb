package org.margay.cpu.internal.simd;

import java.util.function.LongBinaryOperator;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.table.Feature;
import org.margay.cpu.internal.table.TableBuilder;
import org.margay.cpu.internal.table.TableFile;

/** Moves, shuffles and inserts of MMX, SSE, SSE2 and SSE3, the control register, fences and hints. */
public final class VectorMoveTable implements TableFile {
    @Override
    public void rows(TableBuilder t) {
        mmx(t);
        wholeRegisters(t);
        partsOfRegisters(t);
        otherRegisters(t);
        shuffles(t);
        control(t);
    }

    private static void mmx(TableBuilder t) {
        t.group("mmx", Feature.MMX);
        t.row("NP 0F 6E /r", "movd", "Pq:w Ey", Mmx::moveFromGeneral);
        t.row("NP 0F 7E /r", "movd", "Ey:w Pq", Mmx::moveToGeneral);
        t.row("NP 0F 6F /r", "movq", "Pq:w Qq", Mmx::load);
        t.row("NP 0F 7F /r", "movq", "Qq:w Pq", Mmx::store);
        t.row("NP 0F 77", "emms", "", Mmx::emms);
        t.group("mmx", Feature.SSE);
        t.row("NP 0F E7 /r:mem", "movntq", "Mq:w Pq", Mmx::store);
        t.row("NP 0F F7 /r:reg", "maskmovq", "Pq Nq", Mmx::maskMove);
        t.row("NP 0F D7 /r:reg", "pmovmskb", "Gd:w Nq", Mmx::byteMask);
        t.row("NP 0F C5 /r:reg ib", "pextrw", "Gd:w Nq Ib", Mmx::extractWord);
        t.row("NP 0F C4 /r ib", "pinsrw", "Pq:rw Ew Ib", Mmx::insertWord);
        Handler shuffleWords = Mmx.withImmediate((a, order) -> PackedInteger.shuffleWords(a, (int) order));
        t.row("NP 0F 70 /r ib", "pshufw", "Pq:w Qq Ib", shuffleWords);
    }

    private static void wholeRegisters(TableBuilder t) {
        aligned(t, Feature.SSE, "NP 0F 28", "NP 0F 29", "movaps");
        aligned(t, Feature.SSE2, "66 0F 28", "66 0F 29", "movapd");
        aligned(t, Feature.SSE2, "66 0F 6F", "66 0F 7F", "movdqa");
        unaligned(t, Feature.SSE, "NP 0F 10", "NP 0F 11", "movups");
        unaligned(t, Feature.SSE2, "66 0F 10", "66 0F 11", "movupd");
        unaligned(t, Feature.SSE2, "F3 0F 6F", "F3 0F 7F", "movdqu");
        t.group("sse-move", Feature.SSE);
        t.row("NP 0F 2B /r:mem", "movntps", "Mdq:w Vdq", SseMove::storeAligned).alignedMemory();
        t.group("sse-move", Feature.SSE2);
        t.row("66 0F 2B /r:mem", "movntpd", "Mdq:w Vdq", SseMove::storeAligned).alignedMemory();
        t.row("66 0F E7 /r:mem", "movntdq", "Mdq:w Vdq", SseMove::storeAligned).alignedMemory();
        t.row("NP 0F C3 /r:mem", "movnti", "My:w Gy", SseMove::storeGeneral);
        t.row("66 0F F7 /r:reg", "maskmovdqu", "Vdq Udq", SseMove::maskMove);
        t.group("sse-move", Feature.SSE3);
        t.row("F2 0F F0 /r:mem", "lddqu", "Vdq:w Mdq", SseMove::loadUnaligned);
    }

    private static void aligned(TableBuilder t, Feature feature, String load, String store, String name) {
        t.group("sse-move", feature);
        t.row(load + " /r", name, "Vdq:w Wdq", SseMove::loadAligned).alignedMemory();
        t.row(store + " /r", name, "Wdq:w Vdq", SseMove::storeAligned).alignedMemory();
    }

    private static void unaligned(TableBuilder t, Feature feature, String load, String store, String name) {
        t.group("sse-move", feature);
        t.row(load + " /r", name, "Vdq:w Wdq", SseMove::loadUnaligned);
        t.row(store + " /r", name, "Wdq:w Vdq", SseMove::storeUnaligned);
    }

    private static void partsOfRegisters(TableBuilder t) {
        t.group("sse-move", Feature.SSE);
        t.row("NP 0F 12 /r:mem", "movlps", "Vdq:rw Mq", SseMove::loadLow);
        t.row("NP 0F 12 /r:reg", "movhlps", "Vdq:rw Udq", SseMove::loadLow);
        t.row("NP 0F 16 /r:mem", "movhps", "Vdq:rw Mq", SseMove::loadHigh);
        t.row("NP 0F 16 /r:reg", "movlhps", "Vdq:rw Udq", SseMove::loadHigh);
        t.row("NP 0F 13 /r:mem", "movlps", "Mq:w Vdq", SseMove::storeLow);
        t.row("NP 0F 17 /r:mem", "movhps", "Mq:w Vdq", SseMove::storeHigh);
        t.row("F3 0F 10 /r", "movss", "Vdq:rw Wss", SseMove::loadSingle);
        t.row("F3 0F 11 /r", "movss", "Wss:rw Vdq", SseMove::storeSingle);
        t.group("sse-move", Feature.SSE2);
        t.row("66 0F 12 /r:mem", "movlpd", "Vdq:rw Mq", SseMove::loadLow);
        t.row("66 0F 16 /r:mem", "movhpd", "Vdq:rw Mq", SseMove::loadHigh);
        t.row("66 0F 13 /r:mem", "movlpd", "Mq:w Vdq", SseMove::storeLow);
        t.row("66 0F 17 /r:mem", "movhpd", "Mq:w Vdq", SseMove::storeHigh);
        t.row("F2 0F 10 /r", "movsd", "Vdq:rw Wsd", SseMove::loadDouble);
        t.row("F2 0F 11 /r", "movsd", "Wsd:rw Vdq", SseMove::storeDouble);
        t.row("F3 0F 7E /r", "movq", "Vdq:w Wq", SseMove::loadQword);
        t.row("66 0F D6 /r", "movq", "Wq:w Vdq", SseMove::storeQword);
        t.group("sse-move", Feature.SSE3);
        t.row("F2 0F 12 /r", "movddup", "Vdq:w Wq", SseMove::duplicateDouble);
        t.row("F3 0F 12 /r", "movsldup", "Vdq:w Wdq", SseMove::duplicateEven).alignedMemory();
        t.row("F3 0F 16 /r", "movshdup", "Vdq:w Wdq", SseMove::duplicateOdd).alignedMemory();
    }

    private static void otherRegisters(TableBuilder t) {
        t.group("sse-move", Feature.SSE2);
        t.row("66 0F 6E /r", "movd", "Vdq:w Ey", SseMove::fromGeneral);
        t.row("66 0F 7E /r", "movd", "Ey:w Vdq", SseMove::toGeneral);
        t.row("F3 0F D6 /r:reg", "movq2dq", "Vdq:w Nq", SseMove::fromMmx);
        t.row("F2 0F D6 /r:reg", "movdq2q", "Pq:w Udq", SseMove::toMmx);
        t.row("66 0F 50 /r:reg", "movmskpd", "Gd:w Udq", SseMove::doubleMask);
        t.row("66 0F D7 /r:reg", "pmovmskb", "Gd:w Udq", SseInteger::byteMask);
        t.row("66 0F C5 /r:reg ib", "pextrw", "Gd:w Udq Ib", SseInteger::extractWord);
        t.row("66 0F C4 /r ib", "pinsrw", "Vdq:rw Ew Ib", SseInteger.insert(2));
        t.group("sse-move", Feature.SSE);
        t.row("NP 0F 50 /r:reg", "movmskps", "Gd:w Udq", SseMove::singleMask);
    }

    private static void shuffles(TableBuilder t) {
        t.group("sse-shuffle", Feature.SSE);
        LongBinaryOperator low = PackedInteger::interleaveLowDwords;
        LongBinaryOperator high = PackedInteger::interleaveHighDwords;
        whole(t, "NP 0F 14 /r", "unpcklps", "Vdq:rw Wdq", SseInteger.interleaveLow(low, high));
        whole(t, "NP 0F 15 /r", "unpckhps", "Vdq:rw Wdq", SseInteger.interleaveHigh(low, high));
        whole(t, "NP 0F C6 /r ib", "shufps", "Vdq:rw Wdq Ib", SseFloat::shuffleSingles);
        t.group("sse-shuffle", Feature.SSE2);
        Handler lowHalves = SseInteger.interleaveLow((a, b) -> a, (a, b) -> b);
        Handler highHalves = SseInteger.interleaveHigh((a, b) -> a, (a, b) -> b);
        whole(t, "66 0F 14 /r", "unpcklpd", "Vdq:rw Wdq", lowHalves);
        whole(t, "66 0F 15 /r", "unpckhpd", "Vdq:rw Wdq", highHalves);
        whole(t, "66 0F 6C /r", "punpcklqdq", "Vdq:rw Wdq", lowHalves);
        whole(t, "66 0F 6D /r", "punpckhqdq", "Vdq:rw Wdq", highHalves);
        whole(t, "66 0F C6 /r ib", "shufpd", "Vdq:rw Wdq Ib", SseFloat::shuffleDoubles);
        whole(t, "66 0F 70 /r ib", "pshufd", "Vdq:w Wdq Ib", SseInteger::shuffleDwords);
        whole(t, "F2 0F 70 /r ib", "pshuflw", "Vdq:w Wdq Ib", SseInteger::shuffleLowWords);
        whole(t, "F3 0F 70 /r ib", "pshufhw", "Vdq:w Wdq Ib", SseInteger::shuffleHighWords);
    }

    private static void whole(TableBuilder t, String encoding, String name, String operands, Handler handler) {
        t.row(encoding, name, operands, handler).alignedMemory();
    }

    private static void control(TableBuilder t) {
        t.group("sse-control", Feature.SSE);
        t.row("NP 0F AE /2:mem", "ldmxcsr", "Md", SseControl::loadMxcsr);
        t.row("NP 0F AE /3:mem", "stmxcsr", "Md:w", SseControl::storeMxcsr);
        t.row("NP 0F AE /7:reg", "sfence", "", SseControl::fence);
        t.group("sse-control", Feature.SSE2);
        t.row("NP 0F AE /5:reg", "lfence", "", SseControl::fence);
        t.row("NP 0F AE /6:reg", "mfence", "", SseControl::fence);
        t.group("sse-control", Feature.CLFLUSH);
        t.row("NP 0F AE /7:mem", "clflush", "Mb", SseControl::flushLine);
    }
}

package org.margay.cpu.internal.simd;

import java.util.function.LongBinaryOperator;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.table.Feature;
import org.margay.cpu.internal.table.TableBuilder;
import org.margay.cpu.internal.table.TableFile;

/** SSE4.1 and the vector part of SSE4.2. */
public final class Sse4Table implements TableFile {
    @Override
    public void rows(TableBuilder t) {
        t.group("sse4", Feature.SSE4_1);
        lanes(t, "28", "pmuldq", PackedInteger::multiplySignedDwords);
        lanes(t, "29", "pcmpeqq", PackedInteger::equalQwords);
        lanes(t, "38", "pminsb", PackedInteger::minSignedBytes);
        lanes(t, "39", "pminsd", PackedInteger::minSignedDwords);
        lanes(t, "3A", "pminuw", PackedInteger::minUnsignedWords);
        lanes(t, "3B", "pminud", PackedInteger::minUnsignedDwords);
        lanes(t, "3C", "pmaxsb", PackedInteger::maxSignedBytes);
        lanes(t, "3D", "pmaxsd", PackedInteger::maxSignedDwords);
        lanes(t, "3E", "pmaxuw", PackedInteger::maxUnsignedWords);
        lanes(t, "3F", "pmaxud", PackedInteger::maxUnsignedDwords);
        lanes(t, "40", "pmulld", PackedInteger::multiplyLowDwords);
        whole(t, "38 2B", "packusdw", SseInteger.pairs(PackedInteger::packUnsignedDwords));
        whole(t, "38 41", "phminposuw", Sse4::minimumPosition);
        t.row("66 0F 38 2A /r:mem", "movntdqa", "Vdq:w Mdq", SseMove::loadAligned)
                .alignedMemory();
        t.row("66 0F 38 17 /r", "ptest", "Vdq Wdq", SseInteger::test)
                .alignedMemory()
                .writes("OSZAPC");
        whole(t, "3A 42", "mpsadbw", Sse4::multipleSumsOfDifferences);
        widenings(t);
        blends(t);
        elements(t);
        floats(t);
        t.group("sse4", Feature.SSE4_2);
        lanes(t, "37", "pcmpgtq", PackedInteger::greaterQwords);
        strings(t, "60", "pcmpestrm", StringCompare.compare(true, true));
        strings(t, "61", "pcmpestri", StringCompare.compare(true, false));
        strings(t, "62", "pcmpistrm", StringCompare.compare(false, true));
        strings(t, "63", "pcmpistri", StringCompare.compare(false, false));
    }

    private static void lanes(TableBuilder t, String opcode, String name, LongBinaryOperator operator) {
        whole(t, "38 " + opcode, name, SseInteger.lanes(operator));
    }

    private static void whole(TableBuilder t, String opcode, String name, Handler handler) {
        boolean immediate = opcode.startsWith("3A");
        t.row(
                        "66 0F " + opcode + " /r" + (immediate ? " ib" : ""),
                        name,
                        "Vdq:rw Wdq" + (immediate ? " Ib" : ""),
                        handler)
                .alignedMemory();
    }

    private static void widenings(TableBuilder t) {
        widening(t, "0", "bw", "q", 8, 16);
        widening(t, "1", "bd", "d", 8, 32);
        widening(t, "2", "bq", "w", 8, 64);
        widening(t, "3", "wd", "q", 16, 32);
        widening(t, "4", "wq", "d", 16, 64);
        widening(t, "5", "dq", "q", 32, 64);
    }

    private static void widening(TableBuilder t, String digit, String sizes, String operand, int from, int to) {
        String operands = "Vdq:w W" + operand;
        t.row("66 0F 38 2" + digit + " /r", "pmovsx" + sizes, operands, Sse4.widen(from, to, true));
        t.row("66 0F 38 3" + digit + " /r", "pmovzx" + sizes, operands, Sse4.widen(from, to, false));
    }

    private static void blends(TableBuilder t) {
        whole(t, "38 10", "pblendvb", Sse4.blendByXmm0(8));
        whole(t, "38 14", "blendvps", Sse4.blendByXmm0(32));
        whole(t, "38 15", "blendvpd", Sse4.blendByXmm0(64));
        whole(t, "3A 0C", "blendps", Sse4.blendByImmediate(32));
        whole(t, "3A 0D", "blendpd", Sse4.blendByImmediate(64));
        whole(t, "3A 0E", "pblendw", Sse4.blendByImmediate(16));
    }

    private static void elements(TableBuilder t) {
        t.row("66 0F 3A 14 /r ib", "pextrb", "Eb:w Vdq Ib", SseInteger.extract(1));
        t.row("66 0F 3A 15 /r ib", "pextrw", "Ew:w Vdq Ib", SseInteger.extract(2));
        t.row("66 0F 3A 16 /r ib", "pextrd", "Ed:w Vdq Ib", SseInteger.extract(4));
        t.row("66 REX.W 0F 3A 16 /r ib", "pextrq", "Eq:w Vdq Ib", SseInteger.extract(8));
        t.row("66 0F 3A 17 /r ib", "extractps", "Ed:w Vdq Ib", SseInteger.extract(4));
        t.row("66 0F 3A 20 /r ib", "pinsrb", "Vdq:rw Eb Ib", SseInteger.insert(1));
        t.row("66 0F 3A 21 /r ib", "insertps", "Vdq:rw Wss Ib", Sse4::insertSingle);
        t.row("66 0F 3A 22 /r ib", "pinsrd", "Vdq:rw Ed Ib", SseInteger.insert(4));
        t.row("66 REX.W 0F 3A 22 /r ib", "pinsrq", "Vdq:rw Eq Ib", SseInteger.insert(8));
    }

    private static void floats(TableBuilder t) {
        Handler roundss = SseFloat.byImmediate(4, Sse4::roundSingle, SseFloat::scalarSingle);
        Handler roundsd = SseFloat.byImmediate(4, Sse4::roundDouble, SseFloat::scalarDouble);
        whole(t, "3A 08", "roundps", SseFloat.byImmediate(4, Sse4::roundSingle, SseFloat::packedSingle));
        whole(t, "3A 09", "roundpd", SseFloat.byImmediate(4, Sse4::roundDouble, SseFloat::packedDouble));
        t.row("66 0F 3A 0A /r ib", "roundss", "Vdq:rw Wss Ib", roundss);
        t.row("66 0F 3A 0B /r ib", "roundsd", "Vdq:rw Wsd Ib", roundsd);
        whole(t, "3A 40", "dpps", Sse4::dotProductOfSingles);
        whole(t, "3A 41", "dppd", Sse4::dotProductOfDoubles);
    }

    private static void strings(TableBuilder t, String opcode, String name, Handler handler) {
        t.row("66 0F 3A " + opcode + " /r ib", name, "Vdq Wdq Ib", handler).writes("OSZAPC");
    }
}

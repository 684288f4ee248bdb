package org.margay.cpu.internal.simd;

import java.util.function.LongBinaryOperator;
import org.margay.cpu.internal.Handler;
import org.margay.cpu.internal.fp.BinaryFormat;
import org.margay.cpu.internal.table.Feature;
import org.margay.cpu.internal.table.TableBuilder;
import org.margay.cpu.internal.table.TableFile;

/** Floating-point arithmetic, comparison and conversion of SSE, SSE2 and SSE3. */
public final class SseFloatTable implements TableFile {
    @Override
    public void rows(TableBuilder t) {
        arithmetic(t, "51", "sqrt", "w", FastFloat::squareRootSingle, FastFloat::squareRootDouble);
        arithmetic(t, "58", "add", "rw", FastFloat::addSingle, FastFloat::addDouble);
        arithmetic(t, "59", "mul", "rw", FastFloat::multiplySingle, FastFloat::multiplyDouble);
        arithmetic(t, "5C", "sub", "rw", FastFloat::subtractSingle, FastFloat::subtractDouble);
        arithmetic(t, "5D", "min", "rw", FastFloat::minSingle, FastFloat::minDouble);
        arithmetic(t, "5E", "div", "rw", FastFloat::divideSingle, FastFloat::divideDouble);
        arithmetic(t, "5F", "max", "rw", FastFloat::maxSingle, FastFloat::maxDouble);
        estimates(t);
        bits(t, "54", "and", PackedInteger::and);
        bits(t, "55", "andn", PackedInteger::andNot);
        bits(t, "56", "or", PackedInteger::or);
        bits(t, "57", "xor", PackedInteger::xor);
        comparisons(t);
        conversions(t);
        horizontal(t);
    }

    private static void arithmetic(
            TableBuilder t, String opcode, String name, String use, SseFloat.Element single, SseFloat.Element twice) {
        t.group("sse-float", Feature.SSE);
        t.row("NP 0F " + opcode + " /r", name + "ps", "Vps:" + use + " Wps", SseFloat.packedSingle(single))
                .alignedMemory();
        t.row("F3 0F " + opcode + " /r", name + "ss", "Vdq:rw Wss", SseFloat.scalarSingle(single));
        t.group("sse-float", Feature.SSE2);
        t.row("66 0F " + opcode + " /r", name + "pd", "Vpd:" + use + " Wpd", SseFloat.packedDouble(twice))
                .alignedMemory();
        t.row("F2 0F " + opcode + " /r", name + "sd", "Vdq:rw Wsd", SseFloat.scalarDouble(twice));
    }

    private static void estimates(TableBuilder t) {
        t.group("sse-estimate", Feature.SSE);
        t.row("NP 0F 52 /r", "rsqrtps", "Vps:w Wps", SseFloat.packedSingle(SseFloat::reciprocalRoot))
                .alignedMemory();
        t.row("F3 0F 52 /r", "rsqrtss", "Vdq:rw Wss", SseFloat.scalarSingle(SseFloat::reciprocalRoot));
        t.row("NP 0F 53 /r", "rcpps", "Vps:w Wps", SseFloat.packedSingle(SseFloat::reciprocal))
                .alignedMemory();
        t.row("F3 0F 53 /r", "rcpss", "Vdq:rw Wss", SseFloat.scalarSingle(SseFloat::reciprocal));
    }

    private static void bits(TableBuilder t, String opcode, String name, LongBinaryOperator operator) {
        Handler handler = SseInteger.lanes(operator);
        t.group("sse-float", Feature.SSE);
        t.row("NP 0F " + opcode + " /r", name + "ps", "Vps:rw Wps", handler).alignedMemory();
        t.group("sse-float", Feature.SSE2);
        t.row("66 0F " + opcode + " /r", name + "pd", "Vpd:rw Wpd", handler).alignedMemory();
    }

    private static void comparisons(TableBuilder t) {
        t.group("sse-float", Feature.SSE);
        Handler packedSingle = SseFloat.byImmediate(3, SseFloat::compareSingle, SseFloat::packedSingle);
        Handler scalarSingle = SseFloat.byImmediate(3, SseFloat::compareSingle, SseFloat::scalarSingle);
        t.row("NP 0F C2 /r ib", "cmpps", "Vps:rw Wps Ib", packedSingle).alignedMemory();
        t.row("F3 0F C2 /r ib", "cmpss", "Vdq:rw Wss Ib", scalarSingle);
        flags(t, "NP 0F 2E /r", "ucomiss", "Vss Wss", SseFloat.flagsOfSingles(true));
        flags(t, "NP 0F 2F /r", "comiss", "Vss Wss", SseFloat.flagsOfSingles(false));
        t.group("sse-float", Feature.SSE2);
        Handler packedDouble = SseFloat.byImmediate(3, SseFloat::compareDouble, SseFloat::packedDouble);
        Handler scalarDouble = SseFloat.byImmediate(3, SseFloat::compareDouble, SseFloat::scalarDouble);
        t.row("66 0F C2 /r ib", "cmppd", "Vpd:rw Wpd Ib", packedDouble).alignedMemory();
        t.row("F2 0F C2 /r ib", "cmpsd", "Vdq:rw Wsd Ib", scalarDouble);
        flags(t, "66 0F 2E /r", "ucomisd", "Vsd Wsd", SseFloat.flagsOfDoubles(true));
        flags(t, "66 0F 2F /r", "comisd", "Vsd Wsd", SseFloat.flagsOfDoubles(false));
    }

    private static void flags(TableBuilder t, String encoding, String name, String operands, Handler handler) {
        t.row(encoding, name, operands, handler).writes("OSZAPC");
    }

    private static void conversions(TableBuilder t) {
        t.group("sse-convert", Feature.SSE);
        t.row("NP 0F 2A /r", "cvtpi2ps", "Vdq:rw Qq", SseConvert::mmxToSingles);
        t.row("NP 0F 2C /r", "cvttps2pi", "Pq:w Wq", SseConvert.singlesToMmx(true));
        t.row("NP 0F 2D /r", "cvtps2pi", "Pq:w Wq", SseConvert.singlesToMmx(false));
        t.row("F3 0F 2A /r", "cvtsi2ss", "Vdq:rw Ey", SseConvert.fromGeneral(BinaryFormat.SINGLE));
        t.row("F3 0F 2C /r", "cvttss2si", "Gy:w Wss", SseConvert.toGeneral(BinaryFormat.SINGLE, true));
        t.row("F3 0F 2D /r", "cvtss2si", "Gy:w Wss", SseConvert.toGeneral(BinaryFormat.SINGLE, false));
        t.group("sse-convert", Feature.SSE2);
        t.row("66 0F 2A /r", "cvtpi2pd", "Vdq:w Qq", SseConvert::mmxToDoubles);
        t.row("66 0F 2C /r", "cvttpd2pi", "Pq:w Wdq", SseConvert.doublesToMmx(true))
                .alignedMemory();
        t.row("66 0F 2D /r", "cvtpd2pi", "Pq:w Wdq", SseConvert.doublesToMmx(false))
                .alignedMemory();
        t.row("F2 0F 2A /r", "cvtsi2sd", "Vdq:rw Ey", SseConvert.fromGeneral(BinaryFormat.DOUBLE));
        t.row("F2 0F 2C /r", "cvttsd2si", "Gy:w Wsd", SseConvert.toGeneral(BinaryFormat.DOUBLE, true));
        t.row("F2 0F 2D /r", "cvtsd2si", "Gy:w Wsd", SseConvert.toGeneral(BinaryFormat.DOUBLE, false));
        t.row("NP 0F 5A /r", "cvtps2pd", "Vdq:w Wq", SseConvert::singlesToDoubles);
        t.row("66 0F 5A /r", "cvtpd2ps", "Vdq:w Wdq", SseConvert::doublesToSingles)
                .alignedMemory();
        t.row("F3 0F 5A /r", "cvtss2sd", "Vdq:rw Wss", SseConvert::singleToDouble);
        t.row("F2 0F 5A /r", "cvtsd2ss", "Vdq:rw Wsd", SseConvert::doubleToSingle);
        t.row("NP 0F 5B /r", "cvtdq2ps", "Vdq:w Wdq", SseFloat.packedSingle(SseConvert::dwordToSingle))
                .alignedMemory();
        t.row("66 0F 5B /r", "cvtps2dq", "Vdq:w Wdq", SseFloat.packedSingle(SseConvert::singleToDword))
                .alignedMemory();
        t.row("F3 0F 5B /r", "cvttps2dq", "Vdq:w Wdq", SseFloat.packedSingle(SseConvert::singleToDwordTruncated))
                .alignedMemory();
        t.row("F3 0F E6 /r", "cvtdq2pd", "Vdq:w Wq", SseConvert::dwordsToDoubles);
        t.row("66 0F E6 /r", "cvttpd2dq", "Vdq:w Wdq", SseConvert.doublesToDwords(true))
                .alignedMemory();
        t.row("F2 0F E6 /r", "cvtpd2dq", "Vdq:w Wdq", SseConvert.doublesToDwords(false))
                .alignedMemory();
    }

    private static void horizontal(TableBuilder t) {
        t.group("sse3", Feature.SSE3);
        sse3(t, "66 0F 7C", "haddpd", SseFloat.horizontalDouble(FastFloat::addDouble));
        sse3(t, "F2 0F 7C", "haddps", SseFloat.horizontalSingle(FastFloat::addSingle));
        sse3(t, "66 0F 7D", "hsubpd", SseFloat.horizontalDouble(FastFloat::subtractDouble));
        sse3(t, "F2 0F 7D", "hsubps", SseFloat.horizontalSingle(FastFloat::subtractSingle));
        sse3(t, "66 0F D0", "addsubpd", SseFloat::addSubtractDouble);
        sse3(t, "F2 0F D0", "addsubps", SseFloat::addSubtractSingle);
    }

    private static void sse3(TableBuilder t, String encoding, String name, Handler handler) {
        t.row(encoding + " /r", name, "Vdq:rw Wdq", handler).alignedMemory();
    }
}

package org.margay.cpu.oracle;

import java.util.ArrayList;
import java.util.List;

/** What a comparison leaves out, because the manual leaves it undefined or says that results are approximations. */
final class Tolerance {
    static final int C0 = 0x100, C1 = 0x200, C2 = 0x400, C3 = 0x4000;
    private static final int SUMMARY = 0x8080, PRECISION = 0x20, UNDERFLOW = 0x10;

    private record Range(long address, int bytes) {}

    private long flags;
    private int x87Status;
    private int anyRegisters;
    private boolean registersAfterFault;
    private boolean approximateSingles;
    private int extendedUlps;
    private boolean anyAddressInArea;
    private boolean eitherStringOperand;
    private final List<Range> open = new ArrayList<>();

    /** RFLAGS bits that are not compared. */
    long flags() {
        return flags;
    }

    Tolerance flags(long undefined) {
        flags |= undefined;
        return this;
    }

    /** Bits of the x87 status word that are not compared. */
    int x87Status() {
        return x87Status;
    }

    Tolerance x87Status(int undefined) {
        x87Status |= undefined;
        return this;
    }

    Tolerance register(int index) {
        anyRegisters |= 1 << index;
        return this;
    }

    /** Registers are not compared when the instruction faulted. */
    Tolerance registersAfterFault() {
        registersAfterFault = true;
        return this;
    }

    boolean comparesRegisters(boolean faulted) {
        return !(faulted && registersAfterFault);
    }

    boolean anyRegister(int index) {
        return (anyRegisters >> index & 1) != 0;
    }

    /** RCPPS and RSQRTPS: relative error of at most 1.5 * 2^-12 (SDM vol. 2, RCPPS). */
    Tolerance approximateSingles() {
        approximateSingles = true;
        return this;
    }

    /**
     * Transcendental x87 instructions: the error is below 1 unit in the last place on either side (SDM vol. 1,
     * 8.3.10), and the direction of rounding is not promised; nor is, then, whether precision or underflow is
     * pending.
     */
    Tolerance transcendental() {
        extendedUlps = 2;
        x87Status |= C1 | PRECISION | UNDERFLOW | SUMMARY;
        return this;
    }

    /** Whether anything besides flags is left out. */
    boolean leavesResultsOpen() {
        return anyRegisters != 0 || approximateSingles || extendedUlps != 0 || !open.isEmpty() || x87Status != 0;
    }

    /** Areas that are accessed in parts: which part faults first is the processor's choice. */
    Tolerance anyAddressInArea() {
        anyAddressInArea = true;
        return this;
    }

    /** CMPS reads two operands: which one faults first differs between processors of the same vendor. */
    Tolerance eitherStringOperand() {
        eitherStringOperand = true;
        return this;
    }

    /** Whether both addresses are those of string operands, as the index registers say after the fault. */
    boolean acceptsOperand(long expected, long actual, HostState state) {
        return eitherStringOperand && isStringOperand(expected, state) && isStringOperand(actual, state);
    }

    /** Offsets are compared in the 16 bits that all address sizes have in common; an operand has at most 8 bytes. */
    private static boolean isStringOperand(long address, HostState state) {
        return (address - state.r[CaseBuilder.SI] & 0xFFFF) < 8 || (address - state.r[CaseBuilder.DI] & 0xFFFF) < 8;
    }

    boolean acceptsAddress(long expected, long actual) {
        return expected == actual || anyAddressInArea && Math.abs(expected - actual) < 4096;
    }

    /** Memory that is not compared: the x87 pointers and opcode in a stored environment. */
    Tolerance memory(long address, int bytes) {
        open.add(new Range(address, bytes));
        return this;
    }

    boolean anyByte(long address) {
        for (Range range : open) {
            if (address >= range.address && address < range.address + range.bytes) {
                return true;
            }
        }
        return false;
    }

    boolean accepts(long expected, long actual) {
        return expected == actual
                || approximateSingles
                        && isNear((int) expected, (int) actual)
                        && isNear((int) (expected >> 32), (int) (actual >> 32));
    }

    private static boolean isNear(int expected, int actual) {
        if (expected == actual) {
            return true;
        }
        double a = Float.intBitsToFloat(expected);
        double b = Float.intBitsToFloat(actual);
        return Math.abs(a - b) <= Math.abs(a) * 2 * 1.5 / 4096;
    }

    boolean acceptsExtended(int expectedExponent, long expectedMantissa, int actualExponent, long actualMantissa) {
        if (expectedExponent == actualExponent && expectedMantissa == actualMantissa) {
            return true;
        }
        if (extendedUlps == 0) {
            return false;
        }
        // as 128-bit numbers in a row, neighbours differ by one also across a change of exponent
        int exponents = scale(expectedExponent) - scale(actualExponent);
        long distance = expectedMantissa - actualMantissa;
        return switch (exponents) {
            case 0 -> Math.abs(distance) <= extendedUlps;
            case 1 -> expectedMantissa == Long.MIN_VALUE && -actualMantissa >= 0 && -actualMantissa <= extendedUlps;
            case -1 -> actualMantissa == Long.MIN_VALUE && -expectedMantissa >= 0 && -expectedMantissa <= extendedUlps;
            default -> false;
        };
    }

    /** Denormals have the scale of the smallest exponent. */
    private static int scale(int exponent) {
        return (exponent & 0x7FFF) == 0 ? exponent + 1 : exponent;
    }
}

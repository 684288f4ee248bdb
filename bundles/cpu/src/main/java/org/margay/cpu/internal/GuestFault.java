package org.margay.cpu.internal;

/**
 * An exception of the guest's processor, on its way to delivery. Thrown by an instruction before it changed any state that
 * software can see; carries no stack trace because guests fault all day.
 */
public final class GuestFault extends RuntimeException {
    public static final int DE = 0, DB = 1, NMI = 2, BP = 3, OF = 4, BR = 5, UD = 6, NM = 7, DF = 8, TS = 10, NP = 11;
    public static final int SS = 12, GP = 13, PF = 14, MF = 16, AC = 17, MC = 18, XM = 19;

    /**
     * #GP(0) for an address that is not canonical, from where the segment is not known: with the stack segment it has to
     * become #SS(0) (SDM vol. 1, 3.3.7.1).
     */
    public static final GuestFault NOT_CANONICAL = new GuestFault(GP, true, 0, 0);

    /** 0-31. */
    public final int vector;

    public final boolean hasErrorCode;
    public final int errorCode;

    /** For #PF: the linear address that goes to CR2. */
    public final long address;

    private GuestFault(int vector, boolean hasErrorCode, int errorCode, long address) {
        super(null, null, false, false);
        this.vector = vector;
        this.hasErrorCode = hasErrorCode;
        this.errorCode = errorCode;
        this.address = address;
    }

    public static GuestFault of(int vector) {
        return new GuestFault(vector, false, 0, 0);
    }

    public static GuestFault of(int vector, int errorCode) {
        return new GuestFault(vector, true, errorCode, 0);
    }

    public static GuestFault gp(int errorCode) {
        return of(GP, errorCode);
    }

    public static GuestFault ud() {
        return of(UD);
    }

    public static GuestFault page(long address, int errorCode) {
        return new GuestFault(PF, true, errorCode, address);
    }

    @Override
    public String getMessage() {
        return "vector %d error %#x address %#x".formatted(vector, errorCode, address);
    }
}

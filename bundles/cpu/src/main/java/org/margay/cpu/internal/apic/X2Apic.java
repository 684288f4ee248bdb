package org.margay.cpu.internal.apic;

import static org.margay.cpu.internal.apic.LocalApic.CURRENT_COUNT;
import static org.margay.cpu.internal.apic.LocalApic.DFR;
import static org.margay.cpu.internal.apic.LocalApic.DIVIDE;
import static org.margay.cpu.internal.apic.LocalApic.EOI;
import static org.margay.cpu.internal.apic.LocalApic.ESR;
import static org.margay.cpu.internal.apic.LocalApic.ICR_HIGH;
import static org.margay.cpu.internal.apic.LocalApic.ICR_LOW;
import static org.margay.cpu.internal.apic.LocalApic.ID;
import static org.margay.cpu.internal.apic.LocalApic.INITIAL_COUNT;
import static org.margay.cpu.internal.apic.LocalApic.ISR;
import static org.margay.cpu.internal.apic.LocalApic.LDR;
import static org.margay.cpu.internal.apic.LocalApic.LOCAL_VECTORS;
import static org.margay.cpu.internal.apic.LocalApic.LVT;
import static org.margay.cpu.internal.apic.LocalApic.PPR;
import static org.margay.cpu.internal.apic.LocalApic.SVR;
import static org.margay.cpu.internal.apic.LocalApic.TPR;
import static org.margay.cpu.internal.apic.LocalApic.VERSION;

/** A local APIC's registers as MSRs 800-83F (SDM vol. 3, 11.12.1). Under the machine lock. */
public final class X2Apic {
    private static final int SELF_IPI = 0x3F;

    private X2Apic() {}

    /**
     * RDMSR of 800 + register.
     *
     * @throws IllegalArgumentException where RDMSR faults
     */
    public static long read(LocalApic apic, int register) {
        require(apic, register != EOI && exists(register));
        long low = apic.readRegister(register) & 0xFFFF_FFFFL;
        return register == ICR_LOW ? (long) apic.readRegister(ICR_HIGH) << 32 | low : low;
    }

    /**
     * WRMSR of 800 + register.
     *
     * @throws IllegalArgumentException where WRMSR faults
     */
    public static void write(LocalApic apic, int register, long value) {
        boolean zeroOnly = register == EOI || register == ESR;
        boolean fits = register == ICR_LOW || value >>> 32 == 0;
        require(apic, isWritable(register) && fits && (!zeroOnly || value == 0));
        if (register == SELF_IPI) {
            apic.accept(DeliveryMode.FIXED, (int) value & 0xFF, false);
            return;
        }
        if (register == ICR_LOW) {
            apic.setCommandHigh((int) (value >>> 32));
        }
        apic.writeRegister(register, (int) value);
    }

    private static boolean isWritable(int register) {
        return switch (register) {
            case ID, VERSION, PPR, LDR, DFR, CURRENT_COUNT -> false;
            case SELF_IPI -> true;
            default -> exists(register) && (register < ISR || register >= ESR);
        };
    }

    private static boolean exists(int register) {
        return switch (register) {
            case ID, VERSION, TPR, PPR, EOI, LDR, SVR, ESR, ICR_LOW, INITIAL_COUNT, CURRENT_COUNT, DIVIDE -> true;
            default -> register >= ISR && register < ESR || register >= LVT && register < LVT + LOCAL_VECTORS;
        };
    }

    private static void require(LocalApic apic, boolean allowed) {
        if (!allowed || !apic.isX2Apic()) {
            throw new IllegalArgumentException("x2APIC register");
        }
    }
}

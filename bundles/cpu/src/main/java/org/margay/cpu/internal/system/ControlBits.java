package org.margay.cpu.internal.system;

/** Bits of CR0, CR4 (SDM vol. 3, 2.5) and IA32_EFER (2.2.1). */
public final class ControlBits {
    public static final long CR0_PE = 1,
            CR0_MP = 1 << 1,
            CR0_EM = 1 << 2,
            CR0_TS = 1 << 3,
            CR0_ET = 1 << 4,
            CR0_NE = 1 << 5;
    public static final long CR0_WP = 1 << 16, CR0_AM = 1 << 18, CR0_NW = 1 << 29, CR0_CD = 1 << 30, CR0_PG = 1L << 31;
    public static final long CR4_VME = 1, CR4_PVI = 1 << 1, CR4_TSD = 1 << 2, CR4_DE = 1 << 3, CR4_PSE = 1 << 4;
    public static final long CR4_PAE = 1 << 5,
            CR4_MCE = 1 << 6,
            CR4_PGE = 1 << 7,
            CR4_PCE = 1 << 8,
            CR4_OSFXSR = 1 << 9;
    public static final long CR4_OSXMMEXCPT = 1 << 10;
    public static final long CR4_UMIP = 1 << 11;
    public static final long CR4_FSGSBASE = 1 << 16;
    public static final long CR4_SMEP = 1 << 20;
    public static final long CR4_SMAP = 1 << 21;

    public static final long EFER_SCE = 1, EFER_LME = 1 << 8, EFER_LMA = 1 << 10, EFER_NXE = 1 << 11;

    private ControlBits() {}
}

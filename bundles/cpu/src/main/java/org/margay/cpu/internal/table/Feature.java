package org.margay.cpu.internal.table;

/** What CPUID announces (SDM vol. 2, CPUID; AMD APM vol. 3, appendix E). A row whose feature a model lacks is #UD on it. */
public enum Feature {
    FPU(1, Register.EDX, 0),
    VME(1, Register.EDX, 1),
    DE(1, Register.EDX, 2),
    PSE(1, Register.EDX, 3),
    TSC(1, Register.EDX, 4),
    MSR(1, Register.EDX, 5),
    PAE(1, Register.EDX, 6),
    MCE(1, Register.EDX, 7),
    CX8(1, Register.EDX, 8),
    APIC(1, Register.EDX, 9),
    SEP(1, Register.EDX, 11),
    MTRR(1, Register.EDX, 12),
    PGE(1, Register.EDX, 13),
    MCA(1, Register.EDX, 14),
    CMOV(1, Register.EDX, 15),
    PAT(1, Register.EDX, 16),
    PSE36(1, Register.EDX, 17),
    CLFLUSH(1, Register.EDX, 19),
    MMX(1, Register.EDX, 23),
    FXSR(1, Register.EDX, 24),
    SSE(1, Register.EDX, 25),
    SSE2(1, Register.EDX, 26),
    SSE3(1, Register.ECX, 0),
    MONITOR(1, Register.ECX, 3),
    SSSE3(1, Register.ECX, 9),
    CX16(1, Register.ECX, 13),
    SSE4_1(1, Register.ECX, 19),
    SSE4_2(1, Register.ECX, 20),
    X2APIC(1, Register.ECX, 21),
    MOVBE(1, Register.ECX, 22),
    POPCNT(1, Register.ECX, 23),
    TSC_DEADLINE(1, Register.ECX, 24),
    HYPERVISOR(1, Register.ECX, 31),
    FSGSBASE(7, Register.EBX, 0),
    SMEP(7, Register.EBX, 7),
    SMAP(7, Register.EBX, 20),
    SYSCALL(0x8000_0001, Register.EDX, 11),
    NX(0x8000_0001, Register.EDX, 20),
    PDPE1GB(0x8000_0001, Register.EDX, 26),
    RDTSCP(0x8000_0001, Register.EDX, 27),
    LM(0x8000_0001, Register.EDX, 29),
    LAHF_LM(0x8000_0001, Register.ECX, 0),
    ABM(0x8000_0001, Register.ECX, 5);

    /** The register of CPUID's answer that holds the bit. */
    public enum Register {
        EAX,
        EBX,
        ECX,
        EDX
    }

    private final int leaf;
    private final Register register;
    private final int bit;

    Feature(int leaf, Register register, int bit) {
        this.leaf = leaf;
        this.register = register;
        this.bit = bit;
    }

    /** EAX on input of CPUID. */
    public int leaf() {
        return leaf;
    }

    public Register register() {
        return register;
    }

    /** 0-31. */
    public int bit() {
        return bit;
    }
}

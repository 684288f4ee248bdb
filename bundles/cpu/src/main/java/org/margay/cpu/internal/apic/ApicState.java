package org.margay.cpu.internal.apic;

import java.util.List;
import org.margay.state.StateVersion;

/**
 * What software and wires can see of a local APIC.
 *
 * @param base IA32_APIC_BASE
 * @param id as software set it, 0-255
 * @param localVectors timer, thermal, performance, LINT0, LINT1, error
 * @param inService ISR, eight registers of 32 bits; so are trigger and requested
 * @param errors what ESR shows; newErrors has what is added to it by the next write
 * @param timerStart nanoseconds of the virtual clock when the count began
 * @param deadline time of the TSC-deadline timer in nanoseconds of the virtual clock, or -1
 * @param counting the timer counts down and has not fired; periodic ones always do
 * @param lint0 level of the wire from the interrupt controller
 */
@StateVersion(1)
public record ApicState(
        long base,
        int id,
        int taskPriority,
        int logicalDestination,
        int destinationFormat,
        int spurious,
        List<Integer> localVectors,
        List<Integer> inService,
        List<Integer> trigger,
        List<Integer> requested,
        int errors,
        int newErrors,
        int commandLow,
        int commandHigh,
        int initialCount,
        int divide,
        long timerStart,
        long deadline,
        boolean counting,
        boolean lint0) {
    public ApicState {
        localVectors = List.copyOf(localVectors);
        inService = List.copyOf(inService);
        trigger = List.copyOf(trigger);
        requested = List.copyOf(requested);
        require(localVectors.size() == LocalApic.LOCAL_VECTORS, "local vectors");
        require(inService.size() == VectorSet.REGISTERS, "ISR");
        require(trigger.size() == VectorSet.REGISTERS, "TMR");
        require(requested.size() == VectorSet.REGISTERS, "IRR");
        require((base & ~LocalApic.BASE_WRITABLE & ~LocalApic.BASE_BSP) == 0, "base");
        require(id >>> 8 == 0 && taskPriority >>> 8 == 0, "id or priority");
        boolean x2Apic = (base & LocalApic.BASE_X2APIC) != 0;
        require(x2Apic || (logicalDestination & 0xFF_FFFF) == 0, "logical destination");
        require((destinationFormat | 0xF000_0000) == -1, "destination format");
        require((spurious & ~0x1FF) == 0, "spurious vector");
        require((inService.getFirst() | requested.getFirst()) << 16 == 0, "vectors below 16");
        require((divide & ~0xB) == 0, "divider");
        require(timerStart >= 0 && deadline >= -1, "time");
        for (int i = 0; i < LocalApic.LOCAL_VECTORS; i++) {
            require((localVectors.get(i) & ~LocalApic.localVectorBits(i)) == 0, "local vector");
        }
    }

    private static void require(boolean possible, String what) {
        if (!possible) {
            throw new IllegalArgumentException("Local APIC: impossible " + what);
        }
    }
}

package org.margay.cpu.internal.system;

import java.util.Arrays;

/**
 * Model-specific registers without a meaning for execution here: they hold what is written. Confined to the vCPU's
 * thread.
 */
final class ModelRegisters {
    static final int VARIABLE_RANGES = 8, FIXED_RANGES = 11, BANKS = 10;

    /** Memory type range registers (SDM vol. 3, 12.11): base and mask by turns. */
    final long[] mtrrVariable = new long[2 * VARIABLE_RANGES];

    final long[] mtrrFixed = new long[FIXED_RANGES];
    long mtrrDefault;

    /** Machine check architecture (SDM vol. 3, 16.3): CTL, STATUS, ADDR, MISC of each bank. */
    final long[] banks = new long[4 * BANKS];

    long machineCheckStatus;
    long machineCheckControl;

    /** What the time stamp counter shows beyond the clock. */
    long tscOffset;

    ModelRegisters() {
        powerOn();
    }

    /** Power-on values; INIT keeps all of these. */
    void powerOn() {
        Arrays.fill(mtrrVariable, 0);
        Arrays.fill(mtrrFixed, 0);
        mtrrDefault = 0;
        Arrays.fill(banks, 0);
        for (int i = 0; i < banks.length; i += 4) {
            banks[i] = -1;
        }
        machineCheckStatus = 0;
        machineCheckControl = -1;
    }
}

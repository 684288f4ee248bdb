package org.margay.cpu.internal.table;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.margay.cpu.internal.Handler;

/**
 * One instruction form: how it is encoded, what it works on, when it is valid, and what it does. Built by
 * {@link TableBuilder#row}; the setters are for the table files only, while the table is built.
 */
public final class Row {
    private final Encoding encoding;
    private final String mnemonic;
    private final List<Operand> operands;
    private final Handler handler;
    private final String group;
    private final @Nullable Feature feature;
    private @Nullable OpFactory factory;
    private boolean valid64 = true;
    private boolean validLegacy = true;
    private boolean privileged;
    private boolean protectedOnly;
    private boolean lockable;
    private boolean endsBlock;
    private boolean branch;
    private boolean userTestable = true;
    private boolean usesRep;
    private boolean alignedMemory;
    private int flagsRead;
    private int flagsWritten;
    private int flagsUndefined;

    Row(
            Encoding encoding,
            String mnemonic,
            List<Operand> operands,
            Handler handler,
            String group,
            @Nullable Feature feature) {
        this.encoding = encoding;
        this.mnemonic = mnemonic;
        this.operands = operands;
        this.handler = handler;
        this.group = group;
        this.feature = feature;
    }

    /** Makes fast operations for some shapes of the instruction; where it declines, the handler runs. */
    public Row fast(OpFactory factory) {
        this.factory = factory;
        return this;
    }

    /** #UD outside 64-bit mode. */
    public Row only64() {
        validLegacy = false;
        return this;
    }

    /** #UD in 64-bit mode. */
    public Row not64() {
        valid64 = false;
        return this;
    }

    /** #GP(0) unless CPL is 0. */
    public Row privileged() {
        privileged = true;
        userTestable = false;
        return this;
    }

    /** #UD in real and virtual-8086 mode. */
    public Row protectedOnly() {
        protectedOnly = true;
        return this;
    }

    /** LOCK is allowed when the destination is memory; elsewhere it is #UD. */
    public Row lockable() {
        lockable = true;
        return this;
    }

    /** The next instruction may not be the following one, or must see changed modes or interrupts: the block ends here. */
    public Row endsBlock() {
        endsBlock = true;
        return this;
    }

    /** Transfers control: ends the block, and a test of one instruction can't run it in line. */
    public Row branch() {
        branch = true;
        endsBlock = true;
        return this;
    }

    /** Works on the machine or the mode rather than on registers and memory: not to be tried against the host's CPU. */
    public Row system() {
        userTestable = false;
        return this;
    }

    /** REP prefixes repeat it. */
    public Row rep() {
        usesRep = true;
        return this;
    }

    /** #GP(0) when the memory operand of 16 bytes is not aligned (the handler checks). */
    public Row alignedMemory() {
        alignedMemory = true;
        return this;
    }

    /** Flags that it depends on, as letters out of ODISZAPC and T. */
    public Row reads(String letters) {
        flagsRead |= flags(letters);
        return this;
    }

    /** Flags that it sets to defined values, as letters out of ODISZAPC and T. */
    public Row writes(String letters) {
        flagsWritten |= flags(letters);
        return this;
    }

    /** Flags that are undefined after it, as letters out of OSZAPC. */
    public Row undefined(String letters) {
        flagsUndefined |= flags(letters);
        return this;
    }

    private static int flags(String letters) {
        int bits = 0;
        for (char letter : letters.toCharArray()) {
            bits |= switch (letter) {
                case 'C' -> 1;
                case 'P' -> 1 << 2;
                case 'A' -> 1 << 4;
                case 'Z' -> 1 << 6;
                case 'S' -> 1 << 7;
                case 'T' -> 1 << 8;
                case 'I' -> 1 << 9;
                case 'D' -> 1 << 10;
                case 'O' -> 1 << 11;
                default -> throw new IllegalArgumentException("flag " + letter);
            };
        }
        return bits;
    }

    public Encoding encoding() {
        return encoding;
    }

    /** Lower case, without size suffix. */
    public String mnemonic() {
        return mnemonic;
    }

    public List<Operand> operands() {
        return operands;
    }

    public Handler handler() {
        return handler;
    }

    public @Nullable OpFactory factory() {
        return factory;
    }

    /** Name of the switch that sends rows like this back from translated code to the interpreter. */
    public String group() {
        return group;
    }

    /** The feature that a model must have, or null when every one has it. */
    public @Nullable Feature feature() {
        return feature;
    }

    public boolean isValid64() {
        return valid64;
    }

    public boolean isValidLegacy() {
        return validLegacy;
    }

    public boolean isPrivileged() {
        return privileged;
    }

    public boolean isProtectedOnly() {
        return protectedOnly;
    }

    public boolean isLockable() {
        return lockable;
    }

    public boolean isBlockEnd() {
        return endsBlock;
    }

    public boolean isBranch() {
        return branch;
    }

    public boolean isUserTestable() {
        return userTestable;
    }

    public boolean isRepeatable() {
        return usesRep;
    }

    public boolean needsAlignedMemory() {
        return alignedMemory;
    }

    /** RFLAGS bits. */
    public int flagsRead() {
        return flagsRead;
    }

    /** RFLAGS bits. */
    public int flagsWritten() {
        return flagsWritten;
    }

    /** RFLAGS bits. */
    public int flagsUndefined() {
        return flagsUndefined;
    }

    @Override
    public String toString() {
        return "%s (%s)".formatted(mnemonic, encoding);
    }
}

package org.margay.cpu.internal.decode;

/**
 * What decoding depends on besides the bytes.
 *
 * @param bits 16, 32 or 64: default size of operands and addresses
 * @param protectedMode CR0.PE is set and it is not virtual-8086 mode
 */
public record CodeMode(int bits, boolean protectedMode) {
    public static final CodeMode REAL = new CodeMode(16, false);
    public static final CodeMode PROTECTED_16 = new CodeMode(16, true);
    public static final CodeMode PROTECTED_32 = new CodeMode(32, true);
    public static final CodeMode REAL_32 = new CodeMode(32, false);
    public static final CodeMode LONG_64 = new CodeMode(64, true);
}

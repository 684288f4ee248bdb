package org.margay.chardev;

/**
 * A serial port that the machine shall have; in the {@link org.margay.machine.MachinePlan} by {@code -serial}, or by default,
 * when devices are built.
 *
 * @param index 0 to 3, COM1 to COM4
 * @param chardev label of the {@link Chardev} at its end
 */
public record SerialPort(int index, String chardev) {
    /** COM1 to COM4. */
    public static final int MAXIMUM = 4;
}

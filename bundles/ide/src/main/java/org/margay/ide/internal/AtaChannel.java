package org.margay.ide.internal;

import org.jspecify.annotations.Nullable;
import org.margay.machine.IrqLine;
import org.margay.memory.IoHandler;

/**
 * One cable with up to two devices: what is behind the eight ports of the command block and the one of the control block (ATA/ATAPI-6,
 * clauses 7 and 9.2). Both devices hear every write; the one that is selected answers, and drives the interrupt line.
 */
final class AtaChannel {
    /** Devices on a cable. */
    static final int UNITS = 2;

    private static final int COMMAND = 7;
    private static final int DEVICE = 6;
    private static final int NO_INTERRUPTS = 0x02;
    private static final int SOFT_RESET = 0x04;
    private static final int HIGH_ORDER = 0x80;
    private static final int CONTROLS = NO_INTERRUPTS | SOFT_RESET | HIGH_ORDER;

    private final IrqLine line;
    private final DmaHost dma;
    private final @Nullable AtaDevice[] devices = new @Nullable AtaDevice[UNITS];
    private int control;
    private int selected;
    private boolean asserted;

    /**
     * What the guest can see of it, but for the devices.
     *
     * @param control device control register
     * @param selected unit
     * @param asserted whether the interrupt line is
     */
    record State(int control, int selected, boolean asserted) {
        State {
            if ((control & ~CONTROLS) != 0 || selected < 0 || selected >= UNITS) {
                throw new IllegalArgumentException("ATA channel");
            }
        }
    }

    AtaChannel(IrqLine line, DmaHost dma) {
        this.line = line;
        this.dma = dma;
    }

    DmaHost dma() {
        return dma;
    }

    @Nullable
    AtaDevice device(int unit) {
        return devices[unit];
    }

    void connect(int unit, AtaDevice device) {
        devices[unit] = device;
    }

    void disconnect(AtaDevice device) {
        for (int unit = 0; unit < UNITS; unit++) {
            if (devices[unit] == device) {
                devices[unit] = null;
            }
        }
        updateLine();
    }

    /** The command block: eight ports, the first of which is 16 or 32 bits wide. */
    IoHandler commandBlock() {
        return new IoHandler() {
            @Override
            public long read(long offset, int size) {
                if (offset == 0 && size > 1) {
                    return readData(size);
                }
                long value = 0;
                for (int i = size - 1; i >= 0; i--) {
                    value = value << 8 | readRegister((int) offset + i);
                }
                return value;
            }

            @Override
            public void write(long offset, int size, long value) {
                if (offset == 0 && size > 1) {
                    writeData(size, (int) value);
                    return;
                }
                for (int i = 0; i < size; i++) {
                    writeRegister((int) offset + i, (int) (value >>> 8 * i) & 0xFF);
                }
            }
        };
    }

    /** The port of alternate status and device control. */
    IoHandler controlBlock() {
        return new IoHandler() {
            @Override
            public long read(long offset, int size) {
                return status();
            }

            @Override
            public void write(long offset, int size, long value) {
                control((int) value & CONTROLS);
            }
        };
    }

    private int readData(int size) {
        AtaDevice device = devices[selected];
        if (device == null) {
            return -1;
        }
        int low = device.readData();
        return size == 2 ? low : low | device.readData() << 16;
    }

    private void writeData(int size, int value) {
        AtaDevice device = devices[selected];
        if (device == null) {
            return;
        }
        device.writeData(value & 0xFFFF);
        if (size == 4) {
            device.writeData(value >>> 16);
        }
    }

    /** Where no device is, the other one, or the pull-down of the cable, answers with zeros. */
    private int readRegister(int register) {
        AtaDevice device = devices[selected];
        if (device == null || register > COMMAND) {
            return 0;
        }
        if (register == 0) {
            return 0xFF;
        }
        if (register != COMMAND) {
            return device.registers().read(register, (control & HIGH_ORDER) != 0);
        }
        int status = status();
        device.acknowledge();
        return status;
    }

    private int status() {
        AtaDevice device = devices[selected];
        if (device == null) {
            return 0;
        }
        return (control & SOFT_RESET) != 0 ? TaskFile.BUSY : device.status();
    }

    private void writeRegister(int register, int value) {
        if (register == 0 || register > COMMAND || (control & SOFT_RESET) != 0) {
            return;
        }
        control &= ~HIGH_ORDER;
        if (register == COMMAND) {
            command(value);
            return;
        }
        if (register == DEVICE) {
            selected = (value & TaskFile.DEVICE_1) == 0 ? 0 : 1;
        }
        for (AtaDevice device : devices) {
            if (device != null && device.takesRegisters()) {
                device.registers().write(register, value);
            }
        }
        updateLine();
    }

    private void command(int code) {
        if (code == AtaCommand.EXECUTE_DEVICE_DIAGNOSTIC) {
            diagnose();
            return;
        }
        AtaDevice device = devices[selected];
        if (device != null) {
            device.command(code);
        }
    }

    /** Both devices do it, and device 0 tells of both; it is selected then (clause 8.11). */
    private void diagnose() {
        AtaDevice teller = devices[selected];
        if (teller == null || !teller.takesRegisters()) {
            return;
        }
        selected = 0;
        for (AtaDevice device : devices) {
            if (device != null) {
                device.diagnose();
                device.registers().device = 0;
            }
        }
        AtaDevice first = devices[0];
        if (first != null) {
            first.interrupt();
        }
    }

    private void control(int value) {
        int before = control;
        control = value;
        boolean reset = (value & SOFT_RESET) != 0;
        if (reset && (before & SOFT_RESET) == 0) {
            for (AtaDevice device : devices) {
                if (device != null) {
                    device.softReset();
                }
            }
            selected = 0;
        }
        updateLine();
    }

    /** INTRQ follows the selected device, unless the host wants no interrupts. */
    void updateLine() {
        AtaDevice device = devices[selected];
        boolean high = device != null && device.interrupting() && (control & NO_INTERRUPTS) == 0;
        if (high && !asserted) {
            dma.interrupted();
        }
        asserted = high;
        line.set(high);
    }

    void dmaStarted() {
        for (AtaDevice device : devices) {
            if (device != null) {
                device.dmaStarted();
            }
        }
    }

    void dmaStopped() {
        for (AtaDevice device : devices) {
            if (device != null) {
                device.dmaStopped();
            }
        }
    }

    /** RESET- is asserted: the devices are reset by whoever resets the controller. */
    void reset() {
        control = 0;
        selected = 0;
        updateLine();
    }

    State save() {
        return new State(control, selected, asserted);
    }

    /** Before the devices are there: until they are restored, the line stays as it was, so that it does not seem to rise. */
    void restore(State state) {
        control = state.control;
        selected = state.selected;
        asserted = state.asserted;
        line.set(asserted);
    }

    void close() {
        line.set(false);
    }
}

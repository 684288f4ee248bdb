package org.margay.firmware.internal.setup;

import java.util.ArrayList;
import java.util.List;
import org.margay.firmware.internal.setup.AddressClaim.Window;
import org.margay.pci.PciRegister;

/** Finds the base address registers of a function and how much they decode (PCI 3.0, section 6.2.5.1 "Address Maps"). */
final class BarProbe {
    private static final int DEVICE_BARS = 6;
    private static final int BRIDGE_BARS = 2;
    private static final int IO_ADDRESS = ~3;
    private static final int MEMORY_ADDRESS = ~15;
    private static final int ROM_ADDRESS = ~0x7FF;

    private final FunctionRegisters registers;

    private BarProbe(FunctionRegisters registers) {
        this.registers = registers;
    }

    static List<AddressClaim.Register> claims(FunctionRegisters registers) {
        return new BarProbe(registers).find();
    }

    private List<AddressClaim.Register> find() {
        int header = registers.read(PciRegister.HEADER_TYPE, 1) & ~PciRegister.HEADER_MULTIFUNCTION;
        boolean bridge = header == PciRegister.HEADER_BRIDGE;
        List<AddressClaim.Register> found = new ArrayList<>();
        for (int index = 0; index < (bridge ? BRIDGE_BARS : DEVICE_BARS); index++) {
            int offset = PciRegister.BAR_0 + 4 * index;
            int type = registers.read(offset, 4);
            boolean io = (type & PciRegister.BAR_IO) != 0;
            boolean wide = !io && (type & PciRegister.BAR_MEMORY_64) != 0;
            boolean prefetchable = !io && (type & PciRegister.BAR_PREFETCH) != 0;
            long size = size(offset, wide, io ? IO_ADDRESS : MEMORY_ADDRESS);
            if (size > 0) {
                Window window = io ? Window.IO : prefetchable ? Window.PREFETCHABLE : Window.MEMORY;
                found.add(new AddressClaim.Register(registers, offset, window, size, wide));
            }
            if (wide) {
                index++;
            }
        }
        long rom = bridge ? 0 : size(PciRegister.ROM_ADDRESS, false, ROM_ADDRESS);
        if (rom > 0) {
            found.add(new AddressClaim.Register(registers, PciRegister.ROM_ADDRESS, Window.MEMORY, rom, false));
        }
        return found;
    }

    /** Writes ones and sees which stay zero; the register gets its value back. 0 when there is no register. */
    private long size(int offset, boolean wide, int mask) {
        long low = sizingBits(offset) & mask & 0xFFFF_FFFFL;
        if (!wide) {
            return low == 0 ? 0 : Long.lowestOneBit(low);
        }
        long high = sizingBits(offset + 4) & 0xFFFF_FFFFL;
        return Long.lowestOneBit(high << 32 | low);
    }

    private int sizingBits(int offset) {
        int old = registers.read(offset, 4);
        // An expansion ROM's enable bit stays clear.
        registers.write(offset, 4, offset == PciRegister.ROM_ADDRESS ? ~1 : -1);
        int ones = registers.read(offset, 4);
        registers.write(offset, 4, old);
        return ones;
    }
}

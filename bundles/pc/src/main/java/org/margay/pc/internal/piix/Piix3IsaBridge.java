package org.margay.pc.internal.piix;

import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.memory.IoHandler;
import org.margay.pci.ConfigSpace;
import org.margay.pci.PciBus;
import org.margay.pci.PciFunction;
import org.margay.pci.PciIdentity;
import org.margay.pci.PciRegister;
import org.margay.pci.PciSlot;

/**
 * Function 0 of the 82371SB (PIIX3): the PCI-to-ISA bridge with the interrupt routing and the reset control register at port
 * 0xCF9 (datasheet 290550, sections 2.2 and 2.5.5). The ISA chips behind it are devices of their own.
 */
public final class Piix3IsaBridge implements Device<Piix3IsaBridge.State> {
    private static final int PIRQ_ROUTES = 0x60;
    private static final int RESET_SYSTEM = 1 << 1;
    private static final int RESET_CPU = 1 << 2;

    /**
     * What the guest can see.
     *
     * @param resetControl the register at 0xCF9
     */
    public record State(PciFunction.State pci, int resetControl) {
        public State {
            if (pci == null || (resetControl & ~RESET_SYSTEM) != 0) {
                throw new IllegalArgumentException("reset control register %#x".formatted(resetControl));
            }
        }
    }

    private final PciBus bus;
    private final PirqRouter router;
    private final PciFunction pci = new PciFunction("PIIX3", "", new PciIdentity(0x8086, 0x7000, 0, 0x060100, 0));
    private final Machine machine;
    private int resetControl;

    /** Plugs the bridge. */
    public Piix3IsaBridge(Machine machine, PciBus bus, PciSlot place, PirqRouter router) throws DeviceException {
        this.machine = machine;
        this.bus = bus;
        this.router = router;
        ConfigSpace config = pci.config();
        config.set(
                PciRegister.COMMAND,
                2,
                PciRegister.COMMAND_IO | PciRegister.COMMAND_MEMORY | PciRegister.COMMAND_BUS_MASTER);
        config.set(PciRegister.STATUS, 2, 0x0200);
        declare(config, 0x4C, 1, 0x4D, 0x7F);
        declare(config, 0x4E, 2, 0x0003, 0x0FFF);
        declare(config, PIRQ_ROUTES, 4, 0x80808080, 0x8F8F8F8F);
        declare(config, 0x69, 1, 0x02, 0xFE);
        declare(config, 0x6A, 2, 0x0000, 0x8000);
        declare(config, 0x70, 1, 0x80, 0xEF);
        declare(config, 0x76, 2, 0x0C0C, 0x8F8F);
        declare(config, 0x78, 2, 0x0002, 0xFFFF);
        declare(config, 0x80, 1, 0x00, 0x7F);
        declare(config, 0x82, 1, 0x00, 0x0F);
        declare(config, 0xA0, 1, 0x08, 0x1F);
        declare(config, 0xA2, 2, 0x0000, 0x01FF);
        declare(config, 0xA4, 4, 0x00000000, 0xE000FFFB);
        declare(config, 0xA8, 1, 0x0F, 0xFF);
        declare(config, 0xAC, 1, 0x00, 0xFF);
        declare(config, 0xAE, 1, 0x00, 0xFF);
        pci.multifunction();
        pci.fixed();
        pci.onConfigWrite((offset, size) -> {
            if (offset < PIRQ_ROUTES + 4 && offset + size > PIRQ_ROUTES) {
                updateRoutes();
            }
        });
        bus.plug(pci, place);
    }

    private static void declare(ConfigSpace config, int offset, int size, int initial, int writable) {
        config.set(offset, size, initial);
        config.writable(offset, size, writable);
    }

    /** The byte register at port 0xCF9, which shares its doubleword with the configuration address register. */
    public IoHandler resetControl() {
        return new IoHandler() {
            @Override
            public long read(long offset, int size) {
                return offset == 1 && size == 1 ? resetControl : -1;
            }

            @Override
            public void write(long offset, int size, long value) {
                if (offset == 1 && size == 1) {
                    if ((value & RESET_CPU) != 0) {
                        machine.requestReset(true);
                    }
                    resetControl = (int) value & RESET_SYSTEM;
                }
            }
        };
    }

    private void updateRoutes() {
        for (int wire = 0; wire < 4; wire++) {
            router.route(wire, pci.config().getByte(PIRQ_ROUTES + wire));
        }
    }

    @Override
    public void reset() {
        pci.reset();
        resetControl = 0;
        updateRoutes();
    }

    @Override
    public State save() {
        return new State(pci.save(), resetControl);
    }

    @Override
    public void restore(State state) {
        pci.restore(state.pci());
        resetControl = state.resetControl();
        updateRoutes();
    }

    @Override
    public void close() {
        reset();
        bus.unplug(pci);
    }
}

package org.margay.ne2000.internal;

import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;
import org.margay.memory.AccessSizes;
import org.margay.memory.MemoryRegion;
import org.margay.net.NicProperties;
import org.margay.pci.ExpansionRom;
import org.margay.pci.PciBar;
import org.margay.pci.PciBus;
import org.margay.pci.PciDevice;
import org.margay.pci.PciFunction;
import org.margay.pci.PciIdentity;
import org.margay.pci.PciProperties;

/** A Realtek RTL8029AS: an NE2000 on the PCI bus (RTL8029AS data sheet, "PCI Configuration Space"). */
final class Ne2kPci extends Ne2000<Ne2kPci.State> implements PciDevice<Ne2kPci.State> {
    static final String NAME = "ne2k_pci";

    static final PciIdentity IDENTITY = new PciIdentity(0x10EC, 0x8029, 0x00, 0x020000, 1);

    /** The card takes more ports than it has. */
    private static final int BAR_SIZE = 0x100;

    private static final int ROM_SOCKET = 64 << 10;

    /** Properties of ne2k_pci. */
    public record Properties(PciProperties pci, NicProperties nic) {}

    /** All that the guest can see. */
    record State(PciFunction.State pci, Rtl8029.State chip, Dp8390.State controller) {
        State {
            if (pci == null || chip == null || controller == null) {
                throw new IllegalArgumentException("part of the card is missing");
            }
        }
    }

    private final PciBus bus;
    private final PciFunction pci;
    private final Rtl8029 chip;

    Ne2kPci(Properties properties, DeviceContext context) throws DeviceException {
        super(NAME, properties.nic(), context);
        chip = new Rtl8029(memory(), nic().mac());
        bus = (PciBus) context.bus();
        pci = new PciFunction(NAME, context.id().orElse(""), IDENTITY);
        pci.addBar(new PciBar(0, PciBar.Kind.IO, MemoryRegion.io("ne2000.io", BAR_SIZE, AccessSizes.UP_TO_4, this)));
        try {
            ExpansionRom.add(pci, properties.pci(), ROM_SOCKET);
            properties.pci().plug(pci, bus);
        } catch (DeviceException e) {
            nic().close();
            throw e;
        }
        reset();
    }

    @Override
    public PciFunction pci() {
        return pci;
    }

    @Override
    public void reset() {
        pci.reset();
        chip.reset();
        controller().powerOn();
    }

    @Override
    public void close() {
        bus.unplug(pci);
        super.close();
    }

    @Override
    public void setInterrupt(boolean asserted) {
        pci.setInterrupt(asserted);
    }

    @Override
    public int readOwn(int page, int register) {
        return chip.read(page, register, nic().linkUp());
    }

    @Override
    public void writeOwn(int page, int register, int value) {
        chip.write(register, value);
    }

    @Override
    public State save() {
        return new State(pci.save(), chip.save(), controller().save());
    }

    @Override
    public void restore(State state) {
        pci.restore(state.pci);
        chip.restore(state.chip);
        controller().restore(state.controller);
    }
}

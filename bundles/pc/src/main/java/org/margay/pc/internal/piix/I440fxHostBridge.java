package org.margay.pc.internal.piix;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.memory.AccessSizes;
import org.margay.memory.AddressSpace;
import org.margay.memory.GuestRam;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.pci.ConfigMechanism1;
import org.margay.pci.ConfigSpace;
import org.margay.pci.PciBus;
import org.margay.pci.PciFunction;
import org.margay.pci.PciIdentity;
import org.margay.pci.PciRegister;
import org.margay.pci.PciSlot;

/**
 * The 82441FX (PMC): bridge from the processors to PCI, and memory controller (datasheet 290549, section 3.2). It maps the
 * guest's RAM below the PCI hole and from 4 GiB on, the PCI bus's memory behind it, shadow RAM by the PAM registers, and
 * SMRAM, and it answers the configuration ports.
 */
public final class I440fxHostBridge implements Device<I440fxHostBridge.State> {
    /** Where the PCI hole starts at the latest: RAM beyond shows from 4 GiB on. */
    public static final long PCI_HOLE = 0xE000_0000L;

    /** Where RAM goes on behind the hole. */
    public static final long HIGH_RAM = 1L << 32;

    private static final long LEGACY_HOLE = 0xA0000;
    private static final long LEGACY_HOLE_END = 0x100000;
    private static final int PAM = 0x59;
    private static final int PAM_END = 0x60;
    private static final int SMRAM = 0x72;
    private static final int SMRAM_RESET = 0x02;
    private static final int SMRAM_WRITABLE = 0x78;
    private static final int SMRAM_OPEN = 1 << 6;
    private static final int SMRAM_LOCKED = 1 << 4;
    private static final int SMRAM_ENABLED = 1 << 3;

    /**
     * What the guest can see.
     *
     * @param configAddress the register at port 0xCF8
     */
    public record State(PciFunction.State pci, int configAddress) {
        public State {
            if (pci == null) {
                throw new IllegalArgumentException("host bridge without configuration space");
            }
        }
    }

    private final Machine machine;
    private final PciBus bus;
    private final PciFunction pci = new PciFunction("i440FX", "", new PciIdentity(0x8086, 0x1237, 2, 0x060000, 0));
    private final ConfigMechanism1 mechanism;
    private final List<MemoryRegion> memoryRegions = new ArrayList<>();
    private final List<MemoryRegion> portRegions = new ArrayList<>();
    private final List<ShadowSegment> shadow = new ArrayList<>();
    private final MemoryRegion smram;
    /** Woken from S3: RAM was refreshed all the time, and how it is shown stays too, so that a BIOS finds itself in it. */
    private boolean waking;

    /**
     * Maps memory and ports and plugs the bridge at 0.0.
     *
     * @param ram all of the guest's RAM, at least 1 MiB
     * @param pciMemory the container of what PCI devices and ROMs show in the memory space
     * @param resetControl what answers narrow accesses to the ports 0xCF8-0xCFB
     */
    public I440fxHostBridge(Machine machine, PciBus bus, GuestRam ram, MemoryRegion pciMemory, IoHandler resetControl)
            throws DeviceException {
        this.machine = machine;
        this.bus = bus;
        this.mechanism = new ConfigMechanism1(bus, resetControl);
        declareRegisters();
        pci.fixed();
        bus.plug(pci, new PciSlot(0, 0));
        mapRam(ram);
        smram = MemoryRegion.ram("smram", ram, LEGACY_HOLE, 0x20000);
        smram.setEnabled(false);
        mapMemory(smram, LEGACY_HOLE, 1);
        AddressSpace pciSpace = new AddressSpace("pci", pciMemory);
        for (long address = 0xC0000; address < 0xF0000; address += 0x4000) {
            shadow.add(new ShadowSegment(ram, address, 0x4000, pciSpace));
        }
        shadow.add(new ShadowSegment(ram, 0xF0000, 0x10000, pciSpace));
        shadow.forEach(segment -> segment.regions().forEach(region -> mapMemory(region, segment.address(), 1)));
        mapMemory(pciMemory, 0, -1);
        mapPorts(
                MemoryRegion.io("pci-conf-idx", 4, AccessSizes.UP_TO_4, mechanism.addressPorts()),
                ConfigMechanism1.ADDRESS_PORT);
        mapPorts(
                MemoryRegion.io("pci-conf-data", 4, AccessSizes.UP_TO_4, mechanism.dataPorts()),
                ConfigMechanism1.DATA_PORT);
        machine.onWakeup(_ -> waking = true);
    }

    /** Bytes of RAM below the PCI hole. */
    public static long lowRam(long ramSize) {
        return Math.min(ramSize, PCI_HOLE);
    }

    private void declareRegisters() {
        ConfigSpace config = pci.config();
        config.set(PciRegister.COMMAND, 2, PciRegister.COMMAND_MEMORY | PciRegister.COMMAND_BUS_MASTER);
        config.set(PciRegister.STATUS, 2, 0x0280);
        config.writable(PciRegister.COMMAND, 2, PciRegister.COMMAND_PARITY | PciRegister.COMMAND_SERR);
        config.writable(PciRegister.CACHE_LINE_SIZE, 1, 0);
        config.writable(PciRegister.LATENCY_TIMER, 1, 0xF8);
        config.writable(PciRegister.INTERRUPT_LINE, 1, 0);
        declare(0x50, 2, 0x0000, 0xFFFF);
        declare(0x57, 1, 0x01, 0xFF);
        declare(0x58, 1, 0x00, 0xFF);
        declare(PAM, 1, 0x00, 0x30);
        for (int register = PAM + 1; register < PAM_END; register++) {
            declare(register, 1, 0x00, 0x33);
        }
        for (int register = 0x60; register < 0x68; register++) {
            declare(register, 1, 0x01, 0xFF);
        }
        declare(0x68, 1, 0x00, 0xFF);
        declare(0x70, 1, 0x20, 0xFF);
        declare(0x71, 1, 0x10, 0xFF);
        declare(SMRAM, 1, SMRAM_RESET, SMRAM_WRITABLE);
        declare(0x90, 1, 0x00, 0xFF);
        declare(0x93, 1, 0x00, 0x02);
        pci.onConfigWrite((offset, size) -> {
            if (offset <= SMRAM && offset + size > PAM) {
                updateMemoryMap();
            }
        });
    }

    private void declare(int offset, int size, int initial, int writable) {
        pci.config().set(offset, size, initial);
        pci.config().writable(offset, size, writable);
    }

    private void mapRam(GuestRam ram) {
        long low = lowRam(ram.size());
        mapMemory(MemoryRegion.ram("ram-conventional", ram, 0, LEGACY_HOLE), 0, 0);
        if (low > LEGACY_HOLE_END) {
            mapMemory(
                    MemoryRegion.ram("ram-below-4g", ram, LEGACY_HOLE_END, low - LEGACY_HOLE_END), LEGACY_HOLE_END, 0);
        }
        if (ram.size() > low) {
            mapMemory(MemoryRegion.ram("ram-above-4g", ram, low, ram.size() - low), HIGH_RAM, 0);
        }
    }

    private void mapMemory(MemoryRegion region, long address, int priority) {
        machine.memoryRoot().add(region, address, priority);
        memoryRegions.add(region);
    }

    private void mapPorts(MemoryRegion region, int port) {
        machine.portRoot().add(region, port);
        portRegions.add(region);
    }

    /** PAM0 holds the BIOS area in its high half; each further register holds two 16 KiB segments, the lower one low. */
    private void updateMemoryMap() {
        ConfigSpace config = pci.config();
        int last = shadow.size() - 1;
        for (int segment = 0; segment < last; segment++) {
            int register = config.getByte(PAM + 1 + segment / 2);
            shadow.get(segment).attributes(segment % 2 == 0 ? register : register >>> 4);
        }
        shadow.get(last).attributes(config.getByte(PAM) >>> 4);

        int control = config.getByte(SMRAM);
        boolean locked = (control & SMRAM_LOCKED) != 0;
        if (locked) {
            config.set(SMRAM, 1, control & ~SMRAM_OPEN);
        }
        config.writable(SMRAM, 1, locked ? 0 : SMRAM_WRITABLE);
        smram.setEnabled(!locked && (control & SMRAM_OPEN) != 0 && (control & SMRAM_ENABLED) != 0);
    }

    @Override
    public void reset() {
        ConfigSpace config = pci.config();
        int[] memoryMap = IntStream.range(PAM, PAM_END).map(config::getByte).toArray();
        pci.reset();
        mechanism.setAddress(0);
        for (int i = 0; waking && i < memoryMap.length; i++) {
            config.set(PAM + i, 1, memoryMap[i]);
        }
        waking = false;
        updateMemoryMap();
    }

    @Override
    public State save() {
        return new State(pci.save(), mechanism.address());
    }

    @Override
    public void restore(State state) {
        pci.restore(state.pci());
        mechanism.setAddress(state.configAddress());
        updateMemoryMap();
    }

    @Override
    public void close() {
        bus.unplug(pci);
        memoryRegions.forEach(machine.memoryRoot()::remove);
        portRegions.forEach(machine.portRoot()::remove);
    }
}

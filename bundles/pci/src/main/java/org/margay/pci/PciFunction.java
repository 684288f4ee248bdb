package org.margay.pci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One function of a PCI device: configuration space, of type 0 but for {@link PciBridge bridges}, base address registers that map while the
 * command register lets them, capabilities, and an interrupt pin. A device model holds one, declares its registers and BARs,
 * and plugs it into a {@link PciBus}. Under the machine lock.
 */
public final class PciFunction {
    /** Address of a BAR that maps nothing now. */
    public static final long UNMAPPED = -1;

    private static final int FIRST_CAPABILITY = 0x40;

    /** Told after the guest wrote configuration registers, or before it reads them. */
    @FunctionalInterface
    public interface ConfigListener {
        void accessed(int offset, int size);
    }

    /**
     * What the guest can see of the function.
     *
     * @param config 256 bytes
     * @param interrupt whether the device asserts its interrupt
     * @param msix what MSI-X keeps outside of configuration space, or null without MSI-X
     */
    public record State(byte[] config, boolean interrupt, PciMsix.@Nullable State msix) {
        public State {
            if (config == null || config.length != ConfigSpace.SIZE) {
                throw new IllegalArgumentException("configuration space of the wrong size");
            }
            config = config.clone();
        }

        /** Of a function without MSI-X. */
        public State(byte[] config, boolean interrupt) {
            this(config, interrupt, null);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof State state
                    && interrupt == state.interrupt
                    && Arrays.equals(config, state.config)
                    && Objects.equals(msix, state.msix);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(config);
        }
    }

    /** A BAR with where it is mapped now. */
    private static final class Mapping {
        final PciBar bar;
        long address = UNMAPPED;

        Mapping(PciBar bar) {
            this.bar = bar;
        }
    }

    private final ConfigSpace config = new ConfigSpace();
    private final String driver;
    private final String id;
    private final @Nullable PciBridge bridge;
    private final List<Mapping> mappings = new ArrayList<>();
    private final PciDma dma = new PciDma(this);
    private final List<MessageInterrupts> messageInterrupts = new ArrayList<>();
    private ConfigListener writeListener = (_, _) -> {};
    private ConfigListener readListener = (_, _) -> {};
    private Runnable busReset = this::reset;
    private int nextCapability = FIRST_CAPABILITY;
    private byte @Nullable [] powerOn;
    private @Nullable PciBus bus;
    private @Nullable PciSlot place;
    private boolean fixed;
    private boolean interrupt;
    /** Whether the bus sees the pin asserted. */
    private boolean pinAsserted;

    /**
     * Makes a function that is not plugged yet.
     *
     * @param driver the driver's name, for messages
     * @param id the user's id of the device, or ""
     */
    public PciFunction(String driver, String id, PciIdentity identity) {
        this(driver, id, identity, null);
        config.set(PciRegister.SUBSYSTEM_VENDOR_ID, 2, identity.subsystemVendor());
        config.set(PciRegister.SUBSYSTEM_ID, 2, identity.subsystem());
    }

    /** @param bridge what lies behind the function, or null */
    PciFunction(String driver, String id, PciIdentity identity, @Nullable PciBridge bridge) {
        this.driver = driver;
        this.id = id;
        this.bridge = bridge;
        config.set(PciRegister.VENDOR_ID, 2, identity.vendor());
        config.set(PciRegister.DEVICE_ID, 2, identity.device());
        config.set(PciRegister.REVISION, 4, identity.classCode() << 8 | identity.revision());
        config.set(PciRegister.INTERRUPT_PIN, 1, identity.interruptPin());
        config.writable(
                PciRegister.COMMAND,
                2,
                PciRegister.COMMAND_IO
                        | PciRegister.COMMAND_MEMORY
                        | PciRegister.COMMAND_BUS_MASTER
                        | PciRegister.COMMAND_SERR
                        | PciRegister.COMMAND_INTX_DISABLE);
        config.clearedByOne(PciRegister.STATUS, 2, PciRegister.STATUS_ERRORS);
        config.driven(PciRegister.STATUS, 2, PciRegister.STATUS_INTERRUPT);
        config.writable(PciRegister.CACHE_LINE_SIZE, 1, 0xFF);
        config.writable(PciRegister.INTERRUPT_LINE, 1, 0xFF);
    }

    public String driver() {
        return driver;
    }

    /** The user's id, or "". */
    public String id() {
        return id;
    }

    /** The registers, for the model: to declare further ones before it is plugged, to read and drive them later. */
    public ConfigSpace config() {
        return config;
    }

    /** Marks the device as one of several functions; function 0 of such a device must. */
    public void multifunction() {
        config.set(
                PciRegister.HEADER_TYPE, 1, config.getByte(PciRegister.HEADER_TYPE) | PciRegister.HEADER_MULTIFUNCTION);
    }

    /** Marks the function as soldered to the board, or otherwise unable to leave: its slot is not for hot-plug. */
    public void fixed() {
        fixed = true;
    }

    boolean isFixed() {
        return fixed;
    }

    /** SERR# can't be enabled. */
    void withoutSerr() {
        config.writable(
                PciRegister.COMMAND,
                2,
                PciRegister.COMMAND_IO
                        | PciRegister.COMMAND_MEMORY
                        | PciRegister.COMMAND_BUS_MASTER
                        | PciRegister.COMMAND_INTX_DISABLE);
    }

    boolean isMultifunction() {
        return (config.getByte(PciRegister.HEADER_TYPE) & PciRegister.HEADER_MULTIFUNCTION) != 0;
    }

    /** The bus behind it when it is a bridge. */
    public Optional<PciBus> secondary() {
        return Optional.ofNullable(bridge).map(PciBridge::secondary);
    }

    @Nullable
    PciBridge bridge() {
        return bridge;
    }

    /** Declares a base address register; bridges have room for two and no ROM. */
    public void addBar(PciBar bar) {
        if (bridge != null && bar.index() + (bar.kind().is64Bit() ? 1 : 0) > 1) {
            throw new IllegalArgumentException("a bridge has no BAR %d".formatted(bar.index()));
        }
        mappings.add(new Mapping(bar));
        long mask = -bar.region().size();
        if (bar.kind() == PciBar.Kind.EXPANSION_ROM) {
            mask |= PciRegister.ROM_ENABLE;
        }
        config.set(bar.offset(), 4, bar.typeBits());
        config.writable(bar.offset(), 4, (int) mask);
        if (bar.kind().is64Bit()) {
            config.writable(bar.offset() + 4, 4, (int) (mask >>> 32));
        }
    }

    /**
     * Puts a capability structure (PCI 3.0, section 6.7) at the head of the list.
     *
     * @param capabilityId of appendix H
     * @param size bytes with the two of its header
     * @return its offset in configuration space; the model fills in the rest
     */
    public int addCapability(int capabilityId, int size) {
        int offset = nextCapability;
        if (offset + size > ConfigSpace.SIZE) {
            throw new IllegalStateException("no room for capability %#x".formatted(capabilityId));
        }
        nextCapability = offset + size + 3 & ~3;
        config.set(offset, 1, capabilityId);
        config.set(offset + 1, 1, config.getByte(PciRegister.CAPABILITIES));
        config.set(PciRegister.CAPABILITIES, 1, offset);
        config.drive(PciRegister.STATUS, PciRegister.STATUS_CAPABILITIES, true);
        return offset;
    }

    /** A capability is to take part in what happens to the function. */
    void interruptsBy(MessageInterrupts capability) {
        messageInterrupts.add(capability);
    }

    /**
     * Sends a message signalled interrupt: a write to memory, hence only as a bus master. The bridges on its way forward it
     * regardless of their own bit: BIOSes boot through bridges without it.
     */
    void sendMessage(long address, int data) {
        if (bus != null && busMaster()) {
            bus.messages().send(address, data);
        }
    }

    /** Who is told of the guest's writes to configuration registers. */
    public void onConfigWrite(ConfigListener toTell) {
        writeListener = toTell;
    }

    /** Who is told before the guest reads configuration registers: for those that are windows to others. */
    public void onConfigRead(ConfigListener toTell) {
        readListener = toTell;
    }

    /** Whether the guest lets the device read and write memory. */
    public boolean busMaster() {
        return (config.getWord(PciRegister.COMMAND) & PciRegister.COMMAND_BUS_MASTER) != 0;
    }

    /** Guest memory, as far as the guest lets the device be a bus master. */
    public PciDma dma() {
        return dma;
    }

    @Nullable
    PciBus bus() {
        return bus;
    }

    /** Asserts or releases the interrupt pin; it stays released while the guest has chosen messages. */
    public void setInterrupt(boolean asserted) {
        interrupt = asserted;
        config.drive(PciRegister.STATUS, PciRegister.STATUS_INTERRUPT, asserted);
        updatePin();
    }

    /** The guest's read of 1, 2 or 4 bytes. */
    public int readConfig(int offset, int size) {
        readListener.accessed(offset, size);
        return config.get(offset, size);
    }

    /** The guest's write of 1, 2 or 4 bytes. */
    public void writeConfig(int offset, int size, int value) {
        config.write(offset, size, value);
        if (offset < PciRegister.ROM_ADDRESS + 4 && offset + size > PciRegister.COMMAND) {
            updateMappings();
        }
        updatePin();
        messageInterrupts.forEach(MessageInterrupts::configWritten);
        if (bridge != null) {
            bridge.written();
        }
        writeListener.accessed(offset, size);
    }

    /** Registers get the values that they had when the function was plugged. */
    public void reset() {
        if (powerOn != null) {
            config.reload(powerOn);
        }
        messageInterrupts.forEach(MessageInterrupts::reset);
        setInterrupt(false);
        updateMappings();
        if (bridge != null) {
            bridge.update();
        }
    }

    /** Who resets the device when only its bus is reset: without, its configuration registers are. */
    public void onBusReset(Runnable reset) {
        busReset = reset;
    }

    /** RST# of its bus is asserted, and with it that of the bus behind it. */
    void resetByBus() {
        busReset.run();
        secondary().ifPresent(PciBus::reset);
    }

    public State save() {
        return new State(config.copy(), interrupt, msix().map(PciMsix::save).orElse(null));
    }

    private Optional<PciMsix> msix() {
        return messageInterrupts.stream()
                .filter(PciMsix.class::isInstance)
                .map(PciMsix.class::cast)
                .findFirst();
    }

    /**
     * Takes a saved state over and maps accordingly.
     *
     * @throws IllegalArgumentException when it is another function's
     */
    public void restore(State state) {
        Optional<PciMsix> msix = msix();
        PciMsix.State saved = state.msix();
        if (msix.isPresent() != (saved != null)) {
            throw new IllegalArgumentException("MSI-X is %s".formatted(saved == null ? "missing" : "too much"));
        }
        config.load(state.config());
        if (saved != null) {
            msix.orElseThrow().restore(saved);
        }
        setInterrupt(state.interrupt());
        updateMappings();
        if (bridge != null) {
            bridge.update();
        }
    }

    /** All BARs, in the order of their index. */
    public List<PciBar> bars() {
        return mappings.stream()
                .map(mapping -> mapping.bar)
                .sorted((a, b) -> a.index() - b.index())
                .toList();
    }

    /** Where a BAR is mapped, or {@link #UNMAPPED}. */
    public long addressOf(PciBar bar) {
        return mappings.stream()
                .filter(mapping -> mapping.bar == bar)
                .findFirst()
                .orElseThrow()
                .address;
    }

    /** The place on the bus, or null when not plugged. */
    public @Nullable PciSlot place() {
        return place;
    }

    void pluggedInto(PciBus newBus, PciSlot newPlace) {
        bus = newBus;
        place = newPlace;
        powerOn = config.copy();
        updateMappings();
        if (bridge != null) {
            bridge.plugged(newBus);
        }
    }

    void unplugged() {
        setInterrupt(false);
        if (bridge != null) {
            bridge.unplugged();
        }
        for (Mapping mapping : mappings) {
            moveTo(mapping, UNMAPPED);
        }
        bus = null;
        place = null;
    }

    private boolean interruptsByMessages() {
        for (MessageInterrupts capability : messageInterrupts) {
            if (capability.enabled()) {
                return true;
            }
        }
        return false;
    }

    private void updatePin() {
        boolean asserted = interrupt
                && !interruptsByMessages()
                && (config.getWord(PciRegister.COMMAND) & PciRegister.COMMAND_INTX_DISABLE) == 0
                && config.getByte(PciRegister.INTERRUPT_PIN) != 0;
        if (asserted != pinAsserted && bus != null && place != null) {
            pinAsserted = asserted;
            bus.pinChanged(place.slot(), config.getByte(PciRegister.INTERRUPT_PIN) - 1, asserted);
        }
    }

    private void updateMappings() {
        for (Mapping mapping : mappings) {
            moveTo(mapping, decodedAddress(mapping.bar).orElse(UNMAPPED));
        }
    }

    private void moveTo(Mapping mapping, long address) {
        if (bus == null || address == mapping.address) {
            return;
        }
        var space = mapping.bar.kind() == PciBar.Kind.IO ? bus.ports() : bus.memory();
        if (mapping.address != UNMAPPED) {
            space.remove(mapping.bar.region());
        }
        mapping.address = address;
        if (address != UNMAPPED) {
            space.add(mapping.bar.region(), address, 1);
        }
    }

    /**
     * The address that a BAR decodes now. Zero and ranges that reach the end of the 32-bit space do not map: the first is
     * the power-on value, the second is seen while a guest sizes the register.
     */
    private OptionalLong decodedAddress(PciBar bar) {
        int command = config.getWord(PciRegister.COMMAND);
        long size = bar.region().size();
        long register = config.get(bar.offset(), 4) & 0xFFFF_FFFFL;
        boolean enabled;
        long last = 0xFFFF_FFFFL;
        switch (bar.kind()) {
            case IO -> {
                enabled = (command & PciRegister.COMMAND_IO) != 0;
                last = 0xFFFF;
            }
            case EXPANSION_ROM ->
                enabled = (command & PciRegister.COMMAND_MEMORY) != 0 && (register & PciRegister.ROM_ENABLE) != 0;
            default -> {
                enabled = (command & PciRegister.COMMAND_MEMORY) != 0;
                if (bar.kind().is64Bit()) {
                    register |= (long) config.get(bar.offset() + 4, 4) << 32;
                    last = bus == null ? last : bus.memory().size();
                }
            }
        }
        long address = register & -size;
        boolean fits = address > 0 && address + size - 1 < last;
        return enabled && fits ? OptionalLong.of(address) : OptionalLong.empty();
    }
}

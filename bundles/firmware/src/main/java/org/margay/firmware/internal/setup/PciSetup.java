package org.margay.firmware.internal.setup;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.margay.firmware.internal.acpi.AcpiTables;
import org.margay.firmware.internal.setup.AddressClaim.Window;
import org.margay.pci.BridgeReserve;
import org.margay.pci.PciBus;
import org.margay.pci.PciFunction;
import org.margay.pci.PciRegister;
import org.margay.pci.PciSlot;

/**
 * Gives buses behind bridges their numbers and all devices their addresses and interrupts, by configuration cycles as a BIOS does: I/O
 * from 0xC000 up, or from 0x1000 when there is much; memory below 0xFEC00000, prefetchable memory below that, larger ones first.
 */
final class PciSetup {
    private static final int IO_START = 0xC000;
    private static final int IO_END = 0x1_0000;
    /** Between the chips of the board and its hot-plug registers. */
    private static final int WIDE_IO_START = 0x1000;

    private static final int WIDE_IO_END = 0xA000;
    private static final long MEMORY_END = 0xFEC0_0000L;
    private static final long PAGE = 4096;

    /** Behind a bridge to which cards may come, there is room for some. */
    private static final Map<Window, Long> RESERVE =
            Map.of(Window.IO, 4096L, Window.MEMORY, 2L << 20, Window.PREFETCHABLE, 2L << 20);

    /** More than there is below 4 GiB. */
    private static final long MOST_ROOM = 1L << 32;

    private static final int LAST_BUS = 0xFF;

    private static final int PIIX3 = 0x7000_8086;
    private static final int PIIX3_IDE = 0x7010_8086;
    private static final int PIIX4_PM = 0x7113_8086;
    private static final int PIRQ_ROUTES = 0x60;
    /** ISA interrupts of the wires PIRQA# to PIRQD#. */
    private static final int[] INTERRUPTS = {10, 10, 11, 11};

    private static final int SCI = 9;
    private static final int IDE_TIMING = 0x40;
    /** Ports are decoded, of each channel. */
    private static final int IDE_ENABLE = 0x8000_8000;

    private static final int PM_BASE = 0x40;
    private static final int PM_ENABLE = 0x80;
    private static final int SMBUS_BASE = 0x90;
    private static final int SMBUS_CONFIG = 0xD2;

    private final PciBus root;
    private final long lowRam;

    /** @param lowRam bytes of RAM that no device may cover */
    PciSetup(PciBus root, long lowRam) {
        this.root = root;
        this.lowRam = lowRam;
    }

    void run() {
        number(root, 0);
        Map<Window, List<AddressClaim>> claims = claims(root, true);
        if (!fit(claims)) {
            claims = claims(root, false);
        }
        List<AddressClaim> io = in(Window.IO, claims);
        boolean wide = AddressClaim.sizeOf(io) > IO_END - IO_START;
        AddressClaim.placeAll(io, wide ? WIDE_IO_START : IO_START, wide ? WIDE_IO_END : IO_END);
        long memory = placeBelow(in(Window.MEMORY, claims), MEMORY_END);
        placeBelow(in(Window.PREFETCHABLE, claims), memory);
        setUp(root, wire -> wire);
    }

    private static List<AddressClaim> in(Window window, Map<Window, List<AddressClaim>> claims) {
        return claims.getOrDefault(window, List.of());
    }

    private boolean fit(Map<Window, List<AddressClaim>> claims) {
        long memory =
                AddressClaim.sizeOf(in(Window.MEMORY, claims)) + AddressClaim.sizeOf(in(Window.PREFETCHABLE, claims));
        return AddressClaim.sizeOf(in(Window.IO, claims)) <= Math.max(IO_END - IO_START, WIDE_IO_END - WIDE_IO_START)
                && memory <= MEMORY_END - lowRam;
    }

    /** Numbers what is behind a bus, depth first; gives the last number. */
    private int number(PciBus bus, int number) {
        int last = number;
        for (PciFunction function : bus.functions()) {
            Optional<PciBus> behind = function.secondary();
            if (behind.isPresent() && last < LAST_BUS) {
                FunctionRegisters registers = registers(number, function);
                int secondary = last + 1;
                registers.write(PciRegister.PRIMARY_BUS, 1, number);
                registers.write(PciRegister.SECONDARY_BUS, 1, secondary);
                registers.write(PciRegister.SUBORDINATE_BUS, 1, LAST_BUS);
                last = number(behind.get(), secondary);
                long reserved = BridgeReserve.of(registers::read)
                        .map(BridgeReserve::buses)
                        .orElse(BridgeReserve.OPEN);
                last = (int) Math.clamp(secondary + reserved, last, LAST_BUS);
                registers.write(PciRegister.SUBORDINATE_BUS, 1, last);
            }
        }
        return last;
    }

    private FunctionRegisters registers(int busNumber, PciFunction function) {
        PciSlot place = function.place();
        if (place == null) {
            throw new IllegalStateException("not plugged: " + function.driver());
        }
        return new FunctionRegisters(root, busNumber, place.devfn());
    }

    /** Buses that got no number are not reached. */
    private static Optional<PciBus> reachable(PciFunction function) {
        return function.secondary().filter(behind -> behind.number() != 0);
    }

    /** What is on a bus and behind it; bridges' windows are closed until they are placed. */
    private Map<Window, List<AddressClaim>> claims(PciBus bus, boolean reserve) {
        Map<Window, List<AddressClaim>> claims = new EnumMap<>(Window.class);
        for (PciFunction function : bus.functions()) {
            FunctionRegisters registers = registers(bus.number(), function);
            BarProbe.claims(registers).forEach(claim -> add(claims, claim.window(), claim));
            reachable(function).ifPresent(behind -> {
                Map<Window, List<AddressClaim>> inner = claims(behind, reserve);
                for (Window window : Window.values()) {
                    long room = reserve ? room(registers, behind, window) : 0;
                    List<AddressClaim> wanted = in(window, inner);
                    AddressClaim.Bridge claim = new AddressClaim.Bridge(registers, window, wanted, room);
                    claim.close();
                    if (claim.size() > 0) {
                        add(claims, window, claim);
                    }
                }
            });
        }
        return claims;
    }

    /** What is kept free behind a bridge: as it says, else something where cards may come. */
    private static long room(FunctionRegisters bridge, PciBus behind, Window window) {
        long otherwise = behind.hotpluggable() ? RESERVE.getOrDefault(window, 0L) : 0;
        return BridgeReserve.of(bridge::read)
                .map(reserve -> switch (window) {
                    case IO -> reserve.io();
                    case MEMORY -> reserve.memory();
                    case PREFETCHABLE -> Math.max(reserve.prefetchable32(), reserve.prefetchable64());
                })
                .filter(said -> said >= 0)
                .map(said -> Math.min(said, MOST_ROOM))
                .orElse(otherwise);
    }

    private static void add(Map<Window, List<AddressClaim>> claims, Window window, AddressClaim claim) {
        claims.computeIfAbsent(window, _ -> new ArrayList<>()).add(claim);
    }

    /** Places claims so that they end below an address; gives where they start. */
    private long placeBelow(List<AddressClaim> claims, long end) {
        long alignment = Math.max(PAGE, AddressClaim.alignmentOf(claims));
        long start = Math.max(end - AddressClaim.sizeOf(claims) & -alignment, lowRam);
        AddressClaim.placeAll(claims, start, end);
        return start;
    }

    /**
     * Tells functions their interrupts and lets them decode.
     *
     * @param toRoot the wire of the root bus that one of this bus leads to
     */
    private void setUp(PciBus bus, IntUnaryOperator toRoot) {
        for (PciFunction function : bus.functions()) {
            FunctionRegisters registers = registers(bus.number(), function);
            int slot = registers.devfn() >> 3;
            int pin = registers.read(PciRegister.INTERRUPT_PIN, 1);
            if (pin >= 1 && pin <= 4) {
                int wire = toRoot.applyAsInt(bus.wire(slot, pin - 1));
                registers.write(PciRegister.INTERRUPT_LINE, 1, INTERRUPTS[wire]);
            }
            chipSet(registers);
            int decode = PciRegister.COMMAND_IO | PciRegister.COMMAND_MEMORY;
            Optional<PciBus> behind = reachable(function);
            if (behind.isPresent()) {
                decode |= PciRegister.COMMAND_BUS_MASTER;
                setUp(behind.get(), wire -> toRoot.applyAsInt(bus.wire(slot, wire)));
            }
            registers.write(PciRegister.COMMAND, 2, registers.read(PciRegister.COMMAND, 2) | decode);
        }
    }

    private static void chipSet(FunctionRegisters registers) {
        switch (registers.read(PciRegister.VENDOR_ID, 4)) {
            case PIIX3 -> {
                for (int wire = 0; wire < INTERRUPTS.length; wire++) {
                    registers.write(PIRQ_ROUTES + wire, 1, INTERRUPTS[wire]);
                }
            }
            case PIIX3_IDE -> registers.write(IDE_TIMING, 4, IDE_ENABLE);
            case PIIX4_PM -> {
                registers.write(PciRegister.INTERRUPT_LINE, 1, SCI);
                registers.write(PM_BASE, 4, AcpiTables.PM_BASE);
                registers.write(PM_ENABLE, 1, 1);
                registers.write(SMBUS_BASE, 4, AcpiTables.SMBUS_BASE);
                registers.write(SMBUS_CONFIG, 1, 9);
            }
            default -> {}
        }
    }
}

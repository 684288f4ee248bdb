package org.margay.pc.internal.piix;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.margay.memory.IoHandler;
import org.margay.pci.PciBus;
import org.margay.pci.PciHotplug;

/**
 * Tells an ACPI guest of cards that come and go, by the registers that QEMU's boards have for it ("QEMU ACPI BIOS PCI hotplug
 * interface", with the bus select register of later versions): doublewords with a bit for each slot of the selected bus. The
 * definition block's methods read them when general purpose event 1 comes, and write the slot to eject.
 *
 * <p>Buses are selected by number: 0 is the root bus; buses behind bridges get theirs when a bridge is plugged before the guest
 * starts, or at the next reset. Later ones can't be told of, since the guest has read its tables.
 */
public final class PciHotplugController implements IoHandler {
    /** First port. */
    static final int PORT = 0xAE00;

    /** Ports. */
    static final int SIZE = 0x14;

    /** General purpose event that calls for a look at the registers. */
    static final int EVENT = 1;

    /** Buses that get a number, so that the definition block stays small. */
    private static final int MOST_BUSES = 32;

    private static final int UP = 0x00;
    private static final int DOWN = 0x04;
    private static final int EJECT = 0x08;
    private static final int REMOVABLE = 0x0C;
    private static final int SELECT = 0x10;

    /**
     * What the guest can see.
     *
     * @param select the selected bus, whether or not there is one
     * @param buses by their number
     */
    public record State(int select, List<BusState> buses) {
        public State {
            buses = List.copyOf(buses);
            if (buses.isEmpty() || buses.size() > MOST_BUSES) {
                throw new IllegalArgumentException("%d buses with hot-plug".formatted(buses.size()));
            }
            if (buses.stream().map(BusState::bus).distinct().count() != buses.size()) {
                throw new IllegalArgumentException("a bus with two numbers");
            }
        }
    }

    /**
     * A bus.
     *
     * @param bus its name
     * @param up slots with a new card
     * @param down slots that the guest is to let go
     */
    public record BusState(String bus, int up, int down) {
        public BusState {
            if (bus == null) {
                throw new IllegalArgumentException("bus without a name");
            }
        }
    }

    /** The slots of a bus. Knows the bus by its name: bridges are made anew when their driver changes. */
    private final class Slots implements PciHotplug {
        final String bus;
        private final Map<Integer, List<Runnable>> waiting = new HashMap<>();
        int up;
        int down;

        Slots(String bus) {
            this.bus = bus;
        }

        @Override
        public void plugged(int slot) {
            waiting.remove(slot);
            down &= ~(1 << slot);
            up |= 1 << slot;
            event.run();
        }

        @Override
        public boolean askToRelease(int slot, Runnable released) {
            waiting.computeIfAbsent(slot, _ -> new ArrayList<>()).add(released);
            down |= 1 << slot;
            event.run();
            return false;
        }

        @Override
        public PciHotplug behind(PciBus secondary) {
            return PciHotplugController.this.behind(secondary.name());
        }

        /** The guest let a slot go. Who has left on another way meanwhile is not asked. */
        void release(int slot) {
            up &= ~(1 << slot);
            down &= ~(1 << slot);
            List<Runnable> callbacks = waiting.remove(slot);
            if (callbacks != null) {
                for (Runnable released : callbacks) {
                    if (find(bus).filter(found -> found.occupied(slot)).isPresent()) {
                        released.run();
                    }
                }
            }
        }

        void releaseAll() {
            for (int slot = 0; slot < PciBus.SLOTS; slot++) {
                release(slot);
            }
        }

        int removable() {
            return find(bus).map(PciHotplugController::removable).orElse(0);
        }
    }

    private final PciBus root;
    private final Runnable event;
    private final List<Slots> buses = new ArrayList<>();
    private int select;
    /** The guest has not read its tables yet: buses may still get a number. */
    private boolean numbering = true;

    /**
     * Makes the controller of a bus and those behind it.
     *
     * @param event raises the general purpose event
     */
    PciHotplugController(PciBus root, Runnable event) {
        this.root = root;
        this.event = event;
        number();
    }

    /** The guest is about to start. */
    void started() {
        numbering = false;
    }

    /** The number by which a bus is selected; none for those without hot-plug. */
    public OptionalInt numberOf(PciBus bus) {
        for (int number = 0; number < buses.size(); number++) {
            if (buses.get(number).bus.equals(bus.name())) {
                return OptionalInt.of(number);
            }
        }
        return OptionalInt.empty();
    }

    /** Gives all buses their numbers, the root bus first. */
    private void number() {
        numbering = true;
        buses.clear();
        attach();
    }

    private void attach() {
        for (PciBus bus : root.withThoseBehind()) {
            bus.setHotplug(behind(bus.name()));
        }
    }

    private PciHotplug behind(String bus) {
        for (Slots known : buses) {
            if (known.bus.equals(bus)) {
                return known;
            }
        }
        if (!numbering || buses.size() == MOST_BUSES) {
            return PciHotplug.NONE;
        }
        Slots made = new Slots(bus);
        buses.add(made);
        return made;
    }

    private Optional<PciBus> find(String bus) {
        return root.withThoseBehind().stream()
                .filter(one -> one.name().equals(bus))
                .findFirst();
    }

    private static int removable(PciBus bus) {
        int bits = 0;
        for (int slot = 0; slot < PciBus.SLOTS; slot++) {
            if (bus.hotpluggable(slot)) {
                bits |= 1 << slot;
            }
        }
        return bits;
    }

    private @Nullable Slots selected() {
        return select >= 0 && select < buses.size() ? buses.get(select) : null;
    }

    @Override
    public long read(long offset, int size) {
        if (offset == SELECT) {
            return select;
        }
        Slots bus = selected();
        if (bus == null) {
            return 0;
        }
        return switch ((int) offset) {
            case UP -> {
                int up = bus.up;
                bus.up = 0;
                yield up;
            }
            case DOWN -> bus.down;
            case REMOVABLE -> bus.removable();
            default -> 0;
        };
    }

    @Override
    public void write(long offset, int size, long value) {
        if (offset == SELECT) {
            select = (int) value;
            return;
        }
        Slots bus = selected();
        if (offset == EJECT && bus != null) {
            for (int slot = 0; slot < PciBus.SLOTS; slot++) {
                if ((value >>> slot & 1) != 0) {
                    bus.release(slot);
                }
            }
        }
    }

    /** Whoever waits for the guest waits no longer, cards behind bridges before those bridges; buses are numbered anew. */
    void reset() {
        List.copyOf(buses).reversed().forEach(Slots::releaseAll);
        number();
        select = 0;
    }

    State save() {
        return new State(
                select,
                buses.stream()
                        .map(bus -> new BusState(bus.bus, bus.up, bus.down))
                        .toList());
    }

    void restore(State state) {
        if (!state.buses().getFirst().bus().equals(root.name())) {
            throw new IllegalArgumentException("hot-plug does not begin with the root bus");
        }
        select = state.select();
        buses.clear();
        for (BusState saved : state.buses()) {
            Slots slots = new Slots(saved.bus());
            slots.up = saved.up();
            slots.down = saved.down();
            buses.add(slots);
        }
        started();
        attach();
    }

    void close() {
        root.withThoseBehind().forEach(bus -> bus.setHotplug(PciHotplug.NONE));
    }
}

package org.margay.pc.internal.piix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.machine.DeviceException;
import org.margay.pci.PciBridge;
import org.margay.pci.PciBus;
import org.margay.pci.PciDevice;
import org.margay.pci.PciFunction;
import org.margay.pci.PciIdentity;
import org.margay.pci.PciSlot;
import org.margay.testkit.DeviceBench;

/** Cards come and go on the root bus; the guest is played by register accesses. */
class PciHotplugControllerTest {
    private static final int UP = 0xAE00;
    private static final int DOWN = 0xAE04;
    private static final int EJECT = 0xAE08;
    private static final int REMOVABLE = 0xAE0C;
    private static final int SELECT = 0xAE10;
    private static final int GPE = 0xAFE0;

    private final DeviceBench bench = new DeviceBench();
    private final List<String> released = new ArrayList<>();
    private Piix4PowerManagement pm;
    private PciBus bus;
    private int ownersPlugged;

    /** A card without registers. */
    private final class Card implements PciDevice<PciFunction.State> {
        final PciFunction pci = new PciFunction("card", "", new PciIdentity(0x1234, 0x5678, 0, 0xFF0000, 1));
        final String name;

        Card(String name, String place) throws DeviceException {
            this.name = name;
            pci.multifunction();
            bus.plug(pci, PciSlot.parse(place));
        }

        /** As the machine does it: unless it has gone already. */
        boolean ask() {
            return bus.askToRelease(this, () -> {
                if (pci.place() != null) {
                    close();
                    released.add(name);
                }
            });
        }

        @Override
        public PciFunction pci() {
            return pci;
        }

        @Override
        public void reset() {
            pci.reset();
        }

        @Override
        public PciFunction.State save() {
            return pci.save();
        }

        @Override
        public void restore(PciFunction.State state) {
            pci.restore(state);
        }

        @Override
        public void close() {
            bus.unplug(pci);
        }
    }

    @BeforeEach
    void build() {
        pm = PciBench.make(
                bench,
                bench.memory(),
                (made, _) -> new Piix4PowerManagement(bench.machine(), made, new PciSlot(1, 3), bench.line("sci")));
        bus = PciBench.bus(bench);
        bench.out(GPE + 2, 2, 1 << 1);
    }

    private boolean eventComes() {
        boolean came = (bench.in(GPE, 2) & 1 << 1) != 0 && bench.line("sci").high();
        bench.out(GPE, 2, 1 << 1);
        return came;
    }

    @Test
    void theGuestLearnsOfNewCardsOnce() throws DeviceException {
        bus.hotplugged(new Card("first", "5"));
        assertThat(eventComes()).isTrue();
        bus.hotplugged(new Card("second", "1f"));
        assertThat(bench.in(UP, 4)).isEqualTo(1L << 5 | 1L << 31);
        assertThat(bench.in(UP, 4)).isZero();
        assertThat(bench.in(DOWN, 4)).isZero();
        assertThat(eventComes()).isTrue();
        bus.hotplugged(new Card("function 1", "5.1"));
        assertThat(eventComes()).as("a slot is told of with its function 0").isFalse();
    }

    @Test
    void cardsGoWhenTheGuestEjectsThem() throws DeviceException {
        Card card = new Card("card", "5");
        Card function = new Card("function", "5.2");
        Card other = new Card("other", "6");
        assertThat(card.ask()).isFalse();
        assertThat(function.ask()).isFalse();
        assertThat(eventComes()).isTrue();
        assertThat(other.ask()).isFalse();
        assertThat(bench.in(DOWN, 4)).isEqualTo(3 << 5);
        assertThat(bench.in(DOWN, 4)).as("until it is ejected").isEqualTo(3 << 5);
        bench.out(EJECT, 4, 1 << 5);
        assertThat(released).containsExactly("card", "function");
        assertThat(bench.in(DOWN, 4)).isEqualTo(1 << 6);
        bench.out(EJECT, 4, 0xFFFFFFFFL);
        assertThat(released).containsExactly("card", "function", "other");
        assertThat(bus.functions()).hasSize(1);
    }

    @Test
    void askingAgainAsksTheGuestAgainAndReleasesOnce() throws DeviceException {
        Card card = new Card("card", "5");
        card.ask();
        assertThat(eventComes()).isTrue();
        card.ask();
        assertThat(eventComes()).isTrue();
        bench.out(EJECT, 4, 1 << 5);
        assertThat(released).containsExactly("card");
    }

    @Test
    void whoWentOtherwiseIsNotReleased() throws DeviceException {
        Card card = new Card("card", "5");
        bus.askToRelease(card, () -> released.add("card"));
        card.close();
        bench.out(EJECT, 4, 1 << 5);
        Card next = new Card("next", "5");
        bus.askToRelease(next, () -> released.add("next"));
        next.close();
        bus.hotplugged(new Card("third", "5"));
        assertThat(bench.in(DOWN, 4)).isZero();
        bench.out(EJECT, 4, 1 << 5);
        assertThat(released).isEmpty();
    }

    @Test
    void aResetReleasesWhoWasAsked() throws DeviceException {
        bus.hotplugged(new Card("stays", "4"));
        new Card("card", "5").ask();
        pm.reset();
        assertThat(released).containsExactly("card");
        assertThat(bench.in(UP, 4)).isZero();
        assertThat(bench.in(DOWN, 4)).isZero();
        assertThat(bus.occupied(4)).isTrue();
    }

    @Test
    void slotsOfTheBoardCantBeRemoved() throws DeviceException {
        assertThat(bench.in(REMOVABLE, 4)).isEqualTo(0xFFFF_FFFDL);
        Card card = new Card("video", "2");
        card.pci.fixed();
        assertThat(bench.in(REMOVABLE, 4)).isEqualTo(0xFFFF_FFF9L);
        assertThat(bench.in(EJECT, 4)).as("features").isZero();
    }

    @Test
    void otherBusesAreEmpty() throws DeviceException {
        bus.hotplugged(new Card("card", "5"));
        bench.out(SELECT, 4, 7);
        assertThat(bench.in(SELECT, 4)).isEqualTo(7);
        assertThat(bench.in(UP, 4) | bench.in(DOWN, 4) | bench.in(REMOVABLE, 4)).isZero();
        bench.out(SELECT, 4, 0xFFFF_FFFFL);
        bench.out(EJECT, 4, 1 << 5);
        assertThat(bench.in(UP, 4)).isZero();
        bench.out(SELECT, 4, 0);
        assertThat(bench.in(UP, 4)).isEqualTo(1 << 5);
        assertThat(pm.hotplug().numberOf(bus)).hasValue(0);
    }

    private PciBridge bridge(String name, String place) throws DeviceException {
        PciIdentity identity = new PciIdentity(0x1B36, 1, 0, 0x060400, 0);
        Card owner = new Card("owner of " + name, "1e." + (ownersPlugged++));
        PciBridge made = new PciBridge(bus, "bridge", name, identity, name, PciBus.SLOTS, owner);
        bus.plug(made.pci(), PciSlot.parse(place));
        return made;
    }

    @Test
    void busesBehindBridgesAreSelectedByNumber() throws DeviceException {
        PciBus behind = bridge("br0", "3").secondary();
        assertThat(behind.hotpluggable()).isTrue();
        assertThat(pm.hotplug().numberOf(behind)).hasValue(1);
        bench.machine().firstInstruction();
        PciBus late = bridge("br1", "4").secondary();
        assertThat(late.hotpluggable()).as("not in the tables").isFalse();
        assertThat(pm.hotplug().numberOf(late)).isEmpty();

        behind.askToRelease(new Card("on the root bus", "7"), () -> {});
        Card card = new Card("card", "8");
        bus.unplug(card.pci);
        behind.plug(card.pci, new PciSlot(8, 0));
        behind.hotplugged(card);
        bench.out(SELECT, 4, 1);
        assertThat(bench.in(UP, 4)).isEqualTo(1 << 8);
        assertThat(eventComes()).isTrue();
        behind.askToRelease(card, () -> released.add("card"));
        assertThat(bench.in(DOWN, 4)).isEqualTo(1 << 7 | 1 << 8);
        bench.out(EJECT, 4, 1 << 8);
        assertThat(released).containsExactly("card");

        pm.reset();
        assertThat(pm.hotplug().numberOf(late)).hasValue(2);
        assertThat(late.hotpluggable()).isTrue();
    }

    @Test
    void aBridgeMadeAnewKeepsItsNumber() throws DeviceException {
        PciBridge first = bridge("br0", "3");
        PciBridge second = bridge("br1", "4");
        bench.machine().firstInstruction();
        bus.unplug(first.pci());
        assertThat(first.secondary().hotpluggable()).isFalse();
        PciBus anew = bridge("br0", "3").secondary();
        assertThat(anew.hotpluggable()).isTrue();
        assertThat(pm.hotplug().numberOf(anew)).hasValue(1);
        PciHotplugController.State saved = pm.hotplug().save();
        assertThat(saved.buses()).extracting(PciHotplugController.BusState::bus).containsExactly("pci.0", "br0", "br1");
        bus.unplug(anew.owner().map(PciDevice.class::cast).orElseThrow().pci());
        pm.hotplug().restore(saved);
        assertThat(pm.hotplug().numberOf(second.secondary())).hasValue(2);
        assertThat(second.secondary().hotpluggable()).isTrue();
    }

    @Test
    void stateHoldsTheBitmaps() throws DeviceException {
        bus.hotplugged(new Card("card", "5"));
        new Card("leaving", "6").ask();
        bench.out(SELECT, 4, 3);
        PciHotplugController.State saved = pm.hotplug().save();
        assertThat(saved)
                .isEqualTo(new PciHotplugController.State(
                        3, List.of(new PciHotplugController.BusState("pci.0", 1 << 5, 1 << 6))));
        pm.hotplug().reset();
        pm.hotplug().restore(saved);
        assertThat(pm.hotplug().save()).isEqualTo(saved);
        bench.out(SELECT, 4, 0);
        bus.hotplugged(new Card("second", "7"));
        assertThat(bench.in(UP, 4)).isEqualTo(5 << 5);
    }

    @Test
    void hostileStatesAreRefused() {
        PciHotplugController.BusState rootState = new PciHotplugController.BusState("pci.0", 0, 0);
        assertThatThrownBy(() -> new PciHotplugController.State(0, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PciHotplugController.State(0, List.of(rootState, rootState)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PciHotplugController.BusState(null, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> pm.hotplug()
                        .restore(new PciHotplugController.State(
                                0, List.of(new PciHotplugController.BusState("other", 0, 0)))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anyTrafficIsBorne() throws DeviceException {
        Random random = new Random(5);
        for (int i = 0; i < 5_000; i++) {
            int slot = 2 + random.nextInt(30);
            switch (random.nextInt(4)) {
                case 0 -> bench.out(UP + random.nextInt(0x18), 1 << random.nextInt(3), random.nextLong());
                case 1 -> bench.in(UP + random.nextInt(0x18), 1 << random.nextInt(3));
                case 2 -> {
                    if (!bus.occupied(slot)) {
                        bus.hotplugged(new Card("card", Integer.toHexString(slot)));
                    }
                }
                default -> bench.out(SELECT, 4, random.nextInt(2));
            }
        }
        pm.restore(pm.save());
    }
}

package org.margay.virtio.rng.internal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.object.UserObject;
import org.margay.machine.random.RandomBackend;
import org.margay.pci.PciDevice;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.VirtioDriverBench;

/** An entropy device on a bench, with a guest's driver on one side and a backend "dice" on the other. */
final class RngBench {
    /** A backend that gives the same byte over and over, at most so many at one go. */
    static final class Dice extends RandomBackend {
        static final byte SIDE = 6;

        private final Machine machine;
        int most = Integer.MAX_VALUE;
        int fetched;

        Dice(Machine machine) {
            super("dice");
            this.machine = machine;
        }

        @Override
        protected void fetch(int count) {
            machine.later(() -> {
                byte[] bytes = new byte[Math.min(count, most)];
                Arrays.fill(bytes, SIDE);
                fetched += bytes.length;
                arrived(bytes);
            });
        }

        @Override
        public void close() {}
    }

    final DeviceBench bench = new DeviceBench();
    final CardBench cards = CardBench.of(bench);
    final Dice dice = addDice(bench);
    final Device<VirtioRngPci.State> card;
    final VirtioDriverBench driver;
    VirtioDriverBench.Queue queue;

    /**
     * Brings a device up.
     *
     * @param properties name, value, name, value
     */
    RngBench(boolean modern, String... properties) {
        Map<String, String> given = new HashMap<>(Map.of("rng", "dice"));
        for (int i = 0; i < properties.length; i += 2) {
            given.put(properties[i], properties[i + 1]);
        }
        card = cards.plugMapped(new VirtioRngPci(), given);
        driver = driver(cards, card, modern);
        queue = bringUp();
    }

    VirtioDriverBench.Queue bringUp() {
        driver.negotiate(-1);
        queue = driver.queue(0);
        driver.ready();
        bench.machine().runTasks();
        return queue;
    }

    /** Bytes that the guest gets for one buffer; 0 for none so far. */
    int read(int length) {
        queue.offer(length);
        queue.kick();
        bench.machine().runTasks();
        VirtioDriverBench.Used used = queue.take();
        return used == null ? 0 : used.length();
    }

    static Dice addDice(DeviceBench bench) {
        Dice dice = new Dice(bench.machine());
        try {
            bench.machine().backends().add(UserObject.class, "dice", dice);
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
        return dice;
    }

    static VirtioDriverBench driver(CardBench cards, Device<?> card, boolean modern) {
        var pci = ((PciDevice<?>) card).pci();
        return modern ? VirtioDriverBench.modern(cards, pci) : VirtioDriverBench.legacy(cards, pci);
    }
}

package org.margay.virtio.net.internal;

import java.util.HashMap;
import java.util.Map;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.net.Netdev;
import org.margay.pci.PciDevice;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.RecordingNetdev;
import org.margay.testkit.cards.VirtioDriverBench;

/** A virtio network card on a bench, with a guest's driver on one side and a backend on the other. */
final class NetBench {
    static final int RECEIVE = 0;
    static final int TRANSMIT = 1;
    static final int CONTROL = 2;
    static final String MAC = "52:54:00:12:34:56";

    final CardBench cards = CardBench.of(new DeviceBench());
    final RecordingNetdev netdev = new RecordingNetdev("n0");
    final Device<VirtioNetDriver.State> card;
    final VirtioDriverBench driver;
    final int headerLength;
    final VirtioDriverBench.Queue receive;
    final VirtioDriverBench.Queue transmit;
    final VirtioDriverBench.Queue control;

    /**
     * Brings a card up.
     *
     * @param wanted features that the driver takes when offered
     * @param properties name, value, name, value
     */
    NetBench(boolean modern, long wanted, String... properties) {
        try {
            cards.bench().machine().backends().add(Netdev.class, "n0", netdev);
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
        Map<String, String> given = new HashMap<>(Map.of("netdev", "n0", "mac", MAC));
        for (int i = 0; i < properties.length; i += 2) {
            given.put(properties[i], properties[i + 1]);
        }
        card = cards.plugMapped(new VirtioNetPci(), given);
        driver = driver(cards, card, modern);
        long features = driver.negotiate(wanted);
        headerLength = modern || (features & NetFeature.MRG_RXBUF) != 0 ? 12 : 10;
        receive = driver.queue(RECEIVE);
        transmit = driver.queue(TRANSMIT);
        control = driver.queue(CONTROL);
        driver.ready();
        cards.bench().machine().runTasks();
    }

    static VirtioDriverBench driver(CardBench cards, Device<?> card, boolean modern) {
        var pci = ((PciDevice<?>) card).pci();
        return modern ? VirtioDriverBench.modern(cards, pci) : VirtioDriverBench.legacy(cards, pci);
    }

    void run() {
        cards.bench().machine().runTasks();
    }

    /** Offers receive buffers and tells the card. */
    void offer(int count, int length) {
        for (int i = 0; i < count; i++) {
            receive.offer(length);
        }
        receive.kick();
        run();
    }

    /** Sends a frame with a header of zeros. */
    void send(byte[] frame) {
        send(new byte[headerLength], frame);
    }

    void send(byte[] header, byte[] frame) {
        transmit.chain().readable(header).readable(frame).add();
        transmit.kick();
        run();
    }

    /** Executes a command; gives its answer. */
    int command(int kind, int command, byte[] data) {
        control.chain()
                .readable(new byte[] {(byte) kind, (byte) command})
                .readable(data)
                .writable(1)
                .add();
        control.kick();
        VirtioDriverBench.Used used = control.take();
        return used == null || used.length() != 1 ? -1 : used.written()[0];
    }

    boolean interrupted() {
        boolean high = cards.bench().line("INTA").high();
        driver.takeIsr();
        return high;
    }
}

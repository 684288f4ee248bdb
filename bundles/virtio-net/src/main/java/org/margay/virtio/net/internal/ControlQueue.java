package org.margay.virtio.net.internal;

import org.margay.machine.Machine;
import org.margay.virtio.BottomHalf;
import org.margay.virtio.VirtioTransport;
import org.margay.virtio.Virtqueue;
import org.margay.virtio.VirtqueueElement;

/** The control queue (virtio 1.2, 5.1.6.5): commands of the driver, each answered by one byte. */
final class ControlQueue {
    private static final int SIZE = 64;

    private static final byte OK = 0;
    private static final byte ERROR = 1;

    private static final int CLASS_RX = 0;
    private static final int CLASS_MAC = 1;
    private static final int CLASS_VLAN = 2;
    private static final int CLASS_GUEST_OFFLOADS = 5;

    private static final int MAC_TABLE_SET = 0;
    private static final int MAC_ADDRESS_SET = 1;
    private static final int VLAN_ADD = 0;
    private static final int VLAN_DELETE = 1;
    private static final int GUEST_OFFLOADS_SET = 0;

    /** Class and command, in front of the data. */
    private static final int HEADER = 2;

    private static final int ADDRESS = 6;

    private final VirtioTransport transport;
    private final VirtioNet card;
    private final ReceiveFilter filter;
    private final Virtqueue queue;
    private final BottomHalf rest;

    ControlQueue(VirtioTransport transport, VirtioNet card, ReceiveFilter filter, Machine machine) {
        this.transport = transport;
        this.card = card;
        this.filter = filter;
        this.queue = transport.addQueue(SIZE, this::work);
        this.rest = new BottomHalf(machine, this::work);
    }

    /** As many commands as the queue can hold; a driver that adds more meanwhile waits. */
    private void work() {
        for (int i = 0; i < SIZE; i++) {
            VirtqueueElement element = queue.pop();
            if (element == null) {
                queue.notifyDriver();
                return;
            }
            if (element.readable() < HEADER || element.writable() < 1) {
                transport.fail("control command of %d bytes".formatted(element.readable()));
                return;
            }
            byte answer = execute(element) ? OK : ERROR;
            element.write(0, new byte[] {answer}, 0, 1);
            queue.push(element, 1);
        }
        queue.notifyDriver();
        rest.schedule();
    }

    private boolean execute(VirtqueueElement element) {
        int command = (int) element.readNumber(1, 1);
        return switch ((int) element.readNumber(0, 1)) {
            case CLASS_RX -> setMode(command, element);
            case CLASS_MAC ->
                switch (command) {
                    case MAC_TABLE_SET -> transport.has(NetFeature.CTRL_RX) && setTables(element);
                    case MAC_ADDRESS_SET -> transport.has(NetFeature.CTRL_MAC_ADDR) && setAddress(element);
                    default -> false;
                };
            case CLASS_VLAN -> transport.has(NetFeature.CTRL_VLAN) && setVlan(command, element);
            case CLASS_GUEST_OFFLOADS ->
                transport.has(NetFeature.CTRL_GUEST_OFFLOADS)
                        && command == GUEST_OFFLOADS_SET
                        && element.readable() == HEADER + 8
                        && card.setGuestOffloads(element.readNumber(HEADER, 8));
            default -> false;
        };
    }

    private boolean setMode(int command, VirtqueueElement element) {
        ReceiveFilter.Mode[] modes = ReceiveFilter.Mode.values();
        if (command >= modes.length || element.readable() != HEADER + 1) {
            return false;
        }
        ReceiveFilter.Mode mode = modes[command];
        boolean extra = mode != ReceiveFilter.Mode.PROMISCUOUS && mode != ReceiveFilter.Mode.ALL_MULTICAST;
        if (!transport.has(extra ? NetFeature.CTRL_RX_EXTRA : NetFeature.CTRL_RX)) {
            return false;
        }
        filter.set(mode, element.readNumber(HEADER, 1) != 0);
        return true;
    }

    /** Two tables, each a count and addresses: unicast, then multicast. */
    private boolean setTables(VirtqueueElement element) {
        int at = HEADER;
        long unicast = count(element, at);
        if (unicast < 0) {
            return false;
        }
        int second = at + 4 + (int) unicast * ADDRESS;
        long multicast = count(element, second);
        if (multicast < 0 || second + 4 + multicast * ADDRESS != element.readable()) {
            return false;
        }
        boolean unicastFits = unicast <= ReceiveFilter.ADDRESSES;
        long[] addresses = unicastFits ? addresses(element, at + 4, (int) unicast) : new long[0];
        filter.setUnicast(addresses, !unicastFits);
        boolean multicastFits = multicast <= ReceiveFilter.ADDRESSES - addresses.length;
        filter.setMulticast(
                multicastFits ? addresses(element, second + 4, (int) multicast) : new long[0], !multicastFits);
        return true;
    }

    /** How many addresses a table has, or -1 when there is no such table. */
    private static long count(VirtqueueElement element, int at) {
        long count = element.readNumber(at, 4);
        return at + 4L + count * ADDRESS <= element.readable() ? count : -1;
    }

    private static long[] addresses(VirtqueueElement element, int at, int count) {
        long[] addresses = new long[count];
        for (int i = 0; i < count; i++) {
            addresses[i] = address(element, at + i * ADDRESS);
        }
        return addresses;
    }

    private static long address(VirtqueueElement element, int at) {
        return Long.reverseBytes(element.readNumber(at, 8)) >>> 16;
    }

    private boolean setAddress(VirtqueueElement element) {
        if (element.readable() != HEADER + ADDRESS) {
            return false;
        }
        card.setAddress(address(element, HEADER));
        return true;
    }

    private boolean setVlan(int command, VirtqueueElement element) {
        int id = (int) element.readNumber(HEADER, 2);
        if (element.readable() != HEADER + 2 || id >= ReceiveFilter.VLANS || command > VLAN_DELETE) {
            return false;
        }
        filter.setVlan(id, command == VLAN_ADD);
        return true;
    }

    void reset() {
        rest.cancel();
    }

    boolean pending() {
        return rest.pending();
    }

    void restore(boolean pending) {
        if (pending) {
            rest.schedule();
        }
    }
}

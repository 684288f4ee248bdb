package org.margay.virtio.balloon.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.margay.memory.AddressSpace;
import org.margay.memory.FlatView;
import org.margay.memory.GuestRam;
import org.margay.virtio.VirtqueueElement;

/** Memory that the guest does not need now, given back to the host. The guest finds zeros when it uses it again. */
final class GuestPages {
    /** Bytes of a page, whatever the guest's own are (virtio 1.2, 5.5.6). */
    static final int SIZE = 4096;

    /** Pages of one chain that are looked at; to leave out others costs the host memory, and nobody else anything. */
    static final int MOST = 1 << 14;

    private static final int NUMBER_SIZE = 4;

    private final AddressSpace memory;

    GuestPages(AddressSpace memory) {
        this.memory = memory;
    }

    /**
     * Discards pages that a chain lists by their numbers, 32 bits each. Guests list neighbours one after the other, upward or
     * downward: these go together.
     *
     * @return how many there were
     */
    int discardListed(VirtqueueElement list) {
        byte[] bytes = new byte[Math.min(list.readable() / NUMBER_SIZE, MOST) * NUMBER_SIZE];
        list.read(0, bytes, 0, bytes.length);
        ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long first = 0;
        long end = 0;
        while (numbers.hasRemaining()) {
            long page = Integer.toUnsignedLong(numbers.getInt());
            if (page == end) {
                end++;
            } else if (page == first - 1) {
                first--;
            } else {
                discard(first * SIZE, (end - first) * SIZE);
                first = page;
                end = page + 1;
            }
        }
        discard(first * SIZE, (end - first) * SIZE);
        return bytes.length / NUMBER_SIZE;
    }

    /** Discards the RAM in a range of guest-physical addresses; what else is there stays. */
    void discard(long address, long length) {
        for (FlatView.Range range : memory.view().ranges()) {
            GuestRam ram = range.ram();
            long from = Math.max(address, range.start());
            long size = Math.min(address + length, range.end()) - from;
            if (ram != null && !range.readOnly() && size > 0) {
                ram.discard(range.ramOffset() + from - range.start(), size);
            }
        }
    }
}

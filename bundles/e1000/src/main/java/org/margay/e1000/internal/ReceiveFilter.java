package org.margay.e1000.internal;

import org.margay.net.MacAddress;

/**
 * Which frames a card takes: by station addresses, by a hash of group addresses, by VLAN (8254x manual, sections 3.2.1, 9.3 and
 * 13.5).
 */
final class ReceiveFilter implements RegisterBlock {
    static final int MULTICAST_TABLE = 0x5200;
    static final int ADDRESSES = 0x5400;
    static final int VLAN_TABLE = 0x5600;

    private static final int ADDRESS_REGISTERS = 2 * 16;
    private static final int TABLE = 128;

    private static final int HIGH_MASK = 0x8003_FFFF;
    private static final int HIGH_VALID = 1 << 31;
    /** What of the high register takes part in a comparison with a destination: it is for destinations, and valid. */
    private static final long COMPARED = 0x8003_FFFF_FFFF_FFFFL;

    /** How a destination was found. */
    enum Match {
        NONE,
        /** By the hash table alone: software must look at the address. */
        INEXACT,
        EXACT
    }

    /**
     * The registers.
     *
     * @param addresses low and high in turn
     */
    record State(int[] addresses, int[] multicast, int[] vlans) {
        State {
            if (addresses.length != ADDRESS_REGISTERS || multicast.length != TABLE || vlans.length != TABLE) {
                throw new IllegalArgumentException("receive filter of the wrong size");
            }
            for (int i = 1; i < ADDRESS_REGISTERS; i += 2) {
                if ((addresses[i] & ~HIGH_MASK) != 0) {
                    throw new IllegalArgumentException("receive address out of range");
                }
            }
            addresses = addresses.clone();
            multicast = multicast.clone();
            vlans = vlans.clone();
        }
    }

    private int[] addresses = new int[ADDRESS_REGISTERS];
    private int[] multicast = new int[TABLE];
    private int[] vlans = new int[TABLE];

    @Override
    public int read(int offset) {
        int index = (offset & 0x1FF) / 4;
        if (offset >= VLAN_TABLE) {
            return vlans[index];
        }
        if (offset >= ADDRESSES) {
            return index < ADDRESS_REGISTERS ? addresses[index] : 0;
        }
        return multicast[index];
    }

    @Override
    public void write(int offset, int value) {
        int index = (offset & 0x1FF) / 4;
        if (offset >= VLAN_TABLE) {
            vlans[index] = value;
        } else if (offset < ADDRESSES) {
            multicast[index] = value;
        } else if (index < ADDRESS_REGISTERS) {
            addresses[index] = (index & 1) == 0 ? value : value & HIGH_MASK;
        }
    }

    /** Looks a destination up. */
    Match match(MacAddress destination, int control) {
        boolean group = destination.isGroup();
        int promiscuous = group ? Receiver.RCTL_MULTICAST_ALL : Receiver.RCTL_UNICAST_ALL;
        if ((control & promiscuous) != 0
                || (control & Receiver.RCTL_BROADCAST) != 0 && destination.equals(MacAddress.BROADCAST)) {
            return Match.EXACT;
        }
        // The registers have an address's first byte in their lowest bits.
        long reversed = Long.reverseBytes(destination.value()) >>> 16;
        long valid = (long) HIGH_VALID << 32 | reversed;
        for (int i = 0; i < ADDRESS_REGISTERS; i += 2) {
            long entry = (long) addresses[i + 1] << 32 | addresses[i] & 0xFFFF_FFFFL;
            if ((entry & COMPARED) == (valid & COMPARED)) {
                return Match.EXACT;
            }
        }
        return group && hashed(destination, control) ? Match.INEXACT : Match.NONE;
    }

    /** Twelve bits of the last two bytes of the address, chosen by RCTL.MO. */
    private boolean hashed(MacAddress destination, int control) {
        int last = (int) destination.value();
        int word = last >>> 8 & 0xFF | (last & 0xFF) << 8;
        int shift = switch (control >>> Receiver.RCTL_MULTICAST_OFFSET & 3) {
            case 0 -> 4;
            case 1 -> 3;
            case 2 -> 2;
            default -> 0;
        };
        int hash = word >>> shift & 0xFFF;
        return (multicast[hash >>> 5] >>> (hash & 31) & 1) != 0;
    }

    /** Whether frames of a VLAN are taken. */
    boolean takesVlan(int tag, int control) {
        boolean canonical = (tag >>> 12 & 1) != 0;
        if ((control & Receiver.RCTL_CANONICAL_ENABLE) != 0
                && canonical != ((control & Receiver.RCTL_CANONICAL) != 0)) {
            return false;
        }
        int id = tag & 0xFFF;
        return (vlans[id >>> 5] >>> (id & 31) & 1) != 0;
    }

    /** Clears all, but the first station address is the given one. */
    void reset(MacAddress station) {
        addresses = new int[ADDRESS_REGISTERS];
        multicast = new int[TABLE];
        vlans = new int[TABLE];
        station(station);
    }

    /** Sets the first station address. */
    void station(MacAddress station) {
        long reversed = Long.reverseBytes(station.value()) >>> 16;
        addresses[0] = (int) reversed;
        addresses[1] = (int) (reversed >>> 32) | HIGH_VALID;
    }

    State save() {
        return new State(addresses, multicast, vlans);
    }

    void restore(State state) {
        addresses = state.addresses.clone();
        multicast = state.multicast.clone();
        vlans = state.vlans.clone();
    }
}

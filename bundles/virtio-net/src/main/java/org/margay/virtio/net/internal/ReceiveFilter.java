package org.margay.virtio.net.internal;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.margay.net.Frame;
import org.margay.net.MacAddress;

/** Which frames the driver wants to see (virtio 1.2, 5.1.6.5.1 to 5.1.6.5.3): all of them until it says otherwise. */
final class ReceiveFilter {
    /** Addresses in both tables together; with more than these the filter lets all of the kind in. */
    static final int ADDRESSES = 64;

    static final int VLANS = 4096;

    private static final int TYPE = 12;
    private static final int VLAN_TAGGED = 0x8100;

    /** What can be switched, as commands of class RX number it. */
    enum Mode {
        PROMISCUOUS,
        ALL_MULTICAST,
        ALL_UNICAST,
        NO_MULTICAST,
        NO_UNICAST,
        NO_BROADCAST
    }

    /**
     * A filter.
     *
     * @param modes those that are switched on
     * @param unicast addresses that are let in
     * @param unicastOverflow whether there were too many
     * @param multicast addresses that are let in
     * @param multicastOverflow whether there were too many
     * @param vlans a bit for each VLAN
     */
    record State(
            List<Mode> modes,
            long[] unicast,
            boolean unicastOverflow,
            long[] multicast,
            boolean multicastOverflow,
            long[] vlans) {
        State {
            if (modes == null
                    || unicast == null
                    || multicast == null
                    || vlans == null
                    || unicast.length + multicast.length > ADDRESSES
                    || modes.size() > Mode.values().length
                    || vlans.length != VLANS / Long.SIZE) {
                throw new IllegalArgumentException("receive filter out of range");
            }
            modes = List.copyOf(modes);
            unicast = unicast.clone();
            multicast = multicast.clone();
            vlans = vlans.clone();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof State state
                    && unicastOverflow == state.unicastOverflow
                    && multicastOverflow == state.multicastOverflow
                    && modes.equals(state.modes)
                    && Arrays.equals(unicast, state.unicast)
                    && Arrays.equals(multicast, state.multicast)
                    && Arrays.equals(vlans, state.vlans);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(unicast);
        }
    }

    private final Set<Mode> modes = EnumSet.noneOf(Mode.class);
    private long[] unicast = new long[0];
    private boolean unicastOverflow;
    private long[] multicast = new long[0];
    private boolean multicastOverflow;
    private long[] vlans = new long[VLANS / Long.SIZE];

    ReceiveFilter() {
        reset();
    }

    /** Lets everything in, for drivers that can't say what they want. */
    void reset() {
        modes.clear();
        set(Mode.PROMISCUOUS, true);
        setUnicast(new long[0], false);
        setMulticast(new long[0], false);
        Arrays.fill(vlans, -1);
    }

    /** The driver says which VLANs it wants: none to begin with. */
    void filterVlans() {
        Arrays.fill(vlans, 0);
    }

    void set(Mode mode, boolean on) {
        if (on) {
            modes.add(mode);
        } else {
            modes.remove(mode);
        }
    }

    private boolean is(Mode mode) {
        return modes.contains(mode);
    }

    void setUnicast(long[] addresses, boolean overflow) {
        unicast = addresses;
        unicastOverflow = overflow;
    }

    void setMulticast(long[] addresses, boolean overflow) {
        multicast = addresses;
        multicastOverflow = overflow;
    }

    /**
     * Lets a VLAN in, or keeps it out.
     *
     * @param id below {@link #VLANS}
     */
    void setVlan(int id, boolean on) {
        long bit = 1L << id % Long.SIZE;
        vlans[id / Long.SIZE] = on ? vlans[id / Long.SIZE] | bit : vlans[id / Long.SIZE] & ~bit;
    }

    /**
     * Whether a frame is let in.
     *
     * @param own the card's address
     */
    boolean accepts(Frame frame, long own) {
        if (is(Mode.PROMISCUOUS)) {
            return true;
        }
        if (frame.length() < Frame.HEADER || !acceptsVlan(frame.bytes())) {
            return false;
        }
        MacAddress destination = frame.destination();
        long address = destination.value();
        if (address == MacAddress.BROADCAST.value()) {
            return !is(Mode.NO_BROADCAST);
        }
        if (destination.isGroup()) {
            return !is(Mode.NO_MULTICAST)
                    && (is(Mode.ALL_MULTICAST) || multicastOverflow || contains(multicast, address));
        }
        return !is(Mode.NO_UNICAST)
                && (address == own || is(Mode.ALL_UNICAST) || unicastOverflow || contains(unicast, address));
    }

    private boolean acceptsVlan(byte[] frame) {
        if (frame.length < Frame.HEADER + 2 || big(frame, TYPE) != VLAN_TAGGED) {
            return true;
        }
        int id = big(frame, Frame.HEADER) & VLANS - 1;
        return (vlans[id / Long.SIZE] >>> id % Long.SIZE & 1) != 0;
    }

    private static int big(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }

    private static boolean contains(long[] addresses, long wanted) {
        for (long address : addresses) {
            if (address == wanted) {
                return true;
            }
        }
        return false;
    }

    State save() {
        return new State(List.copyOf(modes), unicast, unicastOverflow, multicast, multicastOverflow, vlans);
    }

    void restore(State state) {
        modes.clear();
        modes.addAll(state.modes);
        vlans = state.vlans.clone();
        setUnicast(state.unicast.clone(), state.unicastOverflow);
        setMulticast(state.multicast.clone(), state.multicastOverflow);
    }
}

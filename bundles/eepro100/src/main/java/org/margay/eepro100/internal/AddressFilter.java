package org.margay.eepro100.internal;

import java.util.zip.CRC32;
import org.margay.net.MacAddress;
import org.margay.pci.PciDma;

/** Which frames a card takes (8255x manual, sections 6.4.2.2, 6.4.2.4 and 6.4.3.3): by its own address and by a hash of others. */
final class AddressFilter {
    /** Bytes of the list of group addresses that are looked at: the hash table is full long before. */
    private static final int MOST_BYTES = 1 << 14;

    /** How a destination was found. */
    enum Match {
        NONE,
        /** Everything is taken. */
        PROMISCUOUS,
        OTHER,
        STATION
    }

    /**
     * What is set up.
     *
     * @param station the card's own address
     * @param hash a bit for each of 64 values of the hash
     */
    record State(long station, long hash) {
        State {
            if (station >>> 48 != 0) {
                throw new IllegalArgumentException("station address of more than 48 bits");
            }
        }
    }

    private final Configuration configuration;
    private final CRC32 crc = new CRC32();
    private final byte[] address = new byte[MacAddress.LENGTH];
    private MacAddress station;
    private long hash;

    AddressFilter(Configuration configuration, MacAddress station) {
        this.configuration = configuration;
        this.station = station;
    }

    /** The card's own address. */
    MacAddress station() {
        return station;
    }

    void station(MacAddress own) {
        station = own;
    }

    void clearHash() {
        hash = 0;
    }

    /** Sets the hash table up for a list of addresses in guest memory. */
    void load(PciDma dma, long list, int bytes) {
        hash = 0;
        int end = Math.min(bytes, MOST_BYTES) - MacAddress.LENGTH;
        for (int at = 0; at <= end && hash != -1; at += MacAddress.LENGTH) {
            dma.read(list + at, address, 0, address.length);
            hash |= 1L << hashOf(address);
        }
    }

    private int hashOf(byte[] bytes) {
        crc.reset();
        crc.update(bytes, 0, MacAddress.LENGTH);
        return (int) crc.getValue() >>> 2 & 0x3F;
    }

    /** Looks the destination of a frame up, which is at least as long as an address. */
    Match match(byte[] frame) {
        MacAddress destination = MacAddress.of(frame, 0);
        if (destination.equals(station)) {
            return Match.STATION;
        }
        boolean found;
        if (destination.equals(MacAddress.BROADCAST)) {
            found = configuration.broadcast();
        } else if (destination.isGroup()) {
            found = configuration.multicastAll() || hashed(frame);
        } else {
            found = configuration.manyStations() && hashed(frame);
        }
        return found ? Match.OTHER : configuration.promiscuous() ? Match.PROMISCUOUS : Match.NONE;
    }

    private boolean hashed(byte[] frame) {
        return (hash >>> hashOf(frame) & 1) != 0;
    }

    State save() {
        return new State(station.value(), hash);
    }

    void restore(State state) {
        station = new MacAddress(state.station);
        hash = state.hash;
    }
}

package org.margay.pci.bridge.internal;

import org.jspecify.annotations.Nullable;
import org.margay.machine.DeviceException;
import org.margay.machine.property.PropertyType;
import org.margay.pci.BridgeReserve;
import org.margay.qmp.WireName;

/**
 * What firmware is to keep free behind a bridge for cards to come: room for a few when nothing is said.
 *
 * @param busReserve bus numbers
 */
public record ReserveProperties(
        @Nullable @WireName("bus-reserve") @PropertyType("uint32")
        Long busReserve,

        @Nullable @WireName("io-reserve") @PropertyType("size")
        Long ioReserve,

        @Nullable @WireName("mem-reserve") @PropertyType("size")
        Long memoryReserve,

        @Nullable @WireName("pref32-reserve") @PropertyType("size")
        Long prefetchable32Reserve,

        @Nullable @WireName("pref64-reserve") @PropertyType("size")
        Long prefetchable64Reserve) {
    private static final long IO = 4 << 10;
    private static final long MEMORY = 2 << 20;

    BridgeReserve reserve() throws DeviceException {
        if (prefetchable32Reserve != null && prefetchable64Reserve != null) {
            throw new DeviceException("PCI resource reserve cap: PREF32 and PREF64 conflict");
        }
        if (Math.max(or(memoryReserve, 0), or(prefetchable32Reserve, 0)) >>> 32 != 0) {
            throw new DeviceException("PCI resource reserve cap: must be less than 4G");
        }
        return new BridgeReserve(
                or(busReserve, BridgeReserve.OPEN),
                or(ioReserve, IO),
                or(memoryReserve, MEMORY),
                or(prefetchable32Reserve, BridgeReserve.OPEN),
                or(prefetchable64Reserve, prefetchable32Reserve == null ? MEMORY : BridgeReserve.OPEN));
    }

    private static long or(@Nullable Long said, long otherwise) {
        return said == null ? otherwise : said;
    }
}

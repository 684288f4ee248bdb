package org.margay.virtio.net.internal;

import org.jspecify.annotations.Nullable;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.net.NicProperties;
import org.margay.pci.PciProperties;
import org.margay.qmp.WireName;
import org.margay.virtio.VirtioRingProperties;
import org.margay.virtio.Virtqueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Properties of virtio network cards, whatever interfaces they have.
 *
 * @param ioeventfd accepted; notifications are put off to the machine loop in any case
 * @param vectors of MSI-X
 * @param txTimer nanoseconds that transmission by timer waits for more frames
 * @param txBurst frames sent at one go
 * @param tx "timer" or "bh"
 * @param hostMtu greatest packet that the network takes, told to the driver; 0 leaves it open
 * @param speed Mbit/s, told to the driver; -1 leaves it open
 * @param duplex "half" or "full", told to the driver
 */
public record VirtioNetProperties(
        PciProperties pci,
        NicProperties nic,
        VirtioRingProperties rings,
        @Default("off") boolean ioeventfd,
        @Default("3") @PropertyType("uint32") int vectors,
        @Default("on") boolean csum,
        @WireName("guest_csum") @Default("on") boolean guestCsum,
        @Default("on") boolean gso,
        @WireName("guest_tso4") @Default("on") boolean guestTso4,
        @WireName("guest_tso6") @Default("on") boolean guestTso6,
        @WireName("guest_ecn") @Default("on") boolean guestEcn,
        @WireName("guest_ufo") @Default("on") boolean guestUfo,
        @WireName("host_tso4") @Default("on") boolean hostTso4,
        @WireName("host_tso6") @Default("on") boolean hostTso6,
        @WireName("host_ecn") @Default("on") boolean hostEcn,
        @WireName("host_ufo") @Default("on") boolean hostUfo,
        @WireName("mrg_rxbuf") @Default("on") boolean mrgRxbuf,
        @Default("on") boolean status,
        @WireName("ctrl_vq") @Default("on") boolean ctrlVq,
        @WireName("ctrl_rx") @Default("on") boolean ctrlRx,
        @WireName("ctrl_vlan") @Default("on") boolean ctrlVlan,
        @WireName("ctrl_rx_extra") @Default("on") boolean ctrlRxExtra,
        @WireName("ctrl_mac_addr") @Default("on") boolean ctrlMacAddr,
        @WireName("ctrl_guest_offloads") @Default("on") boolean ctrlGuestOffloads,

        @WireName("x-txtimer") @Default("150000") @PropertyType("uint32")
        long txTimer,

        @WireName("x-txburst") @Default("256") int txBurst,
        @Nullable String tx,

        @WireName("rx_queue_size") @Default("256") @PropertyType("uint16")
        int rxQueueSize,

        @WireName("tx_queue_size") @Default("256") @PropertyType("uint16")
        int txQueueSize,

        @WireName("host_mtu") @Default("0") @PropertyType("uint16")
        int hostMtu,

        @Default("-1") int speed,
        @Nullable String duplex) {
    private static final Logger LOG = LoggerFactory.getLogger(VirtioNetProperties.class);
    private static final String BY_TIMER = "timer";
    private static final String BY_BOTTOM_HALF = "bh";
    private static final int SMALLEST_QUEUE = 256;

    public VirtioNetProperties {
        if (tx != null && !tx.equals(BY_TIMER) && !tx.equals(BY_BOTTOM_HALF)) {
            LOG.warn("virtio-net: Unknown option tx={}, valid options: \"timer\" \"bh\"; defaulting to \"bh\"", tx);
        }
        checkQueue("rx_queue_size", rxQueueSize);
        checkQueue("tx_queue_size", txQueueSize);
        if (duplex != null && !duplex.equals("half") && !duplex.equals("full")) {
            throw new IllegalArgumentException("'duplex' must be 'half' or 'full'");
        }
        if (speed < -1) {
            throw new IllegalArgumentException("'speed' must be between 0 and INT_MAX");
        }
    }

    private static void checkQueue(String property, int size) {
        if (size < SMALLEST_QUEUE || size > Virtqueue.MAXIMUM_SIZE || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("Invalid %s (= %d), must be a power of 2 between %d and %d."
                    .formatted(property, size, SMALLEST_QUEUE, Virtqueue.MAXIMUM_SIZE));
        }
    }

    /** Whether the first frame waits for more. */
    boolean byTimer() {
        return BY_TIMER.equals(tx);
    }

    boolean saysSpeed() {
        return speed >= 0 || duplex != null;
    }

    /** Feature bits, but for those that only legacy drivers see. */
    long features() {
        return NetFeature.MAC
                | on(csum, NetFeature.CSUM)
                | on(csum && hostTso4, NetFeature.HOST_TSO4)
                | on(csum && hostTso6, NetFeature.HOST_TSO6)
                | on(csum && hostEcn, NetFeature.HOST_ECN)
                | on(csum && hostUfo, NetFeature.HOST_UFO)
                | guestOffloads()
                | on(mrgRxbuf, NetFeature.MRG_RXBUF)
                | on(status, NetFeature.STATUS)
                | on(ctrlVq, NetFeature.CTRL_VQ)
                | on(ctrlVq && ctrlRx, NetFeature.CTRL_RX)
                | on(ctrlVq && ctrlVlan, NetFeature.CTRL_VLAN)
                | on(ctrlVq && ctrlRxExtra, NetFeature.CTRL_RX_EXTRA)
                | on(ctrlVq && ctrlMacAddr, NetFeature.CTRL_MAC_ADDR)
                | on(ctrlVq && ctrlGuestOffloads, NetFeature.CTRL_GUEST_OFFLOADS)
                | on(hostMtu != 0, NetFeature.MTU)
                | on(saysSpeed(), NetFeature.SPEED_DUPLEX);
    }

    private long guestOffloads() {
        return on(guestCsum, NetFeature.GUEST_CSUM)
                | on(guestCsum && guestTso4, NetFeature.GUEST_TSO4)
                | on(guestCsum && guestTso6, NetFeature.GUEST_TSO6)
                | on(guestCsum && guestEcn, NetFeature.GUEST_ECN)
                | on(guestCsum && guestUfo, NetFeature.GUEST_UFO);
    }

    private static long on(boolean offered, long feature) {
        return offered ? feature : 0;
    }
}

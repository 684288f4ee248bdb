package org.margay.virtio.blk.internal;

import org.jspecify.annotations.Nullable;
import org.margay.block.drive.DriveProperties;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.pci.PciProperties;
import org.margay.qmp.WireName;
import org.margay.virtio.VirtioModeProperties.OnOffAuto;
import org.margay.virtio.VirtioRingProperties;
import org.margay.virtio.VirtioType;
import org.margay.virtio.Virtqueue;

/**
 * Properties of virtio disks, whatever interfaces they have.
 *
 * @param classCode class and subclass that it shows on PCI: 0x100, or 0x180
 * @param serial up to 20 characters for the guest to read; the drive's when it is not said
 * @param ioeventfd accepted; nothing of a request is done on the vCPU's thread but to take it from the queue
 * @param vectors of MSI-X; one for each queue and one for the configuration when it is not said
 * @param scsi whether legacy drivers are told that SCSI commands are passed through; all of them are refused
 * @param configWce whether the driver may switch the write cache
 * @param writeCache whether there is one; auto leaves it to the drive
 * @param discard whether the driver may say what it does not need any more
 * @param writeZeroes whether the driver may have zeros written without sending them
 * @param maxDiscardSectors of one discard, in units of 512 bytes
 * @param maxWriteZeroesSectors of one write of zeros, in units of 512 bytes
 * @param reportDiscardGranularity whether discards should be aligned to what the host gives back
 * @param numQueues for requests; 65535 leaves it to the device: one, as one vCPU runs
 * @param queueSize entries of each
 * @param segMaxAdjust whether a request may have as many pieces as a queue has entries for
 * @param cyls with heads and secs what a BIOS would count; 0 leaves all three to the drive
 */
public record VirtioBlkProperties(
        PciProperties pci,
        DriveProperties block,
        VirtioRingProperties rings,

        @WireName("class") @Default("0") @PropertyType("uint32")
        int classCode,

        @Nullable String serial,
        @Default("on") boolean ioeventfd,
        @PropertyType("uint32") @Nullable Integer vectors,
        @Default("on") boolean scsi,
        @Default("on") boolean configWce,
        @Default("auto") OnOffAuto writeCache,
        @Default("on") boolean discard,
        @Default("on") boolean writeZeroes,
        @Default("4194303") @PropertyType("uint32") int maxDiscardSectors,
        @Default("4194303") @PropertyType("uint32") int maxWriteZeroesSectors,
        @Default("on") boolean reportDiscardGranularity,
        @Default("65535") @PropertyType("uint16") int numQueues,
        @Default("256") @PropertyType("uint16") int queueSize,
        @Default("on") boolean segMaxAdjust,
        @Default("0") @PropertyType("uint32") int cyls,
        @Default("0") @PropertyType("uint32") int heads,
        @Default("0") @PropertyType("uint32") int secs) {
    private static final int AUTO_QUEUES = 0xFFFF;
    private static final int MOST_QUEUES = 1023;
    private static final int OTHER_STORAGE = 0x0180;
    /** The least that a request takes, and pieces of which old drivers are told. */
    private static final int HEADER_AND_STATUS = 2;

    private static final int OLD_SEGMENTS = 126;
    private static final int MOST_SECTORS = Integer.MAX_VALUE / Sector.SIZE;

    public VirtioBlkProperties {
        if (numQueues < 1 || (numQueues > MOST_QUEUES && numQueues != AUTO_QUEUES)) {
            throw new IllegalArgumentException("num-queues property must be larger than 0");
        }
        if (queueSize <= HEADER_AND_STATUS || queueSize > Virtqueue.MAXIMUM_SIZE || Integer.bitCount(queueSize) != 1) {
            throw new IllegalArgumentException("invalid queue-size property (%d), must be a power of 2 (max %d)"
                    .formatted(queueSize, Virtqueue.MAXIMUM_SIZE));
        }
        checkSectors("max-discard-sectors", discard, maxDiscardSectors);
        checkSectors("max-write-zeroes-sectors", writeZeroes, maxWriteZeroesSectors);
        if (cyls < 0 || cyls > 0xFFFF || heads < 0 || heads > 0xFF || secs < 0 || secs > 0xFF) {
            throw new IllegalArgumentException(
                    "geometry of %d cylinders, %d heads, %d sectors does not fit".formatted(cyls, heads, secs));
        }
    }

    private static void checkSectors(String property, boolean used, int sectors) {
        if (used && (sectors < 1 || sectors > MOST_SECTORS)) {
            throw new IllegalArgumentException(
                    "invalid %s property (%d), must be between 1 and %d".formatted(property, sectors, MOST_SECTORS));
        }
    }

    int queues() {
        return numQueues == AUTO_QUEUES ? 1 : numQueues;
    }

    int vectorCount() {
        return vectors == null ? queues() + 1 : vectors;
    }

    /** Pieces of data in a request at most. */
    int segments() {
        return segMaxAdjust ? queueSize - HEADER_AND_STATUS : Math.min(OLD_SEGMENTS, queueSize - HEADER_AND_STATUS);
    }

    /** The type with the class that is wanted. */
    VirtioType type() {
        return classCode == OTHER_STORAGE ? VirtioBlk.TYPE.withClass(classCode << 8) : VirtioBlk.TYPE;
    }
}

package org.margay.virtio;

import org.margay.memory.IoHandler;

/**
 * The registers of virtio 1 in memory space (virtio 1.2, 4.1.4.3 to 4.1.4.6): common configuration, interrupt status, the
 * device's own configuration and notifications, a page each.
 */
final class ModernRegisters implements IoHandler {
    static final int PAGE = 0x1000;

    // What the pages hold.
    static final int COMMON = 0;
    static final int ISR = PAGE;
    static final int DEVICE = 2 * PAGE;
    static final int NOTIFY = 3 * PAGE;

    static final int SIZE = 4 * PAGE;

    /** Bytes between the notification addresses of two queues (4.1.4.4). */
    static final int NOTIFY_MULTIPLIER = 4;

    private static final int DEVICE_FEATURE_SELECT = 0;
    private static final int DEVICE_FEATURE = 4;
    private static final int DRIVER_FEATURE_SELECT = 8;
    private static final int DRIVER_FEATURE = 12;
    private static final int CONFIG_VECTOR = 16;
    private static final int STATUS = 20;
    private static final int QUEUE_SELECT = 22;
    private static final int QUEUE_SIZE = 24;
    private static final int QUEUE_VECTOR = 26;
    private static final int QUEUE_ENABLE = 28;
    private static final int QUEUE_DESCRIPTORS = 32;
    private static final int QUEUE_DRIVER = 40;
    private static final int QUEUE_DEVICE = 48;

    private final VirtioCore core;
    private final VirtioPci<?, ?> card;

    ModernRegisters(VirtioCore core, VirtioPci<?, ?> card) {
        this.core = core;
        this.card = card;
    }

    @Override
    public long read(long offset, int size) {
        int at = (int) offset & PAGE - 1;
        return switch ((int) offset & -PAGE) {
            case COMMON -> readCommon(at & ~3) >>> 8 * (at & 3);
            case ISR -> at == 0 ? card.takeIsr() : 0;
            case DEVICE -> core.readConfig(at, size);
            default -> 0;
        };
    }

    @Override
    public void write(long offset, int size, long value) {
        int at = (int) offset & PAGE - 1;
        switch ((int) offset & -PAGE) {
            case COMMON -> writeCommon(at, (int) value);
            case DEVICE -> core.writeConfig(at, size, (int) value);
            case NOTIFY -> core.notifyQueue(at / NOTIFY_MULTIPLIER);
            default -> {
                // The interrupt status is read-only.
            }
        }
    }

    /** The 32 bits at an offset. */
    private int readCommon(int offset) {
        Virtqueue queue = core.selected();
        return switch (offset) {
            case DEVICE_FEATURE_SELECT -> core.deviceSelect();
            case DEVICE_FEATURE -> core.deviceFeatures();
            case DRIVER_FEATURE_SELECT -> core.driverSelect();
            case DRIVER_FEATURE -> core.driverFeatures();
            case CONFIG_VECTOR -> core.configVector() | core.queueCount() << 16;
            case STATUS -> core.status() | core.generation() << 8 | core.queueSelect() << 16;
            default -> queue == null ? 0 : readQueue(queue, offset);
        };
    }

    private int readQueue(Virtqueue queue, int offset) {
        return switch (offset) {
            case QUEUE_SIZE -> queue.size() | queue.vector() << 16;
            // Its notification address is that of its number.
            case QUEUE_ENABLE -> (queue.enabled() ? 1 : 0) | core.queueSelect() << 16;
            case QUEUE_DESCRIPTORS -> (int) queue.descriptors();
            case QUEUE_DESCRIPTORS + 4 -> (int) (queue.descriptors() >>> 32);
            case QUEUE_DRIVER -> (int) queue.available();
            case QUEUE_DRIVER + 4 -> (int) (queue.available() >>> 32);
            case QUEUE_DEVICE -> (int) queue.used();
            case QUEUE_DEVICE + 4 -> (int) (queue.used() >>> 32);
            default -> 0;
        };
    }

    /** Drivers write each field as a whole, 64 bits in halves (4.1.3.1). */
    private void writeCommon(int offset, int value) {
        Virtqueue queue = core.selected();
        switch (offset) {
            case DEVICE_FEATURE_SELECT -> core.setDeviceSelect(value);
            case DRIVER_FEATURE_SELECT -> core.setDriverSelect(value);
            case DRIVER_FEATURE -> core.setDriverFeatures(value);
            case CONFIG_VECTOR -> core.setConfigVector(card.vector(value));
            case STATUS -> core.writeStatus(value & 0xFF, true);
            case QUEUE_SELECT -> core.selectQueue(value & 0xFFFF);
            default -> {
                if (queue != null) {
                    writeQueue(queue, offset, value);
                }
            }
        }
    }

    private void writeQueue(Virtqueue queue, int offset, int value) {
        switch (offset) {
            case QUEUE_SIZE -> queue.setSize(value & 0xFFFF);
            case QUEUE_VECTOR -> queue.setVector(card.vector(value));
            case QUEUE_ENABLE -> {
                if ((value & 0xFFFF) == 1 && !queue.enabled()) {
                    queue.enable();
                }
            }
            case QUEUE_DESCRIPTORS -> queue.setDescriptors(low(queue.descriptors(), value));
            case QUEUE_DESCRIPTORS + 4 -> queue.setDescriptors(high(queue.descriptors(), value));
            case QUEUE_DRIVER -> queue.setAvailable(low(queue.available(), value));
            case QUEUE_DRIVER + 4 -> queue.setAvailable(high(queue.available(), value));
            case QUEUE_DEVICE -> queue.setUsed(low(queue.used(), value));
            case QUEUE_DEVICE + 4 -> queue.setUsed(high(queue.used(), value));
            default -> {
                // Read-only, or within another field.
            }
        }
    }

    private static long low(long address, int value) {
        return address & 0xFFFF_FFFF_0000_0000L | value & 0xFFFF_FFFFL;
    }

    private static long high(long address, int value) {
        return address & 0xFFFF_FFFFL | (long) value << 32;
    }
}

package org.margay.virtio;

import org.margay.memory.IoHandler;

/**
 * The legacy interface in I/O ports (virtio 1.2, 4.1.4.10; 0.9.5, 2.1): common registers, two vectors while MSI-X is on, then the
 * device's own configuration.
 */
final class LegacyRegisters implements IoHandler {
    /** Ports in front of the configuration, with the two vectors. */
    static final int HEADER_WITH_VECTORS = 24;

    static final int HEADER = 20;

    private static final int DEVICE_FEATURES = 0;
    private static final int DRIVER_FEATURES = 4;
    private static final int QUEUE_ADDRESS = 8;
    private static final int QUEUE_SIZE = 12;
    private static final int QUEUE_SELECT = 14;
    private static final int QUEUE_NOTIFY = 16;
    private static final int STATUS = 18;
    private static final int ISR = 19;
    private static final int CONFIG_VECTOR = 20;
    private static final int QUEUE_VECTOR = 22;

    private final VirtioCore core;
    private final VirtioPci<?, ?> card;

    LegacyRegisters(VirtioCore core, VirtioPci<?, ?> card) {
        this.core = core;
        this.card = card;
    }

    private int header() {
        return card.messages() ? HEADER_WITH_VECTORS : HEADER;
    }

    @Override
    public long read(long offset, int size) {
        int register = (int) offset;
        if (register >= header()) {
            return core.readConfig(register - header(), size);
        }
        Virtqueue queue = core.selected();
        return switch (register) {
            case DEVICE_FEATURES -> core.legacyFeatures();
            case DRIVER_FEATURES -> core.driverFeatures();
            case QUEUE_ADDRESS -> queue == null ? 0 : queue.legacyPage();
            case QUEUE_SIZE -> queue == null ? 0 : queue.size();
            case QUEUE_SELECT -> core.queueSelect();
            case STATUS -> core.status();
            case ISR -> card.takeIsr();
            case CONFIG_VECTOR -> core.configVector();
            case QUEUE_VECTOR -> queue == null ? VirtioCore.NO_VECTOR : queue.vector();
            default -> 0;
        };
    }

    @Override
    public void write(long offset, int size, long written) {
        int register = (int) offset;
        int value = (int) written;
        if (register >= header()) {
            core.writeConfig(register - header(), size, value);
            return;
        }
        Virtqueue queue = core.selected();
        switch (register) {
            case DRIVER_FEATURES -> core.acceptLegacy(value);
            case QUEUE_ADDRESS -> {
                if (queue != null) {
                    queue.setLegacyPage(value);
                }
            }
            case QUEUE_SELECT -> core.selectQueue(value & 0xFFFF);
            case QUEUE_NOTIFY -> core.notifyQueue(value & 0xFFFF);
            case STATUS -> {
                card.legacyStatus(value & 0xFF);
                core.writeStatus(value & 0xFF, false);
            }
            case CONFIG_VECTOR -> core.setConfigVector(card.vector(value));
            case QUEUE_VECTOR -> {
                if (queue != null) {
                    queue.setVector(card.vector(value));
                }
            }
            default -> {
                // Read-only, or within another register.
            }
        }
    }
}

package org.margay.virtio;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Device;
import org.margay.pci.PciDma;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What is the same of a virtio device whatever registers show it (virtio 1.2, chapter 2 and 3.1): status, negotiation of
 * features, queues, configuration space. Under the machine lock.
 */
final class VirtioCore implements VirtioTransport {
    /** No interrupt. */
    static final int NO_VECTOR = 0xFFFF;

    private static final Logger LOG = LoggerFactory.getLogger(VirtioCore.class);
    private static final int MOST_QUEUES = 1024;
    private static final long LEGACY_FEATURES = VirtioFeature.NOTIFY_ON_EMPTY | VirtioFeature.ANY_LAYOUT;

    /** How interrupts reach the driver. */
    interface Interrupts {
        /** For a queue. */
        void queue(int vector);

        /** For a change of configuration, or of the status. */
        void configuration(int vector);

        /** Takes back what is asserted. */
        void release();
    }

    private final String name;
    private final VirtioMode mode;
    private final VirtioRingProperties rings;
    private final List<Virtqueue> queues = new ArrayList<>();
    private final ChainReader chains = new ChainReader(this);
    private final PciDma dma;
    private final Interrupts interrupts;
    private @Nullable VirtioDevice<?> model;
    private @Nullable Device<?> device;

    private int status;
    private long driverFeatures;
    private long accepted;
    private int deviceSelect;
    private int driverSelect;
    private int queueSelect;
    private int configVector = NO_VECTOR;
    private int generation;
    private boolean failed;
    private boolean reported;

    /** @param name for the log */
    VirtioCore(String name, VirtioMode mode, VirtioRingProperties rings, PciDma dma, Interrupts interrupts) {
        this.name = name;
        this.mode = mode;
        this.rings = rings;
        this.dma = dma;
        this.interrupts = interrupts;
    }

    void connect(VirtioDevice<?> newModel, Device<?> newDevice) {
        model = newModel;
        device = newDevice;
    }

    private VirtioDevice<?> model() {
        return Objects.requireNonNull(model);
    }

    PciDma dma() {
        return dma;
    }

    ChainReader chains() {
        return chains;
    }

    boolean failed() {
        return failed;
    }

    // Queues.

    @Override
    public Virtqueue addQueue(int size, Runnable notified) {
        if (model != null || queues.size() == MOST_QUEUES) {
            throw new IllegalStateException("no further virtqueue");
        }
        Virtqueue queue = new Virtqueue(this, queues.size(), size, notified);
        queues.add(queue);
        return queue;
    }

    int queueCount() {
        return queues.size();
    }

    int queueSelect() {
        return queueSelect;
    }

    void selectQueue(int chosen) {
        queueSelect = chosen;
    }

    /** The queue that the queue registers mean, or null. */
    @Nullable
    Virtqueue selected() {
        return queueSelect < queues.size() ? queues.get(queueSelect) : null;
    }

    /** Legacy drivers use queues before they say that they are ready, as their rules let them. */
    void notifyQueue(int number) {
        boolean ready = (status & DeviceStatus.DRIVER_OK) != 0 || !has(VirtioFeature.VERSION_1);
        if (number < queues.size() && ready && !failed) {
            queues.get(number).notifyDevice();
        }
    }

    void queueInterrupt(int vector) {
        interrupts.queue(vector);
    }

    // Features.

    /** All that is offered, to either kind of driver. */
    private long offered() {
        long offered = rings.features() | model().features();
        if (mode.legacy()) {
            offered |= LEGACY_FEATURES | model().legacyFeatures();
        }
        return mode.modern() ? offered | VirtioFeature.VERSION_1 : offered;
    }

    /** What legacy drivers see. */
    int legacyFeatures() {
        return (int) offered();
    }

    /** A legacy driver accepts features; there is no end to it but that it is ready. */
    void acceptLegacy(int features) {
        driverFeatures = features & 0xFFFF_FFFFL;
        accepted = driverFeatures & offered();
        model().negotiated();
    }

    int deviceSelect() {
        return deviceSelect;
    }

    void setDeviceSelect(int half) {
        deviceSelect = half;
    }

    /** The half that is selected of what modern drivers see. */
    int deviceFeatures() {
        long modern = offered() & ~LEGACY_FEATURES & ~model().legacyFeatures();
        return half(modern, deviceSelect);
    }

    int driverSelect() {
        return driverSelect;
    }

    void setDriverSelect(int half) {
        driverSelect = half;
    }

    int driverFeatures() {
        return half(driverFeatures, driverSelect);
    }

    void setDriverFeatures(int value) {
        if ((status & DeviceStatus.FEATURES_OK) != 0 || driverSelect < 0 || driverSelect > 1) {
            return;
        }
        long mask = 0xFFFF_FFFFL << 32 * driverSelect;
        driverFeatures = driverFeatures & ~mask | (long) value << 32 * driverSelect & mask;
    }

    private static int half(long features, int select) {
        return switch (select) {
            case 0 -> (int) features;
            case 1 -> (int) (features >>> 32);
            default -> 0;
        };
    }

    @Override
    public boolean has(long features) {
        return (accepted & features) == features;
    }

    // Status.

    int status() {
        return status;
    }

    /**
     * The driver writes the status; 0 resets.
     *
     * @param modern whether by the modern interface, where it also settles the features (virtio 1.2, 3.1.1)
     */
    void writeStatus(int value, boolean modern) {
        if (value == 0) {
            reset();
            return;
        }
        int kept = value & 0xFF & ~DeviceStatus.NEEDS_RESET | status & DeviceStatus.NEEDS_RESET;
        int added = kept & ~status;
        if (modern && (added & DeviceStatus.FEATURES_OK) != 0 && !acceptable()) {
            kept &= ~DeviceStatus.FEATURES_OK;
            added &= ~DeviceStatus.FEATURES_OK;
        }
        status = kept;
        if (modern && (added & DeviceStatus.FEATURES_OK) != 0) {
            accepted = driverFeatures;
            model().negotiated();
        }
        if ((added & DeviceStatus.DRIVER_OK) != 0) {
            model().driverReady();
        }
    }

    /** Only what is offered to modern drivers, and {@link VirtioFeature#VERSION_1} (6.1). */
    private boolean acceptable() {
        long modern = offered() & ~LEGACY_FEATURES & ~model().legacyFeatures();
        return (driverFeatures & ~modern) == 0 && (driverFeatures & VirtioFeature.VERSION_1) != 0;
    }

    @Override
    public boolean running() {
        return (status & DeviceStatus.DRIVER_OK) != 0 && !failed;
    }

    @Override
    public void fail(String why) {
        if (failed) {
            return;
        }
        // A hostile guest can do this as often as it likes: it does not get the log full.
        LOG.atLevel(reported ? Level.DEBUG : Level.WARN).log("{}: the guest's driver broke the rules: {}", name, why);
        reported = true;
        failed = true;
        if (has(VirtioFeature.VERSION_1)) {
            status |= DeviceStatus.NEEDS_RESET;
            if ((status & DeviceStatus.DRIVER_OK) != 0) {
                interrupts.configuration(configVector);
            }
        }
    }

    void reset() {
        status = 0;
        driverFeatures = 0;
        accepted = 0;
        deviceSelect = 0;
        driverSelect = 0;
        queueSelect = 0;
        configVector = NO_VECTOR;
        generation = 0;
        failed = false;
        queues.forEach(Virtqueue::reset);
        interrupts.release();
        model().reset();
    }

    @Override
    public Device<?> device() {
        return Objects.requireNonNull(device, "the device is not made yet");
    }

    // Configuration.

    int configLength() {
        return model().config().length;
    }

    /** Reads 1, 2 or 4 bytes; what lies behind the end is 0. */
    int readConfig(int offset, int size) {
        byte[] content = model().config();
        int value = 0;
        for (int i = Math.min(size, content.length - offset) - 1; i >= 0; i--) {
            value = value << 8 | content[offset + i] & 0xFF;
        }
        return value;
    }

    void writeConfig(int offset, int size, int value) {
        byte[] content = model().config();
        int length = Math.min(size, content.length - offset);
        if (length <= 0) {
            return;
        }
        byte[] changed = Arrays.copyOf(content, content.length);
        for (int i = 0; i < length; i++) {
            changed[offset + i] = (byte) (value >>> 8 * i);
        }
        model().writeConfig(changed);
    }

    int generation() {
        return generation;
    }

    int configVector() {
        return configVector;
    }

    void setConfigVector(int vector) {
        configVector = vector;
    }

    @Override
    public void configChanged() {
        generation = generation + 1 & 0xFF;
        if (running()) {
            interrupts.configuration(configVector);
        }
    }

    VirtioCoreState save() {
        return new VirtioCoreState(
                status,
                driverFeatures,
                accepted,
                deviceSelect,
                driverSelect,
                queueSelect,
                configVector,
                generation,
                failed,
                queues.stream().map(Virtqueue::save).toList());
    }

    void restore(VirtioCoreState state) {
        if (state.queues().size() != queues.size() || (state.accepted() & ~offered()) != 0) {
            throw new IllegalArgumentException("virtio device with other queues or features");
        }
        status = state.status();
        driverFeatures = state.driverFeatures();
        accepted = state.accepted();
        deviceSelect = state.deviceSelect();
        driverSelect = state.driverSelect();
        queueSelect = state.queueSelect();
        configVector = state.configVector();
        generation = state.generation();
        failed = state.failed();
        for (int i = 0; i < queues.size(); i++) {
            queues.get(i).restore(state.queues().get(i));
        }
    }
}

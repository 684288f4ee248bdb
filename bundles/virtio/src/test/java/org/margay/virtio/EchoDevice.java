package org.margay.virtio;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.pci.PciProperties;

/** A device for tests: queue 0 writes what it reads into the same chain, queue 1 is left alone; configuration can be written. */
final class EchoDevice implements VirtioDevice<EchoDevice.ModelState> {
    static final VirtioType TYPE = new VirtioType(42, 0x1020, 0xFF0000);
    static final long FEATURE = 1;
    static final long HIGH_FEATURE = 1L << 50;
    static final long LEGACY_FEATURE = 1L << 6;
    static final int CONFIG_LENGTH = 10;

    /**
     * @param config its configuration
     * @param held an element that it keeps, or null
     */
    record ModelState(byte[] config, VirtqueueElement.@Nullable State held) {
        ModelState {
            if (config == null || config.length != CONFIG_LENGTH) {
                throw new IllegalArgumentException("configuration");
            }
        }
    }

    record State(VirtioPci.State transport, ModelState device) implements VirtioState<ModelState> {
        State {
            if (transport == null || device == null) {
                throw new IllegalArgumentException("parts");
            }
        }
    }

    record Properties(
            PciProperties pci,
            VirtioRingProperties rings,
            VirtioModeProperties mode,
            @Default("2") @PropertyType("uint32") int vectors) {}

    static final class Driver implements DeviceDriver<Properties, State> {
        @Nullable
        EchoDevice last;

        @Override
        public String name() {
            return "virtio-echo";
        }

        @Override
        public String description() {
            return "echo";
        }

        @Override
        public String busType() {
            return "PCI";
        }

        @Override
        public Class<Properties> propertiesType() {
            return Properties.class;
        }

        @Override
        public Class<State> stateType() {
            return State.class;
        }

        @Override
        public Device<State> create(Properties properties, DeviceContext context) throws DeviceException {
            VirtioPciSetup setup = new VirtioPciSetup(
                    name(), TYPE, properties.pci, properties.rings, properties.mode.mode(), properties.vectors);
            return VirtioPci.plug(
                    setup,
                    context,
                    transport -> {
                        last = new EchoDevice(transport);
                        return last;
                    },
                    State::new);
        }
    }

    final VirtioTransport transport;
    final Virtqueue echo;
    final Virtqueue idle;
    byte[] config = new byte[CONFIG_LENGTH];
    boolean hold;
    int kicks;
    int readies;
    int negotiations;

    @Nullable
    VirtqueueElement held;

    EchoDevice(VirtioTransport transport) {
        this.transport = transport;
        echo = transport.addQueue(16, this::work);
        idle = transport.addQueue(256, () -> kicks++);
    }

    private void work() {
        kicks++;
        for (VirtqueueElement element = echo.pop(); element != null; element = echo.pop()) {
            if (hold && held == null) {
                held = element;
            } else {
                answer(element);
            }
        }
        echo.notifyDriver();
    }

    void answer(VirtqueueElement element) {
        byte[] content = new byte[Math.min(element.readable(), 100_000)];
        int length = element.read(0, content, 0, content.length);
        echo.push(element, element.write(0, content, 0, length));
    }

    @Override
    public long features() {
        return FEATURE | HIGH_FEATURE;
    }

    @Override
    public long legacyFeatures() {
        return LEGACY_FEATURE;
    }

    @Override
    public byte[] config() {
        return config;
    }

    @Override
    public void writeConfig(byte[] content) {
        config = Arrays.copyOf(content, CONFIG_LENGTH);
    }

    @Override
    public void negotiated() {
        negotiations++;
    }

    @Override
    public void driverReady() {
        readies++;
    }

    @Override
    public void reset() {
        held = null;
        config = new byte[CONFIG_LENGTH];
    }

    @Override
    public ModelState save() {
        return new ModelState(config, held == null ? null : held.save());
    }

    @Override
    public void restore(ModelState state) {
        config = state.config.clone();
        held = state.held == null ? null : echo.restore(state.held);
    }

    @Override
    public void close() {}
}

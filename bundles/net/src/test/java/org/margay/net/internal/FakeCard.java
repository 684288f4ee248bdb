package org.margay.net.internal;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.margay.machine.Bus;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.margay.net.Frame;
import org.margay.net.NetClient;
import org.margay.net.Nic;
import org.margay.net.NicProperties;

/** A card for tests. */
public final class FakeCard implements Device<FakeCard.State>, NetClient.Handler {
    /** Nothing. */
    public record State() {}

    private final Nic nic;

    private FakeCard(String model, NicProperties properties, DeviceContext context) throws DeviceException {
        nic = Nic.attach(model, properties, context, this);
    }

    public Nic nic() {
        return nic;
    }

    @Override
    public void receive(Frame frame) {}

    @Override
    public void reset() {}

    @Override
    public State save() {
        return new State();
    }

    @Override
    public void restore(State state) {}

    @Override
    public Collection<ObjectProperty> properties() {
        return nic.properties();
    }

    @Override
    public void close() {
        nic.close();
    }

    /** Its driver. */
    public record Driver(String name) implements DeviceDriver<Driver.Properties, State> {
        /** Of a card, and more. */
        public record Properties(NicProperties nic, Optional<String> addr) {}

        @Override
        public String description() {
            return "a test";
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
        public FakeCard create(Properties properties, DeviceContext context) throws DeviceException {
            return new FakeCard(name, properties.nic(), context);
        }

        public Nic attach(Machine machine, String label, Map<String, String> properties, NetClient.Handler handler)
                throws DeviceException {
            Properties bound = new PropertyBinder<>(Properties.class, Wording.ofDevice(name)).bind(properties);
            return Nic.attach(name, bound.nic(), new Context(machine, label, false), handler);
        }

        public FakeCard plug(Machine machine, String label, Map<String, String> properties) throws DeviceException {
            Properties bound = new PropertyBinder<>(Properties.class, Wording.ofDevice(name)).bind(properties);
            return create(bound, new Context(machine, label, false));
        }

        /** Plugs a card that was there before, as an update of its driver does. */
        public FakeCard plugAnew(Machine machine, String label, Map<String, String> properties) throws DeviceException {
            Properties bound = new PropertyBinder<>(Properties.class, Wording.ofDevice(name)).bind(properties);
            return create(bound, new Context(machine, label, true));
        }
    }

    private record Context(Machine machine, String label, boolean returning) implements DeviceContext {
        @Override
        public Optional<String> id() {
            return Optional.of(label);
        }

        @Override
        public Bus bus() {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T backend(Class<T> kind, String id) throws DeviceException {
            return machine.backends().find(kind, id).orElseThrow(() -> new DeviceException("none"));
        }
    }
}

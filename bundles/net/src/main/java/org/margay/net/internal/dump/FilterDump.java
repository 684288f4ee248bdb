package org.margay.net.internal.dump;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.object.ObjectDriver;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.object.ObjectTypeName;
import org.margay.machine.object.UserObject;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.net.Frame;
import org.margay.net.NetClient;
import org.margay.net.Netdev;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.osgi.service.component.annotations.Component;

/** filter-dump: writes what a backend sends and receives to a file in the format of libpcap. */
@Component(service = ObjectDriver.class)
@ObjectTypeName("filter-dump")
public final class FilterDump implements ObjectDriver<FilterDump.Properties> {
    private static final String TYPE = "filter-dump";

    /** Which frames. */
    public enum Queue {
        ALL,
        /** Those that the backend receives: the guest sent them. */
        RX,
        /** Those that the backend sends. */
        TX;

        boolean has(boolean sent) {
            return this == ALL || this == (sent ? TX : RX);
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether frames are written at the moment. */
    public enum Status {
        ON,
        OFF;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Its properties.
     *
     * @param netdev id of the backend
     * @param file that is written
     * @param maxlen bytes of each frame that are kept at most
     */
    public record Properties(
            Optional<String> netdev,
            Optional<String> file,
            @Default("65536") @PropertyType("uint32") int maxlen,
            @Default("all") Queue queue,
            @Default("on") Status status) {}

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String description() {
        return "writes what a netdev sends and receives to a file";
    }

    @Override
    public Class<Properties> propertiesType() {
        return Properties.class;
    }

    @Override
    public UserObject create(String id, Properties properties, Machine machine) throws DeviceException {
        String name = properties.netdev().orElseThrow(() -> new DeviceException("Parameter 'netdev' is required"));
        String file =
                properties.file().orElseThrow(() -> new DeviceException("dump filter needs 'file' property set!"));
        Netdev netdev = machine.backends()
                .find(Netdev.class, name)
                .orElseThrow(() -> new DeviceException("Parameter 'netdev' expects a network backend id"));
        return new Filter(properties, netdev.client(), new FrameDump(machine, file, properties.maxlen()));
    }

    /** One of them. Its file ends with it, or with the backend. */
    private static final class Filter implements UserObject, NetClient.Tap {
        private final Properties properties;
        private final NetClient client;
        private final FrameDump dump;
        private Status status;

        Filter(Properties properties, NetClient client, FrameDump dump) {
            this.properties = properties;
            this.client = client;
            this.dump = dump;
            this.status = properties.status();
            client.addTap(this);
        }

        @Override
        public void frame(Frame frame, boolean sent) {
            if (status == Status.ON && properties.queue().has(sent)) {
                dump.add(frame);
            }
        }

        @Override
        public void closed() {
            dump.close();
        }

        @Override
        public String typeName() {
            return TYPE;
        }

        @Override
        public Collection<ObjectProperty> properties() {
            return List.of(
                    ObjectProperty.readOnly(
                            "netdev", "string", () -> properties.netdev().orElse("")),
                    ObjectProperty.readOnly(
                            "file", "string", () -> properties.file().orElse("")),
                    ObjectProperty.readOnly("maxlen", "uint32", properties::maxlen),
                    ObjectProperty.readOnly(
                            "queue",
                            "NetFilterDirection",
                            () -> properties.queue().toString()),
                    new ObjectProperty("status", "string", () -> status.toString(), this::setStatus));
        }

        private void setStatus(Object value) throws QmpException {
            status = switch (value.toString()) {
                case "on" -> Status.ON;
                case "off" -> Status.OFF;
                default -> throw QmpErrors.invalidParameterValue("status", "'on' or 'off'");
            };
        }

        @Override
        public void close() {
            client.removeTap(this);
            dump.close();
        }
    }
}

package org.margay.net.internal.dump;

import java.util.Optional;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.net.Frame;
import org.margay.net.NetClient;
import org.margay.net.Netdev;
import org.margay.net.NetdevDriver;
import org.margay.net.OffloadSet;

/** -net dump: a listener in a hub. Not a service, because no card can use it. */
public final class DumpDriver implements NetdevDriver<DumpDriver.Options> {
    public static final String TYPE = "dump";

    /**
     * Its options.
     *
     * @param file that is written, "qemu-vlanN.pcap" when not said
     * @param len bytes of each frame that are kept at most
     */
    public record Options(
            Optional<String> file,
            @Default("65536") @PropertyType("size") int len) {}

    private final int hub;

    /** @param hub number of the one that it listens to */
    public DumpDriver(int hub) {
        this.hub = hub;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String description() {
        return "writes what passes a hub to a file";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public Netdev create(String id, Options options, Machine machine) throws DeviceException {
        String file = options.file().orElse("qemu-vlan%d.pcap".formatted(hub));
        String info = "dump to %s (len=%d)".formatted(file, options.len());
        return new Listener(id, info, new FrameDump(machine, file, options.len()));
    }

    private static final class Listener implements Netdev, NetClient.Handler {
        private final NetClient client;
        private final String info;
        private final FrameDump dump;

        Listener(String id, String info, FrameDump dump) {
            this.client = new NetClient(id, this);
            this.info = info;
            this.dump = dump;
        }

        @Override
        public NetClient client() {
            return client;
        }

        @Override
        public String info() {
            return info;
        }

        @Override
        public void receive(Frame frame) {
            dump.add(frame);
        }

        /** Frames are written as they are. */
        @Override
        public OffloadSet offloads() {
            return OffloadSet.ALL;
        }

        @Override
        public void close() {
            client.close();
            dump.close();
        }
    }
}

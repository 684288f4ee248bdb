package org.margay.net.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.net.Netdev;
import org.margay.net.NetdevDriver;
import org.margay.net.RecordingEnd;

/** A type of backend for tests; "break" makes it fail. */
public final class FakeNetdevDriver implements NetdevDriver<FakeNetdevDriver.Options> {
    /** Of all kinds. */
    public record Options(
            @Default("10.0.2.0") String net,
            boolean must,
            @Default("off") boolean restrict,
            Optional<Integer> port,
            @Default("1048576") @PropertyType("size") long sndbuf,
            List<String> hostfwd,
            @Default("none") Fault fault) {
        public Options {
            if (net.equals("bogus")) {
                throw new IllegalArgumentException("Failed to parse netmask");
            }
        }
    }

    /** How it fails. */
    public enum Fault {
        NONE,
        REFUSES,
        THROWS;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final String type;
    private final List<RecordingEnd> made = new ArrayList<>();
    private final List<Options> options = new ArrayList<>();

    public FakeNetdevDriver(String type) {
        this.type = type;
    }

    /** The last one that was made. */
    public RecordingEnd last() {
        return made.getLast();
    }

    public Options lastOptions() {
        return options.getLast();
    }

    public int count() {
        return made.size();
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public String description() {
        return "a test";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public Netdev create(String id, Options said, Machine machine) throws DeviceException {
        switch (said.fault()) {
            case REFUSES -> throw new DeviceException("port is busy");
            case THROWS -> throw new IllegalStateException("a mistake");
            case NONE -> {}
        }
        options.add(said);
        RecordingEnd end = new RecordingEnd(id) {
            @Override
            public String info() {
                return "net=%s,restrict=%s".formatted(said.net(), said.restrict() ? "on" : "off");
            }
        };
        made.add(end);
        return end;
    }
}

package org.margay.floppy.internal;

import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Bus;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;

/** The cable of a controller as a bus into which drives plug. */
final class FloppyBus implements Bus {
    static final String TYPE = "floppy-bus";

    private final String name;
    private final IsaFdc controller;

    FloppyBus(String name, IsaFdc controller) {
        this.name = name;
        this.controller = controller;
    }

    IsaFdc controller() {
        return controller;
    }

    /**
     * Finds a place.
     *
     * @param wanted unit, or null for the first free one
     * @throws DeviceException when it is taken, or there is none
     */
    int place(@Nullable Long wanted) throws DeviceException {
        if (wanted == null) {
            return IntStream.range(0, Fdc.DRIVES)
                    .filter(unit -> controller.fdc().drive(unit) == null)
                    .findFirst()
                    .orElseThrow(() -> new DeviceException("Can't create floppy unit %d, bus supports only %d units"
                            .formatted(Fdc.DRIVES, Fdc.DRIVES)));
        }
        if (wanted >= Fdc.DRIVES) {
            throw new DeviceException(
                    "Can't create floppy unit %d, bus supports only %d units".formatted(wanted, Fdc.DRIVES));
        }
        if (controller.fdc().drive(wanted.intValue()) != null) {
            throw new DeviceException("Floppy unit %d is in use".formatted(wanted));
        }
        return wanted.intValue();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public boolean hotpluggable() {
        return false;
    }

    @Override
    public Optional<Device<?>> owner() {
        return Optional.of(controller);
    }

    @Override
    public boolean hasRoom() {
        return IntStream.range(0, Fdc.DRIVES).anyMatch(unit -> controller.fdc().drive(unit) == null);
    }

    @Override
    public Map<String, String> placeOf(Device<?> device) {
        return device instanceof FloppyDevice floppy ? Map.of("unit", Integer.toString(floppy.unit())) : Map.of();
    }
}

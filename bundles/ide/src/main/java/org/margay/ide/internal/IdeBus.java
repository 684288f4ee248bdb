package org.margay.ide.internal;

import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Bus;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;

/** A cable as a bus into which disks and CD-ROM drives plug. */
final class IdeBus implements Bus {
    static final String TYPE = "IDE";

    private final String name;
    private final AtaChannel channel;
    private final Device<?> controller;
    private final int number;
    private final DriveTypes types;

    /**
     * Makes one.
     *
     * @param controller whose cable it is
     * @param number among the controller's
     * @param types where the types of disks are written down for the BIOS
     */
    IdeBus(String name, AtaChannel channel, Device<?> controller, int number, DriveTypes types) {
        this.name = name;
        this.channel = channel;
        this.controller = controller;
        this.number = number;
        this.types = types;
    }

    AtaChannel channel() {
        return channel;
    }

    /** The number of a unit among all of a PC's, by which drives without one get their serial number. */
    int serial(int unit) {
        return number * AtaChannel.UNITS + unit + 1;
    }

    /** What the BIOS is to know of a unit: a disk's geometry, or null for no disk. */
    void setType(int unit, @Nullable DiskGeometry geometry) {
        types.set(number * AtaChannel.UNITS + unit, geometry);
    }

    /**
     * Finds a place.
     *
     * @param wanted unit, or null for the first free one
     * @throws DeviceException when it is taken, or there is none
     */
    int place(@Nullable Long wanted) throws DeviceException {
        long unit = wanted == null ? channel.device(0) == null ? 0 : 1 : wanted;
        if (unit >= AtaChannel.UNITS) {
            throw new DeviceException(
                    "Can't create IDE unit %d, bus supports only %d units".formatted(unit, AtaChannel.UNITS));
        }
        if (channel.device((int) unit) != null) {
            throw new DeviceException("IDE unit %d is in use".formatted(unit));
        }
        return (int) unit;
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
        return IntStream.range(0, AtaChannel.UNITS).anyMatch(unit -> channel.device(unit) == null);
    }

    @Override
    public Map<String, String> placeOf(Device<?> device) {
        return IntStream.range(0, AtaChannel.UNITS)
                .filter(unit -> device instanceof IdeDevice<?> here && here.isAt(channel, unit))
                .mapToObj(unit -> Map.of("unit", Integer.toString(unit)))
                .findFirst()
                .orElse(Map.of());
    }
}

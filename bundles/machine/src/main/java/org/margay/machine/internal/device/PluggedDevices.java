package org.margay.machine.internal.device;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import org.margay.machine.Bus;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.Timer;
import org.margay.machine.plan.DeviceRequest;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.margay.state.StateCodec;
import org.margay.state.StateException;
import org.osgi.framework.Bundle;

/**
 * All devices of a machine that came from drivers: how they come, go, and are made anew by another version of their driver. One per
 * machine. Under the machine lock.
 */
public final class PluggedDevices {
    static final String DELETED = "DEVICE_DELETED";
    static final String UNPLUG_ERROR = "DEVICE_UNPLUG_GUEST_ERROR";

    /** A guest that has not let a device go after so long is reported, in nanoseconds; it may still do so. */
    private static final long PATIENCE = 10_000_000_000L;

    private final Machine machine;
    private final DeviceMaker maker;
    private final List<PluggedDevice<?, ?>> plugged = new ArrayList<>();
    /** Devices that the guest was asked to let go, with what reports that it does not. */
    private final Map<String, Timer> asked = new LinkedHashMap<>();

    /** How many the user has plugged without an id: their numbers are not used again. */
    private int anonymous;

    private PluggedDevices(Machine machine) {
        this.machine = machine;
        this.maker = new DeviceMaker(machine);
        machine.onReset(this::reset);
        machine.onClose(() -> List.copyOf(plugged).reversed().forEach(this::close));
    }

    /** The one of a machine, made when first asked for. */
    public static PluggedDevices of(Machine machine) {
        return machine.findOrPublish(PluggedDevices.class, () -> new PluggedDevices(machine));
    }

    private void reset() {
        for (PluggedDevice<?, ?> device : List.copyOf(plugged)) {
            guarded(device, "reset", () -> device.device().reset());
        }
    }

    /** A device of the board, without an id. */
    void plugUnattached(DeviceDriver<?, ?> driver, DeviceRequest request) throws DeviceException {
        int number = 0;
        while (machine.objects()
                .find("/machine/unattached/device[" + number + "]")
                .isPresent()) {
            number++;
        }
        plug(driver, request, "/machine/unattached/device[" + number + "]", false);
    }

    /** A device that the user asked for when the machine was made. */
    void plug(DeviceDriver<?, ?> driver, DeviceRequest request) throws DeviceException {
        plug(driver, request, false);
    }

    /**
     * A device that comes now.
     *
     * @throws DeviceException when its place does not let devices come, or it can't be made
     */
    public void hotplug(DeviceDriver<?, ?> driver, DeviceRequest request) throws DeviceException {
        plug(driver, request, true);
    }

    private void plug(DeviceDriver<?, ?> driver, DeviceRequest request, boolean hot) throws DeviceException {
        plug(driver, request, path(request), hot);
        if (request.id().isEmpty()) {
            anonymous++;
        }
    }

    /** Refuses an id that another device has; callers may do so before they look for the driver. */
    public void checkFree(DeviceRequest request) throws DeviceException {
        path(request);
    }

    private String path(DeviceRequest request) throws DeviceException {
        if (request.id().isEmpty()) {
            return "/machine/peripheral-anon/device[" + anonymous + "]";
        }
        String id = request.id().get();
        String path = "/machine/peripheral/" + id;
        if (machine.objects().find(path).isPresent()) {
            throw new DeviceException("Duplicate ID '%s' for device".formatted(id));
        }
        return path;
    }

    private void plug(DeviceDriver<?, ?> driver, DeviceRequest request, String path, boolean hot)
            throws DeviceException {
        Bus bus = maker.bus(driver, request.bus());
        if (hot && !bus.hotpluggable()) {
            throw new DeviceException("Bus '%s' does not support hotplugging".formatted(bus.name()));
        }
        if (hot && !driver.hotpluggable()) {
            throw new DeviceException("Device '%s' does not support hotplugging".formatted(driver.name()));
        }
        String label = request.id().orElseGet(() -> freeLabel(driver.name()));
        DeviceIdentity identity = new DeviceIdentity(path, request.id(), label, request.properties(), hot);
        PluggedDevice<?, ?> made = maker.make(driver, bus, identity, false);
        enter(plugged.size(), made);
        if (hot) {
            guarded(made, "reset", () -> made.device().reset());
            bus.hotplugged(made.device());
        }
    }

    private String freeLabel(String driver) {
        for (int number = 0; ; number++) {
            String label = driver + "." + number;
            if (plugged.stream().noneMatch(device -> device.identity().label().equals(label))) {
                return label;
            }
        }
    }

    private void enter(int index, PluggedDevice<?, ?> made) {
        plugged.add(index, made);
        boolean hotpluggable = made.bus().hotpluggable() && made.driver().hotpluggable();
        machine.objects().add(made.identity().path(), new DeviceNode(made, hotpluggable));
    }

    /**
     * Asks for a device to leave. It goes at once where nobody needs to be asked, else when the guest lets it go or the machine is
     * reset; DEVICE_DELETED tells. Asking again asks the guest again.
     *
     * @param name its id, or its path in the object tree
     * @throws QmpException when there is no such device, or it can't leave
     */
    public void askToLeave(String name) throws QmpException {
        PluggedDevice<?, ?> device = find(name).orElseThrow(() -> QmpErrors.deviceNotFound(name));
        if (!device.bus().hotpluggable()) {
            throw new DeviceException("Bus '%s' does not support hotplugging"
                    .formatted(device.bus().name()));
        }
        if (!device.driver().hotpluggable()) {
            throw new DeviceException("Device '%s' does not support hotplugging"
                    .formatted(device.driver().name()));
        }
        String path = device.identity().path();
        if (device.bus().askToRelease(device.device(), () -> remove(path))) {
            remove(path);
            return;
        }
        Timer patience = asked.computeIfAbsent(path, _ -> machine.virtualClock().timer(() -> reportStubborn(path)));
        patience.arm(machine.virtualClock().nanos() + PATIENCE);
    }

    private Optional<PluggedDevice<?, ?>> find(String name) {
        return plugged.stream()
                .filter(device -> device.identity().id().filter(name::equals).isPresent()
                        || device.identity().path().equals(name))
                .findFirst();
    }

    private Optional<PluggedDevice<?, ?>> at(String path) {
        return plugged.stream()
                .filter(device -> device.identity().path().equals(path))
                .findFirst();
    }

    private void reportStubborn(String path) {
        at(path).ifPresent(device -> machine.emit(UNPLUG_ERROR, eventData(device.identity())));
    }

    /** Takes a device away, after those behind it, whether or not the guest knows. */
    private void remove(String path) {
        at(path).ifPresent(device -> {
            for (PluggedDevice<?, ?> behind : List.copyOf(plugged).reversed()) {
                if (behind.isBehind(device)) {
                    remove(behind.identity().path());
                }
            }
            close(device);
            tellDeleted(device.identity());
        });
    }

    private void tellDeleted(DeviceIdentity identity) {
        machine.unplugged(identity.said());
        machine.emit(DELETED, eventData(identity));
    }

    private static Map<String, String> eventData(DeviceIdentity identity) {
        Map<String, String> data = new LinkedHashMap<>();
        identity.id().ifPresent(id -> data.put("device", id));
        data.put("path", identity.path());
        return data;
    }

    private void close(PluggedDevice<?, ?> device) {
        Timer patience = asked.remove(device.identity().path());
        if (patience != null) {
            patience.disarm();
        }
        plugged.remove(device);
        machine.objects().remove(device.identity().path());
        guarded(device, "close", () -> device.device().close());
    }

    /** A device whose code fails where nobody can be told: the guest is stopped, the others go on. */
    private void guarded(PluggedDevice<?, ?> device, String what, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError | AssertionError e) {
            machine.internalError("%s of %s".formatted(what, device), e);
        }
    }

    /** Whether any device is made by a bundle's drivers. */
    public boolean uses(Bundle bundle) {
        return plugged.stream().anyMatch(device -> bundle.equals(device.bundle()));
    }

    /** Paths of the devices that a bundle's drivers made. */
    public List<String> madeBy(Bundle bundle) {
        return plugged.stream()
                .filter(device -> bundle.equals(device.bundle()))
                .map(device -> device.identity().path())
                .toList();
    }

    /** Takes all devices of a bundle away, whether or not the guest knows. */
    public void removeAll(Bundle bundle) {
        madeBy(bundle).reversed().forEach(this::remove);
    }

    /**
     * Saves and closes the devices of a bundle, and those behind them, so that the bundle can be exchanged. The guest must not run
     * until they are back.
     *
     * @throws DeviceException when one can't tell its state; all are as they were then
     */
    public ParkedDevices park(Bundle bundle) throws DeviceException {
        SequencedSet<PluggedDevice<?, ?>> leaving = new LinkedHashSet<>();
        for (PluggedDevice<?, ?> device : plugged) {
            boolean behind = leaving.stream().anyMatch(device::isBehind);
            if (behind || bundle.equals(device.bundle())) {
                leaving.add(device);
            }
        }
        List<ParkedDevices.Parked> parked = new ArrayList<>();
        for (PluggedDevice<?, ?> device : leaving) {
            parked.add(new ParkedDevices.Parked(plugged.indexOf(device), saved(device)));
        }
        leaving.reversed().forEach(this::close);
        return new ParkedDevices(List.copyOf(parked));
    }

    private static SavedDevice saved(PluggedDevice<?, ?> device) throws DeviceException {
        try {
            return device.save();
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            throw new DeviceException("%s can't save its state: %s".formatted(device, e));
        }
    }

    /**
     * Makes parked devices anew with the drivers that are registered now.
     *
     * @throws DeviceException when one can't be made, or refuses its state; none is there then
     */
    public void unpark(ParkedDevices parked, Drivers drivers) throws DeviceException {
        List<PluggedDevice<?, ?>> made = new ArrayList<>();
        try {
            for (ParkedDevices.Parked one : parked.devices()) {
                PluggedDevice<?, ?> device = makeAnew(one.device(), drivers);
                made.add(device);
                enter(Math.min(one.index(), plugged.size()), device);
            }
        } catch (DeviceException e) {
            made.reversed().forEach(this::close);
            throw e;
        }
    }

    private PluggedDevice<?, ?> makeAnew(SavedDevice saved, Drivers drivers) throws DeviceException {
        DeviceDriver<?, ?> driver = drivers.registered(saved.driver())
                .orElseThrow(() -> new DeviceException("there is no driver '%s' any more".formatted(saved.driver())));
        return makeAnew(saved, driver);
    }

    private <P extends Record, S extends Record> PluggedDevice<P, S> makeAnew(
            SavedDevice saved, DeviceDriver<P, S> driver) throws DeviceException {
        Bus bus = maker.bus(driver, Optional.of(saved.bus()));
        PluggedDevice<P, S> made = maker.make(driver, bus, saved.identity(), true);
        try {
            made.device().restore(StateCodec.decode(driver.stateType(), saved.state()));
            return made;
        } catch (StateException | RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            guarded(made, "close", () -> made.device().close());
            throw new DeviceException("%s refuses its saved state: %s".formatted(made, e.getMessage()));
        }
    }

    /** Parked devices that will not come back: all is as if they had been taken away. */
    public void forget(ParkedDevices parked) {
        parked.devices().reversed().forEach(one -> tellDeleted(one.device().identity()));
    }
}

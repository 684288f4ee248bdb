package org.margay.machine.internal.update;

import java.time.Duration;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.internal.GuestHold;
import org.margay.machine.internal.Turns;
import org.margay.machine.internal.device.Drivers;
import org.margay.machine.internal.device.ParkedDevices;
import org.margay.machine.internal.device.PluggedDevices;
import org.osgi.framework.Bundle;

/** The time during which a bundle's devices are parked and the guest is held. Any thread. */
final class Absence {
    /** What a started bundle's services may take to be there. */
    private static final Duration REGISTRATION_LIMIT = Duration.ofSeconds(2);

    private final Machine machine;
    private final Drivers drivers;
    private final ParkedDevices parked;
    private final long began;
    private long ended;

    private Absence(Machine machine, Drivers drivers, ParkedDevices parked, long began) {
        this.machine = machine;
        this.drivers = drivers;
        this.parked = parked;
        this.began = began;
    }

    /**
     * Holds the guest and parks the devices.
     *
     * @throws DeviceException when a device can't be parked; the guest goes on
     */
    static Absence begin(Machine machine, Bundle bundle, Drivers drivers) throws DeviceException {
        return Turns.of(machine)
                .get(() -> {
                    long began = System.nanoTime();
                    hold(machine).hold();
                    try {
                        ParkedDevices parked = PluggedDevices.of(machine).park(bundle);
                        return new Absence(machine, drivers, parked, began);
                    } catch (DeviceException e) {
                        hold(machine).release();
                        throw e;
                    }
                })
                .orElseThrow(() -> new DeviceException("the machine has ended"));
    }

    /**
     * Makes the devices anew and lets the guest go on.
     *
     * @throws DeviceException when the drivers that are registered now don't take them; they stay parked, the guest held
     */
    void end() throws DeviceException {
        awaitDrivers();
        Turns.of(machine).run(() -> {
            PluggedDevices.of(machine).unpark(parked, drivers);
            release();
        });
    }

    /** The devices will not come back: the guest goes on without them. */
    void giveUp() {
        Turns.of(machine).run(() -> {
            PluggedDevices.of(machine).forget(parked);
            release();
        });
    }

    private void release() {
        hold(machine).release();
        ended = System.nanoTime();
    }

    private static GuestHold hold(Machine machine) {
        return machine.find(GuestHold.class).orElseThrow();
    }

    private void awaitDrivers() {
        long deadline = System.nanoTime() + REGISTRATION_LIMIT.toNanos();
        while (!parked.drivers().allMatch(name -> drivers.registered(name).isPresent())
                && System.nanoTime() < deadline) {
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    int devices() {
        return parked.count();
    }

    /** How long the guest stood; after {@link #end}. */
    Duration duration() {
        return Duration.ofNanos(ended - began);
    }
}

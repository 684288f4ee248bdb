package org.margay.machine.internal.device;

import java.util.List;
import java.util.stream.Stream;

/** Devices that were taken out of their places to be made anew, in the order in which they were plugged. */
public final class ParkedDevices {
    /**
     * One of them.
     *
     * @param index its place among all plugged devices
     */
    record Parked(int index, SavedDevice device) {}

    private final List<Parked> devices;

    ParkedDevices(List<Parked> devices) {
        this.devices = devices;
    }

    List<Parked> devices() {
        return devices;
    }

    /** Names of the drivers that are needed to make them anew. */
    public Stream<String> drivers() {
        return devices.stream().map(parked -> parked.device().driver());
    }

    public int count() {
        return devices.size();
    }
}

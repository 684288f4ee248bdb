package org.margay.machine;

import org.margay.qmp.QmpException;

/** Devices that come and go while the guest runs, for people at a shell. A service. Any thread, but not under the machine lock. */
public interface Hotplug {
    /**
     * Plugs a device, after its driver was installed when need be.
     *
     * @param device as -device takes it: "e1000,id=n1,netdev=n0"
     * @throws QmpException when it can't be, or there is no machine
     */
    void add(String device) throws QmpException;

    /**
     * Has a device leave.
     *
     * @param name its id, or its path in the object tree
     * @throws QmpException when it can't leave, or there is no machine
     */
    void remove(String name) throws QmpException;
}

package org.margay.qmp;

/** The client's connection that a command came by. */
public interface QmpSession {
    /** Label of the monitor's character device, such as "compat_monitor0". */
    String monitor();
}

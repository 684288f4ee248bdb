package org.margay.machine;

/** Why a suspended guest is woken. */
public enum WakeupCause {
    /** By the user (system_wakeup), a key, a serial byte: what has no enable bit. */
    OTHER,
    RTC,
    PM_TIMER
}

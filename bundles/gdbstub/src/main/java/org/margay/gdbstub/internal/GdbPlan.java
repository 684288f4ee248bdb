package org.margay.gdbstub.internal;

/**
 * What was asked for.
 *
 * @param chardev label of the chardev by which gdb comes
 */
record GdbPlan(String chardev) {}

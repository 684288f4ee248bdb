package org.margay.net.internal;

/** -net none or -nic none: the machine has no card that was not asked for. */
public record NoNetwork() {}

package org.margay.netdev.user.internal.ip;

/** One end of UDP, as a guest sees it. */
public record Port(IpAddress address, int number) {}

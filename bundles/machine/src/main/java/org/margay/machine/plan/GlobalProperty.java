package org.margay.machine.plan;

/** -global: a property's value for every device of a driver that does not say otherwise. */
public record GlobalProperty(String driver, String property, String value) {}

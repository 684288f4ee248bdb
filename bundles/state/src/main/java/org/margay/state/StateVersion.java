package org.margay.state;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Version of a state record, counted up whenever its components change; a record without it has version 1. Only components
 * that can be null (or are {@link java.util.Optional}) may be added: an older state gives null for them.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface StateVersion {
    /** From 1. */
    int value();
}

package org.margay.block;

import java.time.Duration;
import java.time.Instant;

/**
 * A snapshot within an image.
 *
 * @param id unique in the image
 * @param vmStateBytes bytes of saved machine state with it
 * @param date when it was made
 * @param vmClock how long the guest had run
 */
public record SnapshotDetails(String id, String name, long vmStateBytes, Instant date, Duration vmClock) {}

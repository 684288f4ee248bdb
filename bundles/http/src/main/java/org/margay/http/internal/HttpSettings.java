package org.margay.http.internal;

import java.time.Duration;

/**
 * How much is kept, and how long is waited.
 *
 * @param blockSize bytes that are asked for at a time, at least
 * @param readAhead most blocks of one request, when reads follow each other
 * @param cachedBlocks most blocks that are kept
 * @param timeout of connecting, and of a request
 * @param attempts how often a request is made before its failure is told
 */
record HttpSettings(int blockSize, int readAhead, int cachedBlocks, Duration timeout, int attempts) {
    /** 32 MiB are kept, up to 2 MiB asked for at a time. */
    static final HttpSettings DEFAULT = new HttpSettings(128 << 10, 16, 256, Duration.ofSeconds(30), 3);
}

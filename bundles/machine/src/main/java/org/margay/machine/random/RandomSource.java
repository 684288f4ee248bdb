package org.margay.machine.random;

import java.util.function.Consumer;

/** One device's access to random numbers of the host. Under the machine lock. */
public interface RandomSource extends AutoCloseable {
    /**
     * Asks for random bytes; not while an earlier request is open.
     *
     * @param count how many are wanted at most, 1 or more
     * @param receiver gets 1 to count bytes, later: in a turn of the machine loop, never within this call
     */
    void request(int count, Consumer<byte[]> receiver);

    /** Ends an open request, too: its receiver is not called any more. */
    @Override
    void close();
}

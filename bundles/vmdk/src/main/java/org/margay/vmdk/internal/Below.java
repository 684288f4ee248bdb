package org.margay.vmdk.internal;

import java.io.IOException;
import org.margay.memory.IoVector;

/** What shows through where an extent has no data. Offsets are the disk's. */
interface Below {
    void read(long offset, IoVector target) throws IOException;

    /** Whether there is more than zeros from an offset on. */
    boolean any(long offset);
}

package org.margay.block;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What "margay-img info" tells of an image, beyond what its {@link ImageNode} says.
 *
 * @param clusterSize bytes that are allocated at a time, or 0 when there is no such thing
 * @param dirty whether it was not closed cleanly
 * @param compressed whether all of it is
 * @param snapshots within the image
 * @param formatSpecific further facts: names as qemu-img spells them in JSON ("compat", "refcount-bits"), values strings, numbers,
 *     booleans, lists and maps of these; shown in this order
 */
public record ImageDetails(
        int clusterSize,
        boolean dirty,
        boolean compressed,
        List<SnapshotDetails> snapshots,
        Map<String, Object> formatSpecific) {
    public static final ImageDetails NONE = new ImageDetails(0, false, false, List.of(), Map.of());

    public ImageDetails {
        snapshots = List.copyOf(snapshots);
        formatSpecific = Collections.unmodifiableMap(new LinkedHashMap<>(formatSpecific));
    }
}

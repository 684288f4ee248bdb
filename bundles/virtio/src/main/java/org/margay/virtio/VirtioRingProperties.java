package org.margay.virtio;

import org.margay.machine.property.Default;
import org.margay.qmp.WireName;

/**
 * What is offered of rings by every virtio device: part of its driver's own record.
 *
 * @param indirectDesc descriptors in tables of their own
 * @param eventIdx notifications wanted from an index on, rather than all or none
 */
public record VirtioRingProperties(
        @WireName("indirect_desc") @Default("on") boolean indirectDesc,
        @WireName("event_idx") @Default("on") boolean eventIdx) {
    /** The feature bits. */
    long features() {
        return (indirectDesc ? VirtioFeature.RING_INDIRECT_DESC : 0) | (eventIdx ? VirtioFeature.RING_EVENT_IDX : 0);
    }
}

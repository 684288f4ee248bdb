package org.margay.virtio;

import java.util.List;

/**
 * Where negotiation between driver and device stands, and the queues: the same whatever registers show it.
 *
 * @param status the device status field
 * @param driverFeatures as the driver wrote them
 * @param accepted those that count
 * @param deviceSelect which 32 bits of the device's features are read
 * @param driverSelect which 32 bits of the driver's features are written
 * @param queueSelect which queue the queue registers mean
 * @param configVector interrupt of changes of configuration
 * @param generation of the configuration
 * @param failed whether the device stands still until it is reset
 */
public record VirtioCoreState(
        int status,
        long driverFeatures,
        long accepted,
        int deviceSelect,
        int driverSelect,
        int queueSelect,
        int configVector,
        int generation,
        boolean failed,
        List<Virtqueue.State> queues) {
    public VirtioCoreState {
        if ((status | generation) >>> 8 != 0 || (queueSelect | configVector) >>> 16 != 0) {
            throw new IllegalArgumentException("virtio registers out of range");
        }
        queues = List.copyOf(queues);
    }
}

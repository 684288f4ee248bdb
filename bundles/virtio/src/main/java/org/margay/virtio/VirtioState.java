package org.margay.virtio;

/**
 * What the saved state of every virtio device is made of: the device's record has these two components.
 *
 * @param <D> the model's own part
 */
public interface VirtioState<D extends Record> {
    VirtioPci.State transport();

    D device();
}

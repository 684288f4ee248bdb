package org.margay.ide.internal;

import org.margay.machine.Device;

/**
 * A device of an {@link IdeBus}.
 *
 * @param <S> its saved state
 */
interface IdeDevice<S extends Record> extends Device<S> {
    /** Whether it is the one in a place. */
    boolean isAt(AtaChannel cable, int unit);
}

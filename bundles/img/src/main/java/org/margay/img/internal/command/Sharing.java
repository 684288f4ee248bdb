package org.margay.img.internal.command;

import org.margay.img.internal.arguments.Arguments;

/** -U: images may be in use by others. */
final class Sharing {
    private Sharing() {}

    static boolean of(Arguments arguments) {
        return arguments.has("U") || arguments.has("force-share");
    }
}

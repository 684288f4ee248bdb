package org.margay.img.internal.command;

import org.margay.img.internal.arguments.Arguments;
import org.margay.img.internal.arguments.UsageException;

/** The words of a command line that are no options. */
final class Operands {
    private Operands() {}

    static String one(Arguments arguments) throws UsageException {
        if (arguments.operands().size() != 1) {
            throw new UsageException("Expecting one image file name");
        }
        return arguments.operands().getFirst();
    }
}

package org.margay.img.internal.command;

import java.io.IOException;
import org.margay.img.internal.arguments.Arguments;
import org.margay.img.internal.arguments.Syntax;
import org.margay.img.internal.arguments.ToolException;

/** One command of the tool. */
public interface Command {
    /** As it is typed. */
    String name();

    /** What stands behind its name in the help text. */
    String usage();

    /** The options that it knows. */
    Syntax syntax();

    /**
     * Does it.
     *
     * @return exit code
     * @throws ToolException when it can't be done
     * @throws IOException when it can't be done, with a message that needs nothing added
     */
    int run(Tool tool, Arguments arguments) throws ToolException, IOException;
}

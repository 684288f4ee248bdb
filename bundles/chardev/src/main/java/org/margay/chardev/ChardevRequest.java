package org.margay.chardev;

import org.margay.chardev.internal.ChardevSyntax;
import org.margay.machine.OptionException;

/**
 * A chardev that the user wants; options that mean one put it into the {@link org.margay.machine.MachinePlan}, and it is there
 * under its label when devices are built: first those of -chardev and monitors in the order of the command line, then those
 * of ports.
 *
 * @param label its id
 * @param backend what it is
 * @param mux whether several front ends share it, with Ctrl-A as the escape
 * @param port whether it was made for a port of the machine (-serial, -parallel)
 */
public record ChardevRequest(String label, ChardevBackend backend, boolean mux, boolean port) {
    /** Reads the value of -chardev: "socket,id=x,host=127.0.0.1,port=4444,server=on". */
    public static ChardevRequest parse(String text) throws OptionException {
        return ChardevSyntax.parse(text);
    }

    /**
     * Reads what -serial, -monitor, -qmp and the like take: "stdio", "tcp:127.0.0.1:4444,server,nowait",
     * "unix:/path,server,nowait", "file:PATH", "pipe:PATH", "pty", "null", "vc", "mon:stdio"; "chardev:ID" is the
     * caller's to know.
     */
    public static ChardevRequest parseLegacy(String label, String text, boolean port) throws OptionException {
        return ChardevSyntax.parseLegacy(label, text, port);
    }
}

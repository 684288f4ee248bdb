package org.margay.machine;

import java.util.List;
import java.util.Optional;

/** Makes the one machine of this framework from an emulator's command line. A service; any thread. */
public interface MachineStarter {
    /**
     * Reads the options, builds the machine and starts it.
     *
     * @param arguments words of the command line, without the program's name
     * @return help that was asked for instead of a machine, or empty
     * @throws OptionException when an option is wrong or the machine can't be built, in one line
     */
    Optional<String> start(List<String> arguments) throws OptionException;

    /** The machine while there is one. */
    Optional<Machine> current();
}

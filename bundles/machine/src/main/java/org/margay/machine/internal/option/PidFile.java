package org.margay.machine.internal.option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.margay.machine.CommandLineOption;
import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.qmp.QmpException;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** -pidfile: the option, and the file's life with the machine. */
@Component(service = {CommandLineOption.class, MachinePart.class})
@OptionName("-pidfile")
public final class PidFile implements CommandLineOption, MachinePart {
    private static final Logger LOG = LoggerFactory.getLogger(PidFile.class);

    /** What the option puts into the plan. */
    record Location(Path path) {}

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-pidfile file";
    }

    @Override
    public String summary() {
        return "write the process id to a file; it goes when the process does";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        try {
            plan.set(Location.class, new Location(Path.of(value).toAbsolutePath()));
        } catch (InvalidPathException e) {
            throw new OptionException("not a file name: " + e.getReason());
        }
    }

    @Override
    public Stage stage() {
        return Stage.BACKENDS;
    }

    @Override
    public void build(Machine machine) throws QmpException {
        Optional<Location> location = machine.plan().get(Location.class);
        if (location.isEmpty()) {
            return;
        }
        Path path = location.get().path();
        try {
            Files.writeString(path, ProcessHandle.current().pid() + "\n");
        } catch (IOException e) {
            throw new QmpException("cannot create PID file: " + Reasons.of(e));
        }
        machine.onClose(() -> {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                LOG.warn("cannot remove PID file {}", path, e);
            }
        });
    }
}

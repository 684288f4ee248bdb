package org.margay.machine.internal.command;

import org.margay.machine.Machine;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Writes guest-physical memory to a file of the host. */
@Component(service = QmpCommand.class)
@CommandName("pmemsave")
public final class PmemSave implements QmpCommand<PmemSave.Arguments> {
    /**
     * What to save.
     *
     * @param val first guest-physical address
     * @param size bytes
     */
    public record Arguments(long val, long size, String filename) {}

    private final Machine machine;

    @Activate
    public PmemSave(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        MemoryFile.save(
                arguments.filename(),
                arguments.val(),
                arguments.size(),
                (address, target, length) -> MemoryFile.readPhysical(machine.memory(), address, target, length));
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}

package org.margay.machine.internal.command;

import java.util.List;
import java.util.OptionalLong;
import org.margay.machine.Machine;
import org.margay.machine.VirtualCpu;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Writes memory as a processor sees it, through its paging, to a file of the host. */
@Component(service = QmpCommand.class)
@CommandName("memsave")
public final class MemSave implements QmpCommand<MemSave.Arguments> {
    /**
     * What to save.
     *
     * @param val first linear address
     * @param size bytes
     * @param cpu whose view, 0 when left out
     * @param cpuIndex today's name of the same
     */
    public record Arguments(long val, long size, String filename, OptionalLong cpu, OptionalLong cpuIndex) {}

    private final Machine machine;

    @Activate
    public MemSave(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        VirtualCpu cpu = arguments.cpuIndex().isPresent()
                ? cpu("cpu-index", arguments.cpuIndex().getAsLong())
                : cpu("cpu", arguments.cpu().orElse(0));
        MemoryFile.save(arguments.filename(), arguments.val(), arguments.size(), (address, target, length) -> {
            OptionalLong physical = cpu.translate(address);
            if (physical.isEmpty()) {
                throw new QmpException("Invalid addr 0x%016x/size %d specified".formatted(address, arguments.size()));
            }
            MemoryFile.readPhysical(machine.memory(), physical.getAsLong(), target, length);
        });
        return Empty.EMPTY;
    }

    private VirtualCpu cpu(String parameter, long index) throws QmpException {
        List<VirtualCpu> cpus = machine.cpus();
        if (index < 0 || index >= cpus.size()) {
            throw QmpErrors.invalidParameterValue(parameter, "a CPU number");
        }
        return cpus.get((int) index);
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}

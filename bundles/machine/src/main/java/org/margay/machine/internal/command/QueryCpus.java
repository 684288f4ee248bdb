package org.margay.machine.internal.command;

import org.margay.machine.Machine;
import org.margay.machine.VirtualCpu;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.margay.qmp.WireName;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The processors; the current one is always the first. */
@Component(service = QmpCommand.class)
@CommandName("query-cpus")
public final class QueryCpus implements QmpCommand<Empty> {
    /**
     * One of them.
     *
     * @param pc linear address of the next instruction
     */
    record Info(@WireName("CPU") int index, boolean current, boolean halted, long pc, long thread_id) {
        static Info of(VirtualCpu cpu) {
            return new Info(cpu.index(), cpu.index() == 0, cpu.halted(), cpu.programCounter(), cpu.threadId());
        }
    }

    private final Machine machine;

    @Activate
    public QueryCpus(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public Object execute(Empty arguments, QmpSession session) {
        return machine.cpus().stream().map(Info::of).toList();
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}

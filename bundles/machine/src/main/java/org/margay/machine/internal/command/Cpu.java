package org.margay.machine.internal.command;

import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Component;

/** Once chose the default processor of a monitor; as ever since then, it takes any number and does nothing. */
@Component(service = QmpCommand.class)
@CommandName("cpu")
public final class Cpu implements QmpCommand<Cpu.Arguments> {
    /** The processor, there or not. */
    public record Arguments(long index) {}

    @Override
    public Object execute(Arguments arguments, QmpSession session) {
        return Empty.EMPTY;
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}

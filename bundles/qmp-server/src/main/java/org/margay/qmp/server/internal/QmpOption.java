package org.margay.qmp.server.internal;

import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -qmp: a QMP monitor. */
@Component
@OptionName("-qmp")
public final class QmpOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-qmp dev";
    }

    @Override
    public String summary() {
        return "offers QMP there: tcp:HOST:PORT,server,nowait, unix:PATH,server,nowait, stdio, pty, chardev:ID";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        MonitorRequest.add(value, false, plan);
    }
}

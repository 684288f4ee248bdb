package org.margay.chardev.internal;

import org.margay.chardev.ChardevBackend;
import org.margay.chardev.ChardevRequest;
import org.margay.chardev.SerialPort;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.plan.MachineFlag;
import org.osgi.service.component.annotations.Component;

/** -serial: what the serial ports are connected to, in their order. */
@Component
@OptionName("-serial")
public final class SerialOption implements CommandLineOption {
    /** Each -serial, "none" too, counts as a port. */
    private record Port() {}

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-serial dev";
    }

    @Override
    public String summary() {
        return """
                connects the next serial port to: none, null, vc, stdio, mon:stdio, pty, file:PATH, pipe:PATH,
                unix:PATH[,server][,nowait], tcp:HOST:PORT[,server][,nowait], telnet:HOST:PORT[,server][,nowait], chardev:ID""";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        int index = plan.all(Port.class).size();
        if (index == SerialPort.MAXIMUM) {
            throw new OptionException("a machine has at most %d serial ports".formatted(SerialPort.MAXIMUM));
        }
        plan.add(Port.class, new Port());
        if (value.startsWith("chardev:")) {
            plan.add(SerialPort.class, new SerialPort(index, value.substring("chardev:".length())));
        } else if (!value.equals("none")) {
            String label = "serial" + index;
            plan.add(ChardevRequest.class, ChardevRequest.parseLegacy(label, value, true));
            plan.add(SerialPort.class, new SerialPort(index, label));
        }
    }

    /** A machine with all defaults has a serial port: on the terminal with -nographic, else on a console. */
    static void addDefault(MachinePlan plan) {
        if (plan.all(Port.class).isEmpty()) {
            boolean terminal = MachineFlag.NO_GRAPHIC.in(plan);
            ChardevBackend backend = terminal ? new ChardevBackend.Stdio(false) : new ChardevBackend.VirtualConsole();
            plan.add(ChardevRequest.class, new ChardevRequest("serial0", backend, terminal, true));
            plan.add(SerialPort.class, new SerialPort(0, "serial0"));
        }
    }
}

package org.margay.gdbstub.internal;

import org.margay.chardev.ChardevRequest;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -gdb: where gdb comes. */
@Component
@OptionName("-gdb")
public final class GdbOption implements CommandLineOption {
    private static final String LABEL = "gdb";

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-gdb dev";
    }

    @Override
    public String summary() {
        return "let gdb debug the guest: \"target remote :1234\" in gdb after -gdb tcp::1234; with -S the guest waits"
                + " for it;\n"
                + "a host is 127.0.0.1 unless it is said; none for not";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        listen(value, plan);
    }

    static void listen(String device, MachinePlan plan) throws OptionException {
        if (device.equals("none")) {
            return;
        }
        if (plan.get(GdbPlan.class).isPresent()) {
            throw new OptionException("gdb has a way in already");
        }
        String label = LABEL;
        if (device.startsWith("chardev:")) {
            label = device.substring("chardev:".length());
        } else {
            plan.add(ChardevRequest.class, ChardevRequest.parseLegacy(LABEL, asServer(device), false));
        }
        plan.set(GdbPlan.class, new GdbPlan(label));
    }

    /** Sockets listen, and nobody waits for gdb, unless they are told otherwise; not to the whole world without being told. */
    private static String asServer(String device) {
        boolean socket = device.startsWith("tcp:") || device.startsWith("unix:");
        String local = device.startsWith("tcp::") ? "tcp:127.0.0.1:" + device.substring("tcp::".length()) : device;
        return socket && !device.contains(",") ? local + ",server,nowait,nodelay" : local;
    }
}

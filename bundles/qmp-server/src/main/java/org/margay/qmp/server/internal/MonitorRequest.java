package org.margay.qmp.server.internal;

import org.margay.chardev.ChardevRequest;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;

/**
 * A QMP monitor that the user wants.
 *
 * @param chardev label of the chardev that its clients come by
 * @param pretty whether output is spread over lines
 */
record MonitorRequest(String chardev, boolean pretty) {
    /** Each -qmp and -monitor counts for the names of their chardevs, also "none". */
    private record Counted() {}

    /** The label of the chardev that the next -qmp or -monitor makes. */
    static String nextLabel(MachinePlan plan) {
        int index = plan.all(Counted.class).size();
        plan.add(Counted.class, new Counted());
        return "compat_monitor" + index;
    }

    /** A monitor on a chardev of its own, or on the one that "chardev:ID" names. */
    static void add(String device, boolean pretty, MachinePlan plan) throws OptionException {
        String label = nextLabel(plan);
        if (device.startsWith("chardev:")) {
            plan.add(MonitorRequest.class, new MonitorRequest(device.substring("chardev:".length()), pretty));
        } else if (!device.equals("none")) {
            plan.add(ChardevRequest.class, ChardevRequest.parseLegacy(label, device, false));
            plan.add(MonitorRequest.class, new MonitorRequest(label, pretty));
        }
    }
}

package org.margay.pc.internal;

import java.util.List;
import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.margay.machine.MachineType;
import org.margay.machine.plan.MachineChoice;
import org.margay.qmp.QmpException;
import org.osgi.service.component.annotations.Component;

/** Machine type "pc" under all the names that it had: builds the board when the user wants one of them, or none in particular. */
@Component(service = {MachinePart.class, MachineType.class})
public final class PcMachinePart implements MachinePart, MachineType {
    /** The versions of 2012, and the newest of the later series that scripts name. */
    private static final List<String> NAMES = List.of(
            "pc",
            "pc-i440fx-7.2",
            "pc-i440fx-2.0",
            "pc-1.1",
            "pc-1.0",
            "pc-0.15",
            "pc-0.14",
            "pc-0.13",
            "pc-0.12",
            "pc-0.11",
            "pc-0.10");

    @Override
    public List<String> names() {
        return NAMES;
    }

    @Override
    public String description() {
        return "Standard PC (i440FX + PIIX, 1996)";
    }

    @Override
    public Stage stage() {
        return Stage.BOARD;
    }

    @Override
    public void build(Machine machine) throws QmpException {
        if (machine.plan()
                .get(MachineChoice.class)
                .map(MachineChoice::type)
                .map(NAMES::contains)
                .orElse(true)) {
            new PcMachine(machine);
        }
    }
}

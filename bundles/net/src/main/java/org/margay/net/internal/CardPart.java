package org.margay.net.internal;

import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.margay.machine.plan.BoardDevice;
import org.osgi.service.component.annotations.Component;

/** Gives the board the cards that the options ask for, behind all else that belongs to it: after the display, as on other PCs. */
@Component(service = MachinePart.class, property = "service.ranking:Integer=-1000")
public final class CardPart implements MachinePart {
    @Override
    public Stage stage() {
        return Stage.BOARD;
    }

    @Override
    public void build(Machine machine) {
        for (CardRequest card : machine.plan().all(CardRequest.class)) {
            machine.plan().add(BoardDevice.class, new BoardDevice(card.request()));
        }
    }
}

package org.margay.cpu.internal.apic;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The bus between local APICs: every one of a machine joins it. Under the machine lock. */
public final class ApicNetwork {
    private final List<LocalApic> members = new CopyOnWriteArrayList<>();

    /** Each processor sees its own APIC at the address that all share. */
    private final ThreadLocal<@Nullable LocalApic> own = new ThreadLocal<>();

    void join(LocalApic apic) {
        members.add(apic);
    }

    void leave(LocalApic apic) {
        members.remove(apic);
    }

    void belongsToThisThread(LocalApic apic) {
        own.set(apic);
    }

    /**
     * Whose registers the calling thread sees at an address where several may be: those of its processor, if it is one.
     *
     * @param found that the address led to
     */
    LocalApic seenHere(LocalApic found) {
        @Nullable LocalApic mine = own.get();
        return mine != null ? mine : found;
    }

    /**
     * Delivers a message to all that it means (SDM vol. 3, 11.6.2, 11.11).
     *
     * @param deliveryMode as in the interrupt command register; lowest priority goes to one APIC only
     * @return whether anybody took it
     */
    public boolean deliver(int destination, boolean logical, DeliveryMode deliveryMode, int vector, boolean level) {
        if (deliveryMode == DeliveryMode.LOWEST_PRIORITY) {
            return members.stream()
                    .filter(apic -> apic.isMeant(destination, logical) && apic.isEnabled())
                    .min((a, b) -> Integer.compare(a.processorPriority(), b.processorPriority()))
                    .map(apic -> apic.accept(DeliveryMode.FIXED, vector, level))
                    .orElse(false);
        }
        boolean taken = false;
        for (LocalApic apic : members) {
            if (apic.isMeant(destination, logical)) {
                taken |= apic.accept(deliveryMode, vector, level);
            }
        }
        return taken;
    }

    /** The shorthands "all" and "all but self". */
    void broadcast(LocalApic sender, boolean includingSelf, DeliveryMode deliveryMode, int vector, boolean level) {
        for (LocalApic apic : members) {
            if (includingSelf || apic != sender) {
                apic.accept(deliveryMode, vector, level);
            }
        }
    }
}

package org.margay.virtio;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.margay.machine.Device;
import org.margay.pci.PciFunction;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.VirtioDriverBench;

/** An {@link EchoDevice} on a bench, with a guest's driver. */
final class EchoBench {
    final CardBench cards = CardBench.of(new DeviceBench());
    final Device<EchoDevice.State> card;
    final EchoDevice echo;
    final PciFunction pci;
    final VirtioDriverBench driver;

    /** @param properties name, value, name, value */
    EchoBench(boolean modern, String... properties) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < properties.length; i += 2) {
            given.put(properties[i], properties[i + 1]);
        }
        EchoDevice.Driver factory = new EchoDevice.Driver();
        card = cards.plugMapped(factory, given);
        echo = Objects.requireNonNull(factory.last);
        pci = ((VirtioPci<?, ?>) card).pci();
        driver = modern ? VirtioDriverBench.modern(cards, pci) : VirtioDriverBench.legacy(cards, pci);
    }

    boolean interrupted() {
        return cards.bench().line("INTA").high();
    }
}

package org.margay.pci.bridge.internal;

import java.util.Locale;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.pci.PciProperties;
import org.margay.qmp.WireName;

/**
 * Properties of "pci-bridge".
 *
 * @param chassisNumber of the chassis that the slots behind it are in; another for each bridge
 * @param msi whether it has message signalled interrupts; auto is on
 */
public record PciBridgeProperties(
        PciProperties pci,
        ReserveProperties reserve,

        @WireName("chassis_nr") @Default("0") @PropertyType("uint8")
        int chassisNumber,

        @Default("auto") @PropertyType("OnOffAuto") Choice msi) {
    /** QEMU's OnOffAuto. */
    public enum Choice {
        ON,
        OFF,
        AUTO;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}

package org.margay.virtio.serial.internal;

import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.pci.PciProperties;
import org.margay.qmp.WireName;
import org.margay.virtio.VirtioModeProperties;
import org.margay.virtio.VirtioRingProperties;
import org.margay.virtio.VirtioType;

/**
 * Properties of virtio-serial-pci.
 *
 * @param ioeventfd accepted, and without effect
 * @param vectors of MSI-X
 * @param classCode class and subclass that it shows on PCI: 0x780, or one that earlier machines had
 * @param maxPorts how many ports there may be
 * @param emergencyWrite whether a guest can write to the console without a driver
 */
public record VirtioSerialProperties(
        PciProperties pci,
        VirtioRingProperties rings,
        VirtioModeProperties mode,
        @Default("on") boolean ioeventfd,
        @Default("2") @PropertyType("uint32") int vectors,

        @WireName("class") @Default("0") @PropertyType("uint32")
        int classCode,

        @WireName("max_ports") @Default("31") @PropertyType("uint32")
        int maxPorts,

        @Default("off") boolean emergencyWrite) {
    /** Each needs two queues, and two are for control. */
    private static final int MOST_PORTS = 511;

    private static final int DISPLAY = 0x0380;
    private static final int OTHER = 0x00FF;

    public VirtioSerialProperties {
        if (maxPorts == 0) {
            throw new IllegalArgumentException("Maximum number of serial ports not specified");
        }
        if (maxPorts > MOST_PORTS) {
            throw new IllegalArgumentException("maximum ports supported: %d".formatted(MOST_PORTS));
        }
    }

    /** The type with the class that is wanted. */
    VirtioType type() {
        return classCode == DISPLAY || classCode == OTHER
                ? VirtioSerial.TYPE.withClass(classCode << 8)
                : VirtioSerial.TYPE;
    }
}

package org.margay.virtio;

import org.margay.machine.property.Default;

/**
 * By which interfaces a virtio device can be driven: part of its driver's own record.
 *
 * @param disableLegacy whether virtio 0.9.5 is left out; auto is off, as on every PCI bus that is not PCI Express
 * @param disableModern whether virtio 1 is left out
 */
public record VirtioModeProperties(
        @Default("auto") OnOffAuto disableLegacy,
        @Default("off") boolean disableModern) {
    /** A switch that may be left to the device. */
    public enum OnOffAuto {
        ON,
        OFF,
        AUTO;

        @Override
        public String toString() {
            return switch (this) {
                case ON -> "on";
                case OFF -> "off";
                case AUTO -> "auto";
            };
        }
    }

    public VirtioModeProperties {
        if (disableLegacy == OnOffAuto.ON && disableModern) {
            throw new IllegalArgumentException("device cannot work as neither modern nor legacy mode is enabled");
        }
    }

    /** The interfaces that are left. */
    public VirtioMode mode() {
        if (disableModern) {
            return VirtioMode.LEGACY;
        }
        return disableLegacy == OnOffAuto.ON ? VirtioMode.MODERN : VirtioMode.TRANSITIONAL;
    }
}

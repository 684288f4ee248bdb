package org.margay.vmdk.internal;

import org.jspecify.annotations.Nullable;
import org.margay.machine.property.Default;
import org.margay.qmp.WireName;

/**
 * Options of create.
 *
 * @param adapterType the controller that the guest shall have; it decides of the geometry
 * @param compat6 whether it is a disk of VMware's version 6
 * @param hwversion virtual hardware version, or null: "4"
 * @param toolsversion of VMware's tools in the guest
 * @param zeroedGrain whether grain tables may say that grains are zeros
 */
public record CreateOptions(
        @Default("monolithicSparse") Subformat subformat,
        @WireName("adapter_type") @Default("ide") AdapterType adapterType,
        @Default("off") boolean compat6,
        @Nullable String hwversion,
        @Default("2147483647") String toolsversion,
        @WireName("zeroed_grain") @Default("off") boolean zeroedGrain) {
    public CreateOptions {
        if (compat6 && hwversion != null) {
            throw new IllegalArgumentException("compat6 cannot be enabled with hwversion set");
        }
        if (subformat.flat() && zeroedGrain) {
            throw new IllegalArgumentException("Flat image can't enable zeroed grain");
        }
        if (breaksLine(toolsversion) || (hwversion != null && breaksLine(hwversion))) {
            throw new IllegalArgumentException("a version is a number");
        }
    }

    private static boolean breaksLine(String value) {
        return value.chars().anyMatch(c -> c < ' ' || c == '"');
    }

    static CreateOptions defaults() {
        return new CreateOptions(Subformat.MONOLITHIC_SPARSE, AdapterType.IDE, false, null, "2147483647", false);
    }

    /** Controllers. */
    public enum AdapterType {
        IDE("ide", 16),
        BUSLOGIC("buslogic", 255),
        LSILOGIC("lsilogic", 255),
        LEGACY_ESX("legacyESX", 255);

        private final String text;
        private final int heads;

        AdapterType(String text, int heads) {
            this.text = text;
            this.heads = heads;
        }

        int heads() {
            return heads;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}

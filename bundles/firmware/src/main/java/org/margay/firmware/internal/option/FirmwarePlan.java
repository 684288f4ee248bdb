package org.margay.firmware.internal.option;

import java.util.Optional;

/** What the options of this bundle put into the machine's plan. */
public final class FirmwarePlan {
    private FirmwarePlan() {}

    /** -kernel. */
    public record Kernel(String file) {}

    /** -initrd: a file, or a multiboot kernel's modules. */
    public record InitialRamDisk(String files) {}

    /** -append. */
    public record CommandLine(String text) {}

    /** -bios. */
    public record Bios(String file) {}

    /** -L: a folder to look for firmware in. */
    public record Folder(String path) {}

    /**
     * -boot.
     *
     * @param order drive letters to try at each start
     * @param once drive letters to try at the first start only
     * @param menu whether the BIOS shows its boot menu, when said
     * @param splashTime milliseconds that the menu waits, when said
     * @param strict whether a BIOS may go on to devices that are not in the order
     */
    public record Boot(
            Optional<String> order,
            Optional<String> once,
            Optional<Boolean> menu,
            Optional<Integer> splashTime,
            boolean strict) {
        public static final Boot DEFAULT =
                new Boot(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
    }
}

package org.margay.netdev.tap.internal;

import java.io.File;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.net.host.OutsideLock;

/**
 * A program of the user's that brings an interface up, or takes it down again: it is called with the interface's name, and tells by
 * its exit code whether it could.
 */
record NetworkScript(String path) {
    static final String DEFAULT_UP = "/etc/qemu-ifup";
    static final String DEFAULT_DOWN = "/etc/qemu-ifdown";

    /** Stands for no script. */
    static final String NONE = "no";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final File NOTHING = new File("/dev/null");

    /** Whether there is one to run. */
    boolean isThere() {
        return !path.isEmpty() && !path.equals(NONE);
    }

    /** As "info network" shows it. */
    String shown() {
        return isThere() ? path : NONE;
    }

    /**
     * Runs it to its end.
     *
     * @throws DeviceException when it can't be run, fails, or takes too long
     */
    void run(String interfaceName, Machine machine) throws DeviceException {
        if (isThere()) {
            OutsideLock.run(machine, () -> {
                execute(interfaceName, PATIENCE);
                return null;
            });
        }
    }

    /** Its output is the user's; it reads nothing, since standard input may be a monitor's. */
    void execute(String interfaceName, Duration patience) throws DeviceException {
        try {
            Process process = new ProcessBuilder(Path.of(path).toAbsolutePath().toString(), interfaceName)
                    .inheritIO()
                    .redirectInput(NOTHING)
                    .start();
            if (!process.waitFor(patience)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new DeviceException(
                        "network script %s did not end within %d s".formatted(path, patience.toSeconds()));
            }
            if (process.exitValue() != 0) {
                throw new DeviceException(
                        "network script %s failed with status %d".formatted(path, process.exitValue()));
            }
        } catch (IOException | InvalidPathException e) {
            throw new DeviceException("could not launch network script %s: %s; script=no,downscript=no is for none"
                    .formatted(path, reason(e)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeviceException("network script %s: interrupted".formatted(path));
        }
    }

    private static String reason(Exception e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return String.valueOf(cause.getMessage());
    }
}

package org.margay.net.internal.dump;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.net.Frame;

/**
 * Frames with their times in a file. Time stands when the guest does: it is that of the guest's clock, counted from the host's date
 * at the beginning. Under the machine lock.
 */
final class FrameDump implements AutoCloseable {
    private final Machine machine;
    private final long beginning;
    private final PcapFile file;

    /**
     * Begins a file.
     *
     * @param length bytes of each frame that are kept at most
     * @throws DeviceException when it can't be written, saying why
     */
    FrameDump(Machine machine, String file, int length) throws DeviceException {
        this.machine = machine;
        this.beginning = machine.hostClock().nanos() - machine.virtualClock().nanos();
        try {
            this.file = new PcapFile(Path.of(file), length);
        } catch (IOException | InvalidPathException e) {
            throw new DeviceException("net dump: can't open %s: %s".formatted(file, reason(e)));
        }
    }

    private static String reason(Exception e) {
        return switch (e) {
            case NoSuchFileException _ -> "No such file or directory";
            case AccessDeniedException _ -> "Permission denied";
            case FileSystemException failure when failure.getReason() != null -> failure.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    void add(Frame frame) {
        file.add(beginning + machine.virtualClock().nanos(), frame.bytes());
    }

    @Override
    public void close() {
        file.close();
    }
}

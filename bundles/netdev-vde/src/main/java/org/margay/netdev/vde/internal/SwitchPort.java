package org.margay.netdev.vde.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.posix.Descriptor;
import org.margay.chardev.posix.PollSet;
import org.margay.chardev.posix.PosixException;
import org.margay.chardev.posix.UnixSockets;
import org.margay.machine.DeviceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port of a switch of Virtual Distributed Ethernet, by its control protocol in version 3: over a connection to the switch's socket
 * "ctl" both sides tell the names of their datagram sockets, one frame then goes by each datagram. The port is ours as long as the
 * connection is.
 */
final class SwitchPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SwitchPort.class);

    /** Where switches are when nobody says where. */
    private static final List<String> USUAL = List.of("/var/run/vde.ctl", "/tmp/vde.ctl");

    private static final String CONTROL = "ctl";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Of struct request_v3: two numbers that say what it is, type and port, our socket's name, a text for people. */
    private static final int MAGIC = 0xFEEDFACE;

    private static final int VERSION = 3;
    private static final int REQ_NEW_CONTROL = 0;
    private static final int PORT_SHIFT = 8;
    private static final int NAME_OFFSET = 12;
    private static final int TEXT_OFFSET = NAME_OFFSET + UnixSockets.ADDRESS_SIZE;
    private static final int TEXT_SIZE = 128;
    /** Bytes of a name's family. */
    private static final int FAMILY_SIZE = 2;

    private static final Set<PosixFilePermission> PASSABLE = PosixFilePermissions.fromString("rwx--x--x");

    private final String folder;
    private final Descriptor control;
    private final Descriptor data;
    private final Path ownFolder;

    private SwitchPort(String folder, Descriptor control, Descriptor data, Path ownFolder) {
        this.folder = folder;
        this.control = control;
        this.data = data;
        this.ownFolder = ownFolder;
    }

    /**
     * Asks a switch for a port. Waits for the answer, but not without end: not under the machine lock.
     *
     * @throws DeviceException when there is no switch, or it refuses
     */
    static SwitchPort plug(VdeDriver.Options options) throws DeviceException {
        String folder = options.sock() == null ? usual() : options.sock();
        try {
            String controlName = Files.isDirectory(Path.of(folder)) ? folder + "/" + CONTROL : folder;
            if (!UnixSockets.fits(controlName)) {
                throw new DeviceException("sock=%s is too long for a socket's name".formatted(folder));
            }
            SwitchPort port = open(folder);
            try {
                port.connect(controlName, options);
                return port;
            } catch (IOException | DeviceException e) {
                port.close();
                throw e;
            }
        } catch (UserPrincipalNotFoundException e) {
            throw new DeviceException("there is no group '%s'".formatted(options.group()));
        } catch (IOException | InvalidPathException e) {
            throw new DeviceException("no port of the switch at %s: %s".formatted(folder, e.getMessage()));
        }
    }

    private static SwitchPort open(String folder) throws IOException {
        Path own = Files.createTempDirectory("vde-");
        Descriptor control = UnixSockets.socket(UnixSockets.Kind.STREAM);
        try {
            return new SwitchPort(folder, control, UnixSockets.socket(UnixSockets.Kind.DATAGRAM), own);
        } catch (PosixException e) {
            control.close();
            throw e;
        }
    }

    private static String usual() {
        return USUAL.stream()
                .filter(folder -> Files.exists(Path.of(folder)))
                .findFirst()
                .orElse(USUAL.getFirst());
    }

    /** The switch's. */
    String folder() {
        return folder;
    }

    /** Frames, one by each datagram. */
    Descriptor data() {
        return data;
    }

    /** Hangs up when the switch goes. */
    Descriptor control() {
        return control;
    }

    private void connect(String controlName, VdeDriver.Options options) throws IOException, DeviceException {
        // A switch that does not listen is not waited for.
        control.setNonBlocking();
        UnixSockets.connect(control, controlName);
        String ownName = ownSocket().toString();
        UnixSockets.bind(data, ownName);
        admit(options.group(), options.mode());
        try (Arena arena = Arena.ofConfined()) {
            control.write(request(arena, (int) options.port(), ownName));
            UnixSockets.connect(data, answer(arena, options), "the switch's socket");
        }
    }

    private Path ownSocket() {
        return ownFolder.resolve("port");
    }

    /** Lets the switch, which may be another user's, reach our socket. */
    private void admit(@Nullable String group, int mode) throws IOException {
        Path socket = ownSocket();
        if (group != null) {
            GroupPrincipal principal =
                    FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
            Files.getFileAttributeView(socket, PosixFileAttributeView.class).setGroup(principal);
        }
        Files.setPosixFilePermissions(socket, permissions(mode));
        Files.setPosixFilePermissions(ownFolder, PASSABLE);
    }

    /** Bit 0 lets others execute, and so on up to bit 8, which lets the owner read. */
    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] fromOwnerRead = PosixFilePermission.values();
        for (int i = 0; i < fromOwnerRead.length; i++) {
            if ((mode >>> (fromOwnerRead.length - 1 - i) & 1) != 0) {
                permissions.add(fromOwnerRead[i]);
            }
        }
        return permissions;
    }

    private static MemorySegment request(Arena arena, int port, String ownName) {
        byte[] text = "Margay PID=%d".formatted(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
        MemorySegment request = arena.allocate(TEXT_OFFSET + Math.min(text.length, TEXT_SIZE), 4);
        request.set(ValueLayout.JAVA_INT, 0, MAGIC);
        request.set(ValueLayout.JAVA_INT, 4, VERSION);
        request.set(ValueLayout.JAVA_INT, 8, REQ_NEW_CONTROL + (port << PORT_SHIFT));
        MemorySegment.copy(UnixSockets.address(arena, ownName), 0, request, NAME_OFFSET, UnixSockets.ADDRESS_SIZE);
        MemorySegment.copy(
                text, 0, request, ValueLayout.JAVA_BYTE, TEXT_OFFSET, (int) request.byteSize() - TEXT_OFFSET);
        return request;
    }

    /** The name of the switch's datagram socket. */
    private MemorySegment answer(Arena arena, VdeDriver.Options options) throws PosixException, DeviceException {
        MemorySegment name = arena.allocate(UnixSockets.ADDRESS_SIZE, 2);
        try (PollSet polled = new PollSet(control)) {
            polled.want(0, PollSet.IN);
            polled.await((int) PATIENCE.toMillis());
            if (polled.ready(0) == 0) {
                throw new DeviceException(
                        "the switch at %s did not answer within %d s".formatted(folder, PATIENCE.toSeconds()));
            }
        }
        int length = control.read(name);
        if (length <= FAMILY_SIZE) {
            throw new DeviceException("the switch at %s refuses%s"
                    .formatted(folder, options.port() == 0 ? "" : "; port %d may be taken".formatted(options.port())));
        }
        return name.asSlice(0, length);
    }

    /** Gives the port back; also what the wire has closed before. */
    @Override
    public void close() {
        control.close();
        data.close();
        try {
            Files.deleteIfExists(ownSocket());
            Files.deleteIfExists(ownFolder);
        } catch (IOException e) {
            LOG.warn("{} is left behind: {}", ownFolder, e.getMessage());
        }
    }
}

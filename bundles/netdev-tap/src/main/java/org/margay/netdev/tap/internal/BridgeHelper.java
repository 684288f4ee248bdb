package org.margay.netdev.tap.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.margay.chardev.posix.Descriptor;
import org.margay.chardev.posix.Libc;
import org.margay.chardev.posix.PollSet;
import org.margay.chardev.posix.PosixException;
import org.margay.chardev.posix.UnixSockets;
import org.margay.machine.DeviceException;

/**
 * A program that makes TAP interfaces on a bridge for users who may not, such as qemu-bridge-helper: it is given one end of a socket
 * as descriptor 3, and passes the interface through it. Java's own processes inherit nothing, hence posix_spawn(3).
 *
 * @param command a program, or a line for the shell when it holds a blank
 */
record BridgeHelper(String command) {
    /** Where distributions install QEMU's. */
    private static final List<String> USUAL = List.of(
            "/usr/lib/qemu/qemu-bridge-helper",
            "/usr/libexec/qemu-bridge-helper",
            "/usr/local/libexec/qemu-bridge-helper");

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int INHERITED = 3;
    private static final int WNOHANG = 1;
    private static final int SIGKILL = 9;
    /** More than any C library's posix_spawn_file_actions_t. */
    private static final int ACTIONS_SIZE = 512;

    private static final MethodHandle POSIX_SPAWN = Libc.function(
            "posix_spawn",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS));
    private static final MethodHandle ACTIONS_INIT = Libc.function(
            "posix_spawn_file_actions_init", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private static final MethodHandle ACTIONS_DESTROY = Libc.function(
            "posix_spawn_file_actions_destroy", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private static final MethodHandle ACTIONS_ADDDUP2 = Libc.function(
            "posix_spawn_file_actions_adddup2",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    /** Of newer C libraries only: without it the helper sees what others of our descriptors are inherited. */
    private static final Optional<MethodHandle> ACTIONS_ADDCLOSEFROM = Optional.of(
                    "posix_spawn_file_actions_addclosefrom_np")
            .filter(Libc::has)
            .map(name -> Libc.function(
                    name, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT)));

    private static final MethodHandle WAITPID = Libc.function(
            "waitpid",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle KILL = Libc.function(
            "kill", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    /** The one of the host's QEMU, if there is any. */
    static Optional<BridgeHelper> installed() {
        return USUAL.stream()
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .map(BridgeHelper::new);
    }

    /** Runs it to its end; gives the interface that it made. May take a while: not under the machine lock. */
    Descriptor makeInterface(String bridge) throws DeviceException {
        return makeInterface(bridge, PATIENCE);
    }

    Descriptor makeInterface(String bridge, Duration patience) throws DeviceException {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            UnixSockets.Pair pair = UnixSockets.pair(UnixSockets.Kind.STREAM);
            try (Descriptor ours = pair.first()) {
                int process;
                try (Descriptor theirs = pair.second()) {
                    process = spawn(arguments(bridge), theirs);
                }
                Optional<Descriptor> made = receive(ours, deadline);
                int status = awaitEnd(process, deadline);
                if (status != 0) {
                    made.ifPresent(Descriptor::close);
                    throw new DeviceException("bridge helper '%s' failed%s".formatted(command, told(status)));
                }
                return made.orElseThrow(
                        () -> new DeviceException("bridge helper '%s' passed no interface".formatted(command)));
            }
        } catch (PosixException e) {
            throw new DeviceException("could not run bridge helper '%s': %s".formatted(command, e.getMessage()));
        }
    }

    private List<String> arguments(String bridge) {
        String descriptor = "--fd=" + INHERITED;
        if (command.indexOf(' ') < 0 && command.indexOf('\t') < 0) {
            return List.of(command, "--use-vnet", descriptor, "--br=" + bridge);
        }
        String line = command + " --use-vnet " + descriptor;
        boolean named = command.contains("--br=");
        return List.of("/bin/sh", "-c", named ? line : line + " --br='" + bridge.replace("'", "'\\''") + "'");
    }

    private static int spawn(List<String> arguments, Descriptor inherited) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment actions = arena.allocate(ACTIONS_SIZE, 16);
            MemorySegment process = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment program = arena.allocateFrom(arguments.getFirst());
            MemorySegment words = strings(arena, arguments);
            MemorySegment environment = strings(
                    arena,
                    System.getenv().entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue())
                            .toList());
            int socket = inherited.number();
            check("posix_spawn", Libc.call(state -> (int) ACTIONS_INIT.invokeExact(state, actions)));
            try {
                check("posix_spawn", Libc.call(state ->
                        (int) ACTIONS_ADDDUP2.invokeExact(state, actions, socket, INHERITED)));
                if (ACTIONS_ADDCLOSEFROM.isPresent()) {
                    MethodHandle closeFrom = ACTIONS_ADDCLOSEFROM.get();
                    check("posix_spawn", Libc.call(state ->
                            (int) closeFrom.invokeExact(state, actions, INHERITED + 1)));
                }
                check(arguments.getFirst(), Libc.call(state -> (int) POSIX_SPAWN.invokeExact(
                        state, process, program, actions, MemorySegment.NULL, words, environment)));
            } finally {
                Libc.call(state -> (int) ACTIONS_DESTROY.invokeExact(state, actions));
            }
            return process.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /** These functions give their error as the result. */
    private static void check(String what, Libc.Outcome outcome) throws PosixException {
        if (outcome.result() != 0) {
            throw new PosixException(what, (int) outcome.result());
        }
    }

    /** An array of pointers with a null behind. */
    private static MemorySegment strings(Arena arena, List<String> texts) {
        MemorySegment array = arena.allocate(ValueLayout.ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(texts.get(i)));
        }
        return array;
    }

    private static Optional<Descriptor> receive(Descriptor socket, long deadline) throws PosixException {
        try (PollSet polled = new PollSet(socket)) {
            polled.want(0, PollSet.IN);
            polled.await(millisecondsUntil(deadline));
            return polled.ready(0) == 0 ? Optional.empty() : UnixSockets.receiveDescriptor(socket);
        }
    }

    private static int millisecondsUntil(long deadline) {
        return (int) Math.max(0, Duration.ofNanos(deadline - System.nanoTime()).toMillis());
    }

    /** As wait(2) gives the status; one that is late is killed. */
    private static int awaitEnd(int process, long deadline) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            boolean killed = false;
            while (true) {
                int ended = Libc.call(state -> (int) WAITPID.invokeExact(state, process, status, WNOHANG))
                        .required("waitpid");
                if (ended == process) {
                    return status.get(ValueLayout.JAVA_INT, 0);
                }
                if (!killed && System.nanoTime() - deadline >= 0) {
                    killed = true;
                    Libc.call(state -> (int) KILL.invokeExact(state, process, SIGKILL));
                }
                Thread.sleep(Duration.ofMillis(2));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String told(int status) {
        int signal = status & 0x7F;
        if (signal == SIGKILL) {
            return ": it was killed, or took too long";
        }
        return signal != 0 ? ": killed by signal " + signal : " with status " + (status >> 8 & 0xFF);
    }
}

package org.margay.itests;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Servers that Debian has, started on loopback: each shows the files of one folder. */
final class HostServers implements AutoCloseable {
    private static final long PATIENCE = 20_000_000_000L;

    private final Path folder;
    private final Path work;
    private final List<Process> processes = new ArrayList<>();

    /**
     * None runs yet.
     *
     * @param folder that they show
     * @param work for their own files
     */
    HostServers(Path folder, Path work) {
        this.folder = folder;
        this.work = work;
    }

    /** busybox' httpd, which knows ranges; gives the URL of the folder. */
    String http() throws IOException, InterruptedException {
        int port = QmpClient.freePort();
        Path busybox = DebianPackage.file("busybox-static", "bin/busybox");
        start(busybox, "httpd", "-f", "-p", "127.0.0.1:" + port, "-h", folder);
        awaitPort(port);
        return "http://127.0.0.1:%d/".formatted(port);
    }

    /** vsftpd. */
    String ftp() throws IOException, InterruptedException {
        int port = QmpClient.freePort();
        Path configuration = Files.writeString(
                work.resolve("vsftpd.conf"), """
                listen=YES
                listen_address=127.0.0.1
                listen_port=%d
                background=NO
                anonymous_enable=YES
                local_enable=NO
                run_as_launching_user=YES
                ftp_username=nobody
                anon_root=%s
                anon_world_readable_only=NO
                secure_chroot_dir=%s
                seccomp_sandbox=NO
                xferlog_enable=NO
                allow_writeable_chroot=YES
                """.formatted(port, folder, Files.createDirectory(work.resolve("empty"))));
        start(DebianPackage.file("vsftpd", "usr/sbin/vsftpd"), configuration);
        awaitPort(port);
        return "ftp://127.0.0.1:%d/".formatted(port);
    }

    /** tftpd-hpa; it wants to be root. */
    String tftp() throws IOException, InterruptedException {
        int port = QmpClient.freePort();
        Path server = DebianPackage.file("tftpd-hpa", "usr/sbin/in.tftpd");
        start(server, "-L", "-a", "127.0.0.1:" + port, "-u", "root", "-s", folder);
        return "tftp://127.0.0.1:%d/".formatted(port);
    }

    /** qemu-nbd with a raw image, on a socket. */
    Process nbd(Path image, Path socket) throws IOException, InterruptedException {
        Process server = start(Path.of("/usr/bin/qemu-nbd"), "-t", "-r", "-e", "8", "-f", "raw", "-k", socket, image);
        long deadline = System.nanoTime() + PATIENCE;
        while (!Files.exists(socket) && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        return server;
    }

    private Process start(Path program, Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        ProcessBuilder builder = new ProcessBuilder(command);
        // Both FTP servers are linked with it, and not every host has it.
        Path library = DebianPackage.file("libwrap0", "usr/lib/x86_64-linux-gnu/libwrap.so.0");
        builder.environment().put("LD_LIBRARY_PATH", library.getParent().toString());
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(work.resolve("servers.log").toFile())
                .start();
        processes.add(process);
        return process;
    }

    private static void awaitPort(int port) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE;
        while (System.nanoTime() < deadline) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
                return;
            } catch (IOException _) {
                Thread.sleep(20);
            }
        }
        throw new AssertionError("nobody listens at port " + port);
    }

    @Override
    public void close() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }
}

package org.margay.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** bin/margay as a user meets it, and the same bundles in Felix' own launcher. */
class LauncherIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Path HOME = Path.of(System.getProperty("margay.home"));

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of(List.of("-seral", "stdio"), "margay: -seral: invalid option (did you mean '-serial'?)"),
                Arguments.of(
                        List.of("-smp", "99"),
                        "margay: -smp 99: Parameter 'cpus' expects a number from 1 to 8, not 99"),
                Arguments.of(List.of("-vnc", ":0"), "margay: -vnc: not in this version of Margay yet"),
                Arguments.of(
                        List.of("-nodefaults", "-kernel", "/nonexistent"),
                        "margay: could not load kernel '/nonexistent': No such file or directory"),
                Arguments.of(
                        List.of("-device", "isa-seral"),
                        "margay: -device isa-seral: 'isa-seral' is not a valid device model name"
                                + " (did you mean 'isa-serial'?)"),
                Arguments.of(
                        List.of("-nodefaults", "-device", "isa-serial,iobsae=1"),
                        "margay: -device isa-serial: Property 'isa-serial.iobsae' not found"
                                + " (did you mean 'iobase'?)"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeEndsWithOneLineAndCode1(List<String> options, String line) throws Exception {
        try (Margay margay = Margay.start(options.toArray(String[]::new))) {
            assertThat(margay.exitCode()).isEqualTo(1);
            assertThat(margay.errors().lines()).containsExactly(line);
        }
    }

    @Test
    void helpIsMadeFromWhatIsThere() throws Exception {
        try (Margay margay = Margay.start("-help")) {
            margay.terminal().await("-m [size=]megs", SOON);
            margay.terminal().await("Options of bundles in the driver repository:", SOON);
            margay.terminal().await("-qtest", SOON);
            margay.terminal().await("Not in this version yet:", SOON);
            margay.terminal().await("-vnc", SOON);
            assertThat(margay.exitCode()).isZero();
        }
    }

    @Test
    void aDriverComesFromTheRepositoryWhenItIsAskedFor() throws Exception {
        try (Margay margay = Margay.start("-device", "isa-serial,help")) {
            margay.terminal().await("isa-serial options:", SOON);
            margay.terminal().await("iobase=", SOON);
            assertThat(margay.exitCode()).isZero();
        }
    }

    @Test
    void aSignalEndsItInOrder(@TempDir Path folder) throws Exception {
        int port = QmpClient.freePort();
        Path pidFile = folder.resolve("pid");
        try (Margay margay = Margay.start(
                        "-nodefaults", "-no-shutdown", "-qmp", QmpClient.server(port), "-pidfile", pidFile.toString());
                QmpClient client = QmpClient.negotiate(port)) {
            assertThat(Files.readString(pidFile).strip())
                    .isEqualTo(Long.toString(margay.process().pid()));
            margay.process().destroy();
            assertThat(client.awaitEvent("SHUTDOWN", SOON).at("/data/reason").asText())
                    .isEqualTo("host-signal");
            assertThat(client.closedByServer()).isTrue();
            assertThat(margay.exitCode()).isZero();
            assertThat(margay.errors().lines()).containsExactly("margay: terminating on signal 15");
            assertThat(pidFile).doesNotExist();
        }
    }

    @Test
    void twoRunSideBySide() throws Exception {
        int one = QmpClient.freePort();
        int two = QmpClient.freePort();
        try (Margay first = Margay.start("-S", "-nodefaults", "-qmp", QmpClient.server(one));
                Margay second = Margay.start("-S", "-nodefaults", "-qmp", QmpClient.server(two));
                QmpClient firstClient = QmpClient.negotiate(one);
                QmpClient secondClient = QmpClient.negotiate(two)) {
            firstClient.execute("quit");
            assertThat(first.exitCode()).isZero();
            assertThat(secondClient.execute("query-status").path("status").asText())
                    .isEqualTo("prelaunch");
            secondClient.execute("quit");
            assertThat(second.exitCode()).isZero();
        }
    }

    @Test
    void stockFelixStartsTheMachineOfItsDeployFolder(@TempDir Path folder) throws Exception {
        int port = QmpClient.freePort();
        Path deploy = Files.createDirectory(folder.resolve("deploy"));
        Files.writeString(
                deploy.resolve("org.margay.machine.cfg"),
                "args = -S -nodefaults -m 64 -qmp %s%n".formatted(QmpClient.server(port)));
        Process felix = stockFelix(folder, "-Dfelix.fileinstall.dir=" + deploy);
        try (QmpClient client = QmpClient.negotiate(port)) {
            assertThat(client.execute("query-status").path("status").asText()).isEqualTo("prelaunch");
            client.execute("quit");
            assertThat(client.closedByServer()).isTrue();
            assertThat(felix.isAlive()).as("the container stays").isTrue();
        } finally {
            end(felix);
        }
    }

    @Test
    void gogoStartsAMachineInAWaitingContainer(@TempDir Path folder) throws Exception {
        int gogo = QmpClient.freePort();
        int qmp = QmpClient.freePort();
        Process felix = stockFelix(folder, "-Dmargay.gogo.port=" + gogo);
        try (Socket shell = connect(gogo)) {
            Console console = new Console(shell.getInputStream(), shell.getOutputStream());
            console.await("g! ", SOON);
            console.type("vm:status\r\n");
            console.await("no machine", SOON);
            console.type("vm:start -S -m 64 -nodefaults -qmp %s\r\n".formatted(QmpClient.server(qmp)));
            console.await("VM status: paused (prelaunch)", SOON);
            console.type("vm:pci\r\n");
            console.await("Host bridge: PCI device 8086:1237", SOON);
            try (QmpClient client = QmpClient.negotiate(qmp)) {
                console.type("vm:cont\r\n");
                client.awaitEvent("RESUME", SOON);
            }
        } finally {
            end(felix);
        }
    }

    private static Socket connect(int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (true) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    private static Process stockFelix(Path folder, String... properties) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dmargay.home=" + HOME.toAbsolutePath().normalize(),
                "-Dfelix.config.properties="
                        + HOME.resolve("conf/config.properties").toUri(),
                "-Dfelix.cache.rootdir=" + folder));
        command.addAll(List.of(properties));
        String libraries = Stream.of("felix-main.jar", "slf4j-api.jar", "slf4j-jdk14.jar")
                .map(name -> HOME.resolve("lib").resolve(name).toString())
                .reduce((a, b) -> a + ":" + b)
                .orElseThrow();
        command.addAll(List.of("-cp", libraries, "org.apache.felix.main.Main"));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("felix.log").toFile())
                .start();
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}

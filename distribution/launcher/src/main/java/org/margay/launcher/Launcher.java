package org.margay.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.apache.felix.main.AutoProcessor;
import org.apache.felix.main.Main;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.launch.Framework;
import sun.misc.Signal;

/**
 * Starts Felix as conf/config.properties says, with the command line in the framework property {@code margay.args}, and ends with the exit
 * code that the machine asks for. Felix' own main class brings up the same bundles from the same file.
 */
public final class Launcher {
    /** What all bundles together may take to stop. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    private Launcher() {}

    public static void main(String[] words) throws IOException, BundleException, InterruptedException {
        Path home = Path.of(System.getProperty("margay.home", "")).toAbsolutePath();
        System.setProperty("margay.home", home.toString());
        System.setProperty(
                Main.CONFIG_PROPERTIES_PROP,
                home.resolve("conf/config.properties").toUri().toString());
        Map<String, String> configuration = Main.loadConfigProperties();
        Main.copySystemProperties(configuration);
        // Of its own for each process: several run side by side, and the distribution may be read-only.
        Path storage = Files.createTempDirectory("margay-");
        configuration.put(Constants.FRAMEWORK_STORAGE, storage.toString());
        if (words.length > 0) {
            configuration.put(
                    "margay.args", Arrays.stream(words).map(Launcher::quoted).collect(Collectors.joining(" ")));
        }
        int exitCode;
        try {
            exitCode = run(configuration);
        } finally {
            delete(storage);
        }
        System.exit(exitCode);
    }

    private static int run(Map<String, String> configuration) throws BundleException, InterruptedException {
        Framework framework = new FrameworkFactory().newFramework(configuration);
        framework.init();
        AtomicBoolean ending = new AtomicBoolean();
        for (String signal : new String[] {"INT", "TERM", "HUP"}) {
            Signal.handle(new Signal(signal), received -> {
                if (ending.getAndSet(true)) {
                    return;
                }
                System.err.println("margay: terminating on signal " + received.getNumber());
                try {
                    framework.stop();
                } catch (BundleException e) {
                    Runtime.getRuntime().halt(1);
                }
            });
        }
        framework.getBundleContext().addBundleListener((SynchronousBundleListener) event -> {
            if (event.getBundle() == framework && event.getType() == BundleEvent.STOPPING) {
                Thread.ofPlatform().daemon(true).name("margay-end").start(Launcher::endAnyway);
            }
        });
        AutoProcessor.process(configuration, framework.getBundleContext());
        framework.start();
        framework.waitForStop(0);
        return Integer.getInteger("margay.exit", 0);
    }

    /** A bundle that hangs, such as a driver with a mistake, must not keep the process from ending. */
    private static void endAnyway() {
        try {
            Thread.sleep(STOP_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.err.println("margay: not all bundles stop; the process ends all the same");
        Runtime.getRuntime().halt(Integer.getInteger("margay.exit", 1));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.map(Path::toFile).sorted((a, b) -> b.compareTo(a)).forEach(File::delete);
        }
    }
}

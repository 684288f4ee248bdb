package org.margay.monitor.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses where the telnet shell listens, before it starts: 127.0.0.1 only, port {@value #PORT} if given, else the first free one
 * from {@value #FIRST} on, so that several processes run side by side. A container that waits for a machine says which.
 */
@Component(service = TelnetShell.class, immediate = true)
public final class TelnetShell {
    static final String PORT = "margay.gogo.port";
    static final int FIRST = 6666;
    private static final int TRIES = 100;

    private static final Logger LOG = LoggerFactory.getLogger(TelnetShell.class);

    @Activate
    public TelnetShell(BundleContext context) {
        @Nullable String given = context.getProperty(PORT);
        int port = given == null || given.isBlank() ? firstFree() : Integer.parseInt(given.strip());
        // Where the remote shell's bundle, which starts after this one, looks.
        System.setProperty("osgi.shell.telnet.ip", "127.0.0.1");
        System.setProperty("osgi.shell.telnet.port", Integer.toString(port));
        System.setProperty(PORT, Integer.toString(port));
        LOG.info("Gogo shell on telnet 127.0.0.1 {}", port);
        if (context.getProperty("margay.args") == null) {
            System.out.printf("Gogo shell: telnet 127.0.0.1 %d%n", port);
        }
    }

    private static int firstFree() {
        for (int port = FIRST; port < FIRST + TRIES; port++) {
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException _) {
                LOG.debug("port {} is taken", port);
            }
        }
        return FIRST;
    }
}

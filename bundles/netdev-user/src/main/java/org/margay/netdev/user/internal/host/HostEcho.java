package org.margay.netdev.user.internal.host;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.margay.netdev.user.internal.ip.EchoProbe;
import org.margay.netdev.user.internal.ip.IpAddress;

/** Asks by what Java can: an ICMP echo when the process may send one, else a connection to the echo port, refused or not. */
public final class HostEcho implements EchoProbe {
    private static final int TIMEOUT_MILLIS = 4_000;

    private final Executor loop;

    public HostEcho(Executor loop) {
        this.loop = loop;
    }

    @Override
    public void probe(IpAddress address, Consumer<Answer> answer) {
        Thread.ofVirtual().name("margay-net-echo").start(() -> {
            Answer result = probe(address);
            loop.execute(() -> answer.accept(result));
        });
    }

    private static Answer probe(IpAddress address) {
        try {
            return address.toInet().isReachable(TIMEOUT_MILLIS) ? Answer.ANSWERED : Answer.SILENT;
        } catch (IOException _) {
            return Answer.UNREACHABLE;
        }
    }
}

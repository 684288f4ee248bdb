package org.margay.netdev.user.internal.host;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.margay.chardev.posix.PosixException;
import org.margay.netdev.user.internal.ip.EchoProbe;
import org.margay.netdev.user.internal.ip.IpAddress;

/**
 * Asks by an ICMP echo where the host lets this process send one; else as far as Java can: as root by an echo too, as others by a
 * connection to the echo port, which may be refused but not dropped.
 */
public final class HostEcho implements EchoProbe {
    private static final int TIMEOUT_MILLIS = 4_000;

    /** Milliseconds between looks for an answer: often as long as a near one may come. */
    private static final int NEAR = 50;

    private static final int NEAR_PAUSE = 1;
    private static final int PAUSE = 10;

    /** Threads that wait in Java's own test at a time. */
    private static final int WAITING = 4;

    private final Executor loop;
    private final Semaphore waiting = new Semaphore(WAITING);

    public HostEcho(Executor loop) {
        this.loop = loop;
    }

    @Override
    public void probe(IpAddress address, Consumer<Answer> answer) {
        Thread.ofVirtual().name("margay-net-echo").start(() -> {
            try (PingSocket socket = new PingSocket(address)) {
                tell(answer, ping(socket));
            } catch (PosixException _) {
                test(address, answer);
            }
        });
    }

    private void tell(Consumer<Answer> answer, Answer result) {
        loop.execute(() -> answer.accept(result));
    }

    private static Answer ping(PingSocket socket) {
        try {
            socket.send();
            for (int waited = 0; waited < TIMEOUT_MILLIS; waited += waited < NEAR ? NEAR_PAUSE : PAUSE) {
                if (socket.answered()) {
                    return Answer.ANSWERED;
                }
                Thread.sleep(Duration.ofMillis(waited < NEAR ? NEAR_PAUSE : PAUSE));
            }
            return Answer.SILENT;
        } catch (PosixException _) {
            return Answer.UNREACHABLE;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Answer.SILENT;
        }
    }

    /** Java's own test holds on to its thread: that must not be a virtual one's carrier. */
    private void test(IpAddress address, Consumer<Answer> answer) {
        if (!waiting.tryAcquire()) {
            tell(answer, Answer.SILENT);
            return;
        }
        Thread.ofPlatform().daemon().name("margay-net-echo").start(() -> {
            Answer result = Answer.SILENT;
            try {
                result = address.toInet().isReachable(TIMEOUT_MILLIS) ? Answer.ANSWERED : Answer.SILENT;
            } catch (IOException _) {
                result = Answer.UNREACHABLE;
            } finally {
                waiting.release();
                tell(answer, result);
            }
        });
    }
}

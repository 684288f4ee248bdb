package org.margay.chardev.internal;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A pseudo terminal of the host: whoever opens it is the peer, until he closes it. */
final class Pty implements Backend {
    /** How often we look for somebody. */
    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final String label;
    private volatile boolean closed;
    private volatile @Nullable PseudoTerminal terminal;

    Pty(String label) {
        this.label = label;
    }

    @Override
    public void start(Consumer<PeerStream> peers) throws IOException {
        PseudoTerminal pair = PseudoTerminal.open();
        terminal = pair;
        Notices.tell("char device redirected to %s (label %s)".formatted(pair.slaveName(), label));
        awaitPeer(pair, peers);
    }

    private void awaitPeer(PseudoTerminal pair, Consumer<PeerStream> peers) {
        Thread.ofVirtual().name("chardev-pty").start(() -> {
            try {
                while (!closed && !pair.inUse()) {
                    Thread.sleep(INTERVAL);
                }
            } catch (InterruptedException e) {
                return;
            }
            if (closed) {
                pair.close();
                return;
            }
            peers.accept(new ChannelStream(
                    new ChannelStream.Ends(pair.slaveName(), pair, pair, () -> awaitPeer(pair, peers), true),
                    Thread.ofPlatform().daemon().name("chardev-pty").factory()));
        });
    }

    @Override
    public String filename() {
        PseudoTerminal pair = terminal;
        return pair == null ? "pty" : "pty:" + pair.slaveName();
    }

    /** The waiting thread, which alone looks at the pair when no stream does, closes it. */
    @Override
    public void close() {
        closed = true;
    }
}

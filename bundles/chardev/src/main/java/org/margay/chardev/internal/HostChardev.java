package org.margay.chardev.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.CharFrontend;
import org.margay.chardev.Chardev;
import org.margay.chardev.StreamAcceptor;
import org.margay.chardev.StreamHandler;

/** A chardev over a {@link Backend}. Peers that come while another is attended to wait their turn. */
final class HostChardev implements Chardev {
    /** Bytes of output beyond which a front end has to wait. */
    private static final int HIGH_WATER = 1 << 16;

    private final String label;
    private final Backend backend;
    private final ReentrantLock machineLock;

    /** Guards what follows; taken inside the machine lock, never around it. */
    private final Object state = new Object();

    private final Queue<PeerStream> waiting = new ArrayDeque<>();
    private final Set<PeerStream> served = ConcurrentHashMap.newKeySet();
    private final CountDownLatch firstPeer = new CountDownLatch(1);
    private @Nullable StreamAcceptor acceptor;
    private boolean closed;

    private volatile @Nullable CharFrontend frontend;
    private volatile @Nullable Link current;

    HostChardev(String label, Backend backend, ReentrantLock machineLock) {
        this.label = label;
        this.backend = backend;
        this.machineLock = machineLock;
    }

    /** Opens the back end; peers may come from now on. */
    void start() throws IOException {
        backend.start(this::peerCame);
    }

    void awaitFirstPeer() throws InterruptedException {
        firstPeer.await();
    }

    private void peerCame(PeerStream peer) {
        StreamAcceptor server;
        synchronized (state) {
            server = acceptor;
            if (closed) {
                peer.abort();
                return;
            }
            if (server == null) {
                waiting.add(peer);
            } else {
                served.add(peer);
            }
        }
        firstPeer.countDown();
        if (server != null) {
            hand(peer, server);
        } else {
            locked(this::attendToNext);
        }
    }

    private void locked(Runnable task) {
        machineLock.lock();
        try {
            task.run();
        } finally {
            machineLock.unlock();
        }
    }

    private void hand(PeerStream peer, StreamAcceptor server) {
        StreamHandler handler = server.accept(peer);
        peer.begin(new StreamHandler() {
            @Override
            public void received(ByteBuffer bytes) {
                handler.received(bytes);
            }

            @Override
            public void drained() {
                handler.drained();
            }

            @Override
            public void closed() {
                served.remove(peer);
                handler.closed();
            }
        });
    }

    /** Gives the front end the next peer, if it has none. Under the machine lock. */
    private void attendToNext() {
        CharFrontend device = frontend;
        if (device == null || current != null) {
            return;
        }
        PeerStream peer;
        synchronized (state) {
            peer = waiting.poll();
        }
        if (peer != null) {
            Link link = new Link(peer);
            current = link;
            device.opened();
            peer.begin(link);
        }
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String filename() {
        return backend.filename();
    }

    @Override
    public boolean connected() {
        synchronized (state) {
            return current != null || !waiting.isEmpty() || !served.isEmpty();
        }
    }

    @Override
    public boolean attached() {
        synchronized (state) {
            return frontend != null || acceptor != null;
        }
    }

    @Override
    public void attach(CharFrontend device) {
        synchronized (state) {
            if (frontend != null || acceptor != null) {
                throw new IllegalStateException("chardev '" + label + "' is in use");
            }
            frontend = device;
        }
        Link link = current;
        if (link != null) {
            device.opened();
            link.offer();
        } else {
            attendToNext();
        }
    }

    @Override
    public void detach(CharFrontend device) {
        synchronized (state) {
            if (frontend == device) {
                frontend = null;
            }
        }
    }

    @Override
    public int write(byte[] data, int offset, int length) {
        Link link = current;
        return link == null ? length : link.write(data, offset, length);
    }

    @Override
    public void acceptInput() {
        Link link = current;
        if (link != null) {
            link.offer();
        }
    }

    @Override
    public void serve(StreamAcceptor server) {
        Deque<PeerStream> peers;
        synchronized (state) {
            if (frontend != null || acceptor != null) {
                throw new IllegalStateException("chardev '" + label + "' is in use");
            }
            acceptor = server;
            peers = new ArrayDeque<>(waiting);
            waiting.clear();
            served.addAll(peers);
        }
        peers.forEach(peer -> hand(peer, server));
    }

    @Override
    public void close() {
        Deque<PeerStream> peers;
        synchronized (state) {
            if (closed) {
                return;
            }
            closed = true;
            peers = new ArrayDeque<>(waiting);
            waiting.clear();
            peers.addAll(served);
        }
        backend.close();
        Link link = current;
        if (link != null) {
            link.peer.close();
        }
        peers.forEach(PeerStream::close);
        backend.release();
    }

    /** A peer that the front end talks to. Its calls come from the I/O thread, without the machine lock. */
    private final class Link implements StreamHandler {
        private final PeerStream peer;

        /** Input that the front end had no room for. Under the machine lock. */
        private byte[] held = {};

        private int heldFrom;
        private boolean offering;
        /** The front end waits to write. Set under the machine lock. */
        private volatile boolean refused;

        Link(PeerStream peer) {
            this.peer = peer;
        }

        @Override
        public void received(ByteBuffer bytes) {
            locked(() -> {
                byte[] more = new byte[held.length - heldFrom + bytes.remaining()];
                System.arraycopy(held, heldFrom, more, 0, held.length - heldFrom);
                bytes.get(more, held.length - heldFrom, bytes.remaining());
                held = more;
                heldFrom = 0;
                offer();
            });
        }

        void offer() {
            CharFrontend device = frontend;
            if (offering) {
                return;
            }
            offering = true;
            try {
                while (device != null && heldFrom < held.length) {
                    int taken = device.receive(held, heldFrom, held.length - heldFrom);
                    if (taken <= 0) {
                        break;
                    }
                    heldFrom += taken;
                }
            } finally {
                offering = false;
            }
            peer.setReading(heldFrom == held.length);
        }

        int write(byte[] data, int offset, int length) {
            // The flag first: should the last byte leave right now, drained() must see it.
            refused = peer.pending() >= HIGH_WATER;
            if (refused && peer.pending() > 0) {
                return 0;
            }
            refused = false;
            peer.write(data, offset, length);
            return length;
        }

        @Override
        public void drained() {
            if (refused) {
                locked(() -> {
                    CharFrontend device = frontend;
                    if (refused && device != null) {
                        refused = false;
                        device.writable();
                    }
                });
            }
        }

        @Override
        public void lineBreak() {
            locked(() -> {
                CharFrontend device = frontend;
                if (device != null) {
                    device.lineBreak();
                }
            });
        }

        @Override
        public void closed() {
            locked(() -> {
                current = null;
                CharFrontend device = frontend;
                if (device != null) {
                    device.closed();
                    if (refused) {
                        device.writable();
                    }
                }
                attendToNext();
            });
        }
    }
}

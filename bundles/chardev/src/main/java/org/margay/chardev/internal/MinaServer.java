package org.margay.chardev.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.service.IoHandlerAdapter;
import org.apache.mina.core.session.AttributeKey;
import org.apache.mina.core.session.IdleStatus;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.transport.socket.nio.NioSocketAcceptor;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.ChardevBackend.Tcp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A TCP server on Apache MINA: one thread for all its clients, without the machine's taking notice of slow ones. */
final class MinaServer implements Backend {
    private static final Logger LOG = LoggerFactory.getLogger(MinaServer.class);
    private static final AttributeKey STREAM = new AttributeKey(MinaServer.class, "stream");

    /** Bytes read at once; a bound on what one turn of a client's can make us answer. */
    private static final int READ_BUFFER = 1 << 14;

    private final Tcp tcp;
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("chardev-tcp-", 0).factory());
    private final InlineProcessor processor = new InlineProcessor(threads);
    private final NioSocketAcceptor acceptor = new NioSocketAcceptor(threads, processor);
    private volatile int port;

    MinaServer(Tcp tcp) {
        this.tcp = tcp;
        this.port = tcp.port();
    }

    @Override
    public void start(Consumer<PeerStream> peers) throws IOException {
        InetAddress address = SocketNames.resolve(tcp);
        acceptor.setReuseAddress(true);
        acceptor.getSessionConfig().setTcpNoDelay(true);
        acceptor.getSessionConfig().setReadBufferSize(READ_BUFFER);
        acceptor.getSessionConfig().setMaxReadBufferSize(READ_BUFFER);
        acceptor.getSessionConfig().setBothIdleTime(0);
        // Else unbinding ends the sessions at once, with what they still hold.
        acceptor.setCloseOnDeactivation(false);
        acceptor.setHandler(new Handler(peers));
        port = bind(address).getPort();
    }

    private InetSocketAddress bind(InetAddress address) throws IOException {
        for (int candidate = tcp.port(); ; candidate++) {
            try {
                acceptor.bind(new InetSocketAddress(address, candidate));
                return acceptor.getLocalAddress();
            } catch (IOException e) {
                if (candidate >= tcp.lastPort()) {
                    close();
                    release();
                    throw new IOException("can't listen on " + SocketNames.address(tcp.host(), candidate) + ": "
                            + SocketNames.reason(e));
                }
            }
        }
    }

    @Override
    public String filename() {
        return SocketNames.filename("tcp", SocketNames.address(tcp.host(), port), tcp.mode());
    }

    @Override
    public void close() {
        acceptor.unbind();
        acceptor.dispose(false);
    }

    /** Not before sessions have sent what they hold: this ends them. */
    @Override
    public void release() {
        processor.dispose();
        threads.shutdown();
    }

    /** Between MINA's sessions and our streams. */
    private static final class Handler extends IoHandlerAdapter {
        private final Consumer<PeerStream> peers;

        Handler(Consumer<PeerStream> peers) {
            this.peers = peers;
        }

        @Override
        public void sessionOpened(IoSession session) {
            MinaStream stream = new MinaStream(session);
            session.setAttribute(STREAM, stream);
            peers.accept(stream);
        }

        @Override
        public void messageReceived(IoSession session, Object message) {
            MinaStream stream = stream(session);
            if (stream != null && message instanceof IoBuffer buffer) {
                stream.received(buffer.buf());
            }
        }

        @Override
        public void messageSent(IoSession session, Object message) {
            MinaStream stream = stream(session);
            if (stream != null) {
                stream.sent();
            }
        }

        /** A client that has no more to say still gets its answers. */
        @Override
        public void inputClosed(IoSession session) {
            session.closeOnFlush();
        }

        @Override
        public void sessionClosed(IoSession session) {
            MinaStream stream = stream(session);
            if (stream != null) {
                stream.closed();
            }
        }

        @Override
        public void sessionIdle(IoSession session, IdleStatus status) {
            // Clients may be silent as long as they like.
        }

        @Override
        public void exceptionCaught(IoSession session, Throwable cause) {
            if (cause instanceof IOException) {
                LOG.debug("{}: {}", session.getRemoteAddress(), cause.toString());
            } else {
                LOG.error("{}: disconnected", session.getRemoteAddress(), cause);
            }
            session.closeNow();
        }

        private static @Nullable MinaStream stream(IoSession session) {
            return (MinaStream) session.getAttribute(STREAM);
        }
    }
}

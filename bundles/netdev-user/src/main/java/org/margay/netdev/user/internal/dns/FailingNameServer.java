package org.margay.netdev.user.internal.dns;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Executor;
import org.margay.netdev.user.internal.ip.Bytes;
import org.margay.netdev.user.internal.tcp.LoopStream;

/** Stands for the name server that the host lacks: DNS over TCP (RFC 1035, 4.2.2) where each answer is SERVFAIL. */
public final class FailingNameServer extends LoopStream {
    /** Bytes in front of each message: its length. */
    private static final int PREFIX = 2;

    private byte[] query = new byte[0];
    private byte[] answer = new byte[0];
    private boolean noMoreQueries;

    public FailingNameServer(Executor loop, Events events) {
        super(loop, events);
        connected();
    }

    @Override
    public int read(ByteBuffer target) {
        if (answer.length == 0) {
            return noMoreQueries ? -1 : 0;
        }
        int length = Math.min(target.remaining(), answer.length);
        target.put(answer, 0, length);
        answer = Arrays.copyOfRange(answer, length, answer.length);
        changed();
        return length;
    }

    /** Takes bytes up to the end of a query, and no more before its answer is read. */
    @Override
    public int write(byte[] bytes, int offset, int length) throws IOException {
        int taken = 0;
        while (taken < length && answer.length == 0) {
            int wanted = query.length < PREFIX ? PREFIX : PREFIX + Bytes.u16(query, 0);
            int more = Math.min(length - taken, wanted - query.length);
            query = Arrays.copyOf(query, query.length + more);
            System.arraycopy(bytes, offset + taken, query, query.length - more, more);
            taken += more;
            if (query.length >= PREFIX && query.length == PREFIX + Bytes.u16(query, 0)) {
                answer();
            }
        }
        return taken;
    }

    private void answer() throws IOException {
        byte[] failure = ServerFailure.answer(query, PREFIX, query.length - PREFIX)
                .orElseThrow(() -> new IOException("no DNS query"));
        answer = new byte[PREFIX + failure.length];
        Bytes.put16(answer, 0, failure.length);
        System.arraycopy(failure, 0, answer, PREFIX, failure.length);
        query = new byte[0];
        changed();
    }

    @Override
    protected boolean readReady() {
        return answer.length > 0 || noMoreQueries;
    }

    @Override
    protected boolean writeReady() {
        return answer.length == 0;
    }

    @Override
    public void shutdownOutput() {
        noMoreQueries = true;
        changed();
    }

    @Override
    protected void end() {}
}

package org.margay.netdev.user.internal.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.margay.netdev.user.internal.tcp.LoopStream;

/**
 * Standard input and output of a command that the host's shell runs for one connection. Pipes of processes can't be selected: two
 * virtual threads per process move their bytes.
 */
public final class ProcessStream extends LoopStream {
    /** Bytes read at once, and bytes that wait to be written at most. */
    private static final int BUFFER = 64 << 10;

    /** In place of bytes: there will be no more. */
    private static final byte[] END = {};

    private final Executor loop;
    /** Read and not taken yet; null when there is nothing. */
    private @Nullable ByteBuffer input;

    private boolean inputEnded;
    private @Nullable IOException outputFailure;
    /** Released when the input was taken. */
    private final Semaphore taken = new Semaphore(1);

    private final BlockingQueue<byte[]> output = new LinkedBlockingQueue<>();
    private int outputSize;
    private volatile @Nullable Process process;
    private volatile boolean gone;

    public ProcessStream(String command, Executor loop, Events events) {
        super(loop, events);
        this.loop = loop;
        Thread.ofVirtual().name("margay-net-process").start(() -> run(command));
    }

    private void run(String command) {
        try {
            Process started = new ProcessBuilder("/bin/sh", "-c", command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            process = started;
            if (gone) {
                kill(started);
                return;
            }
            connected();
            Thread.ofVirtual().name("margay-net-process-input").start(() -> feed(started.getOutputStream()));
            consume(started.getInputStream());
        } catch (IOException e) {
            failed(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void consume(InputStream source) throws InterruptedException {
        byte[] buffer = new byte[BUFFER];
        int read = 0;
        while (read >= 0 && !gone) {
            taken.acquire();
            read = readOrEnd(source, buffer);
            byte[] bytes = read < 0 ? END : Arrays.copyOf(buffer, read);
            loop.execute(() -> received(bytes));
        }
    }

    private static int readOrEnd(InputStream source, byte[] buffer) {
        try {
            return source.read(buffer);
        } catch (IOException _) {
            return -1;
        }
    }

    private void received(byte[] bytes) {
        if (bytes.length == 0) {
            inputEnded = true;
        } else {
            input = ByteBuffer.wrap(bytes);
        }
        changed();
    }

    private void feed(OutputStream target) {
        try (target) {
            for (byte[] bytes = output.take(); bytes.length > 0; bytes = output.take()) {
                int length = bytes.length;
                target.write(bytes);
                target.flush();
                loop.execute(() -> written(length));
            }
        } catch (IOException e) {
            loop.execute(() -> {
                outputFailure = e;
                changed();
            });
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void written(int length) {
        outputSize -= length;
        changed();
    }

    @Override
    protected boolean readReady() {
        return input != null || inputEnded;
    }

    @Override
    protected boolean writeReady() {
        return outputSize < BUFFER || outputFailure != null;
    }

    @Override
    public int read(ByteBuffer target) {
        ByteBuffer there = input;
        if (there == null) {
            return inputEnded ? -1 : 0;
        }
        int length = Math.min(target.remaining(), there.remaining());
        target.put(there.slice(there.position(), length));
        there.position(there.position() + length);
        if (!there.hasRemaining()) {
            input = null;
            taken.release();
        }
        return length;
    }

    @Override
    public int write(byte[] bytes, int offset, int length) throws IOException {
        IOException failure = outputFailure;
        if (failure != null) {
            throw failure;
        }
        int fits = Math.min(length, BUFFER - outputSize);
        if (fits > 0) {
            outputSize += fits;
            output.add(Arrays.copyOfRange(bytes, offset, offset + fits));
        }
        return fits;
    }

    @Override
    public void shutdownOutput() {
        output.add(END);
    }

    @Override
    protected void end() {
        gone = true;
        output.add(END);
        taken.release();
        Process running = process;
        if (running != null) {
            kill(running);
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}

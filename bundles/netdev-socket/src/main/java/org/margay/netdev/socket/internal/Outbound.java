package org.margay.netdev.socket.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.margay.machine.Machine;
import org.margay.net.Frame;
import org.margay.net.NetClient;

/** Frames from the machine on their way to a peer. Those sent while there is none are lost. */
final class Outbound {
    /** Frames and bytes that wait at most before the machine is told that there is no room. */
    private static final int FRAMES = 256;

    private static final int BYTES = 1 << 20;

    private final NetClient client;
    private final Machine machine;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final Deque<byte[]> frames = new ArrayDeque<>();
    private int bytes;
    private boolean connected;
    /** The machine was told that there is no room. */
    private boolean full;

    Outbound(NetClient client, Machine machine) {
        this.client = client;
        this.machine = machine;
    }

    /** A peer is there: frames are kept for it from now on. */
    void connect() {
        lock.lock();
        try {
            connected = true;
        } finally {
            lock.unlock();
        }
    }

    /** The peer is gone, with all that waited for it. */
    void disconnect() {
        lock.lock();
        try {
            connected = false;
            frames.clear();
            bytes = 0;
            tellRoom();
        } finally {
            lock.unlock();
        }
    }

    /** Under the machine lock. */
    boolean hasRoom() {
        lock.lock();
        try {
            boolean room = frames.size() < FRAMES && bytes < BYTES;
            full |= !room;
            return room;
        } finally {
            lock.unlock();
        }
    }

    /** Under the machine lock. */
    void add(Frame frame) {
        lock.lock();
        try {
            if (connected) {
                frames.add(frame.bytes());
                bytes += frame.length();
                more.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next frame; waits for it. A thread that writes. */
    byte[] next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (frames.isEmpty()) {
                more.await();
            }
            byte[] frame = frames.remove();
            bytes -= frame.length;
            if (frames.size() <= FRAMES / 2 && bytes <= BYTES / 2) {
                tellRoom();
            }
            return frame;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a thread that writes may put off what it has, because more is there. */
    boolean isEmpty() {
        lock.lock();
        try {
            return frames.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void tellRoom() {
        if (full) {
            full = false;
            machine.later(client::ready);
        }
    }
}

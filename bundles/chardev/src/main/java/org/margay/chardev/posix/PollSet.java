package org.margay.chardev.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Some descriptors that are waited for together (poll(2)). Not thread-safe; a thread that waits is a platform thread. */
public final class PollSet implements AutoCloseable {
    public static final int IN = 1;
    public static final int OUT = 4;
    public static final int ERROR = 8;
    public static final int HANGUP = 16;

    /** Without end. */
    public static final int FOREVER = -1;

    /** struct pollfd: int fd; short events, revents. */
    private static final int ENTRY = 8;

    private static final int EVENTS = 4;
    private static final int RETURNED = 6;
    private static final int NOBODY = -1;

    private static final MethodHandle POLL = Libc.function(
            "poll",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));

    private final Arena arena = Arena.ofConfined();
    private final Descriptor[] descriptors;
    private final MemorySegment entries;

    public PollSet(Descriptor... descriptors) {
        this.descriptors = descriptors.clone();
        this.entries = arena.allocate((long) ENTRY * descriptors.length, 4);
    }

    /**
     * Says what to wait for.
     *
     * @param index of the descriptor
     * @param events {@link #IN} and {@link #OUT}; with none of them, its errors don't count either
     */
    public void want(int index, int events) {
        long entry = (long) index * ENTRY;
        entries.set(ValueLayout.JAVA_INT, entry, events == 0 ? NOBODY : descriptors[index].number());
        entries.set(ValueLayout.JAVA_SHORT, entry + EVENTS, (short) events);
    }

    /** Waits until one of them is ready, or until the time is over. */
    public void await(int milliseconds) throws PosixException {
        Libc.Outcome outcome =
                Libc.call(state -> (int) POLL.invokeExact(state, entries, (long) descriptors.length, milliseconds));
        if (outcome.result() < 0) {
            for (int i = 0; i < descriptors.length; i++) {
                entries.set(ValueLayout.JAVA_SHORT, (long) i * ENTRY + RETURNED, (short) 0);
            }
            if (outcome.errno() != Libc.EINTR) {
                throw new PosixException("poll", outcome.errno());
            }
        }
    }

    /** What a descriptor is ready for: events that were wanted, {@link #ERROR}, {@link #HANGUP}. */
    public int ready(int index) {
        return entries.get(ValueLayout.JAVA_SHORT, (long) index * ENTRY + RETURNED);
    }

    @Override
    public void close() {
        arena.close();
    }
}

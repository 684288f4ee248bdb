package org.margay.chardev.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Something to wait for in a {@link PollSet} that another thread can make ready (eventfd(2)). */
public final class Wakeup implements AutoCloseable {
    private static final int FLAGS = Descriptor.O_CLOEXEC | Descriptor.O_NONBLOCK;

    private static final MethodHandle EVENTFD = Libc.function(
            "eventfd", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final Descriptor descriptor;
    private final MemorySegment one;
    private final MemorySegment count;

    public Wakeup() throws PosixException {
        descriptor = Descriptor.of(
                Libc.call(state -> (int) EVENTFD.invokeExact(state, 0, FLAGS)).required("eventfd"));
        Arena arena = Arena.ofAuto();
        one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1);
        count = arena.allocate(ValueLayout.JAVA_LONG);
    }

    /** What becomes ready for reading. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /** Makes it ready. Any thread. */
    public void signal() {
        try {
            descriptor.write(one);
        } catch (PosixException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes it wait again. */
    public void clear() {
        try {
            descriptor.read(count);
        } catch (PosixException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}

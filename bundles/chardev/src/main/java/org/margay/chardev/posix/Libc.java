package org.margay.chardev.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** Calls of the C library, with errno (errno(3)); numbers are those of Linux. */
public final class Libc {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int ENXIO = 6;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> STATES =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CALL_STATE));

    private static final int LONGEST_TEXT = 256;
    private static final MethodHandle STRERROR = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("strerror"),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

    private Libc() {}

    /**
     * What a call gave.
     *
     * @param errno means something when the result says so
     */
    public record Outcome(long result, int errno) {
        /**
         * The result of a call that tells by a negative one that it failed.
         *
         * @param what the call and what it was about
         */
        public int required(String what) throws PosixException {
            if (result < 0) {
                throw new PosixException(what, errno);
            }
            return (int) result;
        }
    }

    /** A function's call. */
    @FunctionalInterface
    public interface Call {
        /** @param callState the function's first argument */
        long invoke(MemorySegment callState) throws Throwable;
    }

    /**
     * A function of the C library.
     *
     * @return takes the state of {@link #call} as its first argument
     */
    public static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 1, options.length);
        all[0] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, all);
    }

    /** Whether the C library has a function. */
    public static boolean has(String name) {
        return LINKER.defaultLookup().find(name).isPresent();
    }

    /** Calls a function and keeps its errno. */
    public static Outcome call(Call call) {
        MemorySegment state = STATES.get();
        try {
            long result = call.invoke(state);
            return new Outcome(result, (int) ERRNO.get(state, 0L));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("native calls throw nothing", e);
        }
    }

    /** An error as people read it: "No such file or directory". */
    public static String text(int errno) {
        try {
            MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
            return text.reinterpret(LONGEST_TEXT).getString(0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("native calls throw nothing", e);
        }
    }
}

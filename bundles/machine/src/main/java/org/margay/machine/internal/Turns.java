package org.margay.machine.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.margay.machine.Machine;
import org.margay.qmp.QmpLoop;

/**
 * Does things to a machine in its loop's turns, from any thread; what they throw is thrown to the caller. Nothing happens once the
 * machine has ended.
 */
public record Turns(QmpLoop loop) {
    /**
     * What is done in a turn.
     *
     * @param <E> what it may throw
     */
    @FunctionalInterface
    public interface Action<E extends Exception> {
        void run() throws E;
    }

    /**
     * What is asked in a turn.
     *
     * @param <T> the answer
     * @param <E> what it may throw
     */
    @FunctionalInterface
    public interface Question<T, E extends Exception> {
        T get() throws E;
    }

    public static Turns of(Machine machine) {
        return new Turns(machine.find(QmpLoop.class).orElseThrow());
    }

    @SuppressWarnings("unchecked")
    public <E extends Exception> void run(Action<E> action) throws E {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        loop.run(() -> {
            try {
                action.run();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                failure.set(e);
            }
        });
        Exception thrown = failure.get();
        if (thrown != null) {
            // Actions throw no other checked ones.
            throw (E) thrown;
        }
    }

    /** The answer, or nothing when the machine has ended. */
    public <T, E extends Exception> Optional<T> get(Question<T, E> question) throws E {
        List<T> answer = new ArrayList<>(1);
        run(() -> {
            answer.add(question.get());
        });
        return answer.stream().findFirst();
    }
}

package org.margay.machine.internal.update;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.margay.machine.Machine;
import org.margay.qmp.QmpLoop;

/** Does things to a machine in its loop's turns, from any thread. Nothing happens once the machine has ended. */
record Turns(QmpLoop loop) {
    static Turns of(Machine machine) {
        return new Turns(machine.find(QmpLoop.class).orElseThrow());
    }

    void run(Runnable action) {
        loop.run(action);
    }

    /** @param otherwise the answer of a machine that has ended */
    <T> T get(Supplier<T> question, T otherwise) {
        List<T> answer = new ArrayList<>(List.of(otherwise));
        loop.run(() -> answer.set(0, question.get()));
        return answer.getFirst();
    }
}

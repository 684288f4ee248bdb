package org.margay.machine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.margay.machine.DeviceException;

class TurnsTest {
    private final Turns turns = new Turns(Runnable::run);
    private final Turns ofEndedMachine = new Turns(_ -> {});

    @Test
    void answersComeBack() {
        assertThat(turns.get(() -> "yes")).contains("yes");
        assertThat(ofEndedMachine.get(() -> "yes")).isEmpty();
    }

    @Test
    void actionsAreDone() {
        List<String> done = new ArrayList<>();
        turns.run(() -> done.add("now"));
        ofEndedMachine.run(() -> done.add("never"));
        assertThat(done).containsExactly("now");
    }

    @Test
    void failuresAreThrownToTheCaller() {
        DeviceException why = new DeviceException("no");
        assertThatThrownBy(() -> turns.run(() -> {
                    throw why;
                }))
                .isSameAs(why);
        assertThatThrownBy(() -> turns.get(() -> {
                    throw why;
                }))
                .isSameAs(why);
    }

    @Test
    void theLoopSeesDefects() {
        List<RuntimeException> seen = new ArrayList<>();
        Turns guarded = new Turns(task -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                seen.add(e);
            }
        });
        IllegalStateException defect = new IllegalStateException();
        guarded.run(() -> {
            throw defect;
        });
        assertThat(seen).containsExactly(defect);
    }
}

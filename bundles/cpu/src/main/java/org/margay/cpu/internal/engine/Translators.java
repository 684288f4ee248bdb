package org.margay.cpu.internal.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.margay.cpu.internal.jit.Translator;

/** The translators of a machine's processors, for those who want to know how they are doing. Any thread. */
final class Translators {
    private final List<Translator> all = new CopyOnWriteArrayList<>();

    void add(Translator translator) {
        all.add(translator);
    }

    List<Translator> all() {
        return all;
    }
}

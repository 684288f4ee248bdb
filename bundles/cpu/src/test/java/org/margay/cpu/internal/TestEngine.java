package org.margay.cpu.internal;

import org.margay.cpu.internal.interp.Interpreter;
import org.margay.cpu.internal.jit.JitOptions;
import org.margay.cpu.internal.jit.Translator;

/**
 * The engine of tests: the interpreter, or, with {@code -Dmargay.test.jit=true}, with everything translated before it runs for the first
 * time.
 */
public final class TestEngine {
    private static final boolean TRANSLATED = Boolean.getBoolean("margay.test.jit");

    private TestEngine() {}

    /** As the property says. */
    public static Interpreter of(Cpu cpu) {
        return TRANSLATED ? translated(cpu) : new Interpreter(cpu);
    }

    /** With the translator. */
    public static Interpreter translated(Cpu cpu) {
        return translated(cpu, JitOptions.eager());
    }

    /** The same, keeping to {@link Cpu#lookAt}. */
    public static Interpreter translatedAndCounted(Cpu cpu) {
        return translated(cpu, JitOptions.eager().counting(true));
    }

    private static Interpreter translated(Cpu cpu, JitOptions options) {
        Interpreter interpreter = new Interpreter(cpu);
        interpreter.promoteTo(new Translator(options));
        return interpreter;
    }
}

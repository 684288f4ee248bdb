package org.margay.machine.random;

import java.security.SecureRandom;
import org.margay.machine.Machine;

/** Random bytes of this Java's own generator, which the host seeds: what devices have that name no backend. */
public final class BuiltInRandom extends RandomBackend {
    /** The name of the type, with -object. */
    public static final String TYPE = "rng-builtin";

    private final Machine machine;
    private final SecureRandom random = new SecureRandom();

    public BuiltInRandom(Machine machine) {
        super(TYPE);
        this.machine = machine;
    }

    @Override
    protected void fetch(int count) {
        machine.later(() -> {
            byte[] bytes = new byte[count];
            random.nextBytes(bytes);
            arrived(bytes);
        });
    }

    @Override
    public void close() {}
}

package org.margay.machine;

import java.util.List;

/** A kind of machine that {@code -machine} can ask for: a service of the board's bundle. */
public interface MachineType {
    /** The name it is listed by, then others, such as versioned ones, that scripts use. */
    List<String> names();

    /** One line for {@code -machine help}. */
    String description();
}

package org.margay.qtest.internal;

import java.nio.file.Path;

/** What the options of qtest ask for. */
sealed interface QtestPlan {
    /** -qtest: the label of the chardev that testers come by. */
    record Server(String chardev) implements QtestPlan {}

    /** -qtest-log: every line of the protocol goes to this file. */
    record Log(Path file) implements QtestPlan {}
}

package org.margay.blkdebug.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules and the state that they lead to; it begins as 1. Any thread. */
final class RuleEngine {
    private final List<Rule> rules;
    private int state = 1;

    RuleEngine(List<Rule> rules) {
        this.rules = new ArrayList<>(rules);
    }

    /**
     * A request raises an event. All rules look at the state as it was before.
     *
     * @throws IOException the error of the first rule that wants the request to fail
     */
    synchronized void raise(Event event, long offset, long length) throws IOException {
        int before = state;
        Rule.@Nullable InjectError error = null;
        for (Rule rule : rules) {
            if (rule.event() != event || (rule.state() != 0 && rule.state() != before)) {
                continue;
            }
            switch (rule) {
                case Rule.SetState set -> state = set.newState();
                case Rule.InjectError inject -> {
                    if (error == null && inject.touches(offset, length)) {
                        error = inject;
                    }
                }
            }
        }
        if (error != null) {
            if (error.once()) {
                rules.remove(error);
            }
            throw Errno.exception(error.errno());
        }
    }
}

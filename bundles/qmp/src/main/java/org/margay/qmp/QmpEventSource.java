package org.margay.qmp;

import java.util.List;

/** Names the events a bundle may send: a service, for {@code query-events}. */
public interface QmpEventSource {
    List<String> events();
}

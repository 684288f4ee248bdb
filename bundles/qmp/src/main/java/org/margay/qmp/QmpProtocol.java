package org.margay.qmp;

import java.util.function.Consumer;

/** QMP without a transport: a service that monitors open their clients' connections with. */
public interface QmpProtocol {
    /**
     * Greets a client that has connected.
     *
     * @param monitor label of the monitor's character device, such as "compat_monitor0"
     * @param pretty whether what is sent is spread over lines and indented
     * @param output takes whole messages, line end included; called from any thread, never by two at once, in the order
     *     in which they must go out. It must not block and must not keep or change the array
     */
    QmpConnection open(String monitor, boolean pretty, Consumer<byte[]> output);
}

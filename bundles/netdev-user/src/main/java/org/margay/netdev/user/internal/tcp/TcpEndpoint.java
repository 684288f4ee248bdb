package org.margay.netdev.user.internal.tcp;

/** What a flow's segments go to. */
sealed interface TcpEndpoint permits TcpConnection, TimeWait {
    void receive(Segment segment);
}

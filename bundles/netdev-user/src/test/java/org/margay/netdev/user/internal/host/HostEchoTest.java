package org.margay.netdev.user.internal.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.margay.netdev.user.internal.ip.EchoProbe;
import org.margay.netdev.user.internal.ip.IpAddress;

class HostEchoTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.9"})
    void theHostItselfAnswers(String address) throws Exception {
        CompletableFuture<EchoProbe.Answer> answer = new CompletableFuture<>();
        new HostEcho(Runnable::run).probe(IpAddress.parse(address), answer::complete);
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(EchoProbe.Answer.ANSWERED);
    }
}

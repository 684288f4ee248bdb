package org.margay.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.margay.testkit.BenchMachine;

class HubTest {
    private final BenchMachine machine = new BenchMachine();
    private final Network network = Network.of(machine);
    private final RecordingEnd a = new RecordingEnd("a");
    private final RecordingEnd b = new RecordingEnd("b");
    private final RecordingEnd c = new RecordingEnd("c");

    private void plugAll() {
        network.plug(0, a.client());
        network.plug(0, b.client());
        network.plug(0, c.client());
    }

    @Test
    void aFrameGoesToAllOthers() {
        plugAll();
        RecordingEnd elsewhere = new RecordingEnd("elsewhere");
        network.plug(1, elsewhere.client());
        assertThat(a.send(1)).isTrue();
        assertThat(c.send(2)).isTrue();
        assertThat(a.take()).containsExactly(2);
        assertThat(b.take()).containsExactly(1, 2);
        assertThat(c.take()).containsExactly(1);
        assertThat(elsewhere.take()).isEmpty();
    }

    /** Who answers at once is not ahead of the question at those who listen. */
    @Test
    void allSeeTheSameOrder() {
        RecordingEnd answers = new RecordingEnd("answers") {
            @Override
            public void receive(Frame frame) {
                super.receive(frame);
                if (frame.bytes()[0] == 1) {
                    for (int i = 2; i < 102; i++) {
                        send(i);
                    }
                }
            }
        };
        network.plug(0, answers.client());
        plugAll();
        a.send(1);
        assertThat(b.take()).hasSize(101).startsWith(1, 2, 3, 4).endsWith(100, 101);
        assertThat(a.take()).hasSize(100).startsWith(2, 3).endsWith(100, 101);
        assertThat(answers.takeDrained()).isEqualTo(1);
    }

    @Test
    void aloneInAHubFramesAreLost() {
        network.plug(0, a.client());
        assertThat(a.send(1)).isTrue();
        assertThat(a.client().peerReady()).isTrue();
    }

    @Test
    void onePortDoesNotHoldTheOthersUp() {
        plugAll();
        b.room(false);
        for (int i = 0; i < 1000; i++) {
            assertThat(a.send(i)).isTrue();
        }
        assertThat(c.take()).hasSize(1000);
        b.room(true);
        assertThat(b.take()).hasSizeBetween(1, 500).startsWith(0, 1, 2);
    }

    @Test
    void aSenderWaitsWhenNobodyHasRoom() {
        plugAll();
        b.room(false);
        c.room(false);
        assertThat(a.send(1)).isFalse();
        assertThat(a.send(2)).isFalse();
        b.room(true);
        assertThat(a.takeDrained()).isEqualTo(1);
        assertThat(b.take()).containsExactly(1, 2);
        assertThat(c.take()).isEmpty();
        c.room(true);
        assertThat(c.take()).containsExactly(1, 2);
        assertThat(a.takeDrained()).isZero();
    }

    @Test
    void aSenderGoesOnWhenTheFullOneLeaves() {
        plugAll();
        c.close();
        b.room(false);
        a.send(1);
        assertThat(a.send(2)).isFalse();
        b.close();
        assertThat(a.takeDrained()).isEqualTo(1);
        assertThat(a.send(3)).isTrue();
    }

    @Test
    void aSwitchedOffLinkIsPassedBy() {
        plugAll();
        b.room(false);
        b.client().setLink(false);
        c.client().setLink(false);
        assertThat(a.send(1)).isTrue();
        assertThat(a.send(2)).isTrue();
        c.client().setLink(true);
        machine.runTasks();
        a.send(3);
        assertThat(c.take()).containsExactly(3);
        assertThat(b.take()).isEmpty();
    }

    @Test
    void portsAndHubsGoWithTheirWires() {
        plugAll();
        assertThat(network.hubs()).hasSize(1);
        assertThat(network.hubs().getFirst().ports()).hasSize(3);
        a.close();
        assertThat(network.hubs().getFirst().ports()).hasSize(2);
        b.close();
        c.close();
        assertThat(network.hubs()).isEmpty();
        RecordingEnd again = new RecordingEnd("again");
        network.plug(0, again.client());
        assertThat(network.hubs()).hasSize(1);
    }

    @Test
    void aNamedPortStaysWithoutAWire() {
        Netdev port = network.hubPort(3, "h0");
        assertThat(Network.isHubPort(port)).isTrue();
        assertThat(port.info()).isEqualTo("hubid=3");
        a.client().connect(port.client());
        network.plug(3, b.client());
        a.send(1);
        assertThat(b.take()).containsExactly(1);
        a.client().close();
        c.client().connect(port.client());
        b.send(2);
        assertThat(c.take()).containsExactly(2);
        port.close();
        assertThat(c.client().peer()).isNull();
        assertThat(network.hubs().getFirst().ports()).hasSize(1);
    }

    /** What is sent is what is received by everybody, in order, as long as all keep to the rules. */
    @Test
    void nothingIsLostAmongThoseWhoWait() {
        plugAll();
        Random random = new Random(5);
        int sent = 0;
        boolean waits = false;
        java.util.List<Integer> got = new java.util.ArrayList<>();
        c.close();
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(3) == 0) {
                b.room(random.nextBoolean());
            } else if (!waits) {
                waits = !a.send(sent++ % 100);
            }
            if (a.takeDrained() > 0) {
                waits = false;
            }
            got.addAll(b.take());
        }
        b.room(true);
        got.addAll(b.take());
        assertThat(got).hasSize(sent);
        for (int i = 0; i < sent; i++) {
            assertThat(got.get(i)).isEqualTo(i % 100);
        }
    }
}

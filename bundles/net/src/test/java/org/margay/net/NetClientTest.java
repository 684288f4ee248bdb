package org.margay.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.margay.net.Offload.Checksum;
import org.margay.net.Offload.Segmentation;

class NetClientTest {
    /** What is behind an end: writes down what it hears, and does what a test wants while it is given a frame. */
    private static final class End implements NetClient.Handler {
        final NetClient client;
        final List<String> heard = new ArrayList<>();
        boolean room = true;
        int places = Integer.MAX_VALUE;
        OffloadSet offloads = OffloadSet.NONE;
        Consumer<Frame> reaction = _ -> {};
        int depth;

        End(String name) {
            client = new NetClient(name, this);
        }

        @Override
        public boolean canReceive() {
            return room && places > 0;
        }

        @Override
        public void receive(Frame frame) {
            assertThat(canReceive()).isTrue();
            assertThat(offloads.takes(frame.offload())).isTrue();
            assertThat(++depth).isEqualTo(1);
            places--;
            heard.add(frame.length() == 1 ? "frame " + frame.bytes()[0] : "frame of " + frame.length());
            reaction.accept(frame);
            depth--;
        }

        @Override
        public void drained() {
            heard.add("drained");
        }

        @Override
        public void linkChanged() {
            heard.add("link");
        }

        @Override
        public OffloadSet offloads() {
            return offloads;
        }

        List<String> take() {
            List<String> taken = List.copyOf(heard);
            heard.clear();
            return taken;
        }
    }

    private final End left = new End("left");
    private final End right = new End("right");

    private void connect() {
        left.client.connect(right.client);
        left.heard.clear();
        right.heard.clear();
    }

    private static Frame frame(int number) {
        return new Frame(new byte[] {(byte) number});
    }

    @Test
    void framesPassBothWays() {
        connect();
        assertThat(left.client.send(frame(1))).isTrue();
        assertThat(right.client.send(frame(2))).isTrue();
        assertThat(right.take()).containsExactly("frame 1");
        assertThat(left.take()).containsExactly("frame 2");
    }

    @Test
    void withoutCarrierFramesAreLost() {
        assertThat(left.client.send(frame(1))).isTrue();
        assertThat(left.client.peerReady()).isTrue();
        assertThat(left.client.peerOffloads()).isEqualTo(OffloadSet.ALL);
        left.client.connect(right.client);
        assertThat(left.take()).containsExactly("link");
        assertThat(right.take()).containsExactly("link");
        for (End end : List.of(left, right)) {
            end.client.setLink(false);
            assertThat(left.client.carrier()).isFalse();
            assertThat(left.client.send(frame(1))).isTrue();
            assertThat(right.client.send(frame(1))).isTrue();
            end.client.setLink(false);
            assertThat(left.take()).containsExactly("link");
            assertThat(right.take()).containsExactly("link");
            end.client.setLink(true);
            assertThat(left.take()).containsExactly("link");
            assertThat(right.take()).containsExactly("link");
        }
        assertThat(left.client.carrier()).isTrue();
    }

    @Test
    void oneWireForEach() {
        connect();
        NetClient third = new NetClient("third", right);
        assertThatThrownBy(() -> third.connect(left.client)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> left.client.connect(third)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> third.connect(third)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void framesWaitForRoomInTheirOrder() {
        connect();
        right.places = 1;
        assertThat(left.client.send(frame(1))).isTrue();
        assertThat(left.client.peerReady()).isFalse();
        assertThat(left.client.send(frame(2))).isFalse();
        assertThat(left.client.send(frame(3))).isFalse();
        right.places = 1;
        right.client.ready();
        assertThat(right.take()).containsExactly("frame 1", "frame 2");
        assertThat(left.take()).isEmpty();
        right.places = 5;
        assertThat(left.client.send(frame(4))).isTrue();
        assertThat(right.take()).containsExactly("frame 3", "frame 4");
        assertThat(left.take()).containsExactly("drained");
        right.client.ready();
        assertThat(left.take()).isEmpty();
    }

    @Test
    void theQueueIsBounded() {
        connect();
        right.room = false;
        for (int i = 0; i < 1000; i++) {
            assertThat(left.client.send(frame(i))).isFalse();
        }
        right.room = true;
        right.client.ready();
        assertThat(right.take()).hasSize(256).startsWith("frame 0", "frame 1");
        assertThat(left.take()).containsExactly("drained");
    }

    @Test
    void whatWaitsIsLostWithTheLink() {
        connect();
        right.room = false;
        left.client.send(frame(1));
        right.client.setLink(false);
        assertThat(left.take()).containsExactly("link", "drained");
        right.room = true;
        right.client.setLink(true);
        right.client.ready();
        assertThat(right.take()).containsExactly("link", "link");
    }

    @Test
    void answersComeAtOnceAndHandlersAreNotEnteredTwice() {
        connect();
        right.reaction = frame -> right.client.send(frame(10 + frame.bytes()[0]));
        left.reaction = frame -> {
            if (frame.bytes()[0] < 50) {
                left.client.send(frame(frame.bytes()[0]));
            }
        };
        assertThat(left.client.send(frame(1))).isTrue();
        assertThat(right.take()).containsExactly("frame 1", "frame 11", "frame 21", "frame 31", "frame 41");
        assertThat(left.take()).contains("frame 11", "frame 21", "frame 31", "frame 41", "frame 51");
    }

    @Test
    void readyWhileAFrameIsDelivered() {
        connect();
        right.room = false;
        left.client.send(frame(1));
        left.client.send(frame(2));
        right.room = true;
        right.reaction = _ -> right.client.ready();
        right.client.ready();
        assertThat(right.take()).containsExactly("frame 1", "frame 2");
        assertThat(left.take()).containsExactly("drained");
    }

    @Test
    void theReceiverClosesWhileAFrameIsDelivered() {
        connect();
        right.room = false;
        left.client.send(frame(1));
        left.client.send(frame(2));
        right.room = true;
        right.reaction = _ -> right.client.close();
        right.client.ready();
        assertThat(right.take()).containsExactly("frame 1");
        assertThat(left.take()).containsExactly("link", "drained");
        assertThat(left.client.peer()).isNull();
        assertThat(left.client.send(frame(3))).isTrue();
    }

    @Test
    void theSenderClosesWhileAFrameIsDelivered() {
        connect();
        right.room = false;
        left.client.send(frame(1));
        left.client.send(frame(2));
        right.room = true;
        right.reaction = _ -> left.client.close();
        right.client.ready();
        assertThat(right.take()).containsExactly("frame 1", "link");
        assertThat(left.take()).isEmpty();
    }

    @Test
    void segmentsStopWhenTheReceiverGoes() {
        connect();
        right.reaction = _ -> right.client.close();
        assertThat(left.client.send(large())).isTrue();
        assertThat(right.take()).containsExactly("frame of 1058");
        assertThat(left.take()).containsExactly("link");
    }

    @Test
    void anotherReceiverIsConnectedWhileAFrameIsDelivered() {
        connect();
        End third = new End("third");
        right.reaction = _ -> {
            right.client.close();
            left.client.connect(third.client);
        };
        assertThat(left.client.send(large())).isTrue();
        assertThat(right.take()).containsExactly("frame of 1058");
        assertThat(third.take()).containsExactly("link");
    }

    private static Frame large() {
        return new Frame(
                Packets.tcp4(0, new byte[3000]),
                new Offload(Checksum.PARTIAL, 34, 16, Segmentation.TCP4, 1000, 58, false));
    }

    @Test
    void aReceiverGetsWhatItTakes() {
        connect();
        right.offloads = OffloadSet.ALL;
        left.client.send(large());
        assertThat(right.take()).containsExactly("frame of 3058");
        right.offloads = new OffloadSet(true, false, true, true, true);
        left.client.send(large());
        assertThat(right.take()).containsExactly("frame of 1058", "frame of 1058", "frame of 1058");
    }

    @Test
    void whatAReceiverTakesMayChangeWhileAFrameWaits() {
        connect();
        right.offloads = OffloadSet.ALL;
        right.room = false;
        assertThat(left.client.send(large())).isFalse();
        right.offloads = OffloadSet.NONE;
        right.room = true;
        right.places = 2;
        right.client.ready();
        assertThat(right.take()).containsExactly("frame of 1058", "frame of 1058");
        right.places = 2;
        right.client.ready();
        assertThat(right.take()).containsExactly("frame of 1058");
        assertThat(left.take()).containsExactly("drained");
    }

    @Test
    void unfinishableFramesAreLost() {
        connect();
        Offload broken = new Offload(Checksum.PARTIAL, 60_000, 0, Segmentation.NONE, 0, 0, true);
        assertThat(left.client.send(new Frame(new byte[60], broken))).isTrue();
        assertThat(right.take()).isEmpty();
    }

    @Test
    void tapsSeeBothWays() {
        connect();
        List<String> seen = new ArrayList<>();
        NetClient.Tap tap = (frame, sent) -> seen.add((sent ? "sent " : "got ") + frame.length());
        left.client.addTap(tap);
        left.client.send(large());
        right.client.send(frame(1));
        left.client.removeTap(tap);
        left.client.send(frame(1));
        assertThat(seen).containsExactly("sent 3058", "got 1");
    }

    /** Whatever both sides do, a sender that was told to wait hears when it may go on, and order is kept. */
    @Test
    void nobodyWaitsForEver() {
        Random random = new Random(4);
        connect();
        int number = 0;
        boolean waiting = false;
        for (int i = 0; i < 50_000; i++) {
            right.room = random.nextInt(3) != 0;
            switch (random.nextInt(6)) {
                case 0 -> right.client.ready();
                case 1 -> right.client.setLink(random.nextInt(4) != 0);
                default -> {
                    if (!waiting) {
                        waiting = !left.client.send(frame(number++ % 100));
                    }
                }
            }
            if (left.take().contains("drained")) {
                waiting = false;
            }
            if (waiting) {
                assertThat(left.client.carrier()).isTrue();
            }
        }
        right.client.setLink(true);
        right.room = true;
        right.client.ready();
        assertThat(left.client.peerReady()).isTrue();
        assertThat(number).isGreaterThan(5_000);
    }
}

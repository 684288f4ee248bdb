package org.margay.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.margay.machine.DeviceException;
import org.margay.net.internal.FakeCard;
import org.margay.testkit.BenchMachine;

class NetworkTest {
    private static final FakeCard.Driver CARD = new FakeCard.Driver("e1000");

    private final BenchMachine machine = new BenchMachine();
    private final Network network = Network.of(machine);

    private RecordingEnd add(String type, String id) throws DeviceException {
        RecordingEnd end = new RecordingEnd(id) {
            @Override
            public String info() {
                return "net=10.0.2.0,restrict=off";
            }
        };
        network.add(type, id, end);
        return end;
    }

    @Test
    void cardsAndBackends() throws Exception {
        add("user", "u0");
        CARD.plug(machine, "nic0", Map.of("netdev", "u0"));
        add("user", "n1");
        assertThat(NetworkInfo.describe(machine)).isEqualTo("""
                        Devices not on any VLAN:
                          nic0: type=nic,model=e1000,macaddr=52:54:00:12:34:56
                           \\ u0: type=user,net=10.0.2.0,restrict=off
                          n1: type=user,net=10.0.2.0,restrict=off
                        """);
    }

    @Test
    void hubs() throws Exception {
        network.plug(0, add("user", "user.0").client());
        network.plug(3, add("user", "user.1").client());
        CARD.plug(machine, "e1000.0", Map.of("vlan", "0"));
        CARD.plug(machine, "e1000.1", Map.of("vlan", "0"));
        assertThat(NetworkInfo.describe(machine)).isEqualTo("""
                        VLAN 0 devices:
                          user.0: type=user,net=10.0.2.0,restrict=off
                          e1000.0: type=nic,model=e1000,macaddr=52:54:00:12:34:56
                          e1000.1: type=nic,model=e1000,macaddr=52:54:00:12:34:57
                        VLAN 3 devices:
                          user.1: type=user,net=10.0.2.0,restrict=off
                        Devices not on any VLAN:
                        """);
    }

    @Test
    void namedPortsOfHubs() throws Exception {
        network.add("hubport", "h0", network.hubPort(7, "h0"));
        network.add("hubport", "h1", network.hubPort(7, "h1"));
        CARD.plug(machine, "nic0", Map.of("netdev", "h0"));
        CARD.plug(machine, "nic1", Map.of());
        assertThat(NetworkInfo.describe(machine)).isEqualTo("""
                        VLAN 7 devices:
                          h1: type=hubport,hubid=7
                          nic0: type=nic,model=e1000,macaddr=52:54:00:12:34:56
                        Devices not on any VLAN:
                          nic1: type=nic,model=e1000,macaddr=52:54:00:12:34:57
                        """);
    }

    @Test
    void aBackendThatWaitsForAPeerIsNotShown() throws Exception {
        network.add("socket", "s1", new RecordingEnd("s1") {
            @Override
            public boolean listed() {
                return client().peer() != null;
            }
        });
        assertThat(NetworkInfo.describe(machine)).isEqualTo("Devices not on any VLAN:\n");
        CARD.plug(machine, "nic0", Map.of("netdev", "s1"));
        assertThat(NetworkInfo.describe(machine)).contains("   \\ s1: type=socket,recording\n");
    }

    @Test
    void aCardStaysWhenItsBackendGoes() throws Exception {
        RecordingEnd backend = add("user", "u0");
        FakeCard card = CARD.plug(machine, "nic0", Map.of("netdev", "u0"));
        assertThat(card.nic().linkUp()).isTrue();
        assertThat(network.remove("u0")).isTrue();
        assertThat(network.remove("u0")).isFalse();
        assertThat(backend.closed()).isTrue();
        assertThat(card.nic().linkUp()).isFalse();
        assertThat(NetworkInfo.describe(machine)).isEqualTo("""
                        Devices not on any VLAN:
                          nic0: type=nic,model=e1000,macaddr=52:54:00:12:34:56
                           \\ u0: type=user,net=10.0.2.0,restrict=off
                        """);
        // As its driver would be given its properties again after an update.
        String netdev = card.properties().stream()
                .filter(property -> property.name().equals("netdev"))
                .map(property -> property.getter().get().toString())
                .findFirst()
                .orElseThrow();
        card.close();
        FakeCard again = CARD.plug(machine, "nic0", Map.of("netdev", netdev, "vlan", "-1"));
        assertThat(again.nic().client().peer()).isNull();
        assertThat(again.nic().linkUp()).isFalse();
    }

    @Test
    void addressesAreGivenOnceAndGivenBack() throws Exception {
        FakeCard first = CARD.plug(machine, "a", Map.of());
        FakeCard second = CARD.plug(machine, "b", Map.of("mac", "52:54:00:12:34:57"));
        FakeCard third = CARD.plug(machine, "c", Map.of());
        assertThat(first.nic().mac()).hasToString("52:54:00:12:34:56");
        assertThat(third.nic().mac()).hasToString("52:54:00:12:34:58");
        second.close();
        assertThat(CARD.plug(machine, "d", Map.of()).nic().mac()).hasToString("52:54:00:12:34:57");
    }

    @Test
    void backendsHaveOneCard() throws Exception {
        add("user", "u0");
        CARD.plug(machine, "a", Map.of("netdev", "u0"));
        assertThatThrownBy(() -> CARD.plug(machine, "b", Map.of("netdev", "u0")))
                .hasMessage("Property 'e1000.netdev' can't take value 'u0', it's in use");
        assertThatThrownBy(() -> CARD.plug(machine, "b", Map.of("netdev", "nope")))
                .hasMessage("Property 'e1000.netdev' can't find value 'nope'");
        assertThatThrownBy(() -> add("user", "u0")).hasMessage("Duplicate ID 'u0' for netdev");
        assertThat(network.nics()).hasSize(1);
    }

    @Test
    void theMachineClosesThemAll() throws Exception {
        RecordingEnd a = add("user", "a");
        RecordingEnd b = add("user", "b");
        network.plug(0, b.client());
        machine.close();
        assertThat(a.closed()).isTrue();
        assertThat(b.closed()).isTrue();
        assertThat(network.netdevs()).isEmpty();
        assertThat(network.hubs()).isEmpty();
    }

    /** A card that is just being made can't answer. */
    @Test
    void cardsAreNotCalledWhileTheyAreMade() throws Exception {
        RecordingEnd sender = add("user", "n");
        network.plug(0, sender.client());
        network.plug(0, add("user", "full").client());
        machine.backends()
                .find(Netdev.class, "full")
                .map(RecordingEnd.class::cast)
                .orElseThrow()
                .room(false);
        sender.send(1);
        sender.send(2);
        NetClient.Handler unborn = new NetClient.Handler() {
            @Override
            public boolean canReceive() {
                throw new AssertionError("too early");
            }

            @Override
            public void receive(Frame frame) {
                throw new AssertionError("too early");
            }

            @Override
            public void linkChanged() {
                throw new AssertionError("too early");
            }

            @Override
            public OffloadSet offloads() {
                throw new AssertionError("too early");
            }
        };
        for (Map<String, String> properties : java.util.List.of(
                Map.of("vlan", "0"), Map.of("vlan", "1"), Map.of("netdev", ""), Map.<String, String>of())) {
            CARD.attach(machine, "c" + properties, properties, unborn);
        }
        add("user", "free");
        CARD.attach(machine, "d", Map.of("netdev", "free"), unborn);
    }

    @Test
    void aLinkThatIsSwitchedOffStaysSoWhenTheDriverIsUpdated() throws Exception {
        add("user", "u0");
        Map<String, String> properties = Map.of("netdev", "u0");
        FakeCard card = CARD.plug(machine, "nic0", properties);
        card.nic().client().setLink(false);
        card.close();
        FakeCard updated = CARD.plugAnew(machine, "nic0", properties);
        assertThat(updated.nic().linkUp()).isFalse();
        updated.nic().client().setLink(true);
        updated.close();
        assertThat(CARD.plugAnew(machine, "nic0", properties).nic().linkUp()).isTrue();
    }

    @Test
    void anotherCardOfTheNameHasItsOwnLink() throws Exception {
        FakeCard card = CARD.plug(machine, "nic0", Map.of());
        card.nic().client().setLink(false);
        card.close();
        assertThat(CARD.plug(machine, "nic0", Map.of()).nic().linkUp()).isTrue();
    }

    @Test
    void aLinkWithoutBackendStaysAsItWasSwitchedLast() throws Exception {
        add("user", "u0");
        FakeCard card = CARD.plug(machine, "nic0", Map.of("netdev", "u0"));
        network.remove("u0");
        card.close();
        FakeCard updated = CARD.plugAnew(machine, "nic0", Map.of("netdev", ""));
        assertThat(updated.nic().linkUp()).isFalse();
        updated.nic().client().setLink(true);
        updated.close();
        assertThat(CARD.plugAnew(machine, "nic0", Map.of("netdev", "")).nic().linkUp())
                .isTrue();
    }
}

package org.margay.net.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.margay.machine.DeviceException;
import org.margay.machine.plan.BoardDevice;
import org.margay.machine.plan.DeviceRequest;
import org.margay.net.Netdev;
import org.margay.net.NetdevDriver;
import org.margay.net.Network;
import org.margay.net.NetworkInfo;
import org.margay.testkit.BenchMachine;

class NetdevsTest {
    private final BenchMachine machine = new BenchMachine();
    private final Netdevs netdevs = Netdevs.of(machine);
    private final FakeNetdevDriver driver = new FakeNetdevDriver("user");

    private static NetdevRequest request(String id, Integer vlan, String... options) {
        Map<String, List<String>> said = new java.util.LinkedHashMap<>(Map.of("must", List.of("on")));
        for (String option : options) {
            String[] parts = option.split("=");
            said.put(parts[0], List.of(parts[1]));
        }
        return new NetdevRequest("user", id, said, Optional.ofNullable(vlan));
    }

    @Test
    void madeAndTakenAway() throws Exception {
        Netdev made = netdevs.create(driver, request("n", 3));
        assertThat(NetworkInfo.describe(machine)).startsWith("VLAN 3 devices:\n  n: type=user,");
        assertThat(made.client().peer()).isNotNull();
        assertThatThrownBy(() -> netdevs.create(driver, request("n", null))).hasMessage("Duplicate ID 'n' for netdev");
        assertThat(driver.count()).isEqualTo(1);
        assertThat(netdevs.delete("n")).isTrue();
        assertThat(driver.last().closed()).isTrue();
        assertThat(netdevs.delete("n")).isFalse();
        netdevs.create(driver, request("n", null));
    }

    @Test
    void whatADriverThrowsIsItsRefusal() {
        assertThatThrownBy(() -> netdevs.create(driver, request("n", null, "fault=refuses")))
                .isInstanceOf(DeviceException.class)
                .hasMessage("port is busy");
        assertThatThrownBy(() -> netdevs.create(driver, request("n", null, "fault=throws")))
                .isInstanceOf(DeviceException.class)
                .hasMessage("Device 'user' could not be initialized");
        assertThat(Network.of(machine).netdevs()).isEmpty();
    }

    @Test
    void backWithItsDriver() throws Exception {
        netdevs.create(driver, request("u0", null, "net=10.1.0.0"));
        netdevs.create(driver, request("user.0", 0));
        FakeCard card = new FakeCard.Driver("e1000").plug(machine, "nic0", Map.of("netdev", "u0"));
        netdevs.park(netdev -> true);
        assertThat(Network.of(machine).netdevs()).isEmpty();
        assertThat(card.nic().linkUp()).isFalse();
        assertThat(NetworkInfo.describe(machine)).contains("\\ u0: type=user,net=10.1.0.0");

        FakeNetdevDriver other = new FakeNetdevDriver("tap");
        netdevs.revive(other);
        FakeNetdevDriver newer = new FakeNetdevDriver("user");
        netdevs.revive(newer);
        assertThat(other.count()).isZero();
        assertThat(newer.count()).isEqualTo(2);
        assertThat(card.nic().linkUp()).isTrue();
        assertThat(card.nic().client().carrier()).isTrue();
        assertThat(NetworkInfo.describe(machine)).isEqualTo("""
                        VLAN 0 devices:
                          user.0: type=user,net=10.0.2.0,restrict=off
                        Devices not on any VLAN:
                          nic0: type=nic,model=e1000,macaddr=52:54:00:12:34:56
                           \\ u0: type=user,net=10.1.0.0,restrict=off
                        """);
        netdevs.revive(newer);
        assertThat(newer.count()).isEqualTo(2);
    }

    @Test
    void aLinkThatWasOffStaysOff() throws Exception {
        netdevs.create(driver, request("u0", null));
        FakeCard card = new FakeCard.Driver("e1000").plug(machine, "nic0", Map.of("netdev", "u0"));
        card.nic().client().setLink(false);
        netdevs.park(netdev -> true);
        netdevs.revive(driver);
        assertThat(card.nic().linkUp()).isFalse();
        assertThat(card.nic().client().peer()).isNotNull();
    }

    @Test
    void aCardThatHasGoneIsNotWaitedFor() throws Exception {
        netdevs.create(driver, request("u0", null));
        netdevs.create(driver, request("u1", null));
        FakeCard card = new FakeCard.Driver("e1000").plug(machine, "nic0", Map.of("netdev", "u0"));
        netdevs.park(netdev -> true);
        card.close();
        netdevs.delete("u1");
        netdevs.revive(driver);
        assertThat(Network.of(machine).netdevs()).containsOnlyKeys("u0");
        assertThat(driver.last().client().peer()).isNull();
    }

    @Test
    void onlyThoseOfTheDriverGo() throws Exception {
        Netdev kept = netdevs.create(driver, request("kept", null));
        netdevs.create(driver, request("goes", null));
        netdevs.park(netdev -> netdev != kept);
        assertThat(Network.of(machine).netdevs()).containsOnlyKeys("kept");
    }

    @Test
    void partsMakeWhatThePlanSays() throws Exception {
        FakeFinder finder =
                new FakeFinder().with(NetdevDriver.class, "netdev.name", "org.margay.netdev", "user", driver);
        machine.plan().add(NetdevRequest.class, request("u0", null));
        DeviceRequest card = new DeviceRequest("e1000", Optional.empty(), Optional.empty(), Map.of("netdev", "u0"));
        machine.plan().add(CardRequest.class, new CardRequest(card));
        new NetdevPart(new NetdevDrivers(finder)).build(machine);
        new CardPart().build(machine);
        assertThat(Network.of(machine).netdevs()).containsOnlyKeys("u0");
        assertThat(machine.plan().all(BoardDevice.class)).containsExactly(new BoardDevice(card));
        machine.plan().add(NetdevRequest.class, request("u1", null, "fault=refuses"));
        assertThatThrownBy(() -> new NetdevPart(new NetdevDrivers(finder)).build(machine))
                .hasMessage("netdev user 'u0': Duplicate ID 'u0' for netdev");
    }

    @Test
    void hubPorts() throws Exception {
        HubPortDriver hubPort = new HubPortDriver();
        netdevs.create(driver, request("nd", null));
        create(hubPort, "h0", Map.of("hubid", List.of("1")));
        create(hubPort, "h1", Map.of("hubid", List.of("1"), "netdev", List.of("nd")));
        FakeCard card = new FakeCard.Driver("e1000").plug(machine, "nic0", Map.of("netdev", "h0"));
        card.nic().client().send(new org.margay.net.Frame(new byte[] {5}));
        assertThat(driver.last().take()).containsExactly(5);
        refused(hubPort, Map.of("hubid", List.of("1"), "netdev", List.of("nd")), "netdev 'nd' is in use");
        refused(hubPort, Map.of("hubid", List.of("1"), "netdev", List.of("nope")), "netdev 'nope' not found");
        create(hubPort, "h2", Map.of("hubid", List.of("2")));
        refused(
                hubPort,
                Map.of("hubid", List.of("1"), "netdev", List.of("h2")),
                "netdev 'h2' is the port of a hub itself");
        refused(hubPort, Map.of("hubid", List.of("-1")), "Parameter 'hubid' expects a number from 0 on, not -1");
        refused(hubPort, Map.of(), "Parameter 'hubid' is missing");
        assertThat(netdevs.delete("h1")).isTrue();
        assertThat(driver.last().client().peer()).isNull();
    }

    private void create(NetdevDriver<?> type, String id, Map<String, List<String>> options) throws DeviceException {
        netdevs.create(type, new NetdevRequest(type.type(), id, options, Optional.empty()));
    }

    private void refused(NetdevDriver<?> type, Map<String, List<String>> options, String text) {
        assertThatThrownBy(() -> create(type, "x", options)).hasMessage(text);
        assertThat(Network.of(machine).netdevs()).doesNotContainKey("x");
    }
}

package org.margay.net.internal.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.margay.machine.CommandLineOption;
import org.margay.machine.DeviceDriver;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.plan.DeviceRequest;
import org.margay.machine.plan.MachineFlag;
import org.margay.net.NetdevDriver;
import org.margay.net.internal.CardDrivers;
import org.margay.net.internal.CardRequest;
import org.margay.net.internal.DefaultNetwork;
import org.margay.net.internal.FakeCard;
import org.margay.net.internal.FakeFinder;
import org.margay.net.internal.FakeNetdevDriver;
import org.margay.net.internal.HubPortDriver;
import org.margay.net.internal.NetdevDrivers;
import org.margay.net.internal.NetdevRequest;

class NetworkOptionsTest {
    private final FakeFinder finder = new FakeFinder()
            .with(NetdevDriver.class, "netdev.name", "org.margay.netdev", "hubport", new HubPortDriver())
            .offering(NetdevDriver.class, "netdev.name", "org.margay.netdev", "user", new FakeNetdevDriver("user"))
            .offering(NetdevDriver.class, "netdev.name", "org.margay.netdev", "vde", "bundle 'vde' can't be used")
            .with(DeviceDriver.class, "driver.name", "org.margay.driver", "rtl8139", new FakeCard.Driver("rtl8139"))
            .offering(DeviceDriver.class, "driver.name", "org.margay.driver", "e1000", new FakeCard.Driver("e1000"))
            .offering(
                    DeviceDriver.class, "nic.model", "org.margay.nic", "virtio", new FakeCard.Driver("virtio-net-pci"));
    private final NetdevDrivers backends = new NetdevDrivers(finder);
    private final CardDrivers cards = new CardDrivers(finder);
    private final MachinePlan plan = new MachinePlan();

    private CommandLineOption option(String name) {
        return switch (name) {
            case "-netdev" -> new NetdevOption(backends);
            case "-nic" -> new NicOption(backends, cards);
            default -> new NetOption(backends, cards);
        };
    }

    private static NetdevRequest backend(String type, String id, Integer vlan, Map<String, List<String>> options) {
        return new NetdevRequest(type, id, options, Optional.ofNullable(vlan));
    }

    private static CardRequest card(String driver, String name, Map<String, String> properties) {
        return new CardRequest(new DeviceRequest(driver, Optional.ofNullable(name), Optional.empty(), properties));
    }

    @Test
    void netdev() throws Exception {
        option("-netdev").apply("user,id=u0,hostfwd=tcp::1-:2,hostfwd=udp::3-:4,must=on,norestrict", plan);
        assertThat(finder.takeInstalled()).containsExactly("user");
        option("-netdev").apply("hubport,id=h,hubid=2", plan);
        assertThat(plan.all(NetdevRequest.class))
                .containsExactly(
                        backend(
                                "user",
                                "u0",
                                null,
                                Map.of(
                                        "hostfwd", List.of("tcp::1-:2", "udp::3-:4"),
                                        "must", List.of("on"),
                                        "restrict", List.of("off"))),
                        backend("hubport", "h", null, Map.of("hubid", List.of("2"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-netdev | id=x | Parameter 'type' is missing",
                "-netdev | user,must=on | Parameter 'id' is missing",
                "-netdev | user,id=8x,must=on | Parameter 'id' expects an identifier",
                "-netdev | usr,id=x | Parameter 'type' expects a netdev backend type, not 'usr' (did you mean 'user'?)",
                "-netdev | nic,id=x | Parameter 'type' expects a netdev backend type, not 'nic'",
                "-netdev | dump,id=x | Parameter 'type' expects a netdev backend type, not 'dump'",
                "-netdev | user,id=x,must=on,vlan=0 | Invalid parameter 'vlan'",
                "-netdev | user,id=x | Parameter 'must' is missing",
                "-netdev | user,id=x,must=on,restrict=maybe | Parameter 'restrict' doesn't take value 'maybe'",
                "-netdev | user,id=x,must=on,net=bogus | Failed to parse netmask",
                "-netdev | vde,id=x | bundle 'vde' can't be used",
                "-net | bogus | Parameter 'type' expects a network client type, not 'bogus'",
                "-net | nic,model=ne3000 | Unsupported NIC model: ne3000",
                "-net | nic,model=rtl8193 | Unsupported NIC model: rtl8193 (did you mean 'rtl8139'?)",
                "-net | nic,macaddr=12:34 | invalid syntax for ethernet address: '12:34'",
                "-net | nic,macaddr=01:00:00:00:00:01 | NIC cannot have multicast MAC address",
                "-net | nic,vlan=-1 | Parameter 'vlan' expects a number",
                "-net | nic,vlan=1,netdev=n | Parameter 'vlan' can't be used with 'netdev'",
                "-net | nic,mac=52:54:00:00:00:01 | Invalid parameter 'mac'",
                "-net | none,vlan=1 | Invalid parameter 'vlan'",
                "-nic | user,must=on,bogus=1 | Invalid parameter 'bogus'",
                "-nic | none,mac=52:54:00:00:00:01 | Invalid parameter 'mac'",
                "-nic | user,must=on,model=ne3000 | Unsupported NIC model: ne3000"
            })
    void refused(String name, String value, String text) {
        assertThatThrownBy(() -> option(name.strip()).apply(value.strip(), plan))
                .isInstanceOf(OptionException.class)
                .satisfies(e -> assertThat(((OptionException) e).isHelp()).isFalse())
                .hasMessageStartingWith(text.strip());
        assertThat(plan.all(NetdevRequest.class)).isEmpty();
        assertThat(plan.all(CardRequest.class)).isEmpty();
    }

    @Test
    void idsAreUnique() throws Exception {
        option("-netdev").apply("hubport,id=h,hubid=0", plan);
        assertThatThrownBy(() -> option("-netdev").apply("hubport,id=h,hubid=0", plan))
                .hasMessage("Duplicate ID 'h' for netdev");
    }

    @Test
    void help() {
        assertHelp("-netdev", "help", "hubport", "a port of a hub", "user", "in the driver repository");
        assertHelp("-netdev", "user,help", "user options:", "  restrict=<bool>  (default: off)", "hostfwd");
        assertHelp("-net", "help", "user");
        assertHelp("-nic", "help", "user");
        assertHelp("-nic", "model=help", "Available NIC models:", "rtl8139", "virtio");
        assertHelp("-net", "nic,model=?", "Available NIC models:", "rtl8139", "virtio");
    }

    private void assertHelp(String name, String value, String... parts) {
        assertThatThrownBy(() -> option(name).apply(value, plan))
                .satisfies(e -> assertThat(((OptionException) e).isHelp()).isTrue())
                .message()
                .contains(parts);
    }

    @Test
    void net() throws Exception {
        option("-net").apply("nic", plan);
        option("-net").apply("user,must=on", plan);
        option("-net").apply("user,vlan=3,must=on", plan);
        option("-net").apply("user,name=mine,must=on", plan);
        option("-net").apply("nic,vlan=3,macaddr=52:54:00:00:00:09,model=rtl8139,name=foo,addr=7,vectors=4", plan);
        option("-net").apply("nic,netdev=mine,model=virtio", plan);
        option("-net").apply("dump,vlan=3,len=96", plan);
        assertThat(plan.all(NetdevRequest.class))
                .containsExactly(
                        backend("user", "user.0", 0, Map.of("must", List.of("on"))),
                        backend("user", "user.1", 3, Map.of("must", List.of("on"))),
                        backend("user", "mine", 0, Map.of("must", List.of("on"))),
                        backend("dump", "dump.0", 3, Map.of("len", List.of("96"))));
        assertThat(plan.all(CardRequest.class))
                .containsExactly(
                        card("e1000", null, Map.of("vlan", "0")),
                        card("rtl8139", "foo", Map.of("vlan", "3", "mac", "52:54:00:00:00:09", "addr", "7")),
                        card("virtio-net-pci", null, Map.of("netdev", "mine")));
    }

    @Test
    void nic() throws Exception {
        option("-nic").apply("must=on", plan);
        option("-nic").apply("user,id=u,must=on,model=rtl8139,mac=52:54:00:00:00:09", plan);
        assertThat(plan.all(NetdevRequest.class))
                .containsExactly(
                        backend("user", "#nic0", null, Map.of("must", List.of("on"))),
                        backend("user", "u", null, Map.of("must", List.of("on"))));
        assertThat(plan.all(CardRequest.class))
                .containsExactly(
                        card("e1000", null, Map.of("netdev", "#nic0")),
                        card("rtl8139", null, Map.of("netdev", "u", "mac", "52:54:00:00:00:09")));
    }

    @Test
    void aMachineHasANetworkUnlessItsUserSaysOtherwise() throws Exception {
        new DefaultNetwork(backends, cards).complete(plan);
        assertThat(plan.all(NetdevRequest.class)).containsExactly(backend("user", "user.0", 0, Map.of()));
        assertThat(plan.all(CardRequest.class)).containsExactly(card("e1000", null, Map.of("vlan", "0")));
        assertThat(finder.takeInstalled()).containsExactly("user", "e1000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"-net | none", "-nic | none", "-netdev | hubport,id=h,hubid=0", "-net | nic,model=rtl8139"})
    void noDefaultWhenSomethingIsSaid(String name, String value) throws Exception {
        option(name.strip()).apply(value.strip(), plan);
        int before = plan.all(NetdevRequest.class).size();
        new DefaultNetwork(backends, cards).complete(plan);
        assertThat(plan.all(NetdevRequest.class)).hasSize(before);
        assertThat(finder.takeInstalled()).isEmpty();
    }

    @Test
    void noDefaultWithoutDefaultsOrWithACard() {
        MachinePlan bare = new MachinePlan();
        bare.add(MachineFlag.class, MachineFlag.NO_DEFAULTS);
        MachinePlan own = new MachinePlan();
        own.add(DeviceRequest.class, new DeviceRequest("rtl8139", Optional.empty(), Optional.empty(), Map.of()));
        for (MachinePlan each : List.of(bare, own)) {
            new DefaultNetwork(backends, cards).complete(each);
            assertThat(each.all(NetdevRequest.class)).isEmpty();
            assertThat(each.all(CardRequest.class)).isEmpty();
        }
        assertThat(finder.takeInstalled()).isEmpty();
    }

    @Test
    void noDefaultWithoutDrivers() {
        FakeFinder empty = new FakeFinder()
                .offering(NetdevDriver.class, "netdev.name", "org.margay.netdev", "user", new FakeNetdevDriver("user"));
        new DefaultNetwork(new NetdevDrivers(empty), new CardDrivers(empty)).complete(plan);
        assertThat(plan.all(NetdevRequest.class)).isEmpty();
        assertThat(empty.takeInstalled()).isEmpty();
    }
}

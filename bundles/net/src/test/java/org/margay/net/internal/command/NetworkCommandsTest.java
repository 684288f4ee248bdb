package org.margay.net.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.margay.net.NetdevDriver;
import org.margay.net.Network;
import org.margay.net.NetworkInfo;
import org.margay.net.internal.FakeCard;
import org.margay.net.internal.FakeFinder;
import org.margay.net.internal.FakeNetdevDriver;
import org.margay.net.internal.NetdevDrivers;
import org.margay.qmp.Empty;
import org.margay.qmp.ErrorClass;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.margay.testkit.BenchMachine;

class NetworkCommandsTest {
    private static final QmpSession SESSION = () -> "compat_monitor0";

    private final BenchMachine machine = new BenchMachine();
    private final FakeNetdevDriver user = new FakeNetdevDriver("user");
    private final FakeFinder finder = new FakeFinder()
            .offering(NetdevDriver.class, "netdev.name", "org.margay.netdev", "user", user)
            .offering(NetdevDriver.class, "netdev.name", "org.margay.netdev", "tap", "bundle 'tap' can't be used");
    private final NetdevAdd netdevAdd = new NetdevAdd(machine, new NetdevDrivers(finder));
    private final NetdevDel netdevDel = new NetdevDel(machine);
    private final SetLink setLink = new SetLink(machine);

    @BeforeEach
    void oneIsThere() throws Exception {
        add("type", "user", "id", "u0", "must", true);
    }

    private void add(@Nullable Object... members) throws QmpException {
        Map<String, @Nullable Object> options = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            options.put(String.valueOf(members[i]), members[i + 1]);
        }
        NetdevAdd.Arguments arguments = new NetdevAdd.Arguments(
                Optional.ofNullable(options.remove("type")), Optional.ofNullable(options.remove("id")), options);
        netdevAdd.prepare(arguments, SESSION);
        assertThat(netdevAdd.execute(arguments, SESSION)).isEqualTo(Empty.EMPTY);
    }

    private void refused(String text, @Nullable Object... members) {
        assertThatThrownBy(() -> add(members))
                .isInstanceOf(QmpException.class)
                .hasMessage(text)
                .satisfies(e -> assertThat(((QmpException) e).errorClass()).isEqualTo(ErrorClass.GenericError));
    }

    @Test
    void driversComeOnDemand() {
        assertThat(finder.takeInstalled()).containsExactly("user");
        refused("bundle 'tap' can't be used", "type", "tap", "id", "t");
    }

    @Test
    void valuesAreTypedOrText() throws Exception {
        add(
                "type",
                "user",
                "id",
                "n",
                "must",
                "yes",
                "restrict",
                true,
                "port",
                5L,
                "net",
                "10.1.0.0",
                "sndbuf",
                "2k",
                "hostfwd",
                List.of("tcp::1-:2", Map.of("str", "udp::3-:4")),
                "fault",
                null);
        assertThat(user.lastOptions())
                .isEqualTo(new FakeNetdevDriver.Options(
                        "10.1.0.0",
                        true,
                        true,
                        Optional.of(5),
                        2048,
                        List.of("tcp::1-:2", "udp::3-:4"),
                        FakeNetdevDriver.Fault.NONE));
        add("type", "user", "id", "m", "must", false, "hostfwd", "tcp::1-:2", "port", "0x10");
        assertThat(user.lastOptions().hostfwd()).containsExactly("tcp::1-:2");
        assertThat(user.lastOptions().port()).contains(16);
    }

    /** First what is wrong with the id, then with the type, then with options, then what comes of it. */
    @Test
    void errorsInTheirOrder() {
        refused("Parameter 'id' expects an identifier", "id", "8bad", "type", "bogus");
        refused("Duplicate ID 'u0' for netdev", "id", "u0", "type", "bogus");
        refused("Parameter 'type' is missing", "id", "n");
        refused("Parameter 'type' expects a netdev backend type", "type", "bogus");
        refused("Parameter 'type' expects a netdev backend type", "type", "nic", "id", "n");
        refused("Parameter 'type' expects a netdev backend type", "type", "dump", "id", "n");
        refused("Parameter 'type' expects a netdev backend type", "type", 5L, "id", "n");
        refused("Invalid parameter 'vlan'", "type", "user", "vlan", 0L);
        refused("Invalid parameter 'name'", "type", "user", "name", "x");
        refused("Parameter 'id' is missing", "type", "user", "bogus", 1L);
        refused("Parameter 'id' is missing", "type", "user", "id", 7L);
        refused("Invalid parameter 'bogus'", "type", "user", "id", "n", "bogus", 1L);
        refused("Parameter 'must' is missing", "type", "user", "id", "n");
        refused(
                "Invalid parameter type for 'hostfwd', expected: array of strings",
                "type",
                "user",
                "id",
                "n",
                "must",
                true,
                "hostfwd",
                List.of(1L));
        assertThat(Network.of(machine).netdevs()).containsOnlyKeys("u0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "restrict | maybe | Parameter 'restrict' expects 'on' or 'off'",
                "port | many | Parameter 'port' expects a number",
                "sndbuf | 5x | Parameter 'sndbuf' expects a size",
                "net | bogus | Device 'user' could not be initialized",
                "fault | bogus | Device 'user' could not be initialized",
                "fault | refuses | Device 'user' could not be initialized",
                "fault | throws | Device 'user' could not be initialized"
            })
    void wrongValues(String option, String value, String text) {
        refused(text, "type", "user", "id", "n", "must", true, option, value);
    }

    @Test
    void netdevDel() throws Exception {
        FakeCard card = new FakeCard.Driver("e1000").plug(machine, "nic0", Map.of("netdev", "u0"));
        notFound(() -> netdevDel.execute(new NetdevDel.Arguments("nope"), SESSION), "nope");
        notFound(() -> netdevDel.execute(new NetdevDel.Arguments("nic0"), SESSION), "nic0");
        assertThat(netdevDel.execute(new NetdevDel.Arguments("u0"), SESSION)).isEqualTo(Empty.EMPTY);
        notFound(() -> netdevDel.execute(new NetdevDel.Arguments("u0"), SESSION), "u0");
        assertThat(card.nic().linkUp()).isFalse();
        assertThat(NetworkInfo.describe(machine)).contains("  nic0: type=nic,", "   \\ u0: type=user,");
        add("type", "user", "id", "u0", "must", true);
        assertThat(NetworkInfo.describe(machine)).contains("\n  u0: type=user,");
    }

    private interface Call {
        void run() throws Exception;
    }

    private static void notFound(Call call, String name) {
        assertThatThrownBy(call::run)
                .hasMessage("Device '%s' not found".formatted(name))
                .satisfies(e -> assertThat(((QmpException) e).errorClass()).isEqualTo(ErrorClass.DeviceNotFound));
    }

    @Test
    void setLink() throws Exception {
        FakeCard card = new FakeCard.Driver("e1000").plug(machine, "e1000.0", Map.of("netdev", "u0"));
        notFound(() -> setLink.execute(new SetLink.Arguments("nope", true), SESSION), "nope");
        for (String name : List.of("e1000.0", "u0")) {
            setLink.execute(new SetLink.Arguments(name, false), SESSION);
            assertThat(card.nic().linkUp()).isFalse();
            setLink.execute(new SetLink.Arguments(name, true), SESSION);
            assertThat(card.nic().linkUp()).isTrue();
        }
    }
}

package org.margay.itests.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.margay.itests.QmpClient;
import org.margay.itests.driver.Behaviour;
import org.margay.itests.driver.LatchBundle;
import org.margay.machine.Machine;
import org.margay.machine.MachineStarter;
import org.margay.pci.PciBus;
import org.margay.pci.PciFunction;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/** Drivers that come on demand, are exchanged under live devices, misbehave, and go without leaving anything behind. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class DriversIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int VENDOR = 0x1234;
    private static final int BAR_ADDRESS = 0xE000_0000;
    private static final int CYCLES = 1_000;

    @Inject
    private BundleContext context;

    @Inject
    private MachineStarter machines;

    private QmpClient qmp;

    @Configuration
    public Option[] container() throws IOException {
        return Container.bundles();
    }

    @Before
    public void start() throws Exception {
        int port = QmpClient.freePort();
        machines.start(List.of("-nodefaults", "-display", "none", "-S", "-m", "64", "-qmp", QmpClient.server(port)));
        qmp = QmpClient.negotiate(port);
    }

    @After
    public void end() throws Exception {
        qmp.execute("quit");
        qmp.close();
        while (machines.current().isPresent()) {
            Thread.sleep(10);
        }
        Optional<Bundle> latch = bundle(LatchBundle.NAME);
        if (latch.isPresent()) {
            latch.get().uninstall();
        }
    }

    private Optional<Bundle> bundle(String name) {
        return Stream.of(context.getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .findFirst();
    }

    private Bundle install(Behaviour behaviour) throws BundleException {
        Bundle bundle = context.installBundle("test:latch", stream(behaviour, "1.0.0"));
        bundle.start();
        return bundle;
    }

    private static ByteArrayInputStream stream(Behaviour behaviour, String version) {
        return new ByteArrayInputStream(LatchBundle.of(behaviour, version));
    }

    private JsonNode addLatch() throws IOException {
        return qmp.request("{'execute': 'device_add', 'arguments': {'driver': 'x-latch', 'id': 'l1'}}");
    }

    private JsonNode update(Behaviour behaviour) throws IOException {
        Path jar = Files.createTempFile("latch", ".jar");
        try {
            Files.write(jar, LatchBundle.of(behaviour, "2.0.0"));
            return qmp.request("{'execute': 'x-driver-update', 'arguments': {'driver': '%s', 'filename': '%s'}}"
                    .formatted(LatchBundle.NAME, jar));
        } finally {
            Files.delete(jar);
        }
    }

    private Optional<PciFunction> latch() {
        return machine().find(PciBus.class).orElseThrow().functions().stream()
                .filter(function -> function.readConfig(0, 2) == VENDOR)
                .findFirst();
    }

    private Machine machine() {
        return machines.current().orElseThrow();
    }

    /** What a guest does to a card and its register. */
    private void mapAndWrite(int value) {
        locked(() -> {
            PciFunction latch = latch().orElseThrow();
            latch.writeConfig(0x10, 4, BAR_ADDRESS);
            latch.writeConfig(4, 2, 2);
            machine().memory().write(BAR_ADDRESS & 0xFFFF_FFFFL, 4, value);
        });
    }

    private int readRegister() {
        int[] value = new int[1];
        locked(() -> value[0] = (int) machine().memory().read(BAR_ADDRESS & 0xFFFF_FFFFL, 4));
        return value[0];
    }

    private void locked(Runnable action) {
        machine().lock().lock();
        try {
            action.run();
        } finally {
            machine().lock().unlock();
        }
    }

    private static void assertReturned(JsonNode reply) {
        assertThat(reply.has("return")).as(reply.toString()).isTrue();
    }

    private void assertAlive() throws IOException {
        assertThat(qmp.execute("query-status").has("status")).isTrue();
    }

    @Test
    public void deviceAddInstallsTheDriverThatWasNotThere() throws Exception {
        assertThat(bundle("org.margay.e1000")).isEmpty();
        Map<Bundle, Long> before =
                Stream.of(context.getBundles()).collect(Collectors.toMap(each -> each, Bundle::getLastModified));
        assertReturned(qmp.request("{'execute': 'device_add', 'arguments': {'driver': 'e1000', 'id': 'net1'}}"));
        assertThat(bundle("org.margay.e1000").orElseThrow().getState()).isEqualTo(Bundle.ACTIVE);
        before.forEach((bundle, modified) ->
                assertThat(bundle.getLastModified()).as(bundle.toString()).isEqualTo(modified));
        assertThat(qmp.request(
                                "{'execute': 'qom-get', 'arguments': {'path': '/machine/peripheral/net1', 'property': 'mac'}}")
                        .get("return")
                        .asText())
                .startsWith("52:54:00:12:34:");
    }

    @Test
    public void anUnknownDriverIsTheErasError() throws Exception {
        JsonNode reply = qmp.request("{'execute': 'device_add', 'arguments': {'driver': 'e1001'}}");
        assertThat(reply.at("/error/desc").asText()).isEqualTo("Parameter 'driver' expects device type");
    }

    @Test
    public void anUpdateMovesTheStateIntoTheNewClass() throws Exception {
        Bundle bundle = install(Behaviour.GOOD);
        assertReturned(addLatch());
        mapAndWrite(0x12345678);
        JsonNode reply = update(Behaviour.GOOD);
        assertThat(reply.at("/return/devices").asInt()).as(reply.toString()).isEqualTo(1);
        assertThat(reply.at("/return/to").asText()).isEqualTo("2.0.0");
        assertThat(bundle.getVersion()).hasToString("2.0.0");
        assertThat(readRegister()).isEqualTo(0x12345678);
    }

    @Test
    public void newCodeThatRefusesTheStateBringsTheOldBack() throws Exception {
        assertRolledBack(Behaviour.REFUSES_STATE, "this latch is another; the old version is back");
    }

    @Test
    public void newCodeThatDoesNotStartBringsTheOldBack() throws Exception {
        assertRolledBack(Behaviour.THROWS_IN_START, "a driver's mistake in start; the old version is back");
    }

    @Test
    public void newCodeThatMakesNoDeviceBringsTheOldBack() throws Exception {
        assertRolledBack(Behaviour.THROWS_IN_CREATE, "could not be initialized; the old version is back");
    }

    private void assertRolledBack(Behaviour behaviour, String why) throws Exception {
        Bundle bundle = install(Behaviour.GOOD);
        assertReturned(addLatch());
        mapAndWrite(42);
        assertThat(update(behaviour).at("/error/desc").asText()).endsWith(why);
        assertThat(bundle.getVersion()).hasToString("1.0.0");
        assertThat(readRegister()).isEqualTo(42);
        assertReturned(update(Behaviour.GOOD));
        assertThat(readRegister()).isEqualTo(42);
    }

    @Test
    public void newCodeThatHangsBringsTheOldBack() throws Exception {
        assertRolledBack(Behaviour.HANGS_IN_START, "did not start within 10 s; the old version is back");
    }

    @Test
    public void oldCodeThatCantSaveStays() throws Exception {
        Bundle bundle = install(Behaviour.THROWS_IN_SAVE);
        assertReturned(addLatch());
        mapAndWrite(7);
        assertThat(update(Behaviour.GOOD).at("/error/desc").asText()).contains("can't save its state");
        assertThat(bundle.getVersion()).hasToString("1.0.0");
        assertThat(readRegister()).isEqualTo(7);
    }

    @Test
    public void aDriverThatThrowsLeavesNothing() throws Exception {
        install(Behaviour.THROWS_IN_CREATE);
        assertThat(addLatch().at("/error/desc").asText()).isEqualTo("Device 'x-latch' could not be initialized");
        assertThat(latch()).isEmpty();
        assertThat(qmp.request("{'execute': 'qom-list', 'arguments': {'path': '/machine/peripheral/l1'}}")
                        .at("/error/class")
                        .asText())
                .isEqualTo("DeviceNotFound");
        assertAlive();
    }

    @Test
    public void aDeviceThatThrowsInResetDoesNotKeepOthersFromIt() throws Exception {
        install(Behaviour.THROWS_IN_RESET);
        assertReturned(addLatch());
        assertReturned(qmp.request("{'execute': 'device_add', 'arguments': {'driver': 'e1000', 'id': 'n'}}"));
        qmp.execute("system_reset");
        qmp.awaitEvent("RESET", SOON);
        assertAlive();
    }

    @Test
    public void theFrameworksOwnUpdateIsALiveUpdateToo() throws Exception {
        Bundle bundle = install(Behaviour.GOOD);
        assertReturned(addLatch());
        mapAndWrite(99);
        bundle.update(stream(Behaviour.GOOD, "3.0.0"));
        long deadline = System.nanoTime() + SOON.toNanos();
        while (latch().isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(10);
        }
        assertThat(readRegister()).isEqualTo(99);
        assertThat(bundle.getVersion()).hasToString("3.0.0");
    }

    @Test
    public void devicesOfAStoppedBundleAreTakenAway() throws Exception {
        Bundle bundle = install(Behaviour.GOOD);
        assertReturned(addLatch());
        bundle.stop();
        assertThat(qmp.awaitEvent("DEVICE_DELETED", SOON).at("/data/path").asText())
                .isEqualTo("/machine/peripheral/l1");
        assertThat(latch()).isEmpty();
        bundle.start();
        assertReturned(addLatch());
        bundle.uninstall();
        qmp.awaitEvent("DEVICE_DELETED", SOON);
        assertAlive();
    }

    @Test
    public void aBrokenBundleDoesNotStart() throws Exception {
        assertThatThrownBy(() -> install(Behaviour.THROWS_IN_START)).isInstanceOf(BundleException.class);
        assertThat(addLatch().at("/error/desc").asText()).isEqualTo("Parameter 'driver' expects device type");
    }

    /** Plug, update, unplug; after many of these the JVM is as it was. */
    @Test
    public void manyCyclesLeaveNothingBehind() throws Exception {
        install(Behaviour.GOOD);
        cycles(CYCLES / 10);
        Footprint before = Footprint.now(context);
        cycles(CYCLES);
        Footprint after = Footprint.now(context);
        assertThat(after.bundles()).isEqualTo(before.bundles());
        assertThat(after.threads()).as("threads").isLessThanOrEqualTo(before.threads() + 2);
        assertThat(after.buffers()).as("direct buffers").isLessThanOrEqualTo(before.buffers() + 4);
        // Hidden classes of reflection come and go; a class loader for each cycle would be thousands.
        assertThat(after.classes()).as("classes").isLessThan(before.classes() + CYCLES / 4);
    }

    private void cycles(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            assertReturned(addLatch());
            assertReturned(update(Behaviour.GOOD));
            assertReturned(qmp.request("{'execute': 'device_del', 'arguments': {'id': 'l1'}}"));
            // Without a guest that lets go, the reset takes the card out.
            qmp.execute("system_reset");
            qmp.awaitEvent("DEVICE_DELETED", SOON);
        }
    }

    /** What a JVM holds after a collection. */
    private record Footprint(long bundles, int threads, long buffers, int classes) {
        static Footprint now(BundleContext context) throws InterruptedException {
            for (int i = 0; i < 3; i++) {
                System.gc();
                Thread.sleep(200);
            }
            return new Footprint(
                    context.getBundles().length,
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                            .mapToLong(BufferPoolMXBean::getCount)
                            .sum(),
                    ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
        }
    }
}

package org.margay.itests.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.margay.itests.QmpClient;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * What only a framework shows: the distribution's bundles in a Felix that is not the launcher's, a machine by ConfigAdmin,
 * services that come and go.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ContainerIT {
    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin configurations;

    @Configuration
    public Option[] container() throws IOException {
        return Container.bundles();
    }

    @Test
    public void everyBundleOfOursIsResolved() {
        List<Bundle> unresolved = Stream.of(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().startsWith("org.margay."))
                .filter(bundle -> bundle.getState() < Bundle.RESOLVED)
                .toList();
        assertThat(unresolved).isEmpty();
    }

    @Test
    public void commandsComeAndGoWithTheirBundleOnAnOpenConnection() throws Exception {
        Bundle pci = Stream.of(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().equals("org.margay.pci"))
                .findFirst()
                .orElseThrow();
        int port = QmpClient.freePort();
        configurations
                .getConfiguration("org.margay.machine", null)
                .update(new Hashtable<>(
                        Map.of("args", "-nodefaults -display none -S -m 64 -qmp " + QmpClient.server(port))));
        try (QmpClient qmp = QmpClient.negotiate(port)) {
            assertThat(commands(qmp)).contains("query-pci", "query-status");
            pci.stop();
            assertThat(commands(qmp)).contains("query-status").doesNotContain("query-pci");
            assertThat(qmp.request("{\"execute\": \"query-pci\"}")
                            .at("/error/class")
                            .asText())
                    .isEqualTo("CommandNotFound");
            pci.start();
            assertThat(commands(qmp)).contains("query-pci", "query-status");
        }
    }

    private static List<String> commands(QmpClient qmp) throws IOException {
        JsonNode commands = qmp.execute("query-commands");
        return Stream.iterate(0, i -> i < commands.size(), i -> i + 1)
                .map(i -> commands.get(i).get("name").asText())
                .toList();
    }
}

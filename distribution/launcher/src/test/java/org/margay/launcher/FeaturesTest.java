package org.margay.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the distribution starts is what the features say. */
class FeaturesTest {
    private static final Pattern LEVEL = Pattern.compile("felix\\.auto\\.(?:install|start)\\.(\\d)=((?:.*\\\\\\n)*.*)");
    private static final Pattern JAR = Pattern.compile("/bundle/([^/\"]+)\\.jar");
    private static final Pattern RUN_BUNDLE = Pattern.compile("\\s([\\w.]+);version=");

    @Test
    void theMachinesBundlesAreTheFeaturePc() throws IOException {
        assertThat(started(3)).isEqualTo(feature("pc.bndrun"));
    }

    @Test
    void allBundlesAreTheFeatureShell() throws IOException {
        assertThat(started(4)).isEqualTo(feature("shell.bndrun"));
    }

    /** Bundles of config.properties up to a start level. */
    private static Set<String> started(int upTo) throws IOException {
        String text = Files.readString(Path.of("../src/main/dist/conf/config.properties"));
        Set<String> names = new TreeSet<>();
        for (Matcher level = LEVEL.matcher(text); level.find(); ) {
            if (Integer.parseInt(level.group(1)) <= upTo) {
                for (Matcher jar = JAR.matcher(level.group(2)); jar.find(); ) {
                    names.add(jar.group(1).equals("mina-core") ? "org.apache.mina.core" : jar.group(1));
                }
            }
        }
        return names;
    }

    private static Set<String> feature(String file) throws IOException {
        String text = Files.readString(Path.of("../../features", file));
        Set<String> names = new TreeSet<>();
        for (Matcher bundle = RUN_BUNDLE.matcher(text.substring(text.indexOf("-runbundles:"))); bundle.find(); ) {
            names.add(bundle.group(1));
        }
        return names;
    }
}

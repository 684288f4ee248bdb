package org.margay.machine.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.margay.machine.OptionException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the machine that the framework was started for: options in the framework property {@value #ARGUMENTS}, split like a
 * shell's words, once all start levels are reached. That machine's end is the framework's. Without the property the container
 * waits; options may then come by ConfigAdmin, pid {@value #PID}, member "args".
 */
@Component(immediate = true, configurationPid = AutoStart.PID, configurationPolicy = ConfigurationPolicy.OPTIONAL)
public final class AutoStart {
    static final String PID = "org.margay.machine";
    static final String ARGUMENTS = "margay.args";

    /** Framework property: the start level to go to once the machine is made, or there is none to make. */
    static final String LATE_LEVEL = "margay.startlevel.late";

    /** System property in which a launcher finds the exit code that the machine's end asks for. */
    static final String EXIT_CODE = "margay.exit";

    private static final Logger LOG = LoggerFactory.getLogger(AutoStart.class);

    private final BundleContext context;
    private final Bundle framework;
    private final MachineFactory factory;
    private final FrameworkListener whenStarted = this::frameworkEvent;

    @Activate
    public AutoStart(BundleContext context, @Reference MachineFactory factory, Map<String, Object> configuration) {
        this.context = context;
        this.framework = context.getBundle(0);
        this.factory = factory;
        @Nullable String forFramework = context.getProperty(ARGUMENTS);
        if (forFramework != null) {
            if (framework.getState() == Bundle.ACTIVE) {
                startForFramework(forFramework);
            } else {
                context.addFrameworkListener(whenStarted);
            }
        } else {
            if (configuration.containsKey("args")) {
                startInContainer(words(configuration.get("args")));
            }
            context.addFrameworkListener(whenStarted);
        }
    }

    @Deactivate
    void deactivate() {
        context.removeFrameworkListener(whenStarted);
    }

    private void frameworkEvent(FrameworkEvent event) {
        if (event.getType() == FrameworkEvent.STARTED) {
            @Nullable String forFramework = context.getProperty(ARGUMENTS);
            if (forFramework != null) {
                startForFramework(forFramework);
            } else {
                startTheRest();
            }
        }
    }

    private void startForFramework(String line) {
        Thread.ofPlatform().name("margay-start").start(() -> {
            try {
                Optional<String> help = factory.start(Words.split(line), this::stopFramework);
                if (help.isPresent()) {
                    System.out.println(help.get().stripTrailing());
                    stopFramework(0);
                } else {
                    startTheRest();
                }
            } catch (OptionException | IllegalArgumentException e) {
                System.err.println("margay: " + e.getMessage());
                stopFramework(1);
            }
        });
    }

    /** What the machine did not have to wait for, such as the shell. */
    private void startTheRest() {
        @Nullable String level = context.getProperty(LATE_LEVEL);
        if (level != null) {
            framework.adapt(FrameworkStartLevel.class).setStartLevel(Integer.parseInt(level.strip()));
        }
    }

    private void startInContainer(List<String> words) {
        try {
            factory.start(words).ifPresent(LOG::info);
        } catch (OptionException e) {
            LOG.error("the machine of configuration {} could not be made: {}", PID, e.getMessage());
        }
    }

    private static List<String> words(@Nullable Object value) {
        return value instanceof String[] words ? Arrays.asList(words) : Words.split(String.valueOf(value));
    }

    private void stopFramework(int exitCode) {
        System.setProperty(EXIT_CODE, Integer.toString(exitCode));
        try {
            framework.stop();
        } catch (BundleException e) {
            LOG.error("the framework can't stop", e);
        }
    }
}

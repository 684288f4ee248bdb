package org.margay.monitor.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.felix.service.command.Descriptor;
import org.margay.machine.DriverUpdates;
import org.margay.machine.Hotplug;
import org.margay.qmp.QmpException;
import org.osgi.framework.Bundle;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Devices and their drivers in Gogo: plugging, unplugging, live update. */
@Component(
        service = DeviceCommands.class,
        property = {
            "osgi.command.scope=vm",
            "osgi.command.function=device_add",
            "osgi.command.function=device_del",
            "osgi.command.function=driver_update",
            "osgi.command.function=driver_remove"
        })
public final class DeviceCommands {
    /** How long a guest is waited for when a driver is taken away. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Hotplug hotplug;
    private final DriverUpdates updates;

    @Activate
    public DeviceCommands(@Reference Hotplug hotplug, @Reference DriverUpdates updates) {
        this.hotplug = hotplug;
        this.updates = updates;
    }

    @Descriptor("plugs a device, such as: vm:device_add e1000,id=net1,netdev=n0")
    public String device_add(@Descriptor("as -device takes it") String device) {
        return answer(() -> {
            hotplug.add(device);
            return "";
        });
    }

    @Descriptor("has a device leave")
    public String device_del(@Descriptor("its id, or its path in the object tree") String name) {
        return answer(() -> {
            hotplug.remove(name);
            return "";
        });
    }

    @Descriptor("exchanges a driver's bundle while its devices are in use")
    public String driver_update(
            @Descriptor("the bundle, as lb numbers it") Bundle bundle, @Descriptor("the new jar") String file) {
        return answer(() -> {
            try (InputStream jar = Files.newInputStream(Path.of(file))) {
                return updates.update(bundle, jar).toString();
            }
        });
    }

    @Descriptor("has the guest let the devices of a driver's bundle go, then uninstalls it")
    public String driver_remove(@Descriptor("the bundle, as lb numbers it") Bundle bundle) {
        return answer(() -> {
            int devices = updates.remove(bundle, PATIENCE);
            return "%s is gone, and its %d devices".formatted(bundle.getSymbolicName(), devices);
        });
    }

    private interface Question {
        String ask() throws QmpException, IOException;
    }

    private static String answer(Question question) {
        try {
            return question.ask();
        } catch (QmpException e) {
            return e.description();
        } catch (IOException e) {
            return "can't read " + e.getMessage();
        }
    }
}

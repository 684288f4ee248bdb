package org.margay.serial.internal;

import org.jspecify.annotations.Nullable;
import org.margay.chardev.Chardev;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.machine.DriverName;
import org.margay.machine.Machine;
import org.margay.machine.WakeupCause;
import org.margay.pc.IsaBus;
import org.osgi.service.component.annotations.Component;

/** Driver "isa-serial": a serial port on the ISA bus. */
@Component(service = DeviceDriver.class)
@DriverName("isa-serial")
public final class IsaSerial implements DeviceDriver<SerialProperties, Uart16550.State> {
    @Override
    public String name() {
        return "isa-serial";
    }

    @Override
    public String description() {
        return "serial port 16550A";
    }

    @Override
    public String busType() {
        return "ISA";
    }

    @Override
    public Class<SerialProperties> propertiesType() {
        return SerialProperties.class;
    }

    @Override
    public Class<Uart16550.State> stateType() {
        return Uart16550.State.class;
    }

    @Override
    public Device<Uart16550.State> create(SerialProperties properties, DeviceContext context) throws DeviceException {
        Machine machine = context.machine();
        IsaBus bus = (IsaBus) context.bus();
        PortsInUse ports = PortsInUse.of(machine);
        int index = properties.index() == null || properties.index() < 0
                ? ports.takeFirstFree()
                : ports.take(properties.index());
        @Nullable
        Chardev chardev = properties.chardev() == null ? null : context.backend(Chardev.class, properties.chardev());
        Runnable wakeup = properties.wakes() ? () -> machine.requestWakeup(WakeupCause.OTHER) : () -> {};
        try {
            return new Uart16550(
                    bus.ports(),
                    properties.base(index),
                    machine.virtualClock(),
                    bus.irq(properties.interrupt(index)),
                    chardev,
                    wakeup);
        } catch (IllegalStateException e) {
            ports.giveBack(index);
            throw new DeviceException(
                    "Property 'isa-serial.chardev' can't take value '%s', it's in use".formatted(properties.chardev()));
        }
    }

    /** Which of COM1 to COM4 a machine has; there is one of it per machine. */
    private static final class PortsInUse {
        private final boolean[] used = new boolean[SerialProperties.MAXIMUM];

        static PortsInUse of(Machine machine) {
            return machine.findOrPublish(PortsInUse.class, PortsInUse::new);
        }

        int take(int index) throws DeviceException {
            if (used[index]) {
                throw new DeviceException(
                        "Property 'isa-serial.index' can't take value '%d', it's in use".formatted(index));
            }
            used[index] = true;
            return index;
        }

        int takeFirstFree() throws DeviceException {
            for (int i = 0; i < used.length; i++) {
                if (!used[i]) {
                    return take(i);
                }
            }
            throw new DeviceException(
                    "Max. supported number of ISA serial ports is %d.".formatted(SerialProperties.MAXIMUM));
        }

        void giveBack(int index) {
            used[index] = false;
        }
    }
}

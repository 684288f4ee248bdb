package org.margay.ne2000.internal;

import java.util.Collection;
import org.margay.machine.Device;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;
import org.margay.machine.object.ObjectProperty;
import org.margay.memory.IoHandler;
import org.margay.net.Frame;
import org.margay.net.NetClient;
import org.margay.net.Nic;
import org.margay.net.NicProperties;

/**
 * A Novell NE2000 or one of its clones, whatever bus it is on: a {@link Dp8390} at the first 16 ports, the data port
 * and the reset port behind them (RTL8029AS data sheet, "Register Descriptions").
 *
 * @param <S> its saved state
 */
abstract sealed class Ne2000<S extends Record> implements Device<S>, IoHandler, NetClient.Handler, Dp8390.Board
        permits Ne2kPci, Ne2kIsa {
    /** Ports of the card. */
    static final int PORTS = 0x20;

    private static final int DATA = 0x10;
    private static final int RESET = 0x18;

    private final BufferMemory memory = new BufferMemory();
    private final Dp8390 controller;
    private final Nic nic;

    Ne2000(String model, NicProperties properties, DeviceContext context) throws DeviceException {
        controller = new Dp8390(this, memory, context.machine().virtualClock());
        nic = Nic.attach(model, properties, context, this);
    }

    BufferMemory memory() {
        return memory;
    }

    Dp8390 controller() {
        return controller;
    }

    Nic nic() {
        return nic;
    }

    @Override
    public Collection<ObjectProperty> properties() {
        return nic.properties();
    }

    @Override
    public long read(long offset, int size) {
        if (offset >= DATA && offset < RESET) {
            return controller.readData(size);
        }
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | readByte((int) offset + i);
        }
        return value;
    }

    private int readByte(int port) {
        if (port < DATA) {
            return controller.read(port);
        }
        if (port >= RESET && port < PORTS) {
            controller.reset();
        }
        return 0xFF;
    }

    @Override
    public void write(long offset, int size, long value) {
        if (offset >= DATA && offset < RESET) {
            controller.writeData(size, value);
            return;
        }
        for (int i = 0; i < size && offset + i < DATA; i++) {
            controller.write((int) offset + i, (int) (value >>> (8 * i)) & 0xFF);
        }
    }

    @Override
    public boolean send(Frame frame) {
        return nic.client().send(frame);
    }

    @Override
    public void ready() {
        nic.client().ready();
    }

    @Override
    public boolean carrier() {
        return nic.linkUp();
    }

    @Override
    public boolean canReceive() {
        return controller.canReceive();
    }

    @Override
    public void receive(Frame frame) {
        controller.receive(frame);
    }

    @Override
    public void drained() {
        controller.drained();
    }

    @Override
    public void close() {
        controller.close();
        nic.close();
    }
}

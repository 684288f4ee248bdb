package org.margay.netdev.socket.internal;

import java.io.IOException;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.net.NetClient;
import org.margay.net.Netdev;

/** A backend that is one end of a {@link Line}. */
final class SocketNetdev implements Netdev {
    /** Opens a line. */
    @FunctionalInterface
    interface Opener {
        /**
         * Opens it, and starts its threads.
         *
         * @throws IOException when it can't be, saying why
         */
        Line open(Exchange exchange, Workers workers) throws IOException;
    }

    private final Exchange exchange;
    private final Workers workers;
    private final Line line;

    private SocketNetdev(Exchange exchange, Workers workers, Line line) {
        this.exchange = exchange;
        this.workers = workers;
        this.line = line;
    }

    static SocketNetdev open(String id, Machine machine, Opener opener) throws DeviceException {
        Exchange exchange = new Exchange(id, machine);
        Workers workers = new Workers(id);
        try {
            return new SocketNetdev(exchange, workers, opener.open(exchange, workers));
        } catch (IOException e) {
            throw new DeviceException(String.valueOf(e.getMessage()));
        }
    }

    Workers workers() {
        return workers;
    }

    @Override
    public NetClient client() {
        return exchange.client();
    }

    @Override
    public String info() {
        return line.info();
    }

    @Override
    public boolean listed() {
        return line.listed();
    }

    @Override
    public void close() {
        exchange.close();
        line.close();
        workers.close();
    }
}

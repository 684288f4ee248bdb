package org.margay.chardev.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.margay.chardev.Chardev;
import org.margay.chardev.ChardevBackend;
import org.margay.chardev.ChardevRequest;
import org.margay.machine.Machine;
import org.margay.machine.MachinePart;
import org.margay.machine.plan.MachineFlag;
import org.margay.qmp.QmpException;
import org.osgi.service.component.annotations.Component;

/** Opens the chardevs that the options ask for. */
@Component(service = MachinePart.class)
public final class ChardevPart implements MachinePart {
    @Override
    public Stage stage() {
        return Stage.BACKENDS;
    }

    @Override
    public void build(Machine machine) throws QmpException {
        if (!MachineFlag.NO_DEFAULTS.in(machine.plan())) {
            SerialOption.addDefault(machine.plan());
            ParallelOption.addDefault(machine.plan());
        }
        List<ChardevRequest> requests = new ArrayList<>(machine.plan().all(ChardevRequest.class));
        requests.sort(Comparator.comparing(ChardevRequest::port));
        for (ChardevRequest request : requests) {
            Chardev chardev = open(request, machine);
            machine.onClose(chardev::close);
            machine.backends().add(Chardev.class, request.label(), chardev);
        }
    }

    private static Chardev open(ChardevRequest request, Machine machine) throws QmpException {
        ReentrantLock lock = machine.lock();
        HostChardev chardev = new HostChardev(request.label(), backend(request), lock);
        try {
            chardev.start();
            if (waits(request.backend())) {
                Notices.tell("waiting for connection on: " + chardev.filename());
                chardev.awaitFirstPeer();
            }
        } catch (IOException e) {
            throw new QmpException("chardev %s: %s".formatted(request.label(), e.getMessage()));
        } catch (InterruptedException e) {
            chardev.close();
            Thread.currentThread().interrupt();
            throw new QmpException("chardev %s: interrupted while it waited".formatted(request.label()));
        }
        return request.mux() ? new MuxChardev(chardev, machine) : chardev;
    }

    static Backend backend(ChardevRequest request) {
        return switch (request.backend()) {
            case ChardevBackend.Null ignored -> new Sink("null");
            case ChardevBackend.VirtualConsole ignored -> new Sink("vc");
            case ChardevBackend.Stdio stdio -> new Stdio(stdio);
            case ChardevBackend.File file -> new FileOutput(file);
            case ChardevBackend.Pipe pipe -> new Pipe(pipe);
            case ChardevBackend.Pty ignored -> new Pty(request.label());
            case ChardevBackend.Tcp tcp ->
                !tcp.mode().server()
                        ? SocketClient.of(tcp)
                        : tcp.mode().telnet() ? new ChannelServer.OnTcp(tcp) : new MinaServer(tcp);
            case ChardevBackend.Unix unix ->
                unix.mode().server() ? new ChannelServer.OnUnix(unix) : SocketClient.of(unix);
        };
    }

    private static boolean waits(ChardevBackend backend) {
        return switch (backend) {
            case ChardevBackend.Tcp tcp -> tcp.mode().waits();
            case ChardevBackend.Unix unix -> unix.mode().waits();
            default -> false;
        };
    }
}

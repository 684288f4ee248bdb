package org.margay.gdbstub.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.CharFrontend;
import org.margay.machine.RunState;
import org.margay.machine.debug.DebugStop;
import org.margay.machine.debug.Watchpoint;

/**
 * One gdb at a time: when it comes, the guest stops; when it goes, the guest goes on. Says when the guest has stopped, and hands what
 * gdb asks for to {@link Commands}.
 */
final class GdbServer implements CharFrontend, PacketReader.Listener {
    private final Debuggee debuggee;
    private final PacketWriter writer;
    private final PacketReader reader = new PacketReader(this);
    private final Commands commands;
    private boolean connected;
    /** gdb waits to hear that the guest has stopped. */
    private boolean waiting;
    /** Why the guest is about to stop, when it does so for its debugger. */
    private @Nullable String debugStop;

    GdbServer(Debuggee debuggee, PacketWriter writer) {
        this.debuggee = debuggee;
        this.writer = writer;
        this.commands = new Commands(debuggee);
        debuggee.onStop((thread, stop) -> debugStop = describe(thread, stop));
    }

    private static String describe(int thread, DebugStop stop) {
        String reason = switch (stop) {
            case DebugStop.Breakpoint _, DebugStop.Stepped _ -> "";
            case DebugStop.Watched watched ->
                "%s:%x;".formatted(kind(watched.watchpoint().access()), watched.address());
        };
        return StopReply.of(Signal.TRAP, thread, reason);
    }

    private static String kind(Watchpoint.Access access) {
        return switch (access) {
            case READ -> "rwatch";
            case WRITE -> "watch";
            case ANY -> "awatch";
        };
    }

    // --- the chardev: what it says is dealt with in the loop's turn, in which the guest can be stopped and let go at
    // once ---

    @Override
    public void opened() {
        debuggee.later(this::begin);
    }

    private void begin() {
        connected = true;
        waiting = false;
        debugStop = null;
        reader.reset();
        writer.reset();
        commands.begin();
        debuggee.stop();
    }

    @Override
    public void closed() {
        debuggee.later(() -> {
            if (connected) {
                connected = false;
                leave();
            }
        });
    }

    private void leave() {
        debuggee.removeAllStops();
        debuggee.resume();
    }

    @Override
    public int receive(byte[] data, int offset, int length) {
        byte[] bytes = Arrays.copyOfRange(data, offset, offset + length);
        debuggee.later(() -> reader.read(bytes));
        return length;
    }

    @Override
    public void writable() {
        writer.flush();
    }

    // --- what gdb says ---

    @Override
    public void packet(String packet) {
        acknowledge(true);
        if (waiting) {
            // gdb does not ask while it waits; who does is not answered, so that the stop reply stays in its place.
            return;
        }
        // Another client may have let the guest go.
        debuggee.stop();
        switch (commands.execute(packet)) {
            case Answer.Text(String text) -> writer.send(text);
            case Answer.Goes() -> waits();
            case Answer.Detached() -> {
                writer.send("OK");
                leave();
            }
            case Answer.Killed() -> debuggee.kill();
        }
    }

    /** The guest was let go: by now it may have stopped again. */
    private void waits() {
        waiting = true;
        if (!debuggee.isRunning()) {
            // It may not go on, after a shutdown for example.
            reply(StopReply.of(Signal.TRAP, commands.thread(), ""));
        }
    }

    private void acknowledge(boolean understood) {
        if (commands.acknowledges()) {
            writer.acknowledge(understood);
        }
    }

    @Override
    public void garbled() {
        acknowledge(false);
    }

    @Override
    public void askedAgain() {
        writer.sendAgain();
    }

    @Override
    public void interrupt() {
        debuggee.stop();
    }

    // --- what the machine says ---

    void runStateChanged(RunState state) {
        @Nullable String stop = debugStop;
        debugStop = null;
        if (state == RunState.RUNNING || !waiting) {
            return;
        }
        reply(stop != null && state == RunState.DEBUG ? stop : StopReply.of(Signal.of(state), commands.thread(), ""));
    }

    private void reply(String stop) {
        waiting = false;
        commands.stopped(stop);
        writer.send(stop);
    }

    /** The process is about to end. */
    void machineEnds() {
        if (connected) {
            writer.send("W00");
        }
    }
}

package org.margay.pc.internal.input;

import java.util.List;
import org.margay.pc.PcInput;

/**
 * A PS/2 mouse (IBM Personal System/2 Hardware Interface Technical Reference, "Auxiliary device (mouse)") with the wheel of
 * Microsoft's IntelliMouse and the fourth and fifth button of its successor, which the host finds by knocking with sampling
 * rates (200, 100, 80 and 200, 200, 80).
 */
final class Ps2Mouse {
    private static final int ACKNOWLEDGE = 0xFA;
    private static final int RESEND = 0xFE;
    private static final int QUEUE_SIZE = 16;
    /** What can't be reported in a packet stays for the next ones, up to so much. */
    private static final int MAX_MOVEMENT = 4096;

    private static final int STANDARD = 0;
    private static final int INTELLIMOUSE = 3;
    private static final int EXPLORER = 4;

    enum Mode {
        STREAM,
        REMOTE,
        WRAP_FROM_STREAM,
        WRAP_FROM_REMOTE
    }

    /**
     * What the guest can see.
     *
     * @param command that waits for its parameter, or 0
     * @param type device id: 0, 3 with wheel, 4 with five buttons
     * @param knock rates of a knock so far: 1 after 200; 2 after 200, 100; 3 after 200, 200; 0 for none
     * @param dx counts to the right not reported yet; dy down, dz of the wheel
     * @param buttons as they are down; reported: as last told
     */
    record State(
            List<Integer> queue,
            Mode mode,
            boolean reporting,
            boolean doubled,
            int rate,
            int resolution,
            int command,
            int type,
            int knock,
            int dx,
            int dy,
            int dz,
            int buttons,
            int reported) {
        State {
            queue = ByteQueue.checked(queue);
            if (mode == null
                    || ((rate | command) & ~0xFF) != 0
                    || (resolution & ~3) != 0
                    || type != STANDARD && type != INTELLIMOUSE && type != EXPLORER
                    || knock < 0
                    || knock > 3
                    || Math.max(Math.abs((long) dx), Math.max(Math.abs((long) dy), Math.abs((long) dz))) > MAX_MOVEMENT
                    || ((buttons | reported) & ~0x1F) != 0) {
                throw new IllegalArgumentException("PS/2 mouse");
            }
        }
    }

    private final ByteQueue queue = new ByteQueue(QUEUE_SIZE);
    private Mode mode = Mode.STREAM;
    private boolean reporting;
    private boolean doubled;
    private int rate = 100;
    private int resolution = 2;
    private int command;
    private int type;
    /** Steps of a knock: 1 after 200; 2 after 200, 100; 3 after 200, 200. */
    private int knock;

    private int dx;
    private int dy;
    private int dz;
    private int buttons;
    private int reported;

    /** Power-on state; buttons that are down stay so. */
    void reset() {
        queue.clear();
        command = 0;
        type = STANDARD;
        knock = 0;
        setDefaults();
    }

    private void setDefaults() {
        mode = Mode.STREAM;
        reporting = false;
        doubled = false;
        rate = 100;
        resolution = 2;
        forget();
    }

    private void forget() {
        dx = 0;
        dy = 0;
        dz = 0;
        reported = buttons;
    }

    void move(int right, int down, int wheel, int newButtons) {
        dx = add(dx, right);
        dy = add(dy, down);
        dz = add(dz, wheel);
        buttons = newButtons & 0x1F;
        report();
    }

    private static int add(int sum, int movement) {
        return (int) Math.clamp((long) sum + movement, -MAX_MOVEMENT, MAX_MOVEMENT);
    }

    /** Streams what has changed while there is room for packets. */
    private void report() {
        while (mode == Mode.STREAM
                && reporting
                && (dx != 0 || dy != 0 || dz != 0 || buttons != reported)
                && queue.room() >= 8) {
            queuePacket();
        }
    }

    private void queuePacket() {
        int right = Math.clamp(dx, -255, 255);
        int up = Math.clamp(-dy, -255, 255);
        int wheel = Math.clamp(dz, -8, 7);
        int shown = buttons & (PcInput.LEFT_BUTTON | PcInput.RIGHT_BUTTON | PcInput.MIDDLE_BUTTON);
        queue.add(shown | 0x08 | (right < 0 ? 0x10 : 0) | (up < 0 ? 0x20 : 0), right, up);
        if (type == INTELLIMOUSE) {
            queue.add(wheel);
        } else if (type == EXPLORER) {
            queue.add(wheel & 0x0F | (buttons & 0x18) << 1);
        }
        dx -= right;
        dy += up;
        dz = type == STANDARD ? 0 : dz - wheel;
        reported = buttons;
    }

    boolean hasData() {
        return !queue.isEmpty();
    }

    int take() {
        int value = queue.take();
        report();
        return value;
    }

    /** Takes a byte from the host. */
    void receive(int value) {
        if ((mode == Mode.WRAP_FROM_STREAM || mode == Mode.WRAP_FROM_REMOTE) && value != 0xEC && value != 0xFF) {
            queue.add(value);
            return;
        }
        // A command throws away packets under way (section "Commands").
        queue.clear();
        int awaiting = command;
        command = 0;
        if (awaiting == 0xF3) {
            setRate(value);
        } else if (awaiting == 0xE8) {
            resolution = value & 3;
            queue.add(ACKNOWLEDGE);
        } else {
            execute(value);
        }
    }

    private void setRate(int value) {
        rate = value;
        knock = switch (value) {
            case 200 -> knock == 1 ? 3 : 1;
            case 100 -> knock == 1 ? 2 : 0;
            case 80 -> {
                if (knock == 2) {
                    type = INTELLIMOUSE;
                } else if (knock == 3) {
                    type = EXPLORER;
                }
                yield 0;
            }
            default -> 0;
        };
        queue.add(ACKNOWLEDGE);
    }

    private void execute(int value) {
        queue.add(ACKNOWLEDGE);
        switch (value) {
            case 0xE6 -> doubled = false;
            case 0xE7 -> doubled = true;
            case 0xE8, 0xF3 -> command = value;
            case 0xE9 -> queue.add(status(), resolution, rate);
            case 0xEA -> mode = Mode.STREAM;
            case 0xEB -> queuePacket();
            case 0xEC -> mode = mode == Mode.WRAP_FROM_REMOTE || mode == Mode.REMOTE ? Mode.REMOTE : Mode.STREAM;
            case 0xEE -> mode = mode == Mode.REMOTE ? Mode.WRAP_FROM_REMOTE : Mode.WRAP_FROM_STREAM;
            case 0xF0 -> mode = Mode.REMOTE;
            case 0xF2 -> queue.add(type);
            case 0xF4 -> {
                reporting = true;
                forget();
            }
            case 0xF5 -> reporting = false;
            case 0xF6 -> setDefaults();
            case 0xFF -> {
                reset();
                queue.add(ACKNOWLEDGE, 0xAA, type);
            }
            default -> {
                queue.clear();
                queue.add(RESEND);
            }
        }
    }

    private int status() {
        return (mode == Mode.REMOTE ? 0x40 : 0)
                | (reporting ? 0x20 : 0)
                | (doubled ? 0x10 : 0)
                | ((buttons & PcInput.LEFT_BUTTON) != 0 ? 4 : 0)
                | ((buttons & PcInput.MIDDLE_BUTTON) != 0 ? 2 : 0)
                | ((buttons & PcInput.RIGHT_BUTTON) != 0 ? 1 : 0);
    }

    State save() {
        return new State(
                queue.save(),
                mode,
                reporting,
                doubled,
                rate,
                resolution,
                command,
                type,
                knock,
                dx,
                dy,
                dz,
                buttons,
                reported);
    }

    void restore(State state) {
        queue.restore(state.queue);
        mode = state.mode;
        reporting = state.reporting;
        doubled = state.doubled;
        rate = state.rate;
        resolution = state.resolution;
        command = state.command;
        type = state.type;
        knock = state.knock;
        dx = state.dx;
        dy = state.dy;
        dz = state.dz;
        buttons = state.buttons;
        reported = state.reported;
    }
}

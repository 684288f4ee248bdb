package org.margay.pc.internal.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

/**
 * One DMA controller 8237A (Intel data sheet, order 231466) with its four channels. The distance between its registers is 1
 * for the byte controller of a PC and 2 for the word controller.
 */
final class DmaController implements IoHandler {
    private static final int COMMAND_DISABLE = 0x04;

    /**
     * What the guest can see of one controller.
     *
     * @param command command register
     * @param requests software request register
     * @param masks mask register
     * @param reached channels that came to their terminal count since the status was read
     * @param lines device requests
     * @param flipFlop the high byte is next
     */
    record State(
            int command,
            int requests,
            int masks,
            int reached,
            int lines,
            boolean flipFlop,
            int temporary,
            List<ChannelState> channels) {
        State {
            channels = List.copyOf(channels);
            if ((command & ~0xFF) != 0
                    || ((requests | masks | reached | lines) & ~0xF) != 0
                    || (temporary & ~0xFF) != 0
                    || channels.size() != 4) {
                throw new IllegalArgumentException("8237A");
            }
        }
    }

    /** Base and current address and count, mode, page. */
    record ChannelState(int baseAddress, int baseCount, int address, int count, int mode) {
        ChannelState {
            if (((baseAddress | baseCount | address | count) & ~0xFFFF) != 0 || (mode & ~0xFC) != 0) {
                throw new IllegalArgumentException("8237A channel");
            }
        }
    }

    /** Registers of one channel; {@link IsaDmaChannel} moves its data. */
    static final class Channel {
        int baseAddress;
        int baseCount;
        int address;
        int count;
        int mode;
        final List<Runnable> readyListeners = new ArrayList<>();

        boolean autoInitializes() {
            return (mode & 0x10) != 0;
        }

        boolean decrements() {
            return (mode & 0x20) != 0;
        }

        /** 0 verify, 1 write to memory, 2 read from memory. */
        int transferType() {
            return mode >> 2 & 3;
        }
    }

    private final int shift;
    private final MemoryRegion region;
    final Channel[] channels = {new Channel(), new Channel(), new Channel(), new Channel()};
    private int command;
    private int requests;
    private int masks;
    private int reached;
    private int lines;
    private int temporary;
    private boolean flipFlop;

    /** @param shift binary logarithm of the distance of registers */
    DmaController(String name, int shift) {
        this.shift = shift;
        this.region = MemoryRegion.io(name, 16L << shift, AccessSizes.BYTE, this);
        reset();
    }

    MemoryRegion region() {
        return region;
    }

    boolean ready(int channel) {
        return (command & COMMAND_DISABLE) == 0 && (masks & 1 << channel) == 0;
    }

    void request(int channel, boolean high) {
        lines = high ? lines | 1 << channel : lines & ~(1 << channel);
    }

    /** The count went from 0 to FFFFh. */
    void terminalCount(int channel) {
        reached |= 1 << channel;
        requests &= ~(1 << channel);
        Channel registers = channels[channel];
        if (registers.autoInitializes()) {
            registers.address = registers.baseAddress;
            registers.count = registers.baseCount;
        } else {
            masks |= 1 << channel;
        }
    }

    @Override
    public long read(long offset, int size) {
        int register = (int) offset >> shift;
        if (register < 8) {
            Channel channel = channels[register / 2];
            return nextByte(register % 2 == 0 ? channel.address : channel.count);
        }
        return switch (register) {
            case 0x8 -> {
                int status = (lines | requests) << 4 | reached;
                reached = 0;
                yield status;
            }
            case 0xD -> temporary;
            case 0xF -> masks | 0xF0;
            default -> 0xFF;
        };
    }

    private int nextByte(int word) {
        flipFlop = !flipFlop;
        return flipFlop ? word & 0xFF : word >> 8;
    }

    @Override
    public void write(long offset, int size, long written) {
        int register = (int) offset >> shift;
        int value = (int) written;
        if (register < 8) {
            writeChannel(channels[register / 2], register % 2 == 0, value);
            return;
        }
        int bit = 1 << (value & 3);
        boolean[] before = {ready(0), ready(1), ready(2), ready(3)};
        switch (register) {
            case 0x8 -> command = value;
            case 0x9 -> requests = (value & 4) != 0 ? requests | bit : requests & ~bit;
            case 0xA -> masks = (value & 4) != 0 ? masks | bit : masks & ~bit;
            case 0xB -> channels[value & 3].mode = value & 0xFC;
            case 0xC -> flipFlop = false;
            case 0xD -> reset();
            case 0xE -> masks = 0;
            default -> masks = value & 0xF;
        }
        for (int i = 0; i < 4; i++) {
            if (ready(i) && !before[i]) {
                channels[i].readyListeners.forEach(Runnable::run);
            }
        }
    }

    private void writeChannel(Channel channel, boolean isAddress, int value) {
        flipFlop = !flipFlop;
        int mask = flipFlop ? 0xFF00 : 0x00FF;
        int bits = flipFlop ? value : value << 8;
        if (isAddress) {
            channel.baseAddress = channel.baseAddress & mask | bits;
            channel.address = channel.address & mask | bits;
        } else {
            channel.baseCount = channel.baseCount & mask | bits;
            channel.count = channel.count & mask | bits;
        }
    }

    /** Master clear: all masked, the rest clear; addresses, counts and modes stay. */
    void reset() {
        command = 0;
        requests = 0;
        masks = 0xF;
        reached = 0;
        temporary = 0;
        flipFlop = false;
    }

    State save() {
        return new State(
                command,
                requests,
                masks,
                reached,
                lines,
                flipFlop,
                temporary,
                Stream.of(channels)
                        .map(each ->
                                new ChannelState(each.baseAddress, each.baseCount, each.address, each.count, each.mode))
                        .toList());
    }

    void restore(State state) {
        command = state.command;
        requests = state.requests;
        masks = state.masks;
        reached = state.reached;
        lines = state.lines;
        flipFlop = state.flipFlop;
        temporary = state.temporary;
        for (int i = 0; i < 4; i++) {
            ChannelState saved = state.channels.get(i);
            channels[i].baseAddress = saved.baseAddress;
            channels[i].baseCount = saved.baseCount;
            channels[i].address = saved.address;
            channels[i].count = saved.count;
            channels[i].mode = saved.mode;
        }
    }
}

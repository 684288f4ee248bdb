package org.margay.pc.internal.time;

import java.util.List;
import java.util.stream.Stream;
import org.margay.machine.Clock;
import org.margay.machine.Device;
import org.margay.machine.IrqLine;
import org.margay.machine.Timer;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

/**
 * Programmable interval timer 8254 (Intel data sheet, order 231164) at ports 40h-43h, and the port that a PC keeps for its
 * counter 2 and the speaker, 61h (Intel 82371SB data sheet, "NMI status and control register"). Counter 0 drives IRQ 0.
 */
public final class Pit implements Device<Pit.State>, IoHandler {
    private static final int SPEAKER_GATE = 0x01;
    private static final int SPEAKER_WRITABLE = 0x0F;
    private static final int REFRESH = 0x10;
    private static final int OUT2 = 0x20;
    /** Counter 1's period on a PC: the refresh bit changes each 18 clock pulses, 15 microseconds. */
    private static final int REFRESH_TICKS = 18;

    /**
     * The three counters and port 61h's writable bits.
     */
    public record State(List<PitChannel.State> channels, int speaker) {
        public State {
            channels = List.copyOf(channels);
            if (channels.size() != 3 || (speaker & ~SPEAKER_WRITABLE) != 0) {
                throw new IllegalArgumentException("8254");
            }
        }
    }

    private final MemoryRegion ports;
    private final Clock clock;
    private final IrqLine irq;
    private final Timer timer;
    private final MemoryRegion region = MemoryRegion.io("pit", 4, AccessSizes.BYTE, this);
    private final MemoryRegion speakerRegion = MemoryRegion.io("pcspk", 1, AccessSizes.BYTE, new IoHandler() {
        @Override
        public long read(long offset, int size) {
            return readSpeakerPort();
        }

        @Override
        public void write(long offset, int size, long value) {
            speaker = (int) value & SPEAKER_WRITABLE;
            channels[2].setGate((speaker & SPEAKER_GATE) != 0, clock.nanos());
        }
    });

    private final PitChannel[] channels = {new PitChannel(true), new PitChannel(true), new PitChannel(false)};
    private int speaker;

    /** When OUT of counter 0 changes next, {@link Timer#NEVER} if it does not: the timer's deadline. */
    private long change = Timer.NEVER;

    /**
     * Maps the registers.
     *
     * @param clock the guest's, virtual
     * @param irq the wire of counter 0's OUT
     */
    public Pit(MemoryRegion ports, Clock clock, IrqLine irq) {
        this.ports = ports;
        this.clock = clock;
        this.irq = irq;
        this.timer = clock.timer(this::changeDue);
        ports.add(region, 0x40);
        ports.add(speakerRegion, 0x61);
        reset();
    }

    private int readSpeakerPort() {
        long now = clock.nanos();
        boolean refresh = (PitChannel.toTicks(now) / REFRESH_TICKS & 1) != 0;
        return speaker | (refresh ? REFRESH : 0) | (channels[2].out(now) ? OUT2 : 0);
    }

    @Override
    public long read(long offset, int size) {
        return offset == 3 ? 0 : channels[(int) offset].read(clock.nanos());
    }

    @Override
    public void write(long offset, int size, long value) {
        long now = clock.nanos();
        catchUp(now);
        int word = (int) value;
        if (offset < 3) {
            channels[(int) offset].write(word, now);
        } else if (word >> 6 == 3) {
            readBack(word, now);
        } else if ((word & 0x30) == 0) {
            channels[word >> 6].latchCount(now);
        } else {
            channels[word >> 6].writeControl(word);
        }
        update(now);
    }

    /** Read-back command: bits 1 to 3 choose counters, bit 5 low latches counts, bit 4 low latches status. */
    private void readBack(int word, long now) {
        for (int i = 0; i < 3; i++) {
            if ((word & 2 << i) != 0) {
                if ((word & 0x20) == 0) {
                    channels[i].latchCount(now);
                }
                if ((word & 0x10) == 0) {
                    channels[i].latchStatus(now);
                }
            }
        }
    }

    /**
     * Drives IRQ 0 through changes that are due. The pulses of modes 2, 4 and 5 are shorter (838 ns) than the machine's loop
     * is late: both of their edges come even when the pulse is over. Further ones that were slept over are not made up for.
     */
    private void catchUp(long now) {
        for (int edges = 0; edges < 2 && change <= now; edges++) {
            irq.set(channels[0].out(change));
            change = channels[0].nextChange(change);
        }
    }

    /**
     * Drives IRQ 0 as it is now.
     *
     * @param now the time that everything before was told: a second look at the clock could be past a short count
     */
    private void update(long now) {
        irq.set(channels[0].out(now));
        change = channels[0].nextChange(now);
        timer.arm(change);
    }

    private void changeDue() {
        long now = clock.nanos();
        catchUp(now);
        update(now);
    }

    /** The manual leaves counters undefined at power-on; here they wait for a count in mode 3, OUT high. */
    @Override
    public void reset() {
        speaker = 0;
        for (int i = 0; i < 3; i++) {
            channels[i].restore(PitChannel.State.reset(i < 2), 0);
        }
        update(clock.nanos());
    }

    @Override
    public State save() {
        return new State(
                Stream.of(channels).map(channel -> channel.save(clock.nanos())).toList(), speaker);
    }

    @Override
    public void restore(State state) {
        for (int i = 0; i < 3; i++) {
            channels[i].restore(state.channels.get(i), clock.nanos());
        }
        speaker = state.speaker;
        update(clock.nanos());
    }

    @Override
    public void close() {
        ports.remove(region);
        ports.remove(speakerRegion);
        timer.disarm();
        irq.set(false);
    }
}

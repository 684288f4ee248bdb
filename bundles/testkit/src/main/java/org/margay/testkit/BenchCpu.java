package org.margay.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import org.margay.machine.CpuPins;
import org.margay.machine.CpuRegisters;
import org.margay.machine.CpuWiring;
import org.margay.machine.VirtualCpu;

/** A processor that executes nothing and writes down what its pins do. */
public final class BenchCpu implements VirtualCpu, CpuPins {
    private static final CpuRegisters ZEROS = new CpuRegisters(
            Collections.nCopies(16, 0L),
            0,
            2,
            Collections.nCopies(8, new CpuRegisters.Segment(0, 0, 0, 0)),
            new CpuRegisters.Table(0, 0),
            new CpuRegisters.Table(0, 0),
            0,
            0,
            0,
            0,
            0);

    private final int index;
    private final CpuWiring wiring;
    private final List<String> messages = new ArrayList<>();
    private IntConsumer endOfInterrupt = _ -> {};
    private CpuRegisters registers = ZEROS;
    private boolean intr;
    private boolean a20 = true;

    BenchCpu(int index, CpuWiring wiring) {
        this.index = index;
        this.wiring = wiring;
        wiring.attach(this);
    }

    /** Level of INTR. */
    public boolean intr() {
        return intr;
    }

    /** Whether address line 20 is let through. */
    public boolean a20() {
        return a20;
    }

    /** What an interrupt acknowledge cycle gives. */
    public int acknowledge() {
        return wiring.acknowledgeInterrupt();
    }

    /** Interrupt messages so far, such as "destination 0 physical, mode 0, vector 0x31, edge"; and "NMI". */
    public List<String> messages() {
        return messages;
    }

    /** Tells the board that a level-triggered interrupt has been served. */
    public void endInterrupt(int vector) {
        endOfInterrupt.accept(vector);
    }

    @Override
    public void setIntr(boolean high) {
        intr = high;
    }

    @Override
    public void nmi() {
        messages.add("NMI");
    }

    @Override
    public boolean deliver(int destination, boolean logical, int deliveryMode, int vector, boolean level) {
        messages.add("destination %d %s, mode %d, vector %#x, %s"
                .formatted(
                        destination, logical ? "logical" : "physical", deliveryMode, vector, level ? "level" : "edge"));
        return true;
    }

    @Override
    public void onEndOfInterrupt(IntConsumer listener) {
        endOfInterrupt = listener;
    }

    @Override
    public void setA20(boolean enabled) {
        a20 = enabled;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public void start() {}

    @Override
    public void pause() {}

    @Override
    public void reset() {
        registers = ZEROS;
    }

    @Override
    public void close() {}

    @Override
    public long programCounter() {
        return registers.rip();
    }

    @Override
    public boolean halted() {
        return true;
    }

    @Override
    public long threadId() {
        return 0;
    }

    @Override
    public void injectNmi() {
        nmi();
    }

    @Override
    public OptionalLong translate(long linear) {
        return OptionalLong.of(linear);
    }

    @Override
    public CpuRegisters registers() {
        return registers;
    }

    @Override
    public void setRegisters(CpuRegisters newRegisters) {
        registers = newRegisters;
    }

    @Override
    public long instructions() {
        return 0;
    }
}

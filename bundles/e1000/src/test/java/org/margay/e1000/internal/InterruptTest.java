package org.margay.e1000.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.margay.e1000.internal.E1000Bench.STATION;
import static org.margay.e1000.internal.E1000Bench.frame;

import java.util.Map;
import org.junit.jupiter.api.Test;

class InterruptTest {
    private static final long TICK = 1024;

    private final E1000Bench bench = new E1000Bench();
    private final Registers registers = bench.registers;

    InterruptTest() {
        bench.guest.start();
        registers.read(Interrupts.ICR);
    }

    private void arrive() {
        bench.arrive(frame(STATION, 0x88B5, 200));
    }

    @Test
    void causesAreClearedByReadingAndByWriting() {
        registers.write(Interrupts.ICS, Interrupts.LSC | Interrupts.RXT0 | 1 << 31);
        assertThat(bench.interrupted()).isTrue();
        registers.write(Interrupts.ICR, Interrupts.LSC);
        assertThat(bench.interrupted()).isTrue();
        assertThat(registers.read(Interrupts.ICR)).isEqualTo(Interrupts.RXT0);
        assertThat(bench.interrupted()).isFalse();
        assertThat(registers.read(Interrupts.ICR)).isZero();
    }

    @Test
    void theMaskHidesCauses() {
        registers.write(Interrupts.IMC, -1);
        registers.write(Interrupts.ICS, Interrupts.LSC);
        assertThat(bench.interrupted()).isFalse();
        registers.write(Interrupts.IMS, Interrupts.LSC);
        assertThat(bench.interrupted()).isTrue();
        assertThat(registers.read(Interrupts.IMS)).isEqualTo(Interrupts.LSC);
    }

    @Test
    void theThrottleKeepsInterruptsApart() {
        registers.write(Interrupts.ITR, 500);
        arrive();
        assertThat(bench.interrupted()).as("the first comes at once").isTrue();
        registers.read(Interrupts.ICR);
        arrive();
        assertThat(bench.interrupted()).isFalse();
        bench.bench.advance(127_999);
        assertThat(bench.interrupted()).isFalse();
        bench.bench.advance(1);
        assertThat(bench.interrupted()).isTrue();
        registers.read(Interrupts.ICR);
        bench.bench.advance(200_000);
        arrive();
        assertThat(bench.interrupted()).as("after a pause, at once").isTrue();
    }

    @Test
    void mitigationCanBeSwitchedOff() {
        E1000Bench other = new E1000Bench(Map.of("mitigation", "off"));
        other.guest.start();
        other.registers.write(Interrupts.ITR, 500);
        for (int i = 0; i < 3; i++) {
            other.arrive(frame(STATION, 0x88B5, 200));
            assertThat(other.interrupted()).isTrue();
            other.registers.read(Interrupts.ICR);
        }
    }

    @Test
    void thePacketTimerBeginsAnew() {
        registers.write(Receiver.RDTR, 10);
        arrive();
        bench.bench.advance(9 * TICK);
        arrive();
        bench.bench.advance(9 * TICK);
        assertThat(bench.interrupted()).isFalse();
        bench.bench.advance(TICK);
        assertThat(bench.interrupted()).isTrue();
    }

    @Test
    void theAbsoluteTimerDoesNot() {
        registers.write(Receiver.RDTR, 10);
        registers.write(Receiver.RADV, 15);
        arrive();
        bench.bench.advance(9 * TICK);
        arrive();
        bench.bench.advance(6 * TICK);
        assertThat(bench.interrupted()).isTrue();
        registers.read(Interrupts.ICR);
        bench.bench.advance(100 * TICK);
        assertThat(bench.interrupted()).as("one of both").isFalse();
    }

    @Test
    void aFlushEndsTheDelay() {
        registers.write(Receiver.RDTR, 10);
        arrive();
        registers.write(Receiver.RDTR, 10 | 1 << 31);
        assertThat(bench.interrupted()).isTrue();
        assertThat(registers.read(Receiver.RDTR)).isEqualTo(10);
    }

    @Test
    void smallPacketsDoNotWait() {
        registers.write(Receiver.RDTR, 10);
        registers.write(Receiver.RSRPD, 100);
        arrive();
        assertThat(bench.interrupted()).isFalse();
        bench.arrive(frame(STATION, 0x88B5, 100));
        assertThat(registers.read(Interrupts.ICR)).isEqualTo(Interrupts.SRPD | Interrupts.RXT0);
        assertThat(bench.bench.machine().deadlines()).isEmpty();
    }

    @Test
    void lowDescriptorsAreReportedOnce() {
        for (int i = 0; i < GuestDriver.RECEIVE_SIZE / 2 - 2; i++) {
            arrive();
        }
        assertThat(registers.read(Interrupts.ICR) & Interrupts.RXDMT0).isZero();
        arrive();
        assertThat(registers.read(Interrupts.ICR) & Interrupts.RXDMT0).isEqualTo(Interrupts.RXDMT0);
        arrive();
        assertThat(registers.read(Interrupts.ICR) & Interrupts.RXDMT0).isZero();
    }

    @Test
    void sentPacketsMayWaitForTheirInterrupt() {
        registers.write(Transmitter.TIDV, 8);
        registers.write(Transmitter.TADV, 12);
        long delayed = 60 | GuestDriver.EOP | GuestDriver.RS | 1L << 31;
        bench.guest.add(GuestDriver.TRANSMIT_BUFFERS, delayed);
        bench.guest.kick();
        bench.bench.advance(7 * TICK);
        bench.guest.add(GuestDriver.TRANSMIT_BUFFERS, delayed);
        bench.guest.kick();
        assertThat(bench.interrupted()).isFalse();
        bench.bench.advance(5 * TICK);
        assertThat(bench.interrupted()).as("absolute timer").isTrue();
        registers.read(Interrupts.ICR);
        bench.guest.add(GuestDriver.TRANSMIT_BUFFERS, delayed);
        bench.guest.add(GuestDriver.TRANSMIT_BUFFERS, 60 | GuestDriver.EOP | GuestDriver.RS);
        bench.guest.kick();
        assertThat(bench.interrupted()).as("no delay for the second").isTrue();
        assertThat(bench.bench.machine().deadlines()).isEmpty();
    }

    @Test
    void linkChangesInterrupt() {
        bench.netdev.client().setLink(false);
        assertThat(registers.read(Interrupts.ICR)).isEqualTo(Interrupts.LSC);
        assertThat(registers.read(MacControl.STATUS) & 2).isZero();
        bench.netdev.client().setLink(true);
        assertThat(registers.read(Interrupts.ICR))
                .as("negotiation takes its time")
                .isZero();
        bench.bench.advance(500_000_000);
        assertThat(registers.read(Interrupts.ICR)).isEqualTo(Interrupts.LSC);
        assertThat(registers.read(MacControl.STATUS)).isEqualTo(0x283);
    }
}

package org.margay.cpu.internal.apic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.machine.Clock;
import org.margay.machine.Timer;
import org.margay.testkit.DeviceBench;

class LocalApicTest {
    private static final int TPR = 0x80, PPR = 0xA0, EOI = 0xB0, LDR = 0xD0, DFR = 0xE0, SVR = 0xF0, ESR = 0x280;
    private static final int ICR_LOW = 0x300, ICR_HIGH = 0x310, LVT_TIMER = 0x320, LINT0 = 0x350, LINT1 = 0x360;
    private static final int LVT_ERROR = 0x370, INITIAL = 0x380, CURRENT = 0x390, DIVIDE = 0x3E0;

    private final DeviceBench bench = new DeviceBench();
    private final ApicNetwork network = new ApicNetwork();
    private final Wires wires = new Wires();
    private final LocalApic apic = new LocalApic(0, true, bench.clock(), bench.memory(), network, wires);

    private static final class Wires implements ApicOutput {
        private boolean pending;
        private int nmis;
        private int inits;
        private final List<Integer> startUps = new ArrayList<>();

        @Override
        public void interrupt(boolean pending) {
            this.pending = pending;
        }

        @Override
        public void nmi() {
            nmis++;
        }

        @Override
        public void init() {
            inits++;
        }

        @Override
        public void startUp(int page) {
            startUps.add(page);
        }
    }

    @BeforeEach
    void enable() {
        write(SVR, 0x1FF);
    }

    private void write(int register, long value) {
        bench.writeMemory(0xFEE0_0000L + register, 4, value & 0xFFFF_FFFFL);
    }

    private long read(int register) {
        return bench.readMemory(0xFEE0_0000L + register, 4);
    }

    private boolean fixed(int vector) {
        return apic.deliver(0, false, DeliveryMode.FIXED, vector, false);
    }

    @Test
    void servesTheHighestVectorFirstAndNestsByClass() {
        fixed(0x41);
        fixed(0x52);
        assertThat(wires.pending).isTrue();
        assertThat(apic.acknowledge()).isEqualTo(0x52);
        assertThat(read(PPR)).isEqualTo(0x50);
        assertThat(wires.pending).as("a lower class waits").isFalse();
        fixed(0x5F);
        assertThat(wires.pending).as("the same class waits").isFalse();
        fixed(0x60);
        assertThat(apic.acknowledge()).isEqualTo(0x60);
        write(EOI, 0);
        write(EOI, 0);
        assertThat(apic.acknowledge()).isEqualTo(0x5F);
        write(EOI, 0);
        assertThat(apic.acknowledge()).isEqualTo(0x41);
        assertThat(apic.acknowledge()).isEqualTo(LocalApic.NONE);
    }

    @Test
    void taskPriorityHoldsBack() {
        write(TPR, 0x60);
        fixed(0x6F);
        assertThat(wires.pending).isFalse();
        write(TPR, 0x50);
        assertThat(wires.pending).isTrue();
    }

    @Test
    void disabledBySoftwareTakesNoFixedInterrupts() {
        write(SVR, 0xFF);
        assertThat(fixed(0x40)).isFalse();
        assertThat(read(LVT_TIMER) & 0x10000).isNotZero();
        write(LVT_TIMER, 0x40);
        assertThat(read(LVT_TIMER)).as("stays masked").isEqualTo(0x10040);
    }

    @Test
    void onlyLevelTriggeredInterruptsReportTheirEnd() {
        List<Integer> ended = new ArrayList<>();
        apic.onEndOfInterrupt(ended::add);
        fixed(0x40);
        apic.deliver(0, false, DeliveryMode.FIXED, 0x50, true);
        apic.acknowledge();
        write(EOI, 0);
        apic.acknowledge();
        write(EOI, 0);
        assertThat(ended).containsExactly(0x50);
    }

    @Test
    void matchesLogicalDestinations() {
        write(LDR, 0x0400_0000);
        assertThat(apic.isMeant(0x04, true)).isTrue();
        assertThat(apic.isMeant(0x0C, true)).isTrue();
        assertThat(apic.isMeant(0x03, true)).isFalse();
        write(DFR, 0x0FFF_FFFF);
        write(LDR, 0x2400_0000);
        assertThat(apic.isMeant(0x24, true)).isTrue();
        assertThat(apic.isMeant(0x2B, true)).isFalse();
        assertThat(apic.isMeant(0x34, true)).as("another cluster").isFalse();
        assertThat(apic.isMeant(0xF4, true)).as("all clusters").isTrue();
        assertThat(apic.isMeant(0xFF, false)).isTrue();
        assertThat(apic.isMeant(1, false)).isFalse();
    }

    @Test
    void oneShotTimerCountsDownOnce() {
        write(DIVIDE, 0x3); // 16
        write(LVT_TIMER, 0x40);
        write(INITIAL, 1000);
        bench.advance(160 * 16);
        assertThat(read(CURRENT)).isEqualTo(840);
        bench.advance(840 * 16 - 1);
        assertThat(wires.pending).isFalse();
        bench.advance(1);
        assertThat(apic.acknowledge()).isEqualTo(0x40);
        write(EOI, 0);
        assertThat(read(CURRENT)).isZero();
        bench.advance(1_000_000);
        assertThat(wires.pending).isFalse();
    }

    /** A clock that moves on at each look, past the deadline: as when the host takes the processor away. */
    @Test
    void aCountIsNotLostWhenTheHostIsLate() {
        List<Long> armed = new ArrayList<>();
        Clock hasty = new Clock() {
            private long now;

            @Override
            public long nanos() {
                return now += 1_000_000;
            }

            @Override
            public Timer timer(Runnable action) {
                return new Timer() {
                    @Override
                    public void arm(long deadline) {
                        armed.add(deadline);
                    }

                    @Override
                    public void disarm() {
                        armed.clear();
                    }

                    @Override
                    public long deadline() {
                        return armed.isEmpty() ? NEVER : armed.getLast();
                    }
                };
            }
        };
        LocalApic late = new LocalApic(2, false, hasty, new DeviceBench().memory(), network, new Wires());
        late.write(SVR, 4, 0x1FF);
        late.write(LVT_TIMER, 4, 0x40);
        late.write(INITIAL, 4, 10);
        late.write(DIVIDE, 4, 0xB);
        late.write(LVT_TIMER, 4, 0x41);
        assertThat(armed).isNotEmpty();
    }

    @Test
    void periodicTimerGoesOnWithoutDrift() {
        write(DIVIDE, 0xB); // 1
        write(LVT_TIMER, 0x20040);
        write(INITIAL, 100_000);
        for (int i = 0; i < 3; i++) {
            bench.advance(100_000);
            assertThat(apic.acknowledge()).isEqualTo(0x40);
            write(EOI, 0);
        }
        bench.advance(25_000);
        assertThat(read(CURRENT)).isEqualTo(75_000);
    }

    @Test
    void aPeriodOfANanosecondDoesNotStopTheWorld() {
        write(DIVIDE, 0xB);
        write(LVT_TIMER, 0x20040);
        write(INITIAL, 1);
        bench.advance(1_000_000_000);
        assertThat(wires.pending).isTrue();
    }

    @Test
    void deadlineTimerFiresAtItsTime() {
        write(LVT_TIMER, 0x40040);
        apic.setTimerDeadline(5_000);
        bench.advance(4_999);
        assertThat(wires.pending).isFalse();
        bench.advance(1);
        assertThat(apic.acknowledge()).isEqualTo(0x40);
        assertThat(apic.timerDeadline()).isEqualTo(-1);
    }

    @Test
    void virtualWireLeadsToTheInterruptController() {
        apic.setLint0(true);
        assertThat(apic.acknowledge())
                .as("external mode is set up for the boot processor")
                .isEqualTo(LocalApic.ASK_CONTROLLER);
        write(LINT0, 0x10700);
        assertThat(wires.pending).isFalse();
        write(LINT0, 0x700);
        assertThat(wires.pending).isTrue();
        apic.setLint0(false);
        assertThat(wires.pending).isFalse();
        apic.writeBase(0xFEE0_0100L, false);
        apic.setLint0(true);
        assertThat(wires.pending).as("straight through when the APIC is off").isTrue();
    }

    @Test
    void nonMaskableInterruptsCome() {
        apic.pulseLint1();
        assertThat(wires.nmis).as("masked after reset").isZero();
        write(LINT1, 0x400);
        apic.pulseLint1();
        assertThat(wires.nmis).isEqualTo(1);
        write(ICR_LOW, 0x4_4400); // to itself
        assertThat(wires.nmis).isEqualTo(2);
    }

    @Test
    void sendsToOthers() {
        Wires otherWires = new Wires();
        DeviceBench elsewhere = new DeviceBench();
        LocalApic other = new LocalApic(1, false, elsewhere.clock(), elsewhere.memory(), network, otherWires);
        write(ICR_HIGH, 0x0100_0000);
        write(ICR_LOW, 0x4500); // INIT
        write(ICR_LOW, 0x8500); // INIT, de-assert: nothing
        write(ICR_LOW, 0x469F); // start-up
        assertThat(otherWires.inits).isEqualTo(1);
        assertThat(otherWires.startUps).containsExactly(0x9F);
        other.write(SVR, 4, 0x1FF);
        write(ICR_LOW, 0xC_4055); // all but self
        assertThat(otherWires.pending).isTrue();
        assertThat(wires.pending).isFalse();
        assertThat(other.acknowledge()).isEqualTo(0x55);
        write(ICR_LOW, 0x4_4030); // self
        assertThat(apic.acknowledge()).isEqualTo(0x30);
    }

    @Test
    void lowestPriorityGoesToTheIdleOne() {
        DeviceBench elsewhere = new DeviceBench();
        Wires otherWires = new Wires();
        LocalApic other = new LocalApic(1, false, elsewhere.clock(), elsewhere.memory(), network, otherWires);
        other.write(SVR, 4, 0x1FF);
        write(TPR, 0x20);
        assertThat(network.deliver(0xFF, false, DeliveryMode.LOWEST_PRIORITY, 0x77, false))
                .isTrue();
        assertThat(wires.pending).isFalse();
        assertThat(otherWires.pending).isTrue();
    }

    @Test
    void illegalVectorsAreErrors() {
        write(LVT_ERROR, 0xEF);
        fixed(5);
        assertThat(apic.acknowledge()).isEqualTo(0xEF);
        assertThat(read(ESR)).as("latched by a write only").isZero();
        write(ESR, 0);
        assertThat(read(ESR)).isEqualTo(0x40);
        write(ICR_LOW, 0x4_4003);
        write(ESR, 0);
        assertThat(read(ESR)).isEqualTo(0x20);
    }

    @Test
    void movesAndGoesAway() {
        assertThat(apic.writeBase(0xFED0_0900L, false)).isTrue();
        assertThat(bench.readMemory(0xFED0_0030L, 4)).isEqualTo(0x50014);
        assertThat(read(0x30)).isEqualTo(0xFFFF_FFFFL);
        assertThat(apic.writeBase(0xFED0_0D00L, false)).as("no x2APIC").isFalse();
        assertThat(apic.writeBase(0xFEE0_0001L, false)).as("reserved bits").isFalse();
        assertThat(apic.base()).isEqualTo(0xFED0_0900L);
    }

    @Test
    void x2ApicReachesTheRegistersByNumber() {
        assertThat(apic.writeBase(0xFEE0_0D00L, true)).isTrue();
        assertThat(X2Apic.read(apic, 0x03)).isEqualTo(0x50014);
        assertThat(X2Apic.read(apic, 0x0D)).as("logical id").isEqualTo(1);
        X2Apic.write(apic, 0x30, 0x44055L);
        assertThat(apic.acknowledge()).isEqualTo(0x55);
        assertThat(apic.writeBase(0xFEE0_0900L, true))
                .as("back to xAPIC only through disabled")
                .isFalse();
    }
}

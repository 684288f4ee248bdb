package org.margay.pc.internal.interrupt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.machine.IrqLine;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class PicPairTest extends DeviceContract<PicPair.State> {
    @Override
    protected Device<PicPair.State> create(DeviceBench bench) {
        return new PicPair(bench.ports(), bench.line("intr"));
    }

    @Override
    protected Class<PicPair.State> stateType() {
        return PicPair.State.class;
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<PicPair.State> device) {
        PicPair pics = (PicPair) device;
        if (random.nextInt(4) == 0) {
            pics.acknowledge();
        }
        int input = random.nextInt(16);
        pics.input(input == 2 ? 3 : input).set(random.nextBoolean());
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<PicPair.State> device) {
        assertThat(List.of(bench.in(0x20), bench.in(0x21), bench.in(0xA0), bench.in(0xA1)))
                .containsOnly(0);
        assertThat(bench.in(0x4D0, 2)).isZero();
        assertThat(bench.line("intr").high()).isFalse();
    }

    @Override
    protected List<HostileState<PicPair.State>> hostileStates() {
        return List.of(
                good -> new PicPair.State(null, good.slave()),
                // ELCR bits of the timer and the cascade can't be set.
                good -> new PicPair.State(
                        new I8259.State(
                                0,
                                0,
                                0,
                                0,
                                0x01,
                                8,
                                7,
                                0,
                                I8259.Expects.OCW1,
                                false,
                                false,
                                false,
                                false,
                                false,
                                false,
                                false,
                                false),
                        good.slave()));
    }

    private final DeviceBench bench = new DeviceBench();
    private final PicPair pics = new PicPair(bench.ports(), bench.line("intr"));

    private boolean intr() {
        return bench.line("intr").high();
    }

    /** As a PC's BIOS does: vectors 8 and 70h, cascade on 2, 8086 mode. */
    private void initialize() {
        for (int value : new int[] {0x11, 0x08, 0x04, 0x01}) {
            bench.out(value == 0x11 ? 0x20 : 0x21, value);
        }
        for (int value : new int[] {0x11, 0x70, 0x02, 0x01}) {
            bench.out(value == 0x11 ? 0xA0 : 0xA1, value);
        }
    }

    @Test
    void anEdgeInterruptsOnceAndHigherPriorityNests() {
        initialize();
        IrqLine irq4 = pics.input(4);
        irq4.set(true);
        assertThat(intr()).isTrue();
        assertThat(pics.acknowledge()).isEqualTo(0x0C);
        assertThat(intr()).isFalse();
        irq4.set(false);
        irq4.set(true);
        assertThat(intr()).as("its own level is in service").isFalse();
        pics.input(1).set(true);
        assertThat(intr()).as("IRQ 1 is higher").isTrue();
        assertThat(pics.acknowledge()).isEqualTo(0x09);
        bench.out(0x20, 0x0B);
        assertThat(bench.in(0x20)).as("ISR").isEqualTo(0x12);
        bench.out(0x20, 0x20);
        assertThat(bench.in(0x20)).as("non-specific EOI ends the highest").isEqualTo(0x10);
        bench.out(0x20, 0x64);
        assertThat(pics.acknowledge()).as("the second edge of IRQ 4").isEqualTo(0x0C);
    }

    @Test
    void theSlaveComesThroughTheCascade() {
        initialize();
        pics.input(12).set(true);
        assertThat(pics.acknowledge()).isEqualTo(0x74);
        bench.out(0x20, 0x0B);
        bench.out(0xA0, 0x0B);
        assertThat(bench.in(0x20)).isEqualTo(0x04);
        assertThat(bench.in(0xA0)).isEqualTo(0x10);
        pics.input(8).set(true);
        assertThat(intr()).as("the master's cascade input is in service").isFalse();
        bench.out(0xA0, 0x20);
        bench.out(0x20, 0x20);
        assertThat(pics.acknowledge()).isEqualTo(0x70);
    }

    @Test
    void masksHoldRequestsBack() {
        initialize();
        bench.out(0x21, 0xFF);
        pics.input(5).set(true);
        assertThat(intr()).isFalse();
        bench.out(0x20, 0x0A);
        assertThat(bench.in(0x20)).as("IRR").isEqualTo(0x20);
        bench.out(0x21, 0xDF);
        assertThat(intr()).isTrue();
    }

    @Test
    void aLevelInterruptComesAgainUntilItsCauseIsGone() {
        initialize();
        bench.out(0x4D1, 0xFF);
        assertThat(bench.in(0x4D1)).as("IRQ 8 and 13 stay edge-triggered").isEqualTo(0xDE);
        IrqLine irq11 = pics.input(11);
        irq11.set(true);
        for (int i = 0; i < 2; i++) {
            assertThat(pics.acknowledge()).isEqualTo(0x73);
            bench.out(0xA0, 0x20);
            bench.out(0x20, 0x20);
        }
        irq11.set(false);
        assertThat(intr()).isFalse();
    }

    @Test
    void aVanishedLevelGivesTheSpuriousVector() {
        initialize();
        assertThat(pics.acknowledge()).isEqualTo(0x0F);
        bench.out(0x20, 0x0B);
        assertThat(bench.in(0x20)).as("nothing in service").isZero();
    }

    @Test
    void autoEoiAndRotation() {
        initialize();
        bench.out(0x20, 0x11);
        bench.out(0x21, 0x20);
        bench.out(0x21, 0x04);
        bench.out(0x21, 0x03);
        bench.out(0x20, 0x80);
        pics.input(3).pulse();
        assertThat(pics.acknowledge()).isEqualTo(0x23);
        pics.input(3).pulse();
        pics.input(4).pulse();
        assertThat(pics.acknowledge()).as("3 has become the lowest").isEqualTo(0x24);
        assertThat(pics.acknowledge()).isEqualTo(0x23);
    }

    @Test
    void specialMaskModeLetsLowerOnesThrough() {
        initialize();
        pics.input(1).pulse();
        pics.acknowledge();
        pics.input(6).pulse();
        assertThat(intr()).isFalse();
        bench.out(0x21, 0x02);
        bench.out(0x20, 0x68);
        assertThat(intr()).isTrue();
        assertThat(pics.acknowledge()).isEqualTo(0x0E);
    }

    @Test
    void pollingTakesTheInterrupt() {
        initialize();
        pics.input(3).pulse();
        bench.out(0x20, 0x0C);
        assertThat(bench.in(0x20)).isEqualTo(0x83);
        assertThat(intr()).isFalse();
        bench.out(0x20, 0x0C);
        assertThat(bench.in(0x20)).isZero();
    }
}

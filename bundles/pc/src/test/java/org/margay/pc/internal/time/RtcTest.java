package org.margay.pc.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class RtcTest extends DeviceContract<Rtc.State> {
    private static final long SECOND = 1_000_000_000L;
    /** 2012-02-28 23:59:57 UTC, a Tuesday. */
    private static final long EVE = 1_330_473_597L;

    @Override
    protected Device<Rtc.State> create(DeviceBench bench) {
        return new Rtc(
                bench.ports(),
                bench.clock(),
                EVE * SECOND,
                bench.line("irq8"),
                offset -> bench.machine().emit("RTC_CHANGE", offset),
                () -> bench.machine().emit("alarm", null));
    }

    @Override
    protected Class<Rtc.State> stateType() {
        return Rtc.State.class;
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<Rtc.State> device) {
        assertThat(get(bench, 0x0B) & 0x78).as("PIE, AIE, UIE, SQWE").isZero();
        assertThat(get(bench, 0x0C)).isZero();
        assertThat(get(bench, 0x0D)).isEqualTo(0x80);
        bench.out(0x70, 0);
    }

    @Override
    protected List<HostileState<Rtc.State>> hostileStates() {
        return List.of(
                good -> new Rtc.State(128, good.registers(), false, 0, 0, 0, 0),
                good -> new Rtc.State(0, new byte[127], false, 0, 0, 0, 0),
                good -> new Rtc.State(0, good.registers(), false, SECOND, 0, 0, 0),
                good -> new Rtc.State(0, good.registers(), false, 0, Long.MAX_VALUE, 0, 0),
                good -> new Rtc.State(0, good.registers(), false, 0, 0, 0, Long.MAX_VALUE));
    }

    private static int get(DeviceBench bench, int index) {
        bench.out(0x70, index);
        return bench.in(0x71);
    }

    private static void set(DeviceBench bench, int index, int value) {
        bench.out(0x70, index);
        bench.out(0x71, value);
    }

    private final DeviceBench bench = new DeviceBench();
    private final Device<Rtc.State> rtc = create(bench);

    private List<Integer> get(int... indexes) {
        List<Integer> values = new ArrayList<>();
        for (int index : indexes) {
            values.add(get(bench, index));
        }
        return values;
    }

    private boolean irq() {
        return bench.line("irq8").high();
    }

    private static final int[] DATE = {0x32, 9, 8, 7, 6, 4, 2, 0};

    @Test
    void timePassesOverALeapDay() {
        assertThat(get(DATE)).containsExactly(0x20, 0x12, 0x02, 0x28, 3, 0x23, 0x59, 0x57);
        bench.advance(3 * SECOND);
        assertThat(get(DATE)).containsExactly(0x20, 0x12, 0x02, 0x29, 4, 0x00, 0x00, 0x00);
    }

    @Test
    void binaryAndTwelveHours() {
        set(bench, 0x0B, 0x04);
        assertThat(get(9, 8, 7, 4, 2, 0)).containsExactly(12, 2, 28, 0x80 | 11, 59, 57);
        bench.advance(3 * SECOND);
        assertThat(get(7, 4)).as("12 AM").containsExactly(29, 12);
    }

    @Test
    void settingTheTimeTellsTheOffset() {
        set(bench, 0x0B, 0x82);
        bench.advance(10 * SECOND);
        assertThat(get(0)).as("stands while SET").containsExactly(0x57);
        set(bench, 0, 0x30);
        set(bench, 2, 0x58);
        assertThat(bench.machine().requests()).isEmpty();
        set(bench, 0x0B, 0x02);
        assertThat(bench.machine().requests()).containsExactly("RTC_CHANGE -97");
        bench.advance(SECOND);
        assertThat(get(4, 2, 0)).containsExactly(0x23, 0x58, 0x31);
    }

    @Test
    void theUpdateIsAnnounced() {
        bench.advance(SECOND - 3_000_000);
        assertThat(get(0x0A)).containsExactly(0x26);
        bench.advance(1_000_000);
        assertThat(get(0x0A)).containsExactly(0xA6);
        bench.advance(2_000_000);
        assertThat(get(0x0A)).containsExactly(0x26);
    }

    @Test
    void updateEndedInterrupt() {
        set(bench, 0x0B, 0x12);
        bench.advance(SECOND);
        assertThat(irq()).isTrue();
        assertThat(get(0x0C)).containsExactly(0xD0);
        assertThat(irq()).isFalse();
        assertThat(get(0x0C)).containsExactly(0);
        bench.advance(SECOND);
        assertThat(irq()).isTrue();
    }

    @Test
    void periodicInterruptAt1024Hz() {
        set(bench, 0x0B, 0x42);
        int interrupts = 0;
        for (int i = 0; i < 1024; i++) {
            bench.advance(976_563);
            if (irq()) {
                interrupts++;
                get(0x0C);
            }
        }
        assertThat(interrupts).isBetween(1022, 1024);
        bench.advance(SECOND);
        assertThat(bench.machine().deadlines())
                .as("nothing runs until the flag is read")
                .isEmpty();
    }

    @Test
    void flagsAreSetWithoutInterrupts() {
        bench.advance(SECOND);
        assertThat(get(0x0C)).containsExactly(0x50);
        assertThat(bench.machine().deadlines()).isEmpty();
    }

    @Test
    void alarmAtATime() {
        set(bench, 1, 0x05);
        set(bench, 3, 0x00);
        set(bench, 5, 0x00);
        set(bench, 0x0B, 0x22);
        assertThat(bench.machine().deadlines()).containsExactly(8 * SECOND);
        bench.advance(8 * SECOND - 1);
        assertThat(irq()).isFalse();
        bench.advance(1);
        assertThat(irq()).isTrue();
        assertThat(bench.machine().requests()).containsExactly("alarm");
        assertThat(get(0x0C).getFirst() & 0xA0).isEqualTo(0xA0);
    }

    @Test
    void alarmEachMinute() {
        set(bench, 1, 0x10);
        set(bench, 3, 0xFF);
        set(bench, 5, 0xC0);
        set(bench, 0x0B, 0x22);
        assertThat(bench.machine().deadlines()).containsExactly(13 * SECOND);
        bench.advance(13 * SECOND);
        get(0x0C);
        assertThat(bench.machine().deadlines()).containsExactly(73 * SECOND);
    }

    @Test
    void anAlarmThatNeverComesArmsNothing() {
        set(bench, 1, 0x99);
        set(bench, 0x0B, 0x22);
        assertThat(bench.machine().deadlines()).isEmpty();
    }

    @Test
    void theDividerStartsHalfASecondBeforeTheFirstUpdate() {
        set(bench, 0x0A, 0x76);
        bench.advance(SECOND / 3);
        set(bench, 0x0A, 0x26);
        get(0x0C);
        bench.advance(SECOND / 2 - 1000);
        assertThat(get(0)).containsExactly(0x57);
        bench.advance(2000);
        assertThat(get(0)).containsExactly(0x58);
    }

    @Test
    void memoryKeepsWhatIsWrittenThroughAReset() {
        set(bench, 0x40, 0xA5);
        rtc.reset();
        assertThat(get(0x40)).containsExactly(0xA5);
    }
}

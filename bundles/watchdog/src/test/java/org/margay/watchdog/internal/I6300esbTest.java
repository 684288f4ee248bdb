package org.margay.watchdog.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.machine.Timer;
import org.margay.machine.plan.GuestActions;
import org.margay.pci.PciDevice;
import org.margay.pci.PciFunction;
import org.margay.pci.PciRegister;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;
import org.margay.testkit.cards.CardBench;

class I6300esbTest extends DeviceContract<I6300esb.State> {
    private static final long REGISTERS = CardBench.MEMORY_BARS;
    private static final int CONFIGURATION = 0x60;
    private static final int LOCK = 0x68;
    private static final int STATUS = 0x08;
    private static final int RELOAD = 0x0C;
    private static final long SECOND = 1_000_000_000;
    private static final String EXPIRED = "WATCHDOG Data[action=reset]";

    private final DeviceBench bench = new DeviceBench();
    private final Device<I6300esb.State> watchdog = create(bench);

    @Override
    protected void prepare(DeviceBench bench) {
        CardBench.of(bench);
    }

    @Override
    protected Device<I6300esb.State> create(DeviceBench bench) {
        return CardBench.of(bench).plugMapped(new I6300esb(), Map.of());
    }

    @Override
    protected Class<I6300esb.State> stateType() {
        return I6300esb.State.class;
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<I6300esb.State> device) {
        PciFunction pci = ((PciDevice<?>) device).pci();
        assertThat(pci.readConfig(PciRegister.VENDOR_ID, 4)).isEqualTo(0x25AB_8086);
        assertThat(pci.readConfig(PciRegister.REVISION, 4)).isEqualTo(0x0880_0000);
        assertThat(pci.readConfig(CONFIGURATION, 2)).isZero();
        assertThat(pci.readConfig(LOCK, 1)).isZero();
        assertThat(bench.machine().deadlines()).isEmpty();
        CardBench.map(pci);
        assertThat(bench.readMemory(REGISTERS, 4)).isEqualTo(0xFFFFF);
        assertThat(bench.readMemory(REGISTERS + 4, 4)).isEqualTo(0xFFFFF);
        assertThat(bench.readMemory(REGISTERS + STATUS, 4)).isZero();
        assertThat(bench.readMemory(REGISTERS + RELOAD, 2))
                .as("a timeout is not forgotten")
                .isIn(0L, 0x200L);
    }

    @Override
    protected List<HostileState<I6300esb.State>> hostileStates() {
        return List.of(
                good -> state(good, 0x10_0000, 0, Timer.NEVER),
                good -> state(good, -1, 0, Timer.NEVER),
                good -> state(good, 0, 3, Timer.NEVER),
                good -> state(good, 0, 0, -1),
                good -> state(good, 0, 0, Long.MAX_VALUE - 1),
                good -> new I6300esb.State(null, 0, 0, 0, false, false, false, Timer.NEVER),
                good -> new I6300esb.State(
                        new PciFunction.State(new byte[256], false), 0, 0, 0, false, false, false, Timer.NEVER));
    }

    private static I6300esb.State state(I6300esb.State good, int preload, int keys, long deadline) {
        return new I6300esb.State(good.pci(), preload, 0, keys, false, false, false, deadline);
    }

    private PciFunction pci() {
        return ((PciDevice<?>) watchdog).pci();
    }

    private long read(int register, int size) {
        return bench.readMemory(REGISTERS + register, size);
    }

    private void write(int register, int size, long value) {
        bench.writeMemory(REGISTERS + register, size, value);
    }

    private void unlock() {
        write(RELOAD, 2, 0x80);
        write(RELOAD, 2, 0x86);
    }

    /** As Linux' driver does it, in the same widths. */
    private void setHeartbeat(int seconds) {
        unlock();
        write(0, 4, seconds << 9);
        unlock();
        write(4, 4, seconds << 9);
        feed();
    }

    private void feed() {
        unlock();
        write(RELOAD, 2, 0x100);
    }

    private void startAsLinuxDoes(int seconds) {
        pci().writeConfig(CONFIGURATION, 2, 3);
        pci().writeConfig(LOCK, 1, 0);
        unlock();
        write(RELOAD, 2, 0x300);
        setHeartbeat(seconds);
        feed();
        pci().writeConfig(LOCK, 1, 2);
    }

    @Test
    void expiresAfterBothStagesUnlessFed() {
        startAsLinuxDoes(30);
        for (int i = 0; i < 10; i++) {
            bench.advance(29 * SECOND);
            feed();
        }
        assertThat(bench.machine().requests()).isEmpty();
        write(STATUS, 4, 1);
        bench.advance(15 * SECOND);
        assertThat(read(STATUS, 4)).as("first stage").isZero();
        bench.advance(SECOND);
        assertThat(read(STATUS, 4)).isEqualTo(1);
        write(STATUS, 4, 1);
        assertThat(read(STATUS, 4)).isZero();
        bench.advance(14 * SECOND);
        assertThat(bench.machine().requests()).isEmpty();
        bench.advance(SECOND);
        assertThat(bench.machine().requests()).containsExactly(EXPIRED, "reset by guest");
        assertThat(read(RELOAD, 2)).isEqualTo(0x200);
        bench.advance(100 * SECOND);
        assertThat(bench.machine().requests()).as("once").hasSize(2);

        watchdog.reset();
        CardBench.map(pci());
        assertThat(read(RELOAD, 2)).as("seen after the reset").isEqualTo(0x200);
        unlock();
        write(RELOAD, 2, 0x200);
        assertThat(read(RELOAD, 2)).isZero();
    }

    @Test
    void stoppedAsLinuxDoesItStands() {
        startAsLinuxDoes(2);
        feed();
        pci().writeConfig(LOCK, 1, 0);
        assertThat(pci().readConfig(LOCK, 1) & 2).isZero();
        bench.advance(100 * SECOND);
        assertThat(bench.machine().requests()).isEmpty();
    }

    @Test
    void onceLockedItCantBeStopped() {
        startAsLinuxDoes(2);
        pci().writeConfig(LOCK, 1, 3);
        pci().writeConfig(LOCK, 1, 0);
        assertThat(pci().readConfig(LOCK, 1)).isEqualTo(3);
        bench.advance(3 * SECOND);
        assertThat(bench.machine().requests()).contains(EXPIRED);
        watchdog.reset();
        pci().writeConfig(LOCK, 1, 4);
        assertThat(pci().readConfig(LOCK, 1)).isEqualTo(4);
    }

    @Test
    void registersAreGuardedByTheirKeys() {
        write(0, 4, 1);
        assertThat(read(0, 4)).isEqualTo(0xFFFFF);
        write(RELOAD, 2, 0x86);
        write(0, 4, 1);
        write(RELOAD, 2, 0x80);
        write(RELOAD, 2, 0x80);
        write(RELOAD, 2, 0x86);
        write(0, 4, 0xFFF1_2345L);
        assertThat(read(0, 4)).isEqualTo(0x12345);
        write(4, 4, 1);
        assertThat(read(4, 4)).as("keys are for one write").isEqualTo(0xFFFFF);
        write(RELOAD, 1, 0x80);
        write(RELOAD, 1, 0x86);
        write(5, 1, 0);
        assertThat(read(4, 4)).as("one byte of it").isEqualTo(0xF00FF);
    }

    @Test
    void aDisabledOutputActsOnNothing() {
        startAsLinuxDoes(1);
        pci().writeConfig(CONFIGURATION, 2, 0x23);
        bench.advance(5 * SECOND);
        assertThat(bench.machine().requests()).isEmpty();
        assertThat(read(RELOAD, 2)).isEqualTo(0x200);
    }

    @Test
    void freeRunningItExpiresAgainAndAgainButNotWithoutEnd() {
        GuestActions.Change.of(GuestActions.Watchdog.NONE)
                .applyTo(bench.machine().plan());
        unlock();
        write(4, 4, 999);
        pci().writeConfig(LOCK, 1, 6);
        bench.advance(10 * SECOND + SECOND / 2);
        assertThat(bench.machine().requests()).hasSize(10);
        bench.machine().requests().clear();
        pci().writeConfig(CONFIGURATION, 2, 4);
        unlock();
        write(4, 4, 0);
        feed();
        bench.advance(SECOND);
        assertThat(bench.machine().requests()).hasSize(1000);
    }

    @Test
    void otherConfigurationDoesNotStartItAgain() {
        startAsLinuxDoes(1);
        bench.advance(5 * SECOND);
        bench.machine().requests().clear();
        pci().writeConfig(PciRegister.INTERRUPT_LINE, 1, 5);
        assertThat(bench.machine().deadlines()).isEmpty();
        feed();
        bench.advance(5 * SECOND);
        assertThat(bench.machine().requests()).contains(EXPIRED);
    }
}

package org.margay.pc.internal.piix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.machine.Clock;
import org.margay.machine.Device;
import org.margay.machine.Timer;
import org.margay.machine.WakeupCause;
import org.margay.pci.PciSlot;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class Piix4PowerManagementTest extends DeviceContract<Piix4PowerManagement.State> {
    private static final int DEVFN = 1 << 3 | 3;
    private static final int PM = 0x600;

    private DeviceBench bench = new DeviceBench();

    @Override
    protected Piix4PowerManagement create(DeviceBench bench) {
        return PciBench.make(
                bench,
                bench.memory(),
                (bus, _) -> new Piix4PowerManagement(bench.machine(), bus, new PciSlot(1, 3), bench.line("sci")));
    }

    @Override
    protected Class<Piix4PowerManagement.State> stateType() {
        return Piix4PowerManagement.State.class;
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<Piix4PowerManagement.State> device) {
        Piix4PowerManagement pm = (Piix4PowerManagement) device;
        switch (random.nextInt(6)) {
            case 0 -> pm.rtcAlarm();
            case 1 -> pm.raiseGpe(random.nextInt(16));
            case 2 -> bench.machine().pressPowerButton();
            default -> PciBench.randomConfigWrite(random, bench, DEVFN, 0x40, 0x80, 0x90, 0xD2);
        }
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<Piix4PowerManagement.State> device) {
        assertThat(PciBench.config(bench, DEVFN, 0, 4)).isEqualTo(0x71138086);
        assertThat(PciBench.config(bench, DEVFN, 4, 4)).isEqualTo(0x02800000);
        assertThat(PciBench.config(bench, DEVFN, 8, 4)).isEqualTo(0x06800003);
        assertThat(PciBench.config(bench, DEVFN, 0x40, 4)).isEqualTo(1);
        assertThat(PciBench.config(bench, DEVFN, 0x80, 1)).isZero();
        assertThat(bench.in(0xAFE0, 4)).isZero();
        assertThat(device.save().pm1().status() & ~1).isZero();
        assertThat(device.save().pm1().control()).isZero();
    }

    @Override
    protected List<HostileState<Piix4PowerManagement.State>> hostileStates() {
        return List.of(
                good -> new Piix4PowerManagement.State(
                        good.pci(), new Pm1Registers.State(0, 0, 1 << 13, 0, 0, 0), good.smbus(), good.hotplug(), 0, 0),
                good -> new Piix4PowerManagement.State(
                        good.pci(),
                        new Pm1Registers.State(0, 0, 0, Long.MAX_VALUE, 0, 0),
                        good.smbus(),
                        good.hotplug(),
                        0,
                        0),
                good -> new Piix4PowerManagement.State(good.pci(), good.pm1(), good.smbus(), good.hotplug(), 256, 0));
    }

    @BeforeEach
    void freshBench() {
        bench = new DeviceBench();
    }

    private Piix4PowerManagement enabled() {
        Piix4PowerManagement pm = create(bench);
        PciBench.config(bench, DEVFN, 0x40, 4, PM);
        PciBench.config(bench, DEVFN, 0x80, 1, 1);
        return pm;
    }

    @Test
    void blocksFollowTheirBaseRegisters() {
        enabled();
        assertThat(bench.in(PM + 4, 2)).isZero();
        PciBench.config(bench, DEVFN, 0x40, 4, 0xB000);
        assertThat(bench.in(PM + 4, 2)).isEqualTo(0xFFFF);
        assertThat(bench.in(0xB004, 2)).isZero();
        PciBench.config(bench, DEVFN, 0x80, 1, 0);
        assertThat(bench.in(0xB004, 2)).isEqualTo(0xFFFF);
    }

    @Test
    void powerButtonInterrupts() {
        enabled();
        bench.out(0xB2, Piix4PowerManagement.ACPI_ENABLE);
        assertThat(bench.in(PM + 4, 2)).isEqualTo(1);
        bench.out(PM + 2, 2, 0x0100);
        bench.machine().pressPowerButton();
        assertThat(bench.line("sci").high()).isTrue();
        assertThat(bench.in(PM, 2) & 0x100).isEqualTo(0x100);
        bench.out(PM, 2, 0x100);
        assertThat(bench.line("sci").high()).isFalse();
        bench.out(0xB2, Piix4PowerManagement.ACPI_DISABLE);
        assertThat(bench.in(PM + 4, 2)).isZero();
    }

    @Test
    void pmTimerRunsAt3579545Hertz() {
        enabled();
        long before = bench.in(PM + 8, 4);
        bench.advance(1_000_000_000);
        assertThat(bench.in(PM + 8, 4) - before).isEqualTo(3_579_545);
    }

    /** Reads at one moment agree, however time goes on between the bytes. */
    @Test
    void pmTimerReadsAreOfOnePiece() {
        AtomicLong nanos = new AtomicLong();
        Clock running = new Clock() {
            @Override
            public long nanos() {
                return nanos.addAndGet(20_000);
            }

            @Override
            public Timer timer(Runnable action) {
                return bench.clock().timer(action);
            }
        };
        Pm1Registers registers = new Pm1Registers(bench.machine(), running, bench.line("sci"));
        long last = 0;
        for (int i = 0; i < 10_000; i++) {
            long read = registers.pm1Block().read(8, 4);
            assertThat(read).isGreaterThan(last);
            last = read;
        }
    }

    @Test
    void pmTimerReportsEveryHalfPeriod() {
        enabled();
        bench.out(PM, 2, 1);
        bench.out(PM + 2, 2, 1);
        bench.advance(2_300_000_000L);
        assertThat(bench.line("sci").high()).isFalse();
        bench.advance(50_000_000L);
        assertThat(bench.line("sci").high()).isTrue();
        assertThat(bench.in(PM, 2) & 1).isEqualTo(1);
        bench.out(PM, 2, 1);
        assertThat(bench.line("sci").high()).isFalse();
        bench.advance(2_350_000_000L);
        assertThat(bench.line("sci").high()).isTrue();
    }

    @Test
    void sleepStates() {
        enabled();
        bench.out(PM + 4, 2, 1 << 10);
        assertThat(bench.machine().requests()).isEmpty();
        bench.out(PM + 4, 2, 1 << 13 | 1 << 10);
        assertThat(bench.machine().requests()).containsExactly("suspend");
        assertThat(bench.in(PM + 4, 2)).isEqualTo(1 << 10);
        bench.machine().requests().clear();
        bench.out(PM + 4, 2, 1 << 13);
        assertThat(bench.machine().requests()).containsExactly("shutdown by guest");
    }

    @Test
    void aWokenGuestFindsOutWhy() {
        Piix4PowerManagement pm = enabled();
        bench.out(PM + 2, 2, 0x400);
        assertThat(bench.machine().requests()).contains("enable wakeup RTC", "disable wakeup PM_TIMER");
        bench.machine().wake(WakeupCause.RTC);
        pm.reset();
        assertThat(pm.save().pm1().status()).isEqualTo(0x8400);
        pm.reset();
        assertThat(pm.save().pm1().status()).isZero();
    }

    @Test
    void smbusTransfersFindNobody() {
        enabled();
        PciBench.config(bench, DEVFN, 0x90, 4, 0x700);
        PciBench.config(bench, DEVFN, 0xD2, 1, 1);
        bench.out(0x704, 0xA1);
        bench.out(0x702, 0x48);
        assertThat(bench.in(0x700)).isEqualTo(4);
        bench.out(0x700, 4);
        assertThat(bench.in(0x700)).isZero();
    }
}

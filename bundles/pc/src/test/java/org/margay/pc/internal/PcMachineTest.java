package org.margay.pc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.chardev.SerialPort;
import org.margay.machine.IrqLine;
import org.margay.machine.plan.BoardDevice;
import org.margay.machine.plan.MachineChoice;
import org.margay.machine.plan.MemorySize;
import org.margay.pc.IsaBus;
import org.margay.pc.PcBoard;
import org.margay.pc.PcInput;
import org.margay.pc.internal.time.Hpet;
import org.margay.pci.PciBus;
import org.margay.qmp.QmpException;
import org.margay.testkit.BenchCpu;
import org.margay.testkit.DeviceBench;

/** The board as a whole, on stepped time and with a processor that only listens. */
class PcMachineTest {
    private static final long IO_APIC_SELECT = 0xFEC0_0000L;
    private static final long IO_APIC_WINDOW = 0xFEC0_0010L;

    private final DeviceBench bench = new DeviceBench();

    @BeforeEach
    void build() throws QmpException {
        bench.machine().plan().set(MemorySize.class, new MemorySize(4L << 30));
        bench.machine().plan().add(SerialPort.class, new SerialPort(1, "com"));
        new PcMachinePart().build(bench.machine());
        bench.machine().reset();
    }

    @AfterEach
    void close() {
        bench.machine().close();
    }

    private BenchCpu cpu() {
        return (BenchCpu) bench.machine().cpus().getFirst();
    }

    private int cmos(int index) {
        bench.out(0x70, index);
        return bench.in(0x71);
    }

    private void initializePics() {
        for (int base : new int[] {0x20, 0xA0}) {
            bench.out(base, 0x11);
            bench.out(base + 1, base == 0x20 ? 0x20 : 0x28);
            bench.out(base + 1, base == 0x20 ? 0x04 : 0x02);
            bench.out(base + 1, 0x01);
        }
    }

    private void program(int pin, int entry) {
        bench.writeMemory(IO_APIC_SELECT, 4, 0x10 + 2 * pin);
        bench.writeMemory(IO_APIC_WINDOW, 4, entry);
    }

    @Test
    void ramGoesOnBehindTheHole() {
        PcBoard board = bench.machine().find(PcBoard.class).orElseThrow();
        assertThat(board.lowRamSize()).isEqualTo(0xE000_0000L);
        assertThat(board.highRamSize()).isEqualTo(0x2000_0000L);
        bench.writeMemory(0xDFFF_FFF8L, 8, 1);
        bench.writeMemory(0x1_0000_0000L, 8, 2);
        assertThat(board.ram().getLong(0xDFFF_FFF8L)).isEqualTo(1);
        assertThat(board.ram().getLong(0xE000_0000L)).isEqualTo(2);
        assertThat(bench.readMemory(0xE000_0000L, 4)).as("nothing answers").isEqualTo(0xFFFF_FFFFL);
        assertThat(bench.readMemory(0xA0000, 1)).as("VGA's window").isEqualTo(0xFF);
    }

    @Test
    void cmosTellsTheMemory() {
        assertThat(cmos(0x15) | cmos(0x16) << 8).isEqualTo(640);
        assertThat(cmos(0x30) | cmos(0x31) << 8).isEqualTo(0xFFFF);
        assertThat(cmos(0x34) | cmos(0x35) << 8).isEqualTo((0xE000_0000L - (16 << 20)) >> 16);
        assertThat(cmos(0x5B) | cmos(0x5C) << 8 | cmos(0x5D) << 16).isEqualTo(0x2000_0000 >> 16);
        assertThat(cmos(0x5F)).isZero();
    }

    @Test
    void theTimerReachesPicAndIoApicPin2() {
        initializePics();
        program(2, 0x31);
        bench.out(0x43, 0x34);
        bench.out(0x40, 0x00);
        bench.out(0x40, 0x01);
        bench.advance(300_000);
        assertThat(cpu().intr()).isTrue();
        assertThat(cpu().acknowledge()).isEqualTo(0x20);
        assertThat(cpu().messages()).containsExactly("destination 0 physical, mode 0, vector 0x31, edge");
    }

    @Test
    void hpetReplacesTheTimer() {
        program(2, 0x31);
        bench.writeMemory(Hpet.BASE + 0x10, 4, 3);
        bench.out(0x43, 0x34);
        bench.out(0x40, 0x00);
        bench.out(0x40, 0x01);
        bench.advance(1_000_000);
        assertThat(cpu().messages()).as("the PIT is cut off").isEmpty();
    }

    @Test
    void powerManagementInterruptsOnIrq9() {
        program(9, 0x8045);
        // PM base 600h, I/O enabled, SCI on, power button enabled (82371AB, function 3).
        bench.out(0xCF8, 4, 0x8000_0B40L);
        bench.out(0xCFC, 4, 0x601);
        bench.out(0xCF8, 4, 0x8000_0B80L);
        bench.out(0xCFC, 1, 1);
        bench.out(0x604, 2, 1);
        bench.out(0x602, 2, 0x0100);
        bench.machine().pressPowerButton();
        assertThat(cpu().messages()).containsExactly("destination 0 physical, mode 0, vector 0x45, level");
        assertThat(bench.machine().find(PciBus.class).orElseThrow().functions()).hasSize(3);
    }

    @Test
    void wiredOrOfIsaLines() {
        initializePics();
        IsaBus isa = bench.machine().find(IsaBus.class).orElseThrow();
        IrqLine first = isa.irq(5);
        IrqLine second = isa.irq(5);
        program(5, 0x8042);
        first.set(true);
        second.set(true);
        first.set(false);
        cpu().endInterrupt(0x42);
        assertThat(cpu().messages()).as("still asserted by the second").hasSize(2);
        second.set(false);
        cpu().endInterrupt(0x42);
        assertThat(cpu().messages()).hasSize(2);
    }

    @Test
    void keysInterrupt() {
        initializePics();
        bench.machine().find(PcInput.class).orElseThrow().key(0x1C, true);
        assertThat(cpu().acknowledge()).isEqualTo(0x21);
        assertThat(bench.in(0x60)).isEqualTo(0x5A);
    }

    @Test
    void a20AndResetReachTheProcessor() {
        bench.out(0x92, 0x00);
        assertThat(cpu().a20()).isFalse();
        bench.machine().reset();
        assertThat(cpu().a20()).isTrue();
        bench.machine().requests().clear();
        bench.out(0x64, 0xFE);
        bench.out(0xCF9, 0x06);
        assertThat(bench.machine().requests()).containsExactly("reset by guest", "reset by guest");
    }

    @Test
    void fwCfgTellsMemoryAndProcessors() {
        bench.out(0x510, 2, 3);
        long size = 0;
        for (int i = 0; i < 8; i++) {
            size |= (long) bench.in(0x511) << 8 * i;
        }
        assertThat(size).isEqualTo(4L << 30);
        bench.out(0x510, 2, 5);
        assertThat(bench.in(0x511)).isEqualTo(1);
        assertThat(bench.in(0x402)).as("SeaBIOS' debug port").isEqualTo(0xE9);
    }

    @Test
    void objectsAreAtTheirPaths() {
        List<String> types = new ArrayList<>();
        bench.machine().objects().children("/machine/unattached").values().forEach(node -> types.add(node.typeName()));
        assertThat(types)
                .contains(
                        "i440FX",
                        "PIIX3",
                        "i8257",
                        "hpet",
                        "mc146818rtc",
                        "isa-pit",
                        "i8042",
                        "port92",
                        "PIIX4_PM",
                        "isa-i8259");
        assertThat(bench.machine().objects().resolve("ioapic")).contains("/machine/i440fx/ioapic");
        assertThat(bench.machine().buses().all().stream().map(Object::getClass)).hasSize(2);
    }

    @Test
    void serialPortsAreAskedForByDriver() {
        assertThat(bench.machine().plan().all(BoardDevice.class))
                .singleElement()
                .satisfies(device -> {
                    assertThat(device.request().driver()).isEqualTo("isa-serial");
                    assertThat(device.request().properties())
                            .containsEntry("index", "1")
                            .containsEntry("chardev", "com");
                });
    }

    @Test
    void closeUnmapsAll() {
        bench.machine().close();
        assertThat(bench.machine().ports().view().ranges()).isEmpty();
        assertThat(bench.machine().memory().view().ranges()).isEmpty();
        assertThat(bench.machine().deadlines()).isEmpty();
    }

    @Test
    void otherMachineTypesAreNotOurs() throws QmpException {
        DeviceBench other = new DeviceBench();
        other.machine().plan().set(MachineChoice.class, new MachineChoice("none", Map.of()));
        new PcMachinePart().build(other.machine());
        assertThat(other.machine().ports().view().ranges()).isEmpty();
    }
}

package org.margay.qtest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.machine.InterruptPins;
import org.margay.machine.object.ObjectNode;
import org.margay.machine.object.ObjectProperty;
import org.margay.memory.AccessSizes;
import org.margay.memory.GuestRam;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.testkit.BenchMachine;

class QtestCommandsTest {
    private final BenchMachine machine = new BenchMachine();
    private final List<String> output = new ArrayList<>();
    private final QtestCommands commands = new QtestCommands(machine, output::add);

    @BeforeEach
    void memoryAndRegister() {
        machine.memoryRoot().add(MemoryRegion.ram(GuestRam.allocate("ram", 8192)), 0);
        machine.portRoot().add(MemoryRegion.io("register", 4, AccessSizes.UP_TO_4, new Latch()), 0x100);
    }

    @Test
    void portsOfAllWidths() {
        assertAnswer("outl 0x100 0x12345678", "OK");
        assertAnswer("inb 0x100", "OK 0x0078");
        assertAnswer("inw 256", "OK 0x5678");
        assertAnswer("inl 0x100", "OK 0x12345678");
        assertAnswer("inb 0x200", "OK 0x00ff");
    }

    @Test
    void memoryOfAllWidths() {
        assertAnswer("writeq 0x10 0x1122334455667788", "OK");
        assertAnswer("readb 0x17", "OK 0x0000000000000011");
        assertAnswer("readw 0x10", "OK 0x0000000000007788");
        assertAnswer("readl 0x10", "OK 0x0000000055667788");
        assertAnswer("readq 0x10", "OK 0x1122334455667788");
        assertAnswer("writeq 0x20 0xffffffffffffffff", "OK");
        assertAnswer("readq 0x20", "OK 0xffffffffffffffff");
    }

    @Test
    void blocks() {
        assertAnswer("write 0x40 4 0x01020304", "OK");
        assertAnswer("read 0x40 4", "OK 0x01020304");
        assertAnswer("b64read 0x40 4", "OK AQIDBA==");
        assertAnswer("b64write 0x50 4 AQIDBA==", "OK");
        assertAnswer("memset 0x52 2 0xaa", "OK");
        assertAnswer("read 0x50 4", "OK 0x0102aaaa");
        assertAnswer("endianness", "OK little");
    }

    @Test
    void timeIsSteppedToDeadlines() {
        List<Long> fired = new ArrayList<>();
        machine.virtualClock()
                .timer(() -> fired.add(machine.virtualClock().nanos()))
                .arm(700);
        assertAnswer("clock_step 100", "OK 100");
        assertThat(fired).isEmpty();
        assertAnswer("clock_step", "OK 700");
        assertThat(fired).containsExactly(700L);
        assertAnswer("clock_set 1000", "OK 1000");
    }

    @Test
    void interceptedPinsSpeakForThemselves() {
        Controller controller = new Controller();
        machine.objects().add("/machine/ioapic", controller);
        assertAnswer("irq_intercept_in ioapic", "OK");
        output.clear();
        controller.setInput(4, true);
        controller.setInput(4, false);
        assertThat(output).containsExactly("IRQ raise 4", "IRQ lower 4");
    }

    @Test
    void whatIsWrongIsNamed() {
        assertAnswer("outb", "FAIL address is missing");
        assertAnswer("outb 0x100", "FAIL value is missing");
        assertAnswer("outb zero 1", "FAIL address is no number: zero");
        assertAnswer("outb 0x10000 1", "FAIL address is at most 0xffff, not 0x10000");
        assertAnswer("inb 0x100 1", "FAIL nothing can follow: 1");
        assertAnswer("write 0 4 0x0102", "FAIL size is 4, but there are 2 bytes of data");
        assertAnswer("write 0 4 0x010", "FAIL data must be 0x and pairs of hexadecimal digits");
        assertAnswer("read 0 99999999999", "FAIL size must be 0 to 67108864, not 99999999999");
        assertAnswer("clock_step -5", "FAIL time goes forward only");
        assertAnswer("irq_intercept_in nothing", "FAIL Unknown device 'nothing'");
        assertAnswer("open the door", "FAIL Unknown command 'open'");
    }

    private void assertAnswer(String command, String answer) {
        output.clear();
        commands.execute(command);
        assertThat(output).as(command).containsExactly(answer);
    }

    /** Four bytes that hold what is written. */
    private static final class Latch implements IoHandler {
        private long value;

        @Override
        public long read(long offset, int size) {
            return value >>> (8 * offset);
        }

        @Override
        public void write(long offset, int size, long written) {
            value = written;
        }
    }

    private static final class Controller implements ObjectNode, InterruptPins {
        private @Nullable Listener listener;

        @Override
        public String typeName() {
            return "ioapic";
        }

        @Override
        public Collection<ObjectProperty> properties() {
            return List.of();
        }

        @Override
        public void interceptInputs(@Nullable Listener listener) {
            this.listener = listener;
        }

        @Override
        public void interceptOutputs(@Nullable Listener listener) {}

        @Override
        public void setInput(int pin, boolean high) {
            if (listener != null) {
                listener.changed(pin, high);
            }
        }
    }
}

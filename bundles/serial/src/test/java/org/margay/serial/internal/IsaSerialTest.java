package org.margay.serial.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.chardev.Chardev;
import org.margay.machine.DeviceException;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.BenchIsaBus;

class IsaSerialTest {
    private final DeviceBench bench = new DeviceBench();
    private final FakeChardev chardev = new FakeChardev();
    private final IsaSerial driver = new IsaSerial();

    @BeforeEach
    void addChardev() throws DeviceException {
        bench.machine().backends().add(Chardev.class, "c", chardev);
    }

    private void create(@Nullable Integer index, @Nullable Integer base, @Nullable Integer irq, @Nullable String id)
            throws DeviceException {
        Map<String, String> properties = new HashMap<>(Map.of("wakeup", "1"));
        put(properties, "index", index);
        put(properties, "iobase", base);
        put(properties, "irq", irq);
        put(properties, "chardev", id);
        new BenchIsaBus(bench).plug(driver, properties);
    }

    private static void put(Map<String, String> properties, String name, @Nullable Object value) {
        if (value != null) {
            properties.put(name, value.toString());
        }
    }

    @Test
    void portsComeInTheirOrder() throws DeviceException {
        create(null, null, null, null);
        create(null, null, null, null);
        assertThat(bench.in(0x3FD)).isEqualTo(0x60);
        assertThat(bench.in(0x2FD)).isEqualTo(0x60);
        assertThat(bench.in(0x3ED)).as("nobody").isEqualTo(0xFF);
        create(3, null, null, null);
        create(-1, null, null, null);
        assertThat(bench.in(0x3ED)).isEqualTo(0x60);
        assertThatThrownBy(() -> create(null, null, null, null))
                .isInstanceOf(DeviceException.class)
                .hasMessage("Max. supported number of ISA serial ports is 4.");
    }

    @Test
    void placeAndInterruptCanBeChosen() throws DeviceException {
        create(0, 0x2000, 10, "c");
        bench.out(0x2004, 0x08);
        bench.out(0x2001, 0x02);
        assertThat(bench.line("irq10").high()).isTrue();
        bench.out(0x2000, 'z');
        assertThat(chardev.text()).isEqualTo("z");
    }

    @Test
    void whatCanNotBeIsRefused() throws DeviceException {
        create(1, null, null, "c");
        assertThatThrownBy(() -> create(1, null, null, null)).hasMessageContaining("isa-serial.index");
        assertThatThrownBy(() -> create(2, null, null, "c")).hasMessageContaining("it's in use");
        create(2, null, null, null);
        assertThatThrownBy(() -> create(4, null, null, null)).isInstanceOf(DeviceException.class);
        assertThatThrownBy(() -> create(0, 0xFFFF, null, null)).hasMessageContaining("iobase");
        assertThatThrownBy(() -> create(0, null, 2, null)).hasMessageContaining("irq");
    }

    @Test
    void wakeupIsAsked() throws DeviceException {
        create(0, null, null, "c");
        assertThat(chardev.frontend).isNotNull();
        chardev.frontend.receive(new byte[] {1}, 0, 1);
        assertThat(bench.machine().requests()).containsExactly("wakeup OTHER");
    }
}

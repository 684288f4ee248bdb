package org.margay.serial.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class Uart16550Test extends DeviceContract<Uart16550.State> {
    private static final int BASE = 0x3F8;

    @Override
    protected Device<Uart16550.State> create(DeviceBench bench) {
        return create(bench, new FakeChardev());
    }

    private static Uart16550 create(DeviceBench bench, FakeChardev chardev) {
        return new Uart16550(
                bench.ports(),
                BASE,
                bench.clock(),
                bench.line("irq4"),
                chardev,
                () -> bench.machine().emit("wakeup", null));
    }

    @Override
    protected Class<Uart16550.State> stateType() {
        return Uart16550.State.class;
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<Uart16550.State> device) {
        Uart16550 uart = (Uart16550) device;
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        switch (random.nextInt(3)) {
            case 0 -> uart.lineBreak();
            case 1 -> uart.writable();
            default -> uart.receive(bytes, 0, bytes.length);
        }
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<Uart16550.State> device) {
        assertThat(List.of(bench.in(BASE + 1), bench.in(BASE + 3), bench.in(BASE + 4)))
                .containsOnly(0);
        assertThat(bench.in(BASE + 2)).as("IIR").isEqualTo(0x01);
        assertThat(bench.in(BASE + 5)).as("LSR").isEqualTo(0x60);
        assertThat(bench.line("irq4").high()).isFalse();
    }

    @Override
    protected List<HostileState<Uart16550.State>> hostileStates() {
        return List.of(
                good -> state(0x10, 1, List.of(), 0),
                good -> state(0, 0, List.of(1, 2), 0),
                good -> state(0, 1, Collections.nCopies(17, 1), 0),
                good -> state(0, 1, List.of(0x10000), 0),
                good -> state(0, 1, List.of(), -1));
    }

    private static Uart16550.State state(int ier, int fcr, List<Integer> received, long timeout) {
        return new Uart16550.State(ier, 0, 0, 0, 1, fcr, false, 0xB0, 0, received, List.of(), false, false, timeout);
    }

    private final DeviceBench bench = new DeviceBench();
    private final FakeChardev line = new FakeChardev();
    private final Uart16550 uart = create(bench, line);

    private void in(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(uart.receive(bytes, 0, bytes.length)).isEqualTo(bytes.length);
    }

    private int get(int register) {
        return bench.in(BASE + register);
    }

    private void set(int register, int value) {
        bench.out(BASE + register, value);
    }

    private boolean irq() {
        return bench.line("irq4").high();
    }

    /** FIFOs on with a trigger level of 14, all interrupts, OUT2. */
    private void fifosOn() {
        set(2, 0xC7);
        set(4, 0x0B);
        set(1, 0x0F);
        get(2);
    }

    @Test
    void sendingInterruptsOncePerEmptyTransmitter() {
        set(4, 0x08);
        set(1, 0x02);
        assertThat(irq()).as("empty already").isTrue();
        assertThat(get(2)).isEqualTo(0x02);
        assertThat(irq()).as("acknowledged by reading IIR").isFalse();
        set(0, 'A');
        assertThat(irq()).isTrue();
        assertThat(line.text()).isEqualTo("A");
        assertThat(get(5)).isEqualTo(0x60);
    }

    @Test
    void out2GatesTheInterrupt() {
        set(1, 0x02);
        assertThat(irq()).isFalse();
        set(4, 0x08);
        assertThat(irq()).isTrue();
    }

    @Test
    void whatTheLineDoesNotTakeWaits() {
        fifosOn();
        line.room = 2;
        for (char c : "Hello".toCharArray()) {
            set(0, c);
        }
        assertThat(line.text()).isEqualTo("He");
        assertThat(get(5) & 0x60).isZero();
        assertThat(irq()).isFalse();
        line.room = 100;
        uart.writable();
        assertThat(line.text()).isEqualTo("Hello");
        assertThat(irq()).isTrue();
        assertThat(get(2)).isEqualTo(0xC2);
    }

    @Test
    void withoutFifosOneCharacterAtATime() {
        assertThat(uart.receive(new byte[] {'x', 'y'}, 0, 2)).isEqualTo(1);
        assertThat(get(5) & 1).isEqualTo(1);
        assertThat(get(0)).isEqualTo('x');
        assertThat(line.accepts).as("asked for the rest").isEqualTo(1);
    }

    @Test
    void triggerLevelAndTimeout() {
        fifosOn();
        in("abc");
        assertThat(irq()).isFalse();
        // 10 bits at 9600 baud, four characters: 4.17 ms, divisor 12.
        assertThat(bench.machine().deadlines()).hasSize(1);
        set(3, 0x03);
        in("d");
        bench.advance(4_100_000);
        assertThat(irq()).isFalse();
        bench.advance(100_000);
        assertThat(irq()).isTrue();
        assertThat(get(2)).isEqualTo(0xCC);
        assertThat(get(0)).isEqualTo('a');
        assertThat(irq()).as("a read ends the time-out").isFalse();
        in("efghijklmno");
        assertThat(irq()).as("14 characters").isTrue();
        assertThat(get(2)).isEqualTo(0xC4);
        get(0);
        assertThat(irq()).isFalse();
    }

    @Test
    void interruptPriorities() {
        fifosOn();
        set(2, 0x01);
        set(1, 0);
        set(1, 0x0F);
        in("a");
        uart.lineBreak();
        assertThat(get(2)).as("data; the error is not at the head yet").isEqualTo(0xC4);
        assertThat(get(5)).isEqualTo(0xE1);
        get(0);
        assertThat(get(2)).as("line status").isEqualTo(0xC6);
        assertThat(get(5)).isEqualTo(0xF1);
        assertThat(get(2)).isEqualTo(0xC4);
        assertThat(get(0)).isZero();
        assertThat(get(2)).as("transmitter").isEqualTo(0xC2);
        assertThat(get(2)).isEqualTo(0xC1);
    }

    @Test
    void loopbackReachesReceiverAndModemInputs() {
        set(4, 0x1F);
        assertThat(get(6) & 0xF0).isEqualTo(0xF0);
        set(4, 0x10);
        assertThat(get(6)).as("all off; RI fell").isEqualTo(0x0F);
        set(4, 0x1A);
        assertThat(get(6)).as("RTS to CTS, OUT2 to DCD").isEqualTo(0x99);
        set(0, 'Q');
        assertThat(line.text()).isEmpty();
        assertThat(get(0)).isEqualTo('Q');
        set(0, '1');
        set(0, '2');
        assertThat(get(5) & 0x02).as("overrun").isEqualTo(2);
        assertThat(get(5) & 0x02).isZero();
        assertThat(uart.receive(new byte[] {1}, 0, 1)).as("off the line").isZero();
    }

    @Test
    void divisorAndScratch() {
        set(3, 0x83);
        set(0, 0x34);
        set(1, 0x12);
        assertThat(get(0) | get(1) << 8).isEqualTo(0x1234);
        set(3, 0x03);
        assertThat(get(1)).isZero();
        set(7, 0xA5);
        assertThat(get(7)).isEqualTo(0xA5);
    }

    @Test
    void aCharacterWakesTheMachine() {
        in("x");
        assertThat(bench.machine().requests()).containsExactly("wakeup");
    }
}

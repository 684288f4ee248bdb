package org.margay.pc.internal.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.pc.PcInput;
import org.margay.pc.internal.isa.A20Gate;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

class I8042Test extends DeviceContract<I8042.State> {
    @Override
    protected Device<I8042.State> create(DeviceBench bench) {
        return new I8042(
                bench.ports(),
                bench.line("irq1"),
                bench.line("irq12"),
                new A20Gate(List.of()),
                () -> bench.machine().requestReset(true));
    }

    @Override
    protected Class<I8042.State> stateType() {
        return I8042.State.class;
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<I8042.State> device) {
        I8042 controller = (I8042) device;
        if (random.nextBoolean()) {
            controller.key(random.nextInt(256), random.nextBoolean());
        } else {
            controller.mouse(
                    random.nextInt(-600, 600), random.nextInt(-600, 600), random.nextInt(-9, 9), random.nextInt(32));
        }
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<I8042.State> device) {
        assertThat(bench.in(0x64)).isEqualTo(0x18);
        bench.out(0x64, 0x20);
        assertThat(bench.in(0x60)).as("mode").isEqualTo(0x03);
        device.reset();
    }

    @Override
    protected List<HostileState<I8042.State>> hostileStates() {
        return List.of(
                good -> with(good, new byte[31], good.keyboard()),
                good -> with(good, good.memory(), null),
                good -> with(
                        good,
                        good.memory(),
                        new Ps2Keyboard.State(
                                List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17),
                                List.of(),
                                0,
                                0,
                                2,
                                true,
                                false,
                                0,
                                0)));
    }

    private static I8042.State with(I8042.State good, byte[] memory, Ps2Keyboard.State keyboard) {
        return new I8042.State(
                0, I8042.Source.NONE, -1, false, 0, false, false, memory, 0, true, keyboard, good.mouse());
    }

    private final DeviceBench bench = new DeviceBench();
    private final I8042 controller = (I8042) create(bench);

    private List<Integer> drain() {
        List<Integer> bytes = new ArrayList<>();
        while ((bench.in(0x64) & 1) != 0) {
            bytes.add(bench.in(0x60));
        }
        return bytes;
    }

    private List<Integer> toKeyboard(int... bytes) {
        List<Integer> answers = new ArrayList<>();
        for (int value : bytes) {
            bench.out(0x60, value);
            answers.addAll(drain());
        }
        return answers;
    }

    private List<Integer> toMouse(int... bytes) {
        List<Integer> answers = new ArrayList<>();
        for (int value : bytes) {
            bench.out(0x64, 0xD4);
            bench.out(0x60, value);
            answers.addAll(drain());
        }
        return answers;
    }

    private void translate(boolean on) {
        bench.out(0x64, 0x60);
        bench.out(0x60, on ? 0x43 : 0x03);
    }

    @Test
    void selfTestsPass() {
        bench.out(0x64, 0xAA);
        assertThat(drain()).containsExactly(0x55);
        assertThat(bench.in(0x64) & 0x04).as("system flag").isEqualTo(4);
        bench.out(0x64, 0xAB);
        assertThat(drain()).containsExactly(0);
        bench.out(0x64, 0xA9);
        assertThat(drain()).containsExactly(0);
    }

    @Test
    void eachByteHasItsEdge() {
        controller.key(0x1E, true);
        controller.key(0x1E, false);
        assertThat(bench.takeRises()).containsEntry("irq1", 1);
        bench.in(0x60);
        assertThat(bench.takeRises()).containsEntry("irq1", 1);
        assertThat(bench.line("irq1").high()).isTrue();
        drain();
        assertThat(bench.line("irq1").high()).isFalse();
    }

    @Test
    void scanCodeSets() {
        controller.key(0x1E, true);
        controller.key(0x1E, false);
        controller.key(PcInput.EXTENDED | 0x48, true);
        controller.key(PcInput.EXTENDED | 0x48, false);
        assertThat(drain()).as("set 2").containsExactly(0x1C, 0xF0, 0x1C, 0xE0, 0x75, 0xE0, 0xF0, 0x75);
        translate(true);
        controller.key(0x1E, true);
        controller.key(0x1E, false);
        controller.key(PcInput.EXTENDED | 0x48, true);
        controller.key(PcInput.EXTENDED | 0x48, false);
        assertThat(drain()).as("translated").containsExactly(0x1E, 0x9E, 0xE0, 0x48, 0xE0, 0xC8);
        controller.key(PcInput.PAUSE, true);
        assertThat(drain()).containsExactly(0xE1, 0x1D, 0x45, 0xE1, 0x9D, 0xC5);
        translate(false);
        assertThat(toKeyboard(0xF0, 3, 0xF0, 0)).containsExactly(0xFA, 0xFA, 0xFA, 0xFA, 3);
        controller.key(0x1E, true);
        controller.key(0x1E, false);
        controller.key(0x2A, false);
        assertThat(drain()).as("set 3 releases only shifts").containsExactly(0x1C, 0xF0, 0x12);
        assertThat(toKeyboard(0xF0, 1)).containsExactly(0xFA, 0xFA);
        controller.key(0x1E, false);
        assertThat(drain()).containsExactly(0x9E);
    }

    @Test
    void keysOfAllSetsAreOneToOne() {
        for (int set = 1; set <= 3; set++) {
            List<List<Integer>> seen = new ArrayList<>();
            for (int key = 1; key < 256; key++) {
                List<Integer> bytes = new ArrayList<>();
                for (int code : ScanCodes.bytes(set, key, true)) {
                    bytes.add(code);
                }
                if (!bytes.isEmpty()) {
                    seen.add(bytes);
                }
            }
            assertThat(seen).as("set %d", set).doesNotHaveDuplicates();
        }
    }

    @Test
    void translationUndoesSet2() {
        for (int key = 1; key < 0x59; key++) {
            int[] set2 = ScanCodes.bytes(2, key, true);
            if (set2.length == 1) {
                assertThat(ScanCodes.translate(set2[0])).as("key %#x", key).isEqualTo(key);
            }
        }
    }

    @Test
    void keyboardCommands() {
        assertThat(toKeyboard(0xFF)).containsExactly(0xFA, 0xAA);
        assertThat(toKeyboard(0xF2)).containsExactly(0xFA, 0xAB, 0x83);
        assertThat(toKeyboard(0xEE)).containsExactly(0xEE);
        assertThat(toKeyboard(0xED, 0x05)).containsExactly(0xFA, 0xFA);
        assertThat(controller.leds()).isEqualTo(5);
        assertThat(toKeyboard(0xF5)).containsExactly(0xFA);
        controller.key(0x1E, true);
        assertThat(drain()).isEmpty();
        assertThat(toKeyboard(0xF4, 0x01)).containsExactly(0xFA, 0xFE);
        assertThat(toKeyboard(0xFE)).as("resend").containsExactly(0xFE);
    }

    @Test
    void aFullKeyboardReportsTheOverrun() {
        for (int i = 0; i < 40; i++) {
            controller.key(0x1E, true);
        }
        assertThat(drain()).hasSize(17).endsWith(0x1C, 0x00);
    }

    @Test
    void mouseSpeaksAsItWasFound() {
        assertThat(toMouse(0xFF)).containsExactly(0xFA, 0xAA, 0x00);
        controller.mouse(1, 1, 0, 0);
        assertThat(drain()).as("not reporting yet").isEmpty();
        assertThat(toMouse(0xF4)).containsExactly(0xFA);
        bench.takeRises();
        controller.mouse(5, 3, 0, PcInput.LEFT_BUTTON);
        assertThat(bench.takeRises()).containsEntry("irq12", 1);
        assertThat(bench.in(0x64) & 0x21).isEqualTo(0x21);
        assertThat(drain()).containsExactly(0x29, 5, 0xFD);
        assertThat(toMouse(0xE9)).containsExactly(0xFA, 0x24, 2, 100);
        assertThat(toMouse(0xF3, 200, 0xF3, 100, 0xF3, 80, 0xF2)).endsWith(0xFA, 3);
        controller.mouse(0, 0, 1, 0);
        assertThat(drain()).containsExactly(0x08, 0, 0, 1);
        assertThat(toMouse(0xF3, 200, 0xF3, 200, 0xF3, 80, 0xF2)).endsWith(0xFA, 4);
        controller.mouse(0, 0, -1, 0x08);
        assertThat(drain()).containsExactly(0x08, 0, 0, 0x1F);
    }

    @Test
    void longMovementsComeInSeveralPackets() {
        toMouse(0xF4);
        controller.mouse(600, 0, 0, 0);
        assertThat(drain()).containsExactly(0x08, 255, 0, 0x08, 255, 0, 0x08, 90, 0);
    }

    @Test
    void aDisabledMouseWaits() {
        toMouse(0xF4);
        bench.out(0x64, 0xA7);
        controller.mouse(1, 0, 0, 0);
        assertThat(drain()).isEmpty();
        bench.out(0x64, 0xA8);
        assertThat(drain()).containsExactly(0x08, 1, 0);
    }

    @Test
    void outputPortGatesA20AndResets() {
        bench.out(0x64, 0xD1);
        bench.out(0x60, 0x01);
        bench.out(0x64, 0xD0);
        assertThat(drain().getFirst() & 0x03).isEqualTo(0x01);
        bench.out(0x64, 0xDF);
        bench.out(0x64, 0xD0);
        assertThat(drain().getFirst() & 0x03).isEqualTo(0x03);
        assertThat(bench.machine().requests()).isEmpty();
        bench.out(0x64, 0xFE);
        assertThat(bench.machine().requests()).containsExactly("reset by guest");
    }

    @Test
    void bytesCanBePutBack() {
        bench.out(0x64, 0xD3);
        bench.out(0x60, 0x77);
        assertThat(bench.in(0x64) & 0x21).isEqualTo(0x21);
        assertThat(drain()).containsExactly(0x77);
        bench.out(0x64, 0x65);
        bench.out(0x60, 0x12);
        bench.out(0x64, 0x25);
        assertThat(drain()).containsExactly(0x12);
    }
}

package org.margay.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SerialEepromTest {
    private static final int WRITE = 0b01;
    private static final int READ = 0b10;
    private static final int ERASE = 0b11;

    private final SerialEeprom rom = new SerialEeprom(64);

    private static int clock(SerialEeprom rom, int bit) {
        rom.drive(true, false, bit == 1);
        rom.drive(true, true, bit == 1);
        return rom.dataOut() ? 1 : 0;
    }

    private static void send(SerialEeprom rom, int bits, int count) {
        for (int i = count - 1; i >= 0; i--) {
            clock(rom, bits >> i & 1);
        }
    }

    private static void instruction(SerialEeprom rom, int operation, int address) {
        rom.drive(false, false, false);
        send(rom, (4 | operation) << (rom.size() == 64 ? 6 : 8) | address, 3 + (rom.size() == 64 ? 6 : 8));
    }

    private static int data(SerialEeprom rom) {
        int value = 0;
        for (int i = 0; i < 16; i++) {
            value = value << 1 | clock(rom, 0);
        }
        return value;
    }

    private void program(int operation, int address, int value) {
        instruction(rom, operation, address);
        send(rom, value, 16);
        rom.drive(false, false, false);
    }

    @Test
    void aWordIsReadBehindAZero() {
        rom.setWord(5, 0x8129);
        rom.setWord(6, 0x1234);
        rom.drive(false, false, false);
        send(rom, (4 | READ) << 5 | 2, 8);
        assertThat(rom.dataOut()).as("pulled up").isTrue();
        assertThat(clock(rom, 1)).as("leading zero").isZero();
        assertThat(data(rom)).isEqualTo(0x8129);
        assertThat(data(rom)).as("next word").isEqualTo(0x1234);
    }

    @Test
    void readingGoesOnAtTheStart() {
        rom.setWord(63, 0xA5A5);
        rom.setWord(0, 0x0FF0);
        instruction(rom, READ, 63);
        assertThat(data(rom)).isEqualTo(0xA5A5);
        assertThat(data(rom)).isEqualTo(0x0FF0);
    }

    @Test
    void zerosBeforeTheStartBitAreNothing() {
        rom.setWord(1, 0x4321);
        rom.drive(false, false, false);
        send(rom, (4 | READ) << 6 | 1, 16);
        assertThat(data(rom)).isEqualTo(0x4321);
    }

    @Test
    void programmingMustBeEnabled() {
        program(WRITE, 3, 0x1111);
        assertThat(rom.word(3)).isEqualTo(0xFFFF);
        instruction(rom, 0, 0b110000);
        program(WRITE, 3, 0x1111);
        assertThat(rom.word(3)).isEqualTo(0x1111);
        rom.drive(true, false, false);
        assertThat(rom.dataOut()).as("ready").isTrue();
        instruction(rom, ERASE, 3);
        assertThat(rom.word(3)).as("not before the chip is deselected").isEqualTo(0x1111);
        rom.drive(false, false, false);
        assertThat(rom.word(3)).isEqualTo(0xFFFF);
        instruction(rom, 0, 0b000000);
        program(WRITE, 3, 0x2222);
        assertThat(rom.word(3)).isEqualTo(0xFFFF);
    }

    @Test
    void allWordsAtOnce() {
        instruction(rom, 0, 0b110000);
        program(0, 0b010000, 0x0123);
        assertThat(rom.word(0)).isEqualTo(0x0123);
        assertThat(rom.word(63)).isEqualTo(0x0123);
        instruction(rom, 0, 0b100000);
        rom.drive(false, false, false);
        assertThat(rom.word(0)).isEqualTo(0xFFFF);
        assertThat(rom.word(63)).isEqualTo(0xFFFF);
    }

    @Test
    void anInstructionCutShortIsForgotten() {
        instruction(rom, 0, 0b110000);
        instruction(rom, WRITE, 3);
        send(rom, 0, 15);
        rom.drive(false, false, false);
        assertThat(rom.word(3)).isEqualTo(0xFFFF);
    }

    @Test
    void largerChips() {
        for (int size : new int[] {128, 256}) {
            SerialEeprom large = new SerialEeprom(size);
            large.setWord(size - 1, 0x55AA);
            instruction(large, READ, 0xFF);
            assertThat(data(large)).isEqualTo(0x55AA);
        }
        assertThatThrownBy(() -> new SerialEeprom(100)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void stateIsTakenOverInTheMiddleOfAWord() {
        rom.setWord(9, 0x9876);
        instruction(rom, READ, 9);
        assertThat(clock(rom, 0)).isEqualTo(1);
        SerialEeprom copy = new SerialEeprom(64);
        copy.restore(rom.save());
        for (int i = 0; i < 40; i++) {
            assertThat(clock(copy, 0)).isEqualTo(clock(rom, 0));
        }
    }

    @Test
    void impossibleStatesAreRefused() {
        SerialEeprom.State good = rom.save();
        int[] wide = new int[64];
        Arrays.fill(wide, 0x10000);
        assertThatThrownBy(() -> state(wide, SerialEeprom.Phase.READ, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> state(good.words(), null, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> state(good.words(), SerialEeprom.Phase.READ, 17))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> rom.restore(state(good.words(), SerialEeprom.Phase.INSTRUCTION, 8)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SerialEeprom(256).restore(good)).isInstanceOf(IllegalArgumentException.class);
    }

    private static SerialEeprom.State state(int[] words, SerialEeprom.@Nullable Phase phase, int count) {
        return new SerialEeprom.State(words, false, false, false, false, phase, 0, count, 0);
    }
}

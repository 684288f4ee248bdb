package org.margay.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuestRamTest {
    private static final int MEGABYTE = 1 << 20;
    private static final int HOST_PAGE = 4096;

    private final GuestRam ram = GuestRam.allocate("ram", 128L * MEGABYTE);

    @AfterEach
    void close() {
        ram.close();
    }

    /** Memory of this process that the host has committed (proc(5), statm). */
    private static long resident() throws IOException {
        String[] counts = Files.readString(Path.of("/proc/self/statm")).split(" ");
        return Long.parseLong(counts[1]) * HOST_PAGE;
    }

    @Test
    void discardedPagesReadAsZero() {
        for (long at = 0; at < 16 * HOST_PAGE; at += 8) {
            ram.set(at, 8, -1);
        }
        ram.discard(4 * HOST_PAGE, 3 * HOST_PAGE);
        assertThat(ram.getByte(4 * HOST_PAGE - 1)).isEqualTo(0xFF);
        for (long at = 4 * HOST_PAGE; at < 7 * HOST_PAGE; at += 8) {
            assertThat(ram.getLong(at)).isZero();
        }
        assertThat(ram.getByte(7 * HOST_PAGE)).isEqualTo(0xFF);
        ram.set(5 * HOST_PAGE, 4, 42);
        assertThat(ram.getInt(5 * HOST_PAGE)).isEqualTo(42);
    }

    @Test
    void partsOfPagesStay() {
        ram.set(0, 8, 1);
        ram.set(HOST_PAGE, 8, 2);
        ram.set(2 * HOST_PAGE, 8, 3);
        ram.discard(8, 2 * HOST_PAGE);
        assertThat(ram.getLong(0)).isEqualTo(1);
        assertThat(ram.getLong(HOST_PAGE)).isZero();
        assertThat(ram.getLong(2 * HOST_PAGE)).isEqualTo(3);
        ram.discard(1, HOST_PAGE - 1);
        ram.discard(0, HOST_PAGE - 1);
        ram.discard(0, 0);
        assertThat(ram.getLong(0)).isEqualTo(1);
    }

    @Test
    void onlyWhatThereIsCanBeDiscarded() {
        assertThatThrownBy(() -> ram.discard(ram.size() - HOST_PAGE, 2 * HOST_PAGE))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ram.discard(-HOST_PAGE, HOST_PAGE)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ram.discard(0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void theHostGetsThePagesBack() throws IOException {
        ram.segment().fill((byte) 1);
        long full = resident();
        ram.discard(0, 100L * MEGABYTE);
        assertThat(full - resident()).isBetween(90L * MEGABYTE, 110L * MEGABYTE);
        assertThat(ram.getByte(100L * MEGABYTE)).isEqualTo(1);
        assertThat(ram.getByte(100L * MEGABYTE - 1)).isZero();
    }

    @Test
    void cachedCodeOfThePagesIsThrownAway() {
        List<String> heard = new ArrayList<>();
        ram.addListener((_, offset, length) -> heard.add(offset + " " + length));
        ram.watch(5 * HOST_PAGE, GuestRam.watchCode(0), true);
        ram.discard(0, 4 * HOST_PAGE);
        assertThat(heard).isEmpty();
        ram.discard(4 * HOST_PAGE, 2 * HOST_PAGE);
        assertThat(heard).containsExactly("16384 8192");
    }
}

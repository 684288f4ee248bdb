package org.margay.block.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class ServiceDriversTest {
    @Test
    void signaturesAreBytesAtAPlaceOrEndsOfNames() {
        MemorySegment head = Arena.ofAuto().allocate(16);
        head.set(ValueLayout.JAVA_INT_UNALIGNED, 8, 0xFB494651);
        assertThat(ServiceDrivers.matches("8:514649fb", head, "a")).isTrue();
        assertThat(ServiceDrivers.matches("0:514649fb", head, "a")).isFalse();
        assertThat(ServiceDrivers.matches("14:514649fb", head, "a")).isFalse();
        assertThat(ServiceDrivers.matches(".dmg", head, "/x/a.dmg")).isTrue();
        assertThat(ServiceDrivers.matches(".dmg", head, "/x/a.dmg.raw")).isFalse();
    }
}

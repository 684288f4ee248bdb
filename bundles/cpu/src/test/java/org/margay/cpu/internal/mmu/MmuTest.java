package org.margay.cpu.internal.mmu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.margay.cpu.internal.TestCpu.DATA;
import static org.margay.cpu.internal.TestCpu.DIRECTORY;
import static org.margay.cpu.internal.TestCpu.PDPT;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.TestCpu;
import org.margay.memory.AccessSizes;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;

class MmuTest {
    private static final long ACCESSED = 0x20, DIRTY = 0x40, LARGE = 0x80, GLOBAL = 0x100, NX = 1L << 63;

    private final TestCpu test = new TestCpu();
    private final Cpu cpu = test.cpu;
    private final Mmu mmu = cpu.mmu;

    @AfterEach
    void close() {
        test.close();
    }

    private static void assertPageFault(ThrowingCallable access, long address, int code) {
        assertThatThrownBy(access).isInstanceOfSatisfying(GuestFault.class, fault -> {
            assertThat(fault.vector).isEqualTo(GuestFault.PF);
            assertThat(fault.address).isEqualTo(address);
            assertThat(fault.errorCode).isEqualTo(code);
        });
    }

    private void privilege(int level) {
        cpu.cpl = level;
        cpu.modeChanged();
    }

    @Test
    void readsAndWritesEverySize() {
        mmu.store64(DATA, 0x8877665544332211L);
        assertThat(mmu.load8(DATA + 7)).isEqualTo(0x88);
        assertThat(mmu.load16(DATA + 6)).isEqualTo(0x8877);
        assertThat(mmu.load32(DATA + 4)).isEqualTo(0x88776655);
        mmu.store8(DATA, 0x1FF);
        mmu.store16(DATA + 2, 0x1_2345);
        mmu.store32(DATA + 4, -1);
        assertThat(test.ram.getLong(DATA)).isEqualTo(0xFFFFFFFF_234522FFL);
    }

    @Test
    void accessesCrossPagesThatLieApart() {
        test.map(DATA, 0x9_0000 | 7);
        test.map(DATA + 0x1000, 0x7_0000 | 7);
        mmu.store64(DATA + 0xFFD, 0x8877665544332211L);
        assertThat(test.ram.getByte(0x9_0FFF)).isEqualTo(0x33);
        assertThat(test.ram.getByte(0x7_0000)).isEqualTo(0x44);
        assertThat(mmu.load64(DATA + 0xFFD)).isEqualTo(0x8877665544332211L);
    }

    @Test
    void crossingStoreThatFaultsWritesNothing() {
        test.map(DATA + 0x1000, 0);
        assertPageFault(() -> mmu.store64(DATA + 0xFFC, -1), DATA + 0x1000, 2);
        assertThat(test.ram.getInt(DATA + 0xFFC)).isZero();
    }

    @Test
    void accessedAndDirtyBitsAreSetWhenDue() {
        assertThat(test.entry(DATA) & (ACCESSED | DIRTY)).isZero();
        mmu.load8(DATA);
        assertThat(test.entry(DATA) & (ACCESSED | DIRTY)).isEqualTo(ACCESSED);
        mmu.store8(DATA, 1);
        assertThat(test.entry(DATA) & (ACCESSED | DIRTY)).isEqualTo(ACCESSED | DIRTY);
    }

    @Test
    void errorCodesSayWhatWasTried() {
        test.map(DATA, 0);
        assertPageFault(() -> mmu.load8(DATA), DATA, 0);
        assertPageFault(() -> mmu.store8(DATA + 5, 0), DATA + 5, 2);
        assertPageFault(() -> mmu.translateCode(DATA), DATA, 0x10);
        privilege(3);
        assertPageFault(() -> mmu.load8(DATA), DATA, 4);
        test.map(DATA, DATA | 3);
        assertPageFault(() -> mmu.load8(DATA), DATA, 5);
        test.map(DATA, DATA | 5);
        assertPageFault(() -> mmu.store8(DATA, 0), DATA, 7);
    }

    @Test
    void supervisorWritesReadOnlyPagesWithoutWriteProtect() {
        test.map(DATA, DATA | 5);
        assertPageFault(() -> mmu.store8(DATA, 1), DATA, 3);
        cpu.cr0 &= ~(1L << 16);
        cpu.flushTlb(false);
        mmu.store8(DATA, 1);
        assertThat(test.ram.getByte(DATA)).isEqualTo(1);
    }

    @Test
    void noExecuteStopsFetchesOnly() {
        test.map(DATA, DATA | 7 | NX);
        mmu.store8(DATA, 1);
        assertPageFault(() -> mmu.translateCode(DATA), DATA, 0x11);
        cpu.efer &= ~(1L << 11);
        cpu.flushTlb(false);
        assertPageFault(() -> mmu.load8(DATA), DATA, 9);
    }

    @Test
    void reservedAddressBitsFault() {
        test.map(DATA, DATA | 7 | 1L << 45);
        assertPageFault(() -> mmu.load8(DATA), DATA, 9);
    }

    @Test
    void largePages() {
        test.ram.set(DIRECTORY + 8, 8, 0x40_0000 | 7 | LARGE);
        test.ram.set(0x41_2345, 1, 0x5A);
        assertThat(mmu.load8(0x21_2345)).isEqualTo(0x5A);
        test.ram.set(PDPT + 8, 8, 7 | LARGE);
        assertThat(mmu.load8(0x4041_2345L)).isEqualTo(0x5A);
        test.ram.set(DIRECTORY + 16, 8, 0x41_0000 | 7 | LARGE);
        assertPageFault(() -> mmu.load8(0x40_0000), 0x40_0000, 9);
    }

    @Test
    void globalPagesSurviveAddressSpaceSwitches() {
        cpu.cr4 |= 0x80;
        test.map(DATA, DATA | 7 | GLOBAL);
        mmu.load8(DATA);
        mmu.load8(DATA + 0x1000);
        test.ram.set(TestCpu.TABLE + (DATA >> 12) * 8, 8, 0);
        test.ram.set(TestCpu.TABLE + (DATA + 0x1000 >> 12) * 8, 8, 0);
        cpu.flushTlb(true);
        mmu.load8(DATA);
        assertPageFault(() -> mmu.load8(DATA + 0x1000), DATA + 0x1000, 0);
        cpu.invalidatePage(DATA);
        assertPageFault(() -> mmu.load8(DATA), DATA, 0);
    }

    @Test
    void flushesAreCheapAndStillComplete() {
        for (int i = 0; i < 10_000; i++) {
            mmu.load8(DATA);
            cpu.flushTlb((i & 1) == 0);
        }
        test.ram.set(TestCpu.TABLE + (DATA >> 12) * 8, 8, 0);
        assertPageFault(() -> mmu.load8(DATA), DATA, 0);
    }

    @Test
    void supervisorModeAccessPrevention() {
        cpu.cr4 |= 1 << 21;
        privilege(0);
        assertPageFault(() -> mmu.load8(DATA), DATA, 1);
        cpu.flags |= 1 << 18;
        cpu.modeChanged();
        mmu.load8(DATA);
        assertPageFault(() -> mmu.loadSystem8(DATA), DATA, 1);
    }

    @Test
    void addressesThatAreNotCanonicalAreNoPageFaults() {
        assertThatThrownBy(() -> mmu.load8(1L << 47))
                .isInstanceOfSatisfying(
                        GuestFault.class, fault -> assertThat(fault.vector).isEqualTo(GuestFault.GP));
    }

    @Test
    void thirtyTwoBitPagingWithBigPages() {
        cpu.efer = 0;
        cpu.cr4 = 0x10;
        cpu.cr3 = 0x8000;
        cpu.modeChanged();
        cpu.flushTlb(false);
        test.ram.set(0x8000 + 4 * 2, 4, 0x40_0000 | 7 | LARGE);
        test.ram.set(0x8000 + 4 * 3, 4, 0x9000 | 7);
        test.ram.set(0x9000 + 4 * 5, 4, 0x6_0000 | 7);
        test.ram.set(0x41_2345, 1, 0x5A);
        test.ram.set(0x6_0007, 1, 0xA5);
        assertThat(mmu.load8(0x81_2345)).isEqualTo(0x5A);
        assertThat(mmu.load8(0xC0_5007)).isEqualTo(0xA5);
        assertPageFault(() -> mmu.store8(0xC0_6000, 1), 0xC0_6000, 2);
    }

    @Test
    void physicalAddressExtension() {
        cpu.efer = 1 << 11;
        cpu.cr4 = 0x20;
        cpu.cr3 = 0x8020;
        cpu.modeChanged();
        cpu.flushTlb(false);
        test.ram.set(0x8020 + 8, 8, 0x9000 | 1);
        test.ram.set(0x9000, 8, 0xA000 | 7);
        test.ram.set(0xA000 + 8, 8, 0x6_0000 | 7);
        test.ram.set(0x6_0007, 1, 0xA5);
        assertThat(mmu.load8(0x4000_1007L)).isEqualTo(0xA5);
        assertPageFault(() -> mmu.load8(0x8000_0000L), 0x8000_0000L, 0);
    }

    @Test
    void registersOfDevicesAreReachedWithWholeAccesses() {
        List<String> seen = new ArrayList<>();
        MemoryRegion registers = MemoryRegion.io("registers", 0x1000, AccessSizes.UP_TO_8, new IoHandler() {
            @Override
            public long read(long offset, int size) {
                seen.add("read %x %d".formatted(offset, size));
                return 0x77;
            }

            @Override
            public void write(long offset, int size, long value) {
                seen.add("write %x %d %x".formatted(offset, size, value));
            }
        });
        test.memory.root().add(registers, DATA, 1);
        cpu.flushTlb(false);
        mmu.store32(DATA + 8, 0xABCD);
        assertThat(mmu.load16(DATA + 2)).isEqualTo(0x77);
        assertThat(mmu.hostForWrite(DATA, 4)).isZero();
        assertThat(seen).containsExactly("write 8 4 abcd", "read 2 2");
    }

    @Test
    void closedGateMasksAddressBit20() {
        mmu.setA20(false);
        cpu.flushTlb(false);
        mmu.store8(DATA, 0x42);
        assertThat(mmu.load8(DATA + (1 << 20))).isEqualTo(0x42);
        mmu.setA20(true);
        cpu.flushTlb(false);
        assertThat(mmu.load8(DATA + (1 << 20))).isZero();
    }

    @Test
    void debuggersLeaveNoTrace() {
        assertThat(mmu.translateDebug(DATA + 3)).hasValue(DATA + 3);
        assertThat(mmu.translateDebug(1L << 40)).isEmpty();
        assertThat(test.entry(DATA) & ACCESSED).isZero();
    }
}

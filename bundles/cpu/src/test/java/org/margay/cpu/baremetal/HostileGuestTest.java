package org.margay.cpu.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.LazyFlags;
import org.margay.cpu.internal.ShutdownException;

/**
 * Random bytes run as a kernel's code, with random tables, registers and modes: whatever a guest does ends in the
 * guest's own exceptions or in a shutdown of its machine, never in an exception of ours.
 *
 * <p>{@code -Dmargay.hostile.guests=N} sets how many guests there are, {@code -Dmargay.hostile.seed=N} which.
 */
class HostileGuestTest {
    private static final int GUESTS = Integer.getInteger("margay.hostile.guests", 10);
    private static final long SEED = Long.getLong("margay.hostile.seed", 1);
    private static final int STEPS = 3000;
    private static final int SHAKE = 50;
    private static final int CODE = 0x1_0000, CODE_SIZE = 0x2000, TABLES = 0x10_0000;
    private static final long PG = 0x8000_0000L, PE = 1, PAE = 0x20, LMA = 0x400, LME = 0x100;

    /** Opcodes that random bytes should hit more often than by chance: system instructions and transfers. */
    private static final byte[][] SEASONING = {
        {0x0F, 0x00},
        {0x0F, 0x01},
        {0x0F, 0x02},
        {0x0F, 0x03},
        {0x0F, 0x05},
        {0x0F, 0x07},
        {0x0F, 0x20},
        {0x0F, 0x22},
        {0x0F, 0x21},
        {0x0F, 0x23},
        {0x0F, 0x30},
        {0x0F, 0x32},
        {0x0F, 0x34},
        {0x0F, 0x35},
        {0x0F, (byte) 0xA2},
        {0x0F, (byte) 0xAE},
        {0x0F, (byte) 0xC7},
        {(byte) 0x8E},
        {(byte) 0xCF},
        {(byte) 0xCD},
        {(byte) 0xEA},
        {(byte) 0x9A},
        {(byte) 0xCB},
        {(byte) 0xFF},
        {(byte) 0x9D},
        {(byte) 0xF3, (byte) 0xA4},
        {(byte) 0xF3, 0x6C},
        {(byte) 0xF2, (byte) 0xA6},
        {(byte) 0xDD},
        {(byte) 0xD9},
        {(byte) 0xC8},
        {(byte) 0xC9},
        {0x62},
        {0x63},
        {(byte) 0xF0},
        {0x67},
        {0x66},
        {0x48},
        {0x64},
        {(byte) 0xE6},
        {(byte) 0xE4}
    };

    @Test
    void onlyHurtsItself() {
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < GUESTS && failures.size() < 10; i++) {
            long seed = SEED * 1_000_003 + i;
            try (Board board = new Board(Engine.SINGLE_STEPS)) {
                run(board, seed, failures);
            }
        }
        assertThat(failures).isEmpty();
    }

    private static void run(Board board, long seed, List<String> failures) {
        SplittableRandom random = new SplittableRandom(seed);
        Cpu cpu = board.cpu;
        prepare(board, random);
        for (int step = 0; step < STEPS; step++) {
            long at = (cpu.isMode64() ? 0 : cpu.segBase[CpuState.CS]) + cpu.rip;
            try {
                board.step();
            } catch (ShutdownException ended) {
                prepare(board, random);
            } catch (RuntimeException | Error broken) {
                List<StackTraceElement> where =
                        List.of(broken.getStackTrace()).stream().limit(6).toList();
                failures.add("guest %d step %d at %x: %s at %s".formatted(seed, step, at, broken, where));
                return;
            }
            if (step % SHAKE == 0) {
                prepare(board, random); // out of loops, into another mode
            }
            cpu.halted = false; // as an interrupt would
        }
    }

    private static void prepare(Board board, SplittableRandom random) {
        byte[] junk = new byte[0x2_0000];
        random.nextBytes(junk);
        board.load(0, junk);
        byte[] code = new byte[CODE_SIZE];
        random.nextBytes(code);
        for (int at = 0; at < CODE_SIZE - 4; at += 3 + random.nextInt(9)) {
            byte[] spice = SEASONING[random.nextInt(SEASONING.length)];
            System.arraycopy(spice, 0, code, at, spice.length);
        }
        board.load(CODE, code);
        Cpu cpu = board.cpu;
        for (int i = 0; i < 16; i++) {
            cpu.r[i] = random.nextInt(3) == 0 ? random.nextLong() >>> random.nextInt(64) : random.nextInt(0x3_0000);
        }
        int mode = random.nextInt(5);
        tables(board, random, mode);
        boolean wide = mode == 4;
        cpu.cr0 = mode == 0 ? 0x10 : 0x10 | PE | (random.nextBoolean() || wide ? PG : 0);
        cpu.cr3 = TABLES;
        cpu.cr4 = (wide ? PAE : 0) | random.nextInt(0x800) & 0x63F & (wide ? -1 : ~PAE);
        cpu.efer = wide ? LMA | LME | 0x801 : random.nextInt(2) * 0x801;
        cpu.cpl = mode == 0 || random.nextInt(3) > 0 ? 0 : 3;
        segments(board, random, mode);
        if (mode == 3) {
            cpu.cpl = 3;
            LazyFlags.setRflags(cpu, LazyFlags.VM | random.nextInt(4) << 12 | 0x202);
        } else {
            LazyFlags.setRflags(cpu, random.nextInt(0x1_0000) & ~LazyFlags.TF | 2);
        }
        cpu.gdtBase = 0x1000;
        cpu.gdtLimit = 0xFFF;
        cpu.idtBase = mode == 0 ? 0 : 0x2000;
        cpu.idtLimit = 0xFFF;
        cpu.modeChanged();
        cpu.flushTlb(false);
    }

    /**
     * Page tables that map everything, mostly; descriptors, gates and a task state that make sense more often than
     * not.
     */
    private static void tables(Board board, SplittableRandom random, int mode) {
        boolean wide = mode == 4;
        for (int i = 0; i < 512; i++) {
            board.poke(TABLES + 8L * i, 8, random.nextInt(8) == 0 ? random.nextLong() : TABLES + 0x1000 | 7);
            board.poke(TABLES + 0x1000 + 8L * i, 8, random.nextInt(16) == 0 ? random.nextLong() : TABLES + 0x2000 | 7);
            long page = wide ? (long) (i & 1) << 21 | 0x87 : 0x0040_0087_0000_0087L;
            board.poke(TABLES + 0x2000 + 8L * i, 8, random.nextInt(16) == 0 ? random.nextLong() : page);
            board.poke(
                    0x1000 + 8L * i,
                    8,
                    random.nextLong() & ~(1L << 44) | 1L << 47 | (random.nextInt(3) > 0 ? 1L << 44 : 0));
        }
        int[] access = {
            0,
            wide ? 0xA9B : mode == 2 || mode == 3 ? 0xC9B : 0x09B,
            mode < 2 ? 0x093 : 0xC93,
            wide ? 0xAFB : 0xCFB,
            0xCF3
        };
        for (int i = 1; i < access.length; i++) {
            board.poke(0x1000 + 8L * i, 8, Descriptors.segment(mode < 2 ? CODE : 0, 0xFFFFF, access[i]));
        }
        int[] types = {0x8E, 0x8F, 0xEE, 0x8E, 0x8E, 0x85, 0x86, 0x87};
        for (int vector = 0; vector < 256; vector++) {
            long target = (mode < 2 ? 0 : CODE) + random.nextInt(CODE_SIZE);
            int selector = random.nextInt(10) == 0 ? 8 * random.nextInt(512) : 8;
            long gate = Descriptors.gate(selector, target, types[random.nextInt(wide ? 5 : 8)], 0);
            board.poke(0x2000 + (wide ? 16L : 8L) * vector, 8, gate);
            if (wide) {
                board.poke(0x2008 + 16L * vector, 8, 0);
            } else if (mode == 0) {
                board.poke(4L * vector, 4, (long) CODE << 12 | target & 0xFFFF);
            }
        }
        board.poke(0x3004, 8, wide ? 0x8000 : 0x10_0000_8000L); // RSP0, or ESP0 and SS0
    }

    private static void segments(Board board, SplittableRandom random, int mode) {
        int[] code = {0x9B, 0x9B, 0xC09B, 0xFB, 0xA09B};
        int[] data = {0x93, 0x93, 0xC093, 0xF3, 0xC093};
        int privilege = board.cpu.cpl << 5;
        boolean large = mode == 2 || mode == 4;
        long base = large ? 0 : CODE;
        for (int segment = CpuState.ES; segment <= CpuState.GS; segment++) {
            int attributes = segment == CpuState.CS ? code[mode] : data[mode];
            board.segment(
                    segment,
                    segment == CpuState.CS ? 8 | board.cpu.cpl : 0x10 | board.cpu.cpl,
                    base,
                    large ? 0xFFFF_FFFFL : 0xFFFF,
                    attributes | privilege);
        }
        board.segment(CpuState.LDTR, 8 * random.nextInt(512), 0x1000, random.nextInt(0x1000), 0x82);
        board.segment(CpuState.TR, 8 * random.nextInt(512), 0x3000, random.nextInt(0x200), 0x8B);
        board.cpu.rip = (large ? CODE : 0) + random.nextInt(CODE_SIZE);
        board.cpu.r[CpuState.RSP] = 0x9000;
    }
}

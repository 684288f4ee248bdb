package org.margay.cpu.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.margay.cpu.internal.Cpu;
import org.margay.cpu.internal.CpuBus;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.interp.Interpreter;
import org.margay.cpu.internal.jit.JitOptions;
import org.margay.cpu.internal.jit.Translator;
import org.margay.cpu.internal.table.Feature;
import org.margay.memory.AddressSpace;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;

/**
 * How many guest instructions a second the interpreter runs, on compute loops in long mode with paging. Not a unit test: run
 * its main with the test class path; it needs gcc to compile the loops.
 */
public final class InterpreterBench {
    private static final List<String> KERNELS =
            List.of("sieve", "crc", "mix", "list", "quicksort", "queens", "nbody", "calls");
    private static final long RAM = 16 << 20;
    private static final long CODE = 1 << 20, STACK = 8 << 20;
    private static final long PML4 = 0x1000, PDPT = 0x2000, DIRECTORY = 0x3000, TABLES = 0x4000;
    private static final double SECONDS = Double.parseDouble(System.getProperty("margay.bench.seconds", "3"));

    private final GuestRam ram = GuestRam.allocate("bench", RAM);
    private final Cpu cpu;
    private final Interpreter interpreter;
    private final Translator translator = new Translator(JitOptions.standard());

    private InterpreterBench(byte[] code) {
        AddressSpace memory = new AddressSpace("memory", MemoryRegion.ram(ram));
        AddressSpace ports = new AddressSpace("io", MemoryRegion.container("io", 0x1_0000));
        cpu = new Cpu(EnumSet.allOf(Feature.class), new Bus(memory, ports, new ReentrantLock()));
        interpreter = new Interpreter(cpu);
        if (Boolean.parseBoolean(System.getProperty("margay.bench.jit", "true"))) {
            interpreter.promoteTo(translator);
        }
        ram.addListener(interpreter.watchListener());
        ram.copyIn(CODE, code, 0, code.length);
        // Identity, in pages of 4 KiB, as a kernel's or a program's memory mostly is.
        ram.set(PML4, 8, PDPT | 7);
        ram.set(PDPT, 8, DIRECTORY | 7);
        for (long i = 0; i < RAM >> 21; i++) {
            ram.set(DIRECTORY + 8 * i, 8, TABLES + i * 4096 | 7);
        }
        for (long page = 0; page < RAM >> 12; page++) {
            ram.set(TABLES + 8 * page, 8, page << 12 | 7);
        }
        cpu.cr0 = 0x8005_0033L;
        cpu.cr3 = PML4;
        cpu.cr4 = 0x620;
        cpu.efer = 0xD01;
    }

    private record Bus(AddressSpace memory, AddressSpace ports, ReentrantLock machineLock) implements CpuBus {
        @Override
        public int acknowledgeInterrupt() {
            return -1;
        }

        @Override
        public long virtualNanos() {
            return 0;
        }
    }

    private long run(int kernel) {
        cpu.segAttr[CpuState.CS] = 0xA09B;
        cpu.segAttr[CpuState.SS] = 0xC093;
        cpu.segAttr[CpuState.DS] = 0xC093;
        cpu.segAttr[CpuState.ES] = 0xC093;
        cpu.r[Cpu.RSP] = STACK;
        cpu.r[Cpu.RDI] = kernel;
        cpu.rip = CODE;
        cpu.halted = false;
        cpu.modeChanged();
        interpreter.run();
        return cpu.r[Cpu.RAX];
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        byte[] code = compile();
        List<String> wanted = args.length == 0 ? KERNELS : List.of(args);
        for (String name : wanted) {
            InterpreterBench bench = new InterpreterBench(code);
            int kernel = KERNELS.indexOf(name);
            List<Double> millis = new ArrayList<>();
            long start = System.nanoTime();
            long first = 0;
            long result = 0;
            double rate = 0;
            for (long at = start; at - start < SECONDS * 1e9; ) {
                long before = bench.cpu.instructions;
                result = bench.run(kernel);
                long end = System.nanoTime();
                millis.add((end - at) / 1e6);
                rate = Math.max(rate, (bench.cpu.instructions - before) * 1e3 / (end - at));
                if (end - start < 1e9) {
                    first = millis.size();
                }
                at = end;
            }
            // Steady state: the median of the second half.
            List<Double> half = millis.subList(millis.size() / 2, millis.size()).stream()
                    .sorted()
                    .toList();
            double begin =
                    millis.stream().limit(first).mapToDouble(x -> x).average().orElse(millis.getFirst());
            System.out.println(
                    "%-9s first second %8.3f ms, steady %8.3f ms, best %7.1f million instructions a second, result %x"
                            .formatted(name, begin, half.get(half.size() / 2), rate, result));
            if (Boolean.getBoolean("margay.bench.statistics")) {
                System.out.println("    " + bench.translator.statistics());
            }
        }
    }

    private static byte[] compile() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("margay-bench");
        Path source = directory.resolve("kernels.c");
        Path binary = directory.resolve("kernels.bin");
        try (InputStream in = InterpreterBench.class.getResourceAsStream("kernels.c")) {
            if (in == null) {
                throw new IOException("kernels.c is not on the class path");
            }
            Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
        }
        try {
            Process gcc = new ProcessBuilder(
                            "gcc",
                            "-O2",
                            "-ffreestanding",
                            "-nostdlib",
                            "-static",
                            "-fno-pie",
                            "-no-pie",
                            "-fno-stack-protector",
                            "-fno-asynchronous-unwind-tables",
                            "-fcf-protection=none",
                            "-Wl,--build-id=none",
                            "-Wl,-Ttext=0x100000",
                            "-Wl,--oformat=binary",
                            "-o",
                            binary.toString(),
                            source.toString())
                    .inheritIO()
                    .start();
            if (gcc.waitFor() != 0) {
                throw new IOException("gcc failed");
            }
            return Files.readAllBytes(binary);
        } finally {
            Files.deleteIfExists(source);
            Files.deleteIfExists(binary);
            Files.deleteIfExists(directory);
        }
    }
}

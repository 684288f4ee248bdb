package org.margay.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.margay.machine.Clock;
import org.margay.memory.AddressSpace;
import org.margay.memory.FlatView;
import org.margay.memory.MemoryRegion;

/** A place to put one device: a {@link BenchMachine}, interrupt wires by name, and register traffic. */
public final class DeviceBench {
    private final BenchMachine machine = new BenchMachine();
    private final Map<String, RecordingIrqLine> lines = new TreeMap<>();

    public BenchMachine machine() {
        return machine;
    }

    /** The wire of a name, made when first asked for. */
    public RecordingIrqLine line(String name) {
        return lines.computeIfAbsent(name, _ -> new RecordingIrqLine());
    }

    public Clock clock() {
        return machine.virtualClock();
    }

    public MemoryRegion ports() {
        return machine.portRoot();
    }

    public MemoryRegion memory() {
        return machine.memoryRoot();
    }

    public long in(int port, int size) {
        return machine.ports().read(port, size);
    }

    public int in(int port) {
        return (int) in(port, 1);
    }

    public void out(int port, int size, long value) {
        machine.ports().write(port, size, value);
    }

    public void out(int port, int value) {
        out(port, 1, value);
    }

    public long readMemory(long address, int size) {
        return machine.memory().read(address, size);
    }

    public void writeMemory(long address, int size, long value) {
        machine.memory().write(address, size, value);
    }

    public void advance(long nanos) {
        machine.advance(nanos);
    }

    /** Levels of all wires that were asked for. */
    public Map<String, Boolean> levels() {
        return lines.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().high()));
    }

    /** Rising edges of all wires since the last call. */
    public Map<String, Integer> takeRises() {
        return lines.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().takeRises()));
    }

    /** Ranges that registers answer, ports first. */
    List<String> mappings() {
        List<String> names = new ArrayList<>();
        machine.ports()
                .view()
                .ranges()
                .forEach(range -> names.add("port %#x %s".formatted(range.start(), range.region())));
        machine.memory()
                .view()
                .ranges()
                .forEach(range -> names.add("memory %#x %s".formatted(range.start(), range.region())));
        return names;
    }

    /**
     * One random access to the registers that are mapped: any width, any value, mostly inside the ranges and sometimes
     * across their ends.
     *
     * @return what it was and what it gave, for comparison with the same step elsewhere
     */
    String randomAccess(Random random) {
        List<FlatView.Range> portRanges = registers(machine.ports());
        List<FlatView.Range> memoryRanges = registers(machine.memory());
        int chosen = random.nextInt(Math.max(1, portRanges.size() + memoryRanges.size()));
        long value = switch (random.nextInt(4)) {
            case 0 -> random.nextInt(256);
            case 1 -> 1L << random.nextInt(64);
            case 2 -> random.nextInt(2) - 1;
            default -> random.nextLong();
        };
        int width = random.nextInt(8);
        boolean write = random.nextBoolean();
        long position = random.nextLong() & Long.MAX_VALUE;
        if (portRanges.isEmpty() && memoryRanges.isEmpty()) {
            return "nothing mapped";
        }
        boolean port = chosen < portRanges.size();
        AddressSpace space = port ? machine.ports() : machine.memory();
        FlatView.Range range = port ? portRanges.get(chosen) : memoryRanges.get(chosen - portRanges.size());
        int size = 1 << (width < 4 ? 0 : width % (port ? 3 : 4));
        long address = range.start() + position % range.size();
        if (write) {
            long cut = value & -1L >>> (64 - 8 * size);
            space.write(address, size, cut);
            return "%s write %#x %d %#x".formatted(port ? "port" : "memory", address, size, cut);
        }
        return "%s read %#x %d gives %#x".formatted(port ? "port" : "memory", address, size, space.read(address, size));
    }

    private static List<FlatView.Range> registers(AddressSpace space) {
        return space.view().ranges().stream()
                .filter(range -> range.ram() == null)
                .toList();
    }
}

package org.margay.firmware.internal.acpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.margay.firmware.internal.table.MemoryLayout;

class AcpiTablesTest {
    private static final int BASE = 0x7FE0000;

    private static Hardware hardware() {
        int[] wires = new int[128];
        for (int pair = 0; pair < wires.length; pair++) {
            wires[pair] = (pair >> 2) + (pair & 3) - 1 & 3;
        }
        return new Hardware(
                new MemoryLayout(128 << 20, 0),
                2,
                true,
                true,
                Set.of(0, 1),
                OptionalInt.of(0x505),
                Optional.of(hotplug()),
                wires);
    }

    /** Two slots of a root bus, and a bridge in one of three others with a bridge of its own behind it. */
    private static HotplugBus hotplug() {
        HotplugBus deep = new HotplugBus(2, new TreeSet<>(Set.of(0, 31)), Map.of());
        HotplugBus behind = new HotplugBus(1, new TreeSet<>(Set.of(0, 1)), Map.of(0x09, deep));
        return new HotplugBus(0, new TreeSet<>(Set.of(2, 3, 4, 31)), Map.of(0x20, behind));
    }

    /** All tables that the XSDT and the FADT lead to, by signature. */
    private static Map<String, byte[]> tables() {
        TableSet set = AcpiTables.build(hardware());
        ByteBuffer memory = ByteBuffer.wrap(set.tablesAt(BASE)).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer rsdp = ByteBuffer.wrap(set.rsdpFor(BASE)).order(ByteOrder.LITTLE_ENDIAN);
        Map<String, byte[]> found = new LinkedHashMap<>();
        byte[] xsdt = table(memory, (int) rsdp.getLong(24));
        found.put("XSDT", xsdt);
        found.put("RSDT", table(memory, rsdp.getInt(16)));
        ByteBuffer pointers = ByteBuffer.wrap(xsdt).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 36; at < xsdt.length; at += 8) {
            byte[] table = table(memory, (int) pointers.getLong(at));
            found.put(new String(table, 0, 4, StandardCharsets.US_ASCII), table);
        }
        ByteBuffer fadt = ByteBuffer.wrap(found.get("FACP")).order(ByteOrder.LITTLE_ENDIAN);
        found.put("DSDT", table(memory, fadt.getInt(40)));
        found.put("FACS", table(memory, fadt.getInt(36)));
        return found;
    }

    private static byte[] table(ByteBuffer memory, int address) {
        byte[] table = new byte[memory.getInt(address - BASE + 4)];
        memory.get(address - BASE, table);
        return table;
    }

    private static int sum(byte[] bytes, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += bytes[i];
        }
        return sum & 0xFF;
    }

    @Test
    void everyTableIsReachedAndAddsUp() {
        Map<String, byte[]> tables = tables();
        assertThat(tables.keySet())
                .containsExactlyInAnyOrder("XSDT", "RSDT", "FACP", "APIC", "HPET", "WAET", "DSDT", "FACS");
        tables.forEach((signature, table) -> {
            if (!signature.equals("FACS")) {
                assertThat(sum(table, table.length)).as(signature).isZero();
            }
        });
        byte[] rsdp = AcpiTables.build(hardware()).rsdpFor(BASE);
        assertThat(sum(rsdp, 20)).isZero();
        assertThat(sum(rsdp, 36)).isZero();
        assertThat(tables.get("FACP")).hasSize(244);
        assertThat(tables.get("FACS")).hasSize(64);
    }

    @Test
    void wakingVectorIsWhereTheFacsHasIt() {
        byte[] tables = AcpiTables.build(hardware()).tablesAt(BASE);
        assertThat(new String(tables, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("FACS");
        assertThat(AcpiTables.WAKING_VECTOR).isEqualTo(12);
    }

    @Test
    void aBiosCanPutTheTablesTogetherByTheLoaderProgram() {
        TableSet set = AcpiTables.build(hardware());
        Map<String, byte[]> files = new LinkedHashMap<>();
        Map<String, Integer> addresses = new LinkedHashMap<>();
        files.put(TableLoader.TABLES, TableLoader.tables(set));
        files.put(TableLoader.RSDP, TableLoader.rsdp(set));
        ByteBuffer program = ByteBuffer.wrap(TableLoader.program(set)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(program.remaining() % 128).isZero();
        for (int at = 0; at < program.limit(); at += 128) {
            String file = name(program, at + 4);
            byte[] content = files.get(file);
            ByteBuffer buffer = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
            switch (program.getInt(at)) {
                case 1 -> addresses.put(file, file.equals(TableLoader.TABLES) ? BASE : 0xF5A00);
                case 2 -> {
                    int source = addresses.get(name(program, at + 60));
                    int offset = program.getInt(at + 116);
                    switch (program.get(at + 120)) {
                        case 4 -> buffer.putInt(offset, buffer.getInt(offset) + source);
                        case 8 -> buffer.putLong(offset, buffer.getLong(offset) + source);
                        default -> throw new AssertionError("width");
                    }
                }
                case 3 -> {
                    int offset = program.getInt(at + 60);
                    int start = program.getInt(at + 64);
                    int length = program.getInt(at + 68);
                    byte sum = 0;
                    for (int i = start; i < start + length; i++) {
                        sum += content[i];
                    }
                    content[offset] -= sum;
                }
                default -> throw new AssertionError("command");
            }
        }
        assertThat(files.get(TableLoader.TABLES)).isEqualTo(set.tablesAt(BASE));
        assertThat(files.get(TableLoader.RSDP)).isEqualTo(set.rsdpFor(BASE));
    }

    private static String name(ByteBuffer program, int at) {
        byte[] name = new byte[56];
        program.get(at, name);
        return new String(name, StandardCharsets.US_ASCII).replace("\0", "");
    }

    static boolean iaslIsThere() {
        return Files.isExecutable(Path.of("/usr/bin/iasl"));
    }

    /** ACPICA's disassembler reads all tables, and its compiler takes the DSDT back without a word. */
    @Test
    @EnabledIf("iaslIsThere")
    void acpicaUnderstandsTheTables(@TempDir Path folder) throws Exception {
        for (Map.Entry<String, byte[]> table : tables().entrySet()) {
            if (table.getKey().equals("FACS")) {
                continue;
            }
            Path file = folder.resolve(table.getKey() + ".dat");
            Files.write(file, table.getValue());
            String output = run(folder, "iasl", "-d", file.toString());
            String listing = Files.readString(folder.resolve(table.getKey() + ".dsl"));
            assertThat(output + listing)
                    .as(table.getKey())
                    .doesNotContainIgnoringCase("error")
                    .doesNotContain("Invalid", "Incorrect checksum", "Unknown");
        }
        // 3168: systems of the time that the board is from know processors only by the keyword of the time.
        String compiled =
                run(folder, "iasl", "-vw", "3168", folder.resolve("DSDT.dsl").toString());
        assertThat(compiled).contains("0 Errors, 0 Warnings");
        String listing = Files.readString(folder.resolve("DSDT.dsl"));
        assertThat(listing)
                .contains(
                        "Name (_PRT, Package (0x80)",
                        "PNP0C0F",
                        "Name (\\_S5, Package (0x04)",
                        "Device (COM2)",
                        "QEMU0001");
    }

    private static String run(Path folder, String... command) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output);
    }
}

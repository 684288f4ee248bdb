package org.margay.firmware.internal.bios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.margay.firmware.internal.boot.ImageException;
import org.margay.firmware.internal.option.FirmwarePlan;
import org.margay.firmware.internal.table.MemoryLayout;
import org.margay.machine.IrqLine;
import org.margay.machine.WakeupCause;
import org.margay.pc.FwCfg;
import org.margay.pc.PcBoard;
import org.margay.pc.internal.piix.PirqRouter;
import org.margay.pci.InterruptMessages;
import org.margay.pci.PciBus;
import org.margay.testkit.BenchMachine;

class BiosFirmwareTest {
    private final BenchMachine machine = new BenchMachine();
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<Integer, byte[]> items = new LinkedHashMap<>();
    private final Map<Integer, Integer> cmos = new TreeMap<>();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        machine.close();
    }

    private BiosFirmware firmware() {
        PciBus bus = new PciBus(
                "pci.0",
                machine.memoryRoot(),
                machine.portRoot(),
                machine.memory(),
                new PirqRouter(Collections.nCopies(16, IrqLine.UNCONNECTED)),
                InterruptMessages.NONE);
        FwCfg fwCfg = new FwCfg() {
            @Override
            public void addItem(int key, byte[] content) {
                items.put(key, content);
            }

            @Override
            public void addFile(String name, int length, Supplier<byte[]> content) {
                files.put(name, content.get());
                assertThat(content.get()).hasSize(length);
            }
        };
        PcBoard board = (PcBoard) Proxy.newProxyInstance(
                PcBoard.class.getClassLoader(),
                new Class<?>[] {PcBoard.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "pciBus" -> bus;
                    case "fwCfg" -> fwCfg;
                    case "setCmos" -> cmos.put((Integer) arguments[0], (Integer) arguments[1]);
                    default -> throw new AssertionError(method);
                });
        return new BiosFirmware(machine, board, new MemoryLayout(64 << 20, 0));
    }

    private String image(int size) throws Exception {
        ByteBuffer image = ByteBuffer.allocate(size);
        image.put(size - 16, (byte) 0xEA).put(0, (byte) 0x55);
        return Files.write(folder.resolve("bios.bin"), image.array()).toString();
    }

    @Test
    void theImageAnswersAtTheResetVectorAndBelowOneMebibyte() throws Exception {
        firmware().install(image(256 << 10));
        assertThat(machine.memory().read(0xFFFFFFF0L, 1)).isEqualTo(0xEA);
        assertThat(machine.memory().read(0xFFFC0000L, 1)).isEqualTo(0x55);
        assertThat(machine.memory().read(0xFFFF0, 1)).isEqualTo(0xEA);
        assertThat(machine.memory().read(0xDFFFF, 1)).isEqualTo(0xFF);
        machine.memory().write(0xFFFF0, 1, 0);
        assertThat(machine.memory().read(0xFFFF0, 1)).isEqualTo(0xEA);
    }

    @Test
    void itFindsTablesInFwCfg() throws Exception {
        firmware().install(image(64 << 10));
        assertThat(files)
                .containsKeys(
                        "etc/e820",
                        "etc/acpi/rsdp",
                        "etc/acpi/tables",
                        "etc/table-loader",
                        "etc/smbios/smbios-tables",
                        "etc/smbios/smbios-anchor");
        assertThat(new String(files.get("etc/smbios/smbios-anchor"), 0, 4, StandardCharsets.US_ASCII))
                .isEqualTo("_SM_");
        assertThat(items.get(0x0E)).containsExactly(0, 0);
    }

    @Test
    void bootOptionsReachTheBios() throws Exception {
        machine.plan()
                .set(
                        FirmwarePlan.Boot.class,
                        new FirmwarePlan.Boot(
                                Optional.of("dn"), Optional.of("a"), Optional.of(true), Optional.of(500), false));
        firmware().install(image(64 << 10));
        assertThat(items.get(0x0E)).containsExactly(1, 0);
        assertThat(files.get("etc/boot-menu-wait")).containsExactly(0xF4, 0x01);
        machine.reset();
        assertThat(cmos).containsEntry(0x3D, 0x01).containsEntry(0x38, 0);
        machine.reset();
        assertThat(cmos).containsEntry(0x3D, 0x43);
        assertThat(BootOrder.of("cad")).isEqualTo(new BootOrder(0x12, 0x30));
    }

    @Test
    void aWokenBiosLearnsWhy() throws Exception {
        firmware().install(image(64 << 10));
        machine.wake(WakeupCause.RTC);
        assertThat(cmos).containsEntry(0x0F, 0xFE);
    }

    @Test
    void whatIsNoBiosIsRefused() throws Exception {
        Path odd = Files.write(folder.resolve("odd"), new byte[1000]);
        assertThatThrownBy(() -> firmware().install(odd.toString()))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("no multiple of 65536");
        Path empty = Files.write(folder.resolve("empty"), new byte[0]);
        assertThatThrownBy(() -> firmware().install(empty.toString())).isInstanceOf(ImageException.class);
        assertThatThrownBy(() -> firmware().install("nowhere.bin")).hasMessage("No such file or directory");
    }

    @Test
    void foldersOfTheUserAreSearched() throws Exception {
        image(64 << 10);
        machine.plan().add(FirmwarePlan.Folder.class, new FirmwarePlan.Folder(folder.toString()));
        firmware().install("bios.bin");
        assertThat(machine.memory().read(0xFFFFFFF0L, 1)).isEqualTo(0xEA);
    }
}

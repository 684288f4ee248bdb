package org.margay.ide.internal;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.margay.block.drive.Drive;
import org.margay.machine.Bus;
import org.margay.machine.Device;
import org.margay.machine.DeviceDriver;
import org.margay.machine.DeviceException;
import org.margay.memory.GuestRam;
import org.margay.pc.IsaBus;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.BenchIsaBus;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.images.FakeDrive;

/** A bench with a controller, driven as a guest's driver does it; the primary cable unless said otherwise. */
final class IdeRig {
    static final int PRIMARY = 0x1F0;
    static final int SECONDARY = 0x170;
    static final int BUS_MASTER = CardBench.IO_BARS + 0x400;
    static final int STATUS = 7;

    final DeviceBench bench;
    final CardBench cards;
    final PiixIde controller;

    IdeRig() {
        this(new DeviceBench());
    }

    IdeRig(DeviceBench bench) {
        this.bench = bench;
        this.cards = CardBench.of(bench);
        if (bench.machine().find(IsaBus.class).isEmpty()) {
            bench.machine().publish(IsaBus.class, new BenchIsaBus(bench));
            bench.line("irq14");
            bench.line("irq15");
        }
        controller = (PiixIde) cards.plugMapped(new PiixIdeDriver(), Map.of());
    }

    FakeDrive drive(String id, int size) {
        FakeDrive drive = new FakeDrive(bench.machine(), id, size);
        try {
            bench.machine().backends().add(Drive.class, id, drive);
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
        return drive;
    }

    <P extends Record, S extends Record> Device<S> plug(
            DeviceDriver<P, S> driver, int channel, Map<String, String> properties) throws DeviceException {
        Bus bus = bench.machine().buses().find("ide." + channel).orElseThrow();
        return cards.plug(driver, bus, properties);
    }

    HardDisk disk(int channel, String drive) {
        try {
            return (HardDisk) plug(new IdeHdDriver(), channel, Map.of("drive", drive));
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
    }

    GuestRam ram() {
        return cards.ram();
    }

    void run() {
        bench.machine().runTasks();
    }

    void out(int register, int value) {
        bench.out(PRIMARY + register, value);
    }

    int in(int register) {
        return bench.in(PRIMARY + register);
    }

    int status() {
        return in(STATUS);
    }

    /** Status without telling the device so. */
    int alternateStatus() {
        return bench.in(0x3F6);
    }

    boolean irq() {
        return bench.line("irq14").high();
    }

    /** A command with an LBA of 28 bits on device 0. */
    void command(int code, long sector, int count) {
        out(2, count & 0xFF);
        out(3, (int) sector & 0xFF);
        out(4, (int) (sector >> 8) & 0xFF);
        out(5, (int) (sector >> 16) & 0xFF);
        out(6, 0xE0 | (int) (sector >> 24) & 0xF);
        out(STATUS, code);
        run();
    }

    /** A command with an LBA of 48 bits on device 0. */
    void commandExt(int code, long sector, int count) {
        out(6, 0xE0);
        for (int shift = 24, half = 1; half >= 0; shift -= 24, half--) {
            out(2, count >> 8 * half & 0xFF);
            out(3, (int) (sector >> shift) & 0xFF);
            out(4, (int) (sector >> shift + 8) & 0xFF);
            out(5, (int) (sector >> shift + 16) & 0xFF);
        }
        out(STATUS, code);
        run();
    }

    void setFeature(int feature, int count) {
        out(1, feature);
        command(AtaCommand.SET_FEATURES, 0, count);
    }

    byte[] readData(int bytes) {
        byte[] data = new byte[bytes];
        for (int i = 0; i < bytes; i += 2) {
            int word = (int) bench.in(PRIMARY, 2);
            data[i] = (byte) word;
            data[i + 1] = (byte) (word >> 8);
        }
        run();
        return data;
    }

    void writeData(byte[] data) {
        for (int i = 0; i < data.length; i += 2) {
            bench.out(PRIMARY, 2, data[i] & 0xFF | (data[i + 1] & 0xFF) << 8);
        }
        run();
    }

    /** Writes a table of physical regions: address, length, and so on; the last one ends it. */
    void table(int at, int... regions) {
        for (int i = 0; i < regions.length; i += 2) {
            ram().set(at + 4L * i, 4, regions[i]);
            int last = i + 2 == regions.length ? 0x8000_0000 : 0;
            ram().set(at + 4L * i + 4, 4, (regions[i + 1] & 0xFFFF | last) & 0xFFFF_FFFFL);
        }
        bench.out(BUS_MASTER + 4, 4, at);
    }

    void startBusMaster(boolean toMemory) {
        bench.out(BUS_MASTER + 2, 0x06);
        bench.out(BUS_MASTER, toMemory ? 0x09 : 0x01);
        run();
    }

    void stopBusMaster() {
        bench.out(BUS_MASTER, 0);
    }

    int busMasterStatus() {
        return bench.in(BUS_MASTER + 2);
    }

    byte @Nullable [] ram(int at, int length) {
        byte[] bytes = new byte[length];
        ram().copyOut(at, bytes, 0, length);
        return bytes;
    }
}

package org.margay.floppy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.margay.block.drive.Drive;
import org.margay.machine.Device;
import org.margay.memory.GuestRam;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;
import org.margay.testkit.images.FakeDrive;

final class FdcContractTest extends DeviceContract<IsaFdc.State> {
    @Override
    protected void prepare(DeviceBench bench) {
        FloppyRig rig = FloppyRig.of(bench);
        new Random(3).nextBytes(rig.drive("f0", 1_474_560).content());
    }

    @Override
    protected Device<IsaFdc.State> create(DeviceBench bench) {
        return FloppyRig.of(bench).controller(Map.of("driveA", "f0"));
    }

    private static FakeDrive drive(DeviceBench bench) {
        return (FakeDrive) bench.machine().backends().find(Drive.class, "f0").orElseThrow();
    }

    @Override
    protected Class<IsaFdc.State> stateType() {
        return IsaFdc.State.class;
    }

    @Override
    protected void copySurroundings(DeviceBench from, DeviceBench to) {
        FloppyRig source = FloppyRig.of(from);
        FloppyRig target = FloppyRig.of(to);
        byte[] page = new byte[GuestRam.PAGE_SIZE];
        for (int at = 0; at < FloppyRig.RAM_SIZE; at += page.length) {
            source.ram.copyOut(at, page, 0, page.length);
            target.ram.copyIn(at, page, 0, page.length);
        }
        target.dma.restore(source.dma.save());
        drive(from).copyTo(drive(to));
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<IsaFdc.State> device) {
        FloppyRig rig = FloppyRig.of(bench);
        switch (random.nextInt(8)) {
            case 0 -> rig.start();
            case 1 ->
                drive(bench).change(random.nextBoolean() ? null : new byte[random.nextBoolean() ? 1_474_560 : 737_280]);
            case 2 -> drive(bench).hold = true;
            case 3 -> drive(bench).release();
            case 4 -> rig.program(random.nextBoolean(), random.nextInt(0x10000), 1 + random.nextInt(0x8000));
            default -> {
                int[] codes = {0x02, 0x05, 0x06, 0x09, 0x0C, 0x0D, 0x16, 0x0A, 0x0F, 0x07, 0x08, 0x03};
                int code = codes[random.nextInt(codes.length)];
                int sector = random.nextInt(20);
                int cylinder = random.nextInt(3);
                int high = random.nextInt(8) << 5;
                int[] all = {
                    FdcCommand.of(code | high) == FdcCommand.INVALID ? code : code | high,
                    random.nextInt(8),
                    cylinder,
                    random.nextInt(2),
                    sector,
                    2,
                    18,
                    0x1B,
                    0xFF
                };
                int length = FdcCommand.of(all[0]).length();
                for (int i = 0; i < length; i++) {
                    bench.out(0x3F5, all[i]);
                }
            }
        }
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<IsaFdc.State> device) {
        assertThat(bench.in(0x3F2)).as("DOR").isZero();
        assertThat(bench.in(0x3F4)).as("MSR").isZero();
        assertThat(bench.line("irq6").high()).isFalse();
        bench.out(0x3F2, 0x0C);
        assertThat(bench.in(0x3F4) & 0xF0).as("MSR").isEqualTo(0x80);
        assertThat(bench.line("irq6").high()).isTrue();
    }

    private static IsaFdc.State with(IsaFdc.State good, Fdc.State controller) {
        return new IsaFdc.State(controller, good.driveA(), good.driveB());
    }

    @Override
    protected List<HostileState<IsaFdc.State>> hostileStates() {
        return List.of(
                good -> new IsaFdc.State(good.controller(), null, null),
                good -> new IsaFdc.State(good.controller(), good.driveA(), good.driveA()),
                good -> new IsaFdc.State(good.controller(), new FloppyDrive.State(200, false, false), null),
                good -> {
                    Fdc.State fdc = good.controller();
                    return with(
                            good,
                            new Fdc.State(
                                    fdc.output(),
                                    4,
                                    fdc.tape(),
                                    fdc.phase(),
                                    fdc.bytes(),
                                    fdc.interrupt(),
                                    fdc.readId(),
                                    fdc.settings(),
                                    fdc.transfer(),
                                    fdc.units()));
                },
                good -> {
                    Fdc.State fdc = good.controller();
                    FdcTransfer.State noData = new FdcTransfer.State(
                            FdcTransfer.Step.SEND,
                            new byte[] {0x46, 0, 0, 0, 1, 2, 18, 0, 0},
                            new SectorId(0, 0, 1, 2),
                            new byte[0],
                            0,
                            false);
                    return with(
                            good,
                            new Fdc.State(
                                    fdc.output(),
                                    0,
                                    fdc.tape(),
                                    Fdc.Phase.EXECUTION,
                                    List.of(),
                                    fdc.interrupt(),
                                    Long.MAX_VALUE,
                                    fdc.settings(),
                                    noData,
                                    fdc.units()));
                });
    }
}

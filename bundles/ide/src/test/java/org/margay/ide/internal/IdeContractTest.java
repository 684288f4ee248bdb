package org.margay.ide.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.margay.block.drive.Drive;
import org.margay.machine.Device;
import org.margay.machine.DeviceException;
import org.margay.pc.IsaBus;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;
import org.margay.testkit.cards.BenchIsaBus;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.images.FakeDrive;

/** The controller with a disk and a CD-ROM drive on a cable, as if they were one device. */
final class IdeContractTest extends DeviceContract<IdeContractTest.State> {
    private static final int DISK_SIZE = 2 << 20;
    private static final int CD_SIZE = 1 << 20;

    record State(PiixIde.State controller, HardDisk.State disk, CdDrive.State cd) {
        State {
            if (controller == null || disk == null || cd == null) {
                throw new IllegalArgumentException("missing");
            }
        }
    }

    private record All(PiixIde controller, HardDisk disk, CdDrive cd) implements Device<State> {
        @Override
        public void reset() {
            controller.reset();
            disk.reset();
            cd.reset();
        }

        @Override
        public State save() {
            return new State(controller.save(), disk.save(), cd.save());
        }

        @Override
        public void restore(State state) {
            controller.restore(state.controller);
            disk.restore(state.disk);
            cd.restore(state.cd);
        }

        @Override
        public void close() {
            cd.close();
            disk.close();
            controller.close();
        }
    }

    @Override
    protected Device<State> create(DeviceBench bench) {
        IdeRig rig = new IdeRig(bench);
        try {
            return new All(
                    rig.controller, rig.disk(0, "d0"), (CdDrive) rig.plug(new IdeCdDriver(), 0, Map.of("drive", "c0")));
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected void prepare(DeviceBench bench) {
        CardBench.of(bench);
        bench.machine().publish(IsaBus.class, new BenchIsaBus(bench));
        bench.line("irq14");
        bench.line("irq15");
        add(bench, "d0", DISK_SIZE, 1);
        add(bench, "c0", CD_SIZE, 2);
    }

    private static void add(DeviceBench bench, String id, int size, int seed) {
        FakeDrive drive = new FakeDrive(bench.machine(), id, size);
        new Random(seed).nextBytes(drive.content());
        try {
            bench.machine().backends().add(Drive.class, id, drive);
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
    }

    private static FakeDrive drive(DeviceBench bench, String id) {
        return (FakeDrive) bench.machine().backends().find(Drive.class, id).orElseThrow();
    }

    @Override
    protected Class<State> stateType() {
        return State.class;
    }

    @Override
    protected void copySurroundings(DeviceBench from, DeviceBench to) {
        CardBench.of(from).copyRamTo(CardBench.of(to));
        drive(from, "d0").copyTo(drive(to, "d0"));
        drive(from, "c0").copyTo(drive(to, "c0"));
    }

    private static final int[] COMMANDS = {
        0x20, 0x24, 0x25, 0x29, 0x30, 0x34, 0x35, 0x39, 0x3D, 0x40, 0x42, 0xC4, 0xC5, 0xC6, 0xC8, 0xCA, 0xE7, 0xEA,
        0xEC, 0xEF, 0x06, 0xA1, 0x90, 0x08, 0x91
    };

    private static final int[] PACKETS = {
        0x00, 0x03, 0x12, 0x15, 0x1A, 0x1B, 0x1E, 0x25, 0x28, 0xA8, 0xBE, 0x43, 0x46, 0x4A, 0x51, 0x55, 0x5A, 0xBD
    };

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<State> device) {
        switch (random.nextInt(9)) {
            case 0 -> drive(bench, random.nextBoolean() ? "d0" : "c0").hold = true;
            case 1 -> {
                drive(bench, "d0").release();
                drive(bench, "c0").release();
            }
            case 2 -> drive(bench, "c0").change(random.nextInt(3) == 0 ? null : new byte[CD_SIZE]);
            case 3 -> drive(bench, "c0").user().ejectRequested(false);
            case 4 -> drive(bench, "d0").badFrom = random.nextBoolean() ? -1 : random.nextInt(DISK_SIZE);
            case 5 -> busMaster(random, bench);
            case 6 -> {
                bench.out(0x1F6, 0xB0);
                bench.out(0x1F1, random.nextInt(2));
                bench.out(0x1F4, random.nextInt(256));
                bench.out(0x1F5, random.nextInt(256));
                bench.out(0x1F7, 0xA0);
                byte[] packet = new byte[12];
                for (int i = 0; i < 12; i++) {
                    packet[i] = (byte) random.nextInt(i % 3 == 0 ? 2 : 8);
                }
                packet[0] = (byte) PACKETS[random.nextInt(PACKETS.length)];
                for (int i = 0; i < 12; i += 2) {
                    bench.out(0x1F0, 2, packet[i] & 0xFF | (packet[i + 1] & 0xFF) << 8);
                }
            }
            default -> {
                bench.out(0x1F6, random.nextInt(8) == 0 ? 0xF0 : 0xE0);
                bench.out(0x1F1, random.nextInt(4));
                bench.out(0x1F2, random.nextInt(20));
                bench.out(0x1F3, random.nextInt(256));
                bench.out(0x1F4, random.nextInt(8));
                bench.out(0x1F5, 0);
                bench.out(0x1F7, COMMANDS[random.nextInt(COMMANDS.length)]);
            }
        }
    }

    private static void busMaster(Random random, DeviceBench bench) {
        CardBench cards = CardBench.of(bench);
        for (int i = 0; i < 8; i++) {
            cards.ram().set(0x1000 + 8L * i, 4, random.nextInt(0x10_0000) & ~1);
            int last = random.nextInt(4) == 0 ? 0x8000_0000 : 0;
            cards.ram().set(0x1004 + 8L * i, 4, (random.nextInt(0x2000) & ~1 | last) & 0xFFFF_FFFFL);
        }
        bench.out(IdeRig.BUS_MASTER, 0);
        bench.out(IdeRig.BUS_MASTER + 4, 4, 0x1000);
        bench.out(IdeRig.BUS_MASTER, random.nextBoolean() ? 9 : 1);
    }

    @Override
    protected void assertReset(DeviceBench bench, Device<State> device) {
        assertThat(bench.in(0x3F6)).isEqualTo(0x50);
        assertThat(bench.in(0x1F1)).isEqualTo(1);
        assertThat(bench.in(0x1F5)).isZero();
        bench.out(0x1F6, 0xB0);
        assertThat(bench.in(0x3F6)).isZero();
        assertThat(bench.in(0x1F5)).isEqualTo(0xEB);
        assertThat(bench.in(0x177)).isZero();
        bench.out(0x1F6, 0xA0);
        PiixIde controller = ((All) device).controller;
        CardBench.map(controller.pci());
        for (int i = 0; i < 16; i++) {
            assertThat(bench.in(IdeRig.BUS_MASTER + i)).isZero();
        }
        assertThat(bench.levels()).doesNotContainValue(true);
    }

    @Override
    protected List<HostileState<State>> hostileStates() {
        return List.of(
                good -> new State(good.controller(), good.disk(), null),
                good -> new State(
                        good.controller(),
                        new HardDisk.State(
                                good.disk().common(),
                                good.disk().modes(),
                                new DiskTransfer.State(DiskTransfer.Work.READ_DMA, 1L << 40, 8, 1, true, false, false)),
                        good.cd()),
                good -> {
                    new BusMaster.State(0, 0, 1, BusMaster.Position.IDLE);
                    return good;
                },
                good -> {
                    new DiskModes.State(3, 16, 63, 0x22, true, true, true, true, DiskModes.Power.IDLE);
                    return good;
                },
                good -> {
                    new PioBuffer.State(new byte[PioBuffer.CAPACITY + 2], 0, 0);
                    return good;
                },
                good -> {
                    new Sense(16, 0, 0);
                    return good;
                },
                good -> {
                    new AtaChannel.State(0x01, 0, false);
                    return good;
                });
    }
}

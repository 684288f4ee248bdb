package org.margay.virtio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.VirtioDriverBench;
import org.margay.testkit.cards.VirtioDriverBench.Queue;

/** Virtqueues between a device and a driver in RAM. */
class VirtqueueTest {
    private final EchoBench bench = new EchoBench(true);

    /** The idle queue, of 256 entries: the test is the device. */
    private Queue start(long features) {
        bench.driver.negotiate(features);
        Queue queue = bench.driver.queue(1);
        bench.driver.ready();
        return queue;
    }

    private VirtqueueElement pop() {
        VirtqueueElement element = bench.echo.idle.pop();
        assertThat(element).isNotNull();
        return element;
    }

    private boolean interrupted() {
        boolean high = bench.interrupted();
        bench.driver.takeIsr();
        return high;
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void piecesAreOneStream() {
        for (boolean indirect : new boolean[] {false, true}) {
            Queue queue = start(-1);
            byte[] first = random(100, 1);
            byte[] second = random(5000, 2);
            VirtioDriverBench.Chain chain =
                    queue.chain().readable(first).readable(second).writable(3).writable(4000);
            (indirect ? chain.indirect() : chain).add();
            VirtqueueElement element = pop();
            assertThat(element.readable()).isEqualTo(5100);
            assertThat(element.writable()).isEqualTo(4003);
            assertThat(element.segments()).isEqualTo(4);
            assertThat(element.readableSegments()).isEqualTo(2);
            assertThat(element.length(2)).isEqualTo(3);
            byte[] all = new byte[6000];
            assertThat(element.read(0, all, 0, all.length)).isEqualTo(5100);
            assertThat(Arrays.copyOf(all, 100)).isEqualTo(first);
            assertThat(Arrays.copyOfRange(all, 100, 5100)).isEqualTo(second);
            byte[] across = new byte[20];
            assertThat(element.read(95, across, 5, 10)).isEqualTo(10);
            assertThat(Arrays.copyOfRange(across, 5, 15)).isEqualTo(Arrays.copyOfRange(all, 95, 105));
            assertThat(element.read(5095, across, 0, 20)).isEqualTo(5);
            assertThat(element.read(5100, across, 0, 20)).isZero();
            assertThat(element.readNumber(98, 4))
                    .isEqualTo((first[98] & 0xFF)
                            | (first[99] & 0xFF) << 8
                            | (second[0] & 0xFF) << 16
                            | (second[1] & 0xFFL) << 24);
            byte[] answer = random(5000, 3);
            assertThat(element.write(0, answer, 0, 2)).isEqualTo(2);
            assertThat(element.write(2, answer, 2, answer.length - 2)).isEqualTo(4001);
            bench.echo.idle.push(element, 4003);
            VirtioDriverBench.Used used = queue.take();
            assertThat(used.length()).isEqualTo(4003);
            assertThat(used.written()).isEqualTo(Arrays.copyOf(answer, 4003));
        }
    }

    @Test
    void indexesWrap() {
        Queue queue = start(-1);
        for (int round = 0; round < 70_000; round += 100) {
            for (int i = 0; i < 100; i++) {
                queue.offer(16);
            }
            for (int i = 0; i < 100; i++) {
                bench.echo.idle.push(pop(), i);
            }
            assertThat(bench.echo.idle.pop()).isNull();
            assertThat(queue.takeAll()).hasSize(100);
        }
        assertThat(bench.echo.transport.running()).isTrue();
    }

    @Test
    void chainsComeBackInAnyOrder() {
        Queue queue = start(-1);
        int first = queue.offer(1);
        int second = queue.offer(2);
        VirtqueueElement one = pop();
        VirtqueueElement two = pop();
        bench.echo.idle.push(two, 2);
        bench.echo.idle.push(one, 1);
        assertThat(queue.takeAll()).extracting(VirtioDriverBench.Used::head).containsExactly(second, first);
    }

    @Test
    void severalChainsAreGivenBackAtOnce() {
        Queue queue = start(-1);
        queue.offer(10);
        queue.offer(10);
        VirtqueueElement one = pop();
        VirtqueueElement two = pop();
        bench.echo.idle.fill(one, 10, 0);
        bench.echo.idle.fill(two, 5, 1);
        assertThat(queue.take()).isNull();
        bench.echo.idle.flush(2);
        assertThat(queue.takeAll()).extracting(VirtioDriverBench.Used::length).containsExactly(10, 5);
        bench.echo.idle.flush(1);
        assertThat(queue.take()).as("nothing is in flight").isNull();
    }

    @Test
    void poppedChainsCanBePutBack() {
        Queue queue = start(-1);
        int first = queue.offer(1);
        queue.offer(2);
        pop();
        pop();
        bench.echo.idle.unpop(2);
        assertThat(bench.echo.idle.waiting()).isEqualTo(2);
        bench.echo.idle.push(pop(), 1);
        assertThat(queue.take().head()).isEqualTo(first);
        bench.echo.idle.unpop(5);
        assertThat(bench.echo.idle.waiting()).as("what was pushed stays so").isEqualTo(1);
    }

    @Test
    void elementsOfBeforeAResetAreForgotten() {
        Queue old = start(-1);
        old.offer(8);
        VirtqueueElement element = pop();
        Queue queue = start(-1);
        queue.offer(8);
        pop();
        bench.echo.idle.push(element, 8);
        assertThat(queue.take()).isNull();
    }

    @Test
    void interruptsFollowTheEventIndex() {
        Queue queue = start(VirtioDriverBench.EVENT_INDEX);
        for (int i = 0; i < 8; i++) {
            queue.offer(1);
        }
        queue.interruptFrom(2);
        bench.echo.idle.push(pop(), 0);
        bench.echo.idle.notifyDriver();
        assertThat(interrupted()).as("the first is always told").isTrue();
        bench.echo.idle.push(pop(), 0);
        bench.echo.idle.notifyDriver();
        assertThat(interrupted()).isFalse();
        bench.echo.idle.push(pop(), 0);
        bench.echo.idle.notifyDriver();
        assertThat(interrupted()).as("index 3 is beyond event 2").isTrue();
        queue.interruptFrom(4);
        bench.echo.idle.push(pop(), 0);
        bench.echo.idle.push(pop(), 0);
        bench.echo.idle.push(pop(), 0);
        bench.echo.idle.notifyDriver();
        assertThat(interrupted()).as("passed within a batch").isTrue();
        bench.echo.idle.notifyDriver();
        assertThat(interrupted()).as("nothing new").isFalse();
    }

    @Test
    void theEventIndexWraps() {
        assertThat(Virtqueue.passed(0, 0, 1)).isTrue();
        assertThat(Virtqueue.passed(1, 0, 1)).isFalse();
        assertThat(Virtqueue.passed(0xFFFF, 0xFFFF, 0)).isTrue();
        assertThat(Virtqueue.passed(0xFFFF, 0xFFFE, 0xFFFF)).isFalse();
        assertThat(Virtqueue.passed(0, 0xFFF0, 5)).isTrue();
        assertThat(Virtqueue.passed(5, 0xFFF0, 5)).isFalse();
        assertThat(Virtqueue.passed(0xFFEF, 0xFFF0, 5)).isFalse();
        assertThat(Virtqueue.passed(7, 7, 7)).isFalse();
    }

    @Test
    void interruptsFollowTheFlag() {
        Queue queue = start(0);
        queue.offer(1);
        queue.offer(1);
        queue.interrupts(false);
        bench.echo.idle.push(pop(), 0);
        bench.echo.idle.notifyDriver();
        assertThat(interrupted()).isFalse();
        queue.interrupts(true);
        bench.echo.idle.push(pop(), 0);
        bench.echo.idle.notifyDriver();
        assertThat(interrupted()).isTrue();
    }

    @Test
    void anEmptyQueueIsToldToLegacyDriversThatWantIt() {
        EchoBench legacy = new EchoBench(false);
        legacy.driver.negotiate(VirtioFeature.NOTIFY_ON_EMPTY);
        Queue queue = legacy.driver.queue(1);
        legacy.driver.ready();
        queue.interrupts(false);
        queue.offer(1);
        queue.offer(1);
        VirtqueueElement one = legacy.echo.idle.pop();
        VirtqueueElement two = legacy.echo.idle.pop();
        legacy.echo.idle.push(one, 0);
        legacy.echo.idle.notifyDriver();
        assertThat(legacy.interrupted()).isFalse();
        legacy.echo.idle.push(two, 0);
        legacy.echo.idle.notifyDriver();
        assertThat(legacy.interrupted()).isTrue();
    }

    @Test
    void notificationsCanBeLeftOut() {
        for (long features : new long[] {0, VirtioDriverBench.EVENT_INDEX}) {
            Queue queue = start(features);
            int before = queue.availableIndex();
            queue.offer(1);
            assertThat(queue.wantsKick(before)).isTrue();
            bench.echo.idle.notifications(false);
            pop();
            before = queue.availableIndex();
            queue.offer(1);
            queue.offer(1);
            assertThat(queue.wantsKick(before)).isFalse();
            bench.echo.idle.notifications(true);
            assertThat(bench.echo.idle.waiting()).isEqualTo(2);
            before = queue.availableIndex();
            queue.offer(1);
            assertThat(queue.wantsKick(before)).isTrue();
        }
    }

    @Test
    void anElementThatIsHeldIsSaved() {
        bench.driver.negotiate(-1);
        Queue queue = bench.driver.queue(0);
        bench.driver.ready();
        bench.echo.hold = true;
        queue.chain().readable("purr".getBytes()).writable(20).add();
        queue.kick();
        EchoBench other = new EchoBench(true);
        bench.cards.copyRamTo(other.cards);
        other.card.restore(bench.card.save());
        other.echo.answer(other.echo.held);
        other.echo.echo.notifyDriver();
        assertThat(other.interrupted()).isTrue();
        other.cards.copyRamTo(bench.cards);
        assertThat(new String(queue.take().written())).isEqualTo("purr");
        VirtqueueElement.State held = bench.card.save().device().held();
        EchoBench fresh = new EchoBench(true);
        assertThatThrownBy(() -> fresh.echo.echo.restore(held)).isInstanceOf(IllegalArgumentException.class);
    }

    // Drivers that break the rules.

    private void assertBroken(Consumer<Queue> mischief) {
        Queue queue = start(-1);
        mischief.accept(queue);
        assertThat(bench.echo.idle.pop()).isNull();
        assertThat(bench.driver.status() & DeviceStatus.NEEDS_RESET).isNotZero();
        assertThat(bench.echo.transport.running()).isFalse();
        assertThat(bench.driver.takeIsr()).isEqualTo(2);
        bench.driver.setStatus(bench.driver.status() & ~DeviceStatus.NEEDS_RESET);
        assertThat(bench.driver.status() & DeviceStatus.NEEDS_RESET).isNotZero();
        int kicks = bench.echo.kicks;
        queue.kick();
        assertThat(bench.echo.kicks).isEqualTo(kicks);
        assertThat(bench.echo.idle.isEmpty()).isTrue();
        start(-1).offer(1);
        assertThat(bench.echo.idle.pop()).as("a reset mends it").isNotNull();
    }

    @Test
    void brokenRingsFailTheDevice() {
        assertBroken(queue -> queue.available(256));
        assertBroken(queue -> queue.available(0xFFFF));
        assertBroken(queue -> queue.setAvailableIndex(257));
        assertBroken(queue -> queue.setAvailableIndex(0xFFFF));
        assertBroken(queue -> {
            queue.descriptor(0, 0x1000, 1, VirtioDriverBench.NEXT, 256);
            queue.available(0);
        });
        assertBroken(queue -> {
            queue.descriptor(0, 0x1000, 1, VirtioDriverBench.NEXT, 1);
            queue.descriptor(1, 0x1000, 1, VirtioDriverBench.NEXT, 0);
            queue.available(0);
        });
        assertBroken(queue -> {
            queue.descriptor(0, 0x1000, 1, VirtioDriverBench.NEXT | VirtioDriverBench.WRITE, 1);
            queue.descriptor(1, 0x1000, 1, 0, 0);
            queue.available(0);
        });
        assertBroken(queue -> {
            for (int i = 0; i < 3; i++) {
                queue.descriptor(i, 0x1000, 0x7FFF_FFFFL, VirtioDriverBench.NEXT, i + 1);
            }
            queue.available(0);
        });
        assertBroken(queue -> {
            queue.descriptor(0, 0x1000, 0xFFFF_FFFFL, 0, 0);
            queue.available(0);
        });
    }

    @Test
    void brokenIndirectTablesFailTheDevice() {
        int table = 0xF0000;
        Consumer<byte[]> write = bytes -> bench.cards.ram().copyIn(table, bytes, 0, bytes.length);
        for (long length : new long[] {0, 15, 17, 0xFFFF_FFF0L}) {
            assertBroken(queue -> {
                queue.descriptor(0, table, length, VirtioDriverBench.INDIRECT_TABLE, 0);
                queue.available(0);
            });
        }
        for (long address : new long[] {CardBench.RAM_SIZE, CardBench.RAM_SIZE - 8, -16, 0xE000_0000L, 1L << 63}) {
            assertBroken(queue -> {
                queue.descriptor(0, address, 16, VirtioDriverBench.INDIRECT_TABLE, 0);
                queue.available(0);
            });
        }
        assertBroken(queue -> {
            byte[] nested = new byte[16];
            nested[8] = 16;
            nested[12] = VirtioDriverBench.INDIRECT_TABLE;
            write.accept(nested);
            queue.descriptor(0, table, 16, VirtioDriverBench.INDIRECT_TABLE, 0);
            queue.available(0);
        });
        assertBroken(queue -> {
            byte[] loop = new byte[16];
            loop[12] = VirtioDriverBench.NEXT;
            write.accept(loop);
            queue.descriptor(0, table, 16, VirtioDriverBench.INDIRECT_TABLE, 0);
            queue.available(0);
        });
        assertBroken(queue -> {
            queue.descriptor(0, table, 16, VirtioDriverBench.INDIRECT_TABLE | VirtioDriverBench.NEXT, 1);
            queue.available(0);
        });
        assertBroken(queue -> {
            byte[] many = new byte[16 * 1025];
            for (int i = 0; i < 1025; i++) {
                many[16 * i + 12] = VirtioDriverBench.NEXT;
                many[16 * i + 14] = (byte) (i + 1);
                many[16 * i + 15] = (byte) (i + 1 >> 8);
            }
            write.accept(many);
            queue.descriptor(0, table, many.length, VirtioDriverBench.INDIRECT_TABLE, 0);
            queue.available(0);
        });
    }

    @Test
    void indirectTablesMustBeAgreedOn() {
        Queue queue = start(0);
        queue.chain().writable(1).indirect().add();
        assertThat(bench.echo.idle.pop()).isNull();
        assertThat(bench.driver.status() & DeviceStatus.NEEDS_RESET).isNotZero();
    }

    @Test
    void queuesOutsideOfRamFailTheDevice() {
        for (long[] place : new long[][] {
            {0x1000, 0x2000, 0xFFFF0},
            {0x1008, 0x2000, 0x3000},
            {0x1000, 0x2001, 0x3000},
            {0x1000, 0x2000, 0x3002},
            {CardBench.RAM_SIZE, 0x2000, 0x3000},
            {0x1000, -1, 0x3000},
            {-4096, 0x2000, 0x3000},
            {0x1000, 0x2000, 1L << 62}
        }) {
            bench.driver.negotiate(-1);
            bench.driver.write(22, 2, 1);
            for (int i = 0; i < 3; i++) {
                bench.driver.write(32 + 8 * i, 4, place[i] & 0xFFFF_FFFFL);
                bench.driver.write(36 + 8 * i, 4, place[i] >>> 32);
            }
            bench.driver.write(28, 2, 1);
            bench.driver.ready();
            assertThat(bench.echo.idle.pop()).isNull();
            assertThat(bench.driver.status() & DeviceStatus.NEEDS_RESET).isNotZero();
        }
    }

    @Test
    void legacyDriversSeeAFailedDeviceStandStill() {
        EchoBench legacy = new EchoBench(false);
        legacy.driver.negotiate(0);
        Queue queue = legacy.driver.queue(0);
        legacy.driver.ready();
        queue.available(99);
        queue.kick();
        assertThat(legacy.driver.status() & DeviceStatus.NEEDS_RESET).isZero();
        assertThat(legacy.echo.transport.running()).isFalse();
    }

    @Test
    void randomRingsDoNoHarm() {
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            bench.driver.negotiate(random.nextLong());
            Queue queue = bench.driver.queue(0);
            bench.driver.ready();
            for (int step = 0; step < 20 && bench.echo.transport.running(); step++) {
                scribble(random, queue);
                queue.available(random.nextInt(20) == 0 ? random.nextInt(1 << 16) : random.nextInt(queue.size()));
                queue.kick();
            }
            bench.card.save();
        }
    }

    /** Descriptors that are mostly well-formed, so that random ones get far. */
    private void scribble(Random random, Queue queue) {
        for (int i = 0; i < queue.size(); i++) {
            long address = switch (random.nextInt(6)) {
                case 0 -> random.nextLong();
                case 1 -> CardBench.RAM_SIZE - random.nextInt(64);
                case 2 -> queue.descriptorTable() + random.nextInt(16 * queue.size());
                case 3 -> queue.usedRing() + random.nextInt(64);
                default -> 0x80000 + random.nextInt(0x40000);
            };
            long length = random.nextInt(12) == 0 ? random.nextInt() & 0xFFFF_FFFFL : 16 * random.nextInt(200);
            int flags = random.nextInt(10) == 0 ? random.nextInt(1 << 16) : random.nextInt(4);
            queue.descriptor(
                    i, address, length, flags, random.nextInt(queue.size() + (random.nextInt(30) == 0 ? 9 : 0)));
        }
    }
}

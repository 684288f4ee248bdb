package org.margay.virtio.balloon.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.margay.machine.Balloon;
import org.margay.machine.DeviceException;
import org.margay.pci.PciDevice;
import org.margay.pci.PciRegister;
import org.margay.qmp.QmpException;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.VirtioDriverBench;

class VirtioBalloonTest {
    private static final int PAGE = 4096;
    private static final long SECOND = 1_000_000_000L;
    private static final String INTERVAL = "guest-stats-polling-interval";
    private static final BigInteger UNKNOWN = new BigInteger("18446744073709551615");
    /** A page of the bench's RAM that no ring lies in. */
    private static final int FREE_PAGE = 200;

    private static Balloon balloon(BalloonBench bench) {
        return bench.bench.machine().find(Balloon.class).orElseThrow();
    }

    private static void fill(BalloonBench bench, int page, int count) {
        for (long at = (long) page * PAGE; at < (long) (page + count) * PAGE; at += 8) {
            bench.cards.ram().set(at, 8, -1);
        }
    }

    /** Pages from one on: 1 for each that is all zero, x for others. */
    private static String zeros(BalloonBench bench, int page, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = page; i < page + count; i++) {
            byte[] content = new byte[PAGE];
            bench.cards.ram().copyOut((long) i * PAGE, content, 0, PAGE);
            text.append(IntStream.range(0, PAGE).allMatch(at -> content[at] == 0) ? '0' : 'x');
        }
        return text.toString();
    }

    @Test
    void identity() {
        var pci = ((PciDevice<?>) new BalloonBench(false).card).pci();
        assertThat("%04x:%04x class %04x subsystem %04x"
                        .formatted(
                                pci.readConfig(PciRegister.VENDOR_ID, 2),
                                pci.readConfig(PciRegister.DEVICE_ID, 2),
                                pci.readConfig(PciRegister.REVISION, 4) >>> 16,
                                pci.readConfig(PciRegister.SUBSYSTEM_ID, 2)))
                .isEqualTo("1af4:1002 class 0500 subsystem 0005");
        assertThat(pci.bars().stream()
                        .map(bar -> "%d %#x".formatted(bar.index(), bar.region().size())))
                .containsExactly("0 0x20", "4 0x4000");
        assertThat(pci.readConfig(PciRegister.INTERRUPT_PIN, 1)).isEqualTo(1);
    }

    @Test
    void pagesInTheBalloonAreTheHosts() {
        for (boolean modern : new boolean[] {false, true}) {
            BalloonBench bench = new BalloonBench(modern);
            fill(bench, FREE_PAGE, 10);
            assertThat(bench.send(
                            bench.inflate,
                            BalloonBench.pages(
                                    FREE_PAGE + 1, FREE_PAGE + 2, FREE_PAGE + 9, FREE_PAGE + 5, FREE_PAGE + 4)))
                    .isTrue();
            assertThat(zeros(bench, FREE_PAGE, 10)).isEqualTo("x00x00xxx0");
            assertThat(bench.send(bench.deflate, BalloonBench.pages(FREE_PAGE + 1)))
                    .isTrue();
            assertThat(bench.bench.line("INTA").high()).isTrue();
        }
    }

    @Test
    void whatIsNoRamStays() {
        BalloonBench bench = new BalloonBench(true);
        fill(bench, FREE_PAGE, 1);
        int[] strange = {-1, (int) (CardBench.MEMORY_BARS / PAGE), CardBench.RAM_SIZE / PAGE, FREE_PAGE, 0x80000000};
        assertThat(bench.send(bench.inflate, BalloonBench.pages(strange))).isTrue();
        assertThat(zeros(bench, FREE_PAGE, 1)).isEqualTo("0");
        assertThat(bench.send(bench.inflate, new byte[3])).isTrue();
        assertThat(bench.send(bench.inflate, new byte[0])).isTrue();
    }

    @Test
    void aListWithoutEndIsCutShort() {
        BalloonBench bench = new BalloonBench(true);
        fill(bench, FREE_PAGE, 1);
        byte[] list = BalloonBench.pages(IntStream.range(0, GuestPages.MOST + 1)
                .map(i -> i == GuestPages.MOST ? FREE_PAGE : -1)
                .toArray());
        assertThat(bench.send(bench.inflate, list)).isTrue();
        assertThat(zeros(bench, FREE_PAGE, 1)).isEqualTo("x");
        // More than one turn's work: it goes on in the next.
        for (int i = 0; i < 3; i++) {
            bench.inflate.send(list);
        }
        bench.inflate.kick();
        bench.bench.machine().runTasks();
        assertThat(bench.inflate.takeAll()).hasSize(3);
    }

    @Test
    void theUserSaysHowMuchTheGuestIsToHave() {
        for (boolean modern : new boolean[] {false, true}) {
            BalloonBench bench = new BalloonBench(modern);
            assertThat(balloon(bench).actual()).isEqualTo(CardBench.RAM_SIZE);
            bench.driver.takeIsr();
            balloon(bench).target(CardBench.RAM_SIZE - 10 * PAGE);
            assertThat(bench.driver.takeIsr()).isEqualTo(2);
            assertThat(bench.driver.config(0, 4)).isEqualTo(10);
            assertThat(balloon(bench).actual()).as("nothing happened yet").isEqualTo(CardBench.RAM_SIZE);
            bench.driver.setConfig(4, 4, 7);
            assertThat(balloon(bench).actual()).isEqualTo(CardBench.RAM_SIZE - 7 * PAGE);
            assertThat(bench.takeEvents())
                    .containsExactly("BALLOON_CHANGE {actual=%d}".formatted(CardBench.RAM_SIZE - 7 * PAGE));
            bench.driver.setConfig(4, 4, 7);
            assertThat(bench.takeEvents()).isEmpty();
            balloon(bench).target(1_000_000_000_000L);
            assertThat(bench.driver.config(0, 4)).isZero();
            balloon(bench).target(1);
            assertThat(bench.driver.config(0, 4)).isEqualTo(CardBench.RAM_SIZE / PAGE - 1);
        }
    }

    @Test
    void aGuestMaySayAnything() {
        BalloonBench bench = new BalloonBench(true);
        bench.driver.setConfig(4, 4, -1);
        assertThat(balloon(bench).actual()).isZero();
        bench.driver.setConfig(0, 4, 99);
        assertThat(bench.driver.config(0, 4)).as("read-only").isZero();
        assertThat(new BalloonEvents().events()).containsExactly("BALLOON_CHANGE");
    }

    @Test
    void withoutADriverNothingIsInTheBalloon() {
        BalloonBench bench = new BalloonBench(true);
        balloon(bench).target(CardBench.RAM_SIZE - 10 * PAGE);
        bench.driver.setConfig(4, 4, 10);
        bench.takeEvents();
        bench.card.reset();
        assertThat(balloon(bench).actual()).isEqualTo(CardBench.RAM_SIZE);
        assertThat(bench.takeEvents()).containsExactly("BALLOON_CHANGE {actual=%d}".formatted(CardBench.RAM_SIZE));
        CardBench.map(((PciDevice<?>) bench.card).pci());
        assertThat(bench.driver.config(0, 4)).as("what is wanted stays").isEqualTo(10);
    }

    @Test
    void thereIsOneBalloon() throws DeviceException {
        BalloonBench bench = new BalloonBench(true);
        CardBench cards = bench.cards;
        assertThatThrownBy(() -> cards.plug(new VirtioBalloonPci(), cards.bus(), Map.of()))
                .isInstanceOf(DeviceException.class)
                .hasMessage("Only one balloon device is supported");
        bench.card.close();
        assertThat(bench.bench.machine().find(Balloon.class)).isEmpty();
        cards.plug(new VirtioBalloonPci(), cards.bus(), Map.of());
        assertThat(bench.bench.machine().find(Balloon.class)).isPresent();
    }

    @Test
    void aDeviceThatCannotBeLeavesNoBalloon() {
        DeviceBench bench = new DeviceBench();
        CardBench cards = BalloonBench.cards(bench);
        assertThatThrownBy(() -> cards.plug(new VirtioBalloonPci(), cards.bus(), Map.of("vectors", "100000")))
                .isInstanceOf(DeviceException.class);
        assertThat(bench.machine().find(Balloon.class)).isEmpty();
    }

    @Test
    void featuresAreTheUsers() {
        long plain = new BalloonBench(true).driver.features();
        assertThat(plain & 0x3F).isEqualTo(2);
        long all = new BalloonBench(true, "deflate-on-oom", "on", "free-page-reporting", "on").driver.features();
        assertThat(all & 0x3F).isEqualTo(0b100110);
    }

    @Test
    void freePagesAreTheHosts() {
        BalloonBench bench = new BalloonBench(true, "free-page-reporting", "on");
        VirtioDriverBench.Queue reporting = bench.driver.queue(BalloonBench.REPORTING);
        fill(bench, FREE_PAGE, 10);
        reporting.descriptor(0, (FREE_PAGE + 1L) * PAGE, 4 * PAGE, VirtioDriverBench.WRITE | VirtioDriverBench.NEXT, 1);
        reporting.descriptor(1, (FREE_PAGE + 8L) * PAGE + 1, PAGE, VirtioDriverBench.WRITE, 0);
        reporting.available(0);
        reporting.kick();
        bench.bench.machine().runTasks();
        assertThat(zeros(bench, FREE_PAGE, 10)).isEqualTo("x0000xxxxx");
        assertThat(bench.cards.ram().getShort(reporting.usedRing() + 2)).isEqualTo(1);
    }

    @Test
    void theGuestTellsOfItsMemory() throws QmpException {
        BalloonBench bench = new BalloonBench(true);
        assertThat(bench.get("guest-stats")).isInstanceOfSatisfying(StatisticsQueue.Shown.class, shown -> {
            assertThat(shown.lastUpdate()).isZero();
            assertThat(shown.stats())
                    .hasSize(10)
                    .containsEntry("stat-swap-in", UNKNOWN)
                    .containsEntry("stat-htlb-pgfail", UNKNOWN)
                    .containsEntry("stat-disk-caches", UNKNOWN);
        });
        assertThat(bench.send(bench.statistics, BalloonBench.statistics(4, 1000, 5, 1L << 33, 99, 1, 0, -2)))
                .as("kept until it is wanted")
                .isFalse();
        StatisticsQueue.Shown shown = (StatisticsQueue.Shown) bench.get("guest-stats");
        assertThat(shown.lastUpdate())
                .isEqualTo(bench.bench.machine().hostClock().nanos() / SECOND);
        assertThat(shown.stats())
                .containsEntry("stat-free-memory", BigInteger.valueOf(1000))
                .containsEntry("stat-total-memory", BigInteger.valueOf(1L << 33))
                .containsEntry("stat-swap-in", UNKNOWN.subtract(BigInteger.ONE))
                .containsEntry("stat-swap-out", UNKNOWN);
    }

    @Test
    void theGuestIsAskedEverySoManySeconds() throws QmpException {
        BalloonBench bench = new BalloonBench(true);
        assertThat(bench.get(INTERVAL)).isEqualTo(0L);
        bench.send(bench.statistics, new byte[0]);
        bench.bench.advance(10 * SECOND);
        assertThat(bench.statistics.take()).isNull();
        bench.set(INTERVAL, 2L);
        assertThat(bench.get(INTERVAL)).isEqualTo(2L);
        bench.bench.advance(1);
        assertThat(bench.statistics.take()).as("asked at once").isNotNull();
        assertThat(bench.send(bench.statistics, BalloonBench.statistics(4, 1))).isFalse();
        bench.bench.advance(2 * SECOND - 1);
        assertThat(bench.statistics.take()).isNull();
        bench.bench.advance(1);
        assertThat(bench.statistics.take()).isNotNull();
        bench.bench.advance(20 * SECOND);
        assertThat(bench.send(bench.statistics, BalloonBench.statistics(4, 1))).isFalse();
        bench.set(INTERVAL, 1L);
        bench.bench.advance(SECOND);
        assertThat(bench.statistics.take()).isNotNull();
        bench.set(INTERVAL, 0L);
        bench.send(bench.statistics, BalloonBench.statistics(4, 1));
        bench.bench.advance(20 * SECOND);
        assertThat(bench.statistics.take()).isNull();
        assertThat(bench.bench.machine().deadlines()).isEmpty();
    }

    @Test
    void theIntervalIsChecked() {
        BalloonBench bench = new BalloonBench(true);
        assertThatThrownBy(() -> bench.set(INTERVAL, -1L)).hasMessage("timer value must be greater than zero");
        assertThatThrownBy(() -> bench.set(INTERVAL, 1L << 32)).hasMessage("timer value is too big");
        assertThatThrownBy(() -> bench.set(INTERVAL, "x"))
                .hasMessage("Invalid parameter type for '%s', expected: int", INTERVAL);
    }

    @Test
    void aSecondBufferOfStatisticsFreesTheFirst() {
        BalloonBench bench = new BalloonBench(true);
        bench.send(bench.statistics, BalloonBench.statistics(4, 1));
        assertThat(bench.send(bench.statistics, BalloonBench.statistics(4, 2))).isTrue();
        StatisticsQueue.Shown shown = (StatisticsQueue.Shown) bench.get("guest-stats");
        assertThat(shown.stats()).containsEntry("stat-free-memory", BigInteger.TWO);
    }

    /** A legacy driver may set a queue up anew without a reset: what the device held of it is nothing any more. */
    @Test
    void aBufferOfAnEarlierQueueIsNotKept() {
        BalloonBench bench = new BalloonBench(false);
        bench.send(bench.statistics, BalloonBench.statistics(4, 1));
        assertThat(bench.card.save().device().statistics().held()).isNotNull();
        bench.driver.queue(BalloonBench.STATISTICS);
        assertThat(bench.card.save().device().statistics().held()).isNull();
    }
}

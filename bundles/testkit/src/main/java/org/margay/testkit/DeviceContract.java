package org.margay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.margay.machine.Device;
import org.margay.state.StateCodec;
import org.margay.state.StateException;

/**
 * What every device keeps, whatever it is: extend it in the device's module and say how the device is built. The device's
 * registers must be mapped on the bench, its wires be {@link DeviceBench#line lines} of it, its time the bench's clocks.
 *
 * @param <S> the device's saved state
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
public abstract class DeviceContract<S extends Record> {
    private static final int SEEDS = 12;
    private static final int STEPS = 300;

    /** Builds the device on a fresh bench and maps its registers. */
    protected abstract Device<S> create(DeviceBench bench);

    /** Puts on a fresh bench what lies outside of the device: memory, a bus, a backend. */
    protected void prepare(DeviceBench bench) {}

    private DeviceBench newBench() {
        DeviceBench bench = new DeviceBench();
        prepare(bench);
        return bench;
    }

    protected abstract Class<S> stateType();

    /** Asserts that registers, read through the bench, have the values that the manual documents after reset. */
    protected abstract void assertReset(DeviceBench bench, Device<S> device);

    /** States that must be refused, by the record's constructor or by restore; each entry makes one. */
    protected abstract List<HostileState<S>> hostileStates();

    /** A state with something impossible in it. */
    @FunctionalInterface
    public interface HostileState<S> {
        /** @throws IllegalArgumentException when the record itself refuses already */
        S make(S good);
    }

    /**
     * Does something to the device that is no register access: a key, a byte received, a wire. What is done may depend on
     * nothing but the arguments.
     */
    protected void stimulate(Random random, DeviceBench bench, Device<S> device) {}

    /** Makes what lies outside of the device and its state (guest memory, a backend) the same on a second bench. */
    protected void copySurroundings(DeviceBench from, DeviceBench to) {}

    /** One random step; its text says all that could be seen. */
    private String step(Random random, DeviceBench bench, Device<S> device) {
        return switch (random.nextInt(10)) {
            case 0 -> {
                long nanos = 1L << random.nextInt(30);
                bench.advance(nanos);
                yield "advance " + nanos;
            }
            case 1 -> {
                stimulate(random, bench, device);
                yield "stimulus";
            }
            default -> {
                String access = bench.randomAccess(random);
                bench.machine().runTasks();
                yield access;
            }
        };
    }

    private void disturb(Random random, DeviceBench bench, Device<S> device) {
        for (int i = 0; i < STEPS; i++) {
            step(random, bench, device);
        }
    }

    private S throughBytes(S state) {
        try {
            return StateCodec.decode(stateType(), StateCodec.encode(state));
        } catch (StateException e) {
            throw new AssertionError("A device's own state is refused: " + state, e);
        }
    }

    private static void sameTime(DeviceBench from, DeviceBench to) {
        to.machine().virtualClock().set(from.machine().virtualClock().nanos());
        to.machine().realtimeClock().set(from.machine().realtimeClock().nanos());
        to.machine().hostClock().set(from.machine().hostClock().nanos());
    }

    @Test
    final void aRestoredDeviceIsTheSameDevice() {
        for (int seed = 0; seed < SEEDS; seed++) {
            DeviceBench bench = newBench();
            Device<S> original = create(bench);
            disturb(new Random(seed), bench, original);
            S state = original.save();

            DeviceBench otherBench = newBench();
            sameTime(bench, otherBench);
            copySurroundings(bench, otherBench);
            Device<S> copy = create(otherBench);
            copy.restore(throughBytes(state));

            assertThat(StateCodec.encode(copy.save()))
                    .as("seed %d: state saved again: %s and %s", seed, state, copy.save())
                    .isEqualTo(StateCodec.encode(state));
            assertSameOutside(bench, otherBench, "seed %d: after restore".formatted(seed));
            liveTheSame(seed, bench, original, otherBench, copy);
        }
    }

    private void liveTheSame(int seed, DeviceBench bench, Device<S> original, DeviceBench otherBench, Device<S> copy) {
        bench.takeRises();
        otherBench.takeRises();
        bench.machine().requests().clear();
        otherBench.machine().requests().clear();
        Random random = new Random(1000 + seed);
        Random sameRandom = new Random(1000 + seed);
        StringBuilder history = new StringBuilder();
        for (int i = 0; i < STEPS; i++) {
            String seen = step(random, bench, original);
            String seenOfCopy = step(sameRandom, otherBench, copy);
            history.append(seen).append('\n');
            assertThat(seenOfCopy)
                    .as("seed %d, step %d after%n%s", seed, i, history)
                    .isEqualTo(seen);
            assertSameOutside(bench, otherBench, "seed %d, step %d after%n%s".formatted(seed, i, history));
            assertThat(otherBench.takeRises())
                    .as("seed %d, step %d: %s", seed, i, seen)
                    .isEqualTo(bench.takeRises());
            assertThat(otherBench.machine().requests())
                    .as("seed %d, step %d: %s", seed, i, seen)
                    .isEqualTo(bench.machine().requests());
        }
        assertThat(StateCodec.encode(copy.save()))
                .as("seed %d: state at the end", seed)
                .isEqualTo(StateCodec.encode(original.save()));
    }

    private static void assertSameOutside(DeviceBench bench, DeviceBench other, String when) {
        assertThat(other.levels()).as("levels %s", when).isEqualTo(bench.levels());
        assertThat(other.machine().deadlines())
                .as("timers %s", when)
                .isEqualTo(bench.machine().deadlines());
        assertThat(other.mappings()).as("mappings %s", when).isEqualTo(bench.mappings());
    }

    @Test
    final void resetGivesTheDocumentedValues() {
        DeviceBench fresh = newBench();
        Device<S> untouched = create(fresh);
        assertReset(fresh, untouched);
        for (int seed = 0; seed < SEEDS; seed++) {
            DeviceBench bench = newBench();
            Device<S> device = create(bench);
            disturb(new Random(seed), bench, device);
            device.reset();
            byte[] once = StateCodec.encode(device.save());
            device.reset();
            assertThat(StateCodec.encode(device.save()))
                    .as("a second reset changes nothing")
                    .isEqualTo(once);
            assertReset(bench, device);
        }
    }

    @Test
    final void closeLeavesNothingBehind() {
        for (int seed = 0; seed < SEEDS; seed++) {
            DeviceBench bench = newBench();
            bench.advance(1);
            List<String> before = bench.mappings();
            Device<S> device = create(bench);
            disturb(new Random(seed), bench, device);
            device.close();
            assertThat(bench.mappings()).as("seed %d: mappings", seed).isEqualTo(before);
            assertThat(bench.machine().deadlines())
                    .as("seed %d: armed timers", seed)
                    .isEmpty();
            assertThat(bench.levels()).as("seed %d: lines", seed).doesNotContainValue(true);
        }
    }

    @Test
    final void impossibleStatesAreRefused() {
        DeviceBench bench = newBench();
        Device<S> device = create(bench);
        disturb(new Random(7), bench, device);
        S good = device.save();
        List<HostileState<S>> hostile = hostileStates();
        for (int i = 0; i < hostile.size(); i++) {
            HostileState<S> maker = hostile.get(i);
            assertThatThrownBy(() -> create(newBench()).restore(maker.make(good)))
                    .as("hostile state %d", i)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    final void aBentStateIsRefusedOrHarmless() {
        for (int seed = 0; seed < 2; seed++) {
            DeviceBench bench = newBench();
            Device<S> device = create(bench);
            disturb(new Random(seed), bench, device);
            for (S bent : StateMutator.variants(device.save())) {
                DeviceBench other = newBench();
                sameTime(bench, other);
                copySurroundings(bench, other);
                survive(bent, other, create(other));
            }
        }
    }

    private void survive(S bent, DeviceBench bench, Device<S> victim) {
        try {
            try {
                victim.restore(bent);
            } catch (IllegalArgumentException e) {
                return;
            }
            Random random = new Random(1);
            for (int i = 0; i < 60; i++) {
                step(random, bench, victim);
            }
            victim.save();
        } catch (RuntimeException | Error e) {
            throw new AssertionError("Taken in, but not survived: " + bent, e);
        }
    }

    @Test
    final void randomTrafficNeverThrows() {
        for (int seed = 100; seed < 100 + SEEDS; seed++) {
            DeviceBench bench = newBench();
            Device<S> device = create(bench);
            Random random = new Random(seed);
            for (int i = 0; i < 1_500; i++) {
                step(random, bench, device);
            }
            device.save();
        }
    }
}

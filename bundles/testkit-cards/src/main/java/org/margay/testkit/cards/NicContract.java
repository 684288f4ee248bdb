package org.margay.testkit.cards;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.margay.machine.Device;
import org.margay.machine.DeviceDriver;
import org.margay.net.Frame;
import org.margay.net.MacAddress;
import org.margay.net.Netdev;
import org.margay.net.Network;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.DeviceContract;

/**
 * What every network card keeps beyond the contract of all devices: frames of every length and content do no harm, and a wire is
 * given back when its card goes. The card is plugged into a {@link CardBench}, mapped, and connected to a {@link RecordingNetdev}
 * "n0".
 *
 * @param <S> the card's saved state
 */
public abstract class NicContract<S extends Record> extends DeviceContract<S> {
    /** The address that the card is given. */
    protected static final String MAC = "52:54:00:12:34:56";

    protected abstract DeviceDriver<?, S> driver();

    /** Does what a guest's driver does to send and receive: rings, interrupts, filters that let all frames in. */
    protected abstract void bringUp(CardBench cards, Device<S> card);

    @Override
    protected Class<S> stateType() {
        return driver().stateType();
    }

    @Override
    protected void prepare(DeviceBench bench) {
        CardBench.of(bench);
        TestNic.addBackend(bench);
    }

    @Override
    protected Device<S> create(DeviceBench bench) {
        return CardBench.of(bench).plugMapped(driver(), Map.of("netdev", "n0", "mac", MAC));
    }

    @Override
    protected void copySurroundings(DeviceBench from, DeviceBench to) {
        CardBench.of(from).copyRamTo(CardBench.of(to));
        netdev(to).client().setLink(netdev(from).client().linkUp());
    }

    /** The backend of a bench. */
    protected static RecordingNetdev netdev(DeviceBench bench) {
        return (RecordingNetdev)
                bench.machine().backends().find(Netdev.class, "n0").orElseThrow();
    }

    @Override
    protected void stimulate(Random random, DeviceBench bench, Device<S> device) {
        switch (random.nextInt(4)) {
            case 0 -> bringUp(CardBench.of(bench), device);
            case 1 -> netdev(bench).client().setLink(random.nextBoolean());
            default -> {
                Frame frame = randomFrame(random);
                // What waits in the backend's end would be missing at the copy's.
                if (netdev(bench).client().peerReady()) {
                    netdev(bench).client().send(frame);
                }
            }
        }
    }

    /** Any length, and more often than not an address and a type that cards look at. */
    protected static Frame randomFrame(Random random) {
        int length = random.nextInt(8) == 0 ? random.nextInt(20_000) : random.nextInt(1600);
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        if (length > Frame.HEADER && random.nextInt(4) != 0) {
            byte[] destination = MacAddress.parse(random.nextBoolean() ? MAC : "ff:ff:ff:ff:ff:ff")
                    .bytes();
            System.arraycopy(destination, 0, bytes, 0, destination.length);
            int[] types = {0x0800, 0x0806, 0x86DD, 0x8100, 0x88A8, length - Frame.HEADER};
            int type = types[random.nextInt(types.length)];
            bytes[12] = (byte) (type >>> 8);
            bytes[13] = (byte) type;
        }
        return new Frame(bytes);
    }

    @Test
    final void framesOfEveryLengthDoNoHarm() {
        DeviceBench bench = new DeviceBench();
        prepare(bench);
        Device<S> card = create(bench);
        bringUp(CardBench.of(bench), card);
        for (int length = 0; length < 2_000; length++) {
            netdev(bench).client().send(new Frame(new byte[length]));
            if (length % 64 == 0) {
                bench.advance(1_000_000);
                bringUp(CardBench.of(bench), card);
            }
        }
        for (int length : new int[] {4_096, 9_000, 16_384, 65_535, Frame.MAXIMUM, 100_000}) {
            netdev(bench).client().send(new Frame(new byte[length]));
        }
        Random random = new Random(42);
        for (int i = 0; i < 5_000; i++) {
            netdev(bench).client().send(randomFrame(random));
            if (i % 64 == 0) {
                bench.advance(1_000_000);
                bringUp(CardBench.of(bench), card);
            }
        }
        card.save();
    }

    @Test
    final void theWireIsGivenBack() {
        DeviceBench bench = new DeviceBench();
        prepare(bench);
        Device<S> card = create(bench);
        assertThat(netdev(bench).client().peer()).isNotNull();
        assertThat(Network.of(bench.machine()).nics()).hasSize(1);
        card.close();
        assertThat(netdev(bench).client().peer()).isNull();
        assertThat(Network.of(bench.machine()).nics()).isEmpty();
        create(bench).close();
    }

    @Test
    final void theAddressIsShown() {
        DeviceBench bench = new DeviceBench();
        prepare(bench);
        assertThat(create(bench).properties()).anySatisfy(property -> {
            assertThat(property.name()).isEqualTo("mac");
            assertThat(property.getter().get()).isEqualTo(MAC);
        });
    }
}

package org.margay.machine.internal.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.random.RandomBackend;
import org.margay.machine.random.RandomSource;

@Timeout(20)
class RandomObjectsTest {
    @TempDir
    Path folder;

    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

    private final Machine machine = (Machine) Proxy.newProxyInstance(
            Machine.class.getClassLoader(), new Class<?>[] {Machine.class}, (_, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("later");
                tasks.add((Runnable) arguments[0]);
                return null;
            });

    /** What a fresh device gets, when it asks for some bytes twice. */
    private List<byte[]> twice(RandomBackend backend, int count) throws InterruptedException {
        List<byte[]> received = new ArrayList<>();
        try (RandomSource source = backend.connect()) {
            for (int i = 0; i < 2; i++) {
                source.request(count, received::add);
                assertThat(received).hasSize(i);
                tasks.take().run();
            }
        }
        return received;
    }

    @Test
    void builtIn() throws InterruptedException {
        RngBuiltin driver = new RngBuiltin();
        RandomBackend backend = (RandomBackend) driver.create("r", new RngBuiltin.Properties(), machine);
        assertThat(backend.typeName()).isEqualTo("rng-builtin");
        List<byte[]> received = twice(backend, 64);
        assertThat(received.get(0)).hasSize(64).isNotEqualTo(received.get(1));
    }

    @Test
    void aDeviceOfTheHost() throws DeviceException, InterruptedException {
        RandomBackend backend =
                (RandomBackend) new RngRandom().create("r", new RngRandom.Properties("/dev/urandom"), machine);
        List<byte[]> received = twice(backend, 64);
        assertThat(received.get(0)).hasSize(64).isNotEqualTo(received.get(1));
        assertThat(backend.properties())
                .singleElement()
                .satisfies(property -> assertThat(property.getter().get()).isEqualTo("/dev/urandom"));
        backend.close();
    }

    @Test
    void aFileUntilItsEnd() throws IOException, DeviceException, InterruptedException {
        Path file = Files.writeString(folder.resolve("dice"), "3615");
        RandomBackend backend =
                (RandomBackend) new RngRandom().create("r", new RngRandom.Properties(file.toString()), machine);
        List<byte[]> received = twice(backend, 3);
        assertThat(received).containsExactly("361".getBytes(), "5".getBytes());
        RandomSource source = backend.connect();
        source.request(1, received::add);
        assertThat(tasks.poll(200, TimeUnit.MILLISECONDS)).isNull();
        assertThat(backend.inUse()).isTrue();
        backend.close();
    }

    @Test
    void aFileMustBeThere() {
        for (Path wrong : new Path[] {folder, folder.resolve("nothing")}) {
            assertThatThrownBy(() -> new RngRandom().create("r", new RngRandom.Properties(wrong.toString()), machine))
                    .isInstanceOf(DeviceException.class)
                    .hasMessage("Could not open '%s'", wrong);
        }
    }
}

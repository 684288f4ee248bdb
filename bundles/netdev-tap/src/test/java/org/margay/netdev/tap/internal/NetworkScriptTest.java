package org.margay.netdev.tap.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.margay.machine.DeviceException;
import org.margay.testkit.BenchMachine;

@Timeout(60)
class NetworkScriptTest {
    private final BenchMachine machine = new BenchMachine();

    @TempDir
    Path folder;

    @Test
    void itIsCalledWithTheName() throws Exception {
        Path seen = folder.resolve("seen");
        String script = Scripts.write(folder, "up", "#!/bin/sh", "cat", "echo \"$# $1\" > " + seen);
        new NetworkScript(script).run("tap7", machine);
        assertThat(seen).hasContent("1 tap7");
        assertThat(machine.lock().isLocked()).isFalse();
    }

    @Test
    void vCpusCanHaveTheLockMeanwhile() throws Exception {
        Path asked = folder.resolve("asked");
        Path given = folder.resolve("given");
        String script = Scripts.write(
                folder, "up", "#!/bin/sh", "touch " + asked, "while ! [ -e " + given + " ]; do sleep 0.02; done");
        Thread cpu = Thread.ofPlatform().start(() -> {
            try {
                while (!Files.exists(asked)) {
                    Thread.sleep(5);
                }
                machine.lock().lock();
                try {
                    Files.createFile(given);
                } finally {
                    machine.lock().unlock();
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        machine.lock().lock();
        try {
            machine.lock().lock();
            new NetworkScript(script).run("tap7", machine);
            assertThat(machine.lock().getHoldCount()).isEqualTo(2);
        } finally {
            machine.lock().unlock();
            machine.lock().unlock();
        }
        cpu.join();
    }

    @Test
    void failuresAreTold() throws Exception {
        NetworkScript failing = new NetworkScript(Scripts.write(folder, "fail", "#!/bin/sh", "exit 3"));
        assertThatThrownBy(() -> failing.run("tap7", machine))
                .isInstanceOf(DeviceException.class)
                .hasMessage("network script %s failed with status 3".formatted(failing.path()));
        NetworkScript missing = new NetworkScript(folder.resolve("missing").toString());
        assertThatThrownBy(() -> missing.run("tap7", machine))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("could not launch network script " + missing.path())
                .hasMessageContaining("No such file")
                .hasMessageContaining("script=no");
    }

    @Test
    void itDoesNotLastForEver() throws Exception {
        NetworkScript slow = new NetworkScript(Scripts.write(folder, "slow", "#!/bin/sh", "sleep 300"));
        assertThatThrownBy(() -> slow.execute("tap7", Duration.ofMillis(300)))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("did not end within");
    }

    @Test
    void noneIsNotRun() throws Exception {
        new NetworkScript("no").run("tap7", machine);
        new NetworkScript("").run("tap7", machine);
        assertThat(new NetworkScript("").shown()).isEqualTo("no");
        assertThat(new NetworkScript("/x").shown()).isEqualTo("/x");
    }
}

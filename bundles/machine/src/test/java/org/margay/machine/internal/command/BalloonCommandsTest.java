package org.margay.machine.internal.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.margay.machine.Balloon;
import org.margay.machine.Machine;
import org.margay.qmp.Empty;
import org.margay.qmp.ErrorClass;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;

class BalloonCommandsTest {
    private static final QmpSession SESSION = () -> "test";

    private static final class FakeBalloon implements Balloon {
        long target;

        @Override
        public long actual() {
            return 64 << 20;
        }

        @Override
        public void target(long bytes) {
            target = bytes;
        }
    }

    /** A machine that has a balloon, or none. */
    private static Machine machine(@Nullable Balloon balloon) {
        return (Machine) Proxy.newProxyInstance(
                Machine.class.getClassLoader(), new Class<?>[] {Machine.class}, (_, method, _) -> {
                    assertThat(method.getName()).isEqualTo("find");
                    return Optional.ofNullable(balloon);
                });
    }

    private static Object balloon(Machine machine, long value) throws QmpException {
        return new SetBalloon(machine).execute(new SetBalloon.Arguments(value), SESSION);
    }

    @Test
    void theDeviceIsAsked() throws QmpException {
        FakeBalloon balloon = new FakeBalloon();
        Machine machine = machine(balloon);
        assertThat(balloon(machine, 32 << 20)).isEqualTo(Empty.EMPTY);
        assertThat(balloon.target).isEqualTo(32 << 20);
        assertThat(new QueryBalloon(machine).execute(Empty.EMPTY, SESSION)).isEqualTo(new QueryBalloon.Info(64 << 20));
    }

    @Test
    void theValueIsLookedAtFirst() {
        for (Machine machine : new Machine[] {machine(null), machine(new FakeBalloon())}) {
            for (long wrong : new long[] {0, -1, Long.MIN_VALUE}) {
                assertThatThrownBy(() -> balloon(machine, wrong))
                        .isInstanceOfSatisfying(
                                QmpException.class,
                                e -> assertThat(e.errorClass()).isEqualTo(ErrorClass.GenericError))
                        .hasMessage("Parameter 'target' expects a size");
            }
        }
    }

    @Test
    void thereMayBeNoDevice() {
        Machine machine = machine(null);
        assertThatThrownBy(() -> balloon(machine, 1))
                .isInstanceOfSatisfying(
                        QmpException.class, e -> assertThat(e.errorClass()).isEqualTo(ErrorClass.DeviceNotActive))
                .hasMessage("Device 'balloon' has not been activated");
        assertThatThrownBy(() -> new QueryBalloon(machine).execute(Empty.EMPTY, SESSION))
                .isInstanceOfSatisfying(
                        QmpException.class, e -> assertThat(e.errorClass()).isEqualTo(ErrorClass.DeviceNotActive))
                .hasMessage("Device 'balloon' has not been activated");
    }
}

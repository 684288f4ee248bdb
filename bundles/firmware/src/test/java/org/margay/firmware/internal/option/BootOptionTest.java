package org.margay.firmware.internal.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;

class BootOptionTest {
    private final MachinePlan plan = new MachinePlan();

    private FirmwarePlan.Boot boot(String... values) throws OptionException {
        for (String value : values) {
            new BootOption().apply(value, plan);
        }
        return plan.get(FirmwarePlan.Boot.class).orElseThrow();
    }

    @Test
    void readsBothForms() throws OptionException {
        assertThat(boot("cda").order()).contains("cda");
        FirmwarePlan.Boot boot = boot("order=n,once=d,menu=on,splash-time=100,strict=on");
        assertThat(boot)
                .isEqualTo(new FirmwarePlan.Boot(
                        Optional.of("n"), Optional.of("d"), Optional.of(true), Optional.of(100), true));
        assertThat(boot("menu=off").order()).as("earlier parts stay").contains("n");
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> boot("cz")).hasMessageContaining("'z'");
        assertThatThrownBy(() -> boot("cc")).hasMessageContaining("'c' was given twice");
        assertThatThrownBy(() -> boot("menu=maybe")).isInstanceOf(OptionException.class);
        assertThatThrownBy(() -> boot("ordre=c")).isInstanceOf(OptionException.class);
        assertThatThrownBy(() -> boot("splash-time=-1")).isInstanceOf(OptionException.class);
        assertThatThrownBy(() -> new KernelOption().apply("", plan)).isInstanceOf(OptionException.class);
    }
}

package org.margay.machine.property;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.margay.machine.DeviceException;
import org.margay.machine.OptionException;
import org.margay.machine.option.KeyValues;
import org.margay.qmp.WireName;

class PropertyBinderTest {
    enum Color {
        red,
        green
    }

    record Shared(@Nullable String addr, @Nullable Boolean multi_function) {}

    record Sample(
            int size,
            @Nullable Long base,
            Optional<String> chardev,
            @Nullable Color color,
            @WireName("x-odd") @Nullable Boolean odd,
            Shared shared) {
        Sample {
            if (size > 100) {
                throw new IllegalArgumentException("size is at most 100");
            }
        }
    }

    private final PropertyBinder<Sample> properties = new PropertyBinder<>(Sample.class, Wording.ofDevice("thing"));

    @Test
    void bindsWhatTheUserWrote() throws Exception {
        Sample sample = properties.bind(Map.of(
                "size", "0x10", "base", "1016", "chardev", "c0", "color", "green", "x-odd", "off", "addr", "3.1"));
        assertThat(sample)
                .isEqualTo(new Sample(16, 1016L, Optional.of("c0"), Color.green, false, new Shared("3.1", null)));
        assertThat(PropertyBinder.values(sample)).containsEntry("addr", "3.1").containsEntry("x-odd", false);
    }

    @Test
    void leavesOutWhatIsOptional() throws Exception {
        assertThat(properties.bind(Map.of("size", "1")))
                .isEqualTo(new Sample(1, null, Optional.empty(), null, null, new Shared(null, null)));
    }

    @Test
    void namesWhatIsWrong() {
        assertWrong(Map.of("size", "1", "bsae", "1"), "Property 'thing.bsae' not found (did you mean 'base'?)");
        assertWrong(Map.of(), "Parameter 'size' is missing");
        assertWrong(Map.of("size", "many"), "Property 'thing.size' doesn't take value 'many'");
        assertWrong(Map.of("size", "99999999999"), "Property 'thing.size' doesn't take value '99999999999'");
        assertWrong(Map.of("size", "1", "color", "blue"), "Property 'thing.color' doesn't take value 'blue'");
        assertWrong(Map.of("size", "101"), "size is at most 100");
    }

    private void assertWrong(Map<String, String> values, String message) {
        assertThatThrownBy(() -> properties.bind(values))
                .isInstanceOf(DeviceException.class)
                .hasMessage(message);
    }

    @Test
    void describesEachProperty() {
        assertThat(properties.all())
                .extracting(property -> property.name() + "=" + property.typeName())
                .containsExactly(
                        "size=int32",
                        "base=int64",
                        "chardev=str",
                        "color=red|green",
                        "x-odd=bool",
                        "addr=str",
                        "multi_function=bool");
    }

    @Test
    void takesWhatACommandLineSays() throws Exception {
        KeyValues values = KeyValues.parse("size=1,addr=a,addr=b,nomulti_function", null);
        assertThat(properties.take(values))
                .isEqualTo(Map.of("size", List.of("1"), "addr", List.of("a", "b"), "multi_function", List.of("off")));
        assertThatThrownBy(() -> properties.take(KeyValues.parse("size=1,bsae=2", null)))
                .isInstanceOf(OptionException.class)
                .hasMessage("Invalid parameter 'bsae' (did you mean 'base'?)");
    }
}

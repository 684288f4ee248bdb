package org.margay.machine.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.margay.machine.OptionException;

class KeyValuesTest {
    @Test
    void readsPairsFlagsAndTheImpliedKey() throws Exception {
        KeyValues values = KeyValues.parse("socket,id=c0,host=127.0.0.1,port=0,server,nowait", "backend");
        assertThat(values.string("backend")).contains("socket");
        assertThat(values.id()).contains("c0");
        assertThat(values.string("host")).contains("127.0.0.1");
        assertThat(values.number("port", 0, 65535)).contains(0L);
        assertThat(values.flag("server")).contains(true);
        assertThat(values.flag("wait")).contains(false);
        assertThat(values.flag("telnet")).isEmpty();
        values.finish();
    }

    @Test
    void doubledCommasAreCommas() throws Exception {
        KeyValues values = KeyValues.parse("file,path=/tmp/a,,b,append=on", "backend");
        assertThat(values.string("path")).contains("/tmp/a,b");
        assertThat(values.flag("append")).contains(true);
        assertThat(KeyValues.parse("a,,b,process=x", "guest").string("guest")).contains("a,b");
        assertThat(KeyValues.parse("a=1,,,b=2", null).string("a")).contains("1,");
    }

    @Test
    void theLastOfAKeyWinsAndAllCanBeRead() throws Exception {
        KeyValues values = KeyValues.parse("fwd=1,fwd=2", null);
        assertThat(values.string("fwd")).contains("2");
        assertThat(values.strings("fwd")).isEqualTo(List.of("1", "2"));
    }

    @Test
    void unknownKeysAreNamedWithTheNearestKnown() throws Exception {
        KeyValues values = KeyValues.parse("port=1,sevrer=on", null);
        values.string("port");
        values.string("server");
        assertThatThrownBy(values::finish)
                .isInstanceOf(OptionException.class)
                .hasMessage("Invalid parameter 'sevrer' (did you mean 'server'?)");
        assertThat(values.rest()).isEqualTo(Map.of("sevrer", "on"));
    }

    @Test
    void wrongValuesAreNamed() throws Exception {
        KeyValues values = KeyValues.parse("a=maybe,b=12x,c=70000,id=0x", null);
        assertThatThrownBy(() -> values.flag("a")).hasMessage("Parameter 'a' expects 'on' or 'off', not 'maybe'");
        assertThatThrownBy(() -> values.number("b", 0, 9)).hasMessage("Parameter 'b' expects a number, not '12x'");
        assertThatThrownBy(() -> values.number("c", 0, 65535))
                .hasMessage("Parameter 'c' expects a number from 0 to 65535, not 70000");
        assertThatThrownBy(values::id).isInstanceOf(OptionException.class);
        assertThatThrownBy(() -> values.required("d")).hasMessage("Parameter 'd' is missing");
        assertThatThrownBy(() -> values.choice("a", List.of("utc", "localtime")))
                .hasMessage("Parameter 'a' expects one of utc, localtime, not 'maybe'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=x", "a=1,=2", ",", "a=1,,=", ",,a"})
    void emptyKeysAreRefusedOrPartOfAValue(String text) throws Exception {
        try {
            KeyValues.parse(text, null).rest();
        } catch (OptionException e) {
            assertThat(e).hasMessageStartingWith("Expected parameter before");
        }
    }

    @ParameterizedTest
    @CsvSource({"128,134217728", "64M,67108864", "1.5g,1610612736", "64k,65536", "4096B,4096", "0x10,16777216"})
    void sizes(String text, long bytes) throws Exception {
        assertThat(SizeText.parse("size", text, SizeText.MEBI)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "-1", "12X", "1e9", "9000000000000E", "0x", "1.2.3", "٣"})
    void wrongSizes(String text) {
        assertThatThrownBy(() -> SizeText.parse("size", text, 1)).isInstanceOf(OptionException.class);
    }

    @Test
    void nearestName() {
        List<String> names = List.of("-serial", "-smp", "-smbios", "-m", "-monitor");
        assertThat(NearestName.of("-seral", names)).contains("-serial");
        assertThat(NearestName.of("-mointor", names)).contains("-monitor");
        assertThat(NearestName.of("-frobnicate", names)).isEmpty();
    }
}

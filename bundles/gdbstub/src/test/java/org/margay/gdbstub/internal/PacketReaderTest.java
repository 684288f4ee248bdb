package org.margay.gdbstub.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketReaderTest {
    private final List<String> heard = new ArrayList<>();
    private final PacketReader reader = new PacketReader(new PacketReader.Listener() {
        @Override
        public void packet(String packet) {
            heard.add(packet);
        }

        @Override
        public void garbled() {
            heard.add("garbled");
        }

        @Override
        public void askedAgain() {
            heard.add("again");
        }

        @Override
        public void interrupt() {
            heard.add("interrupt");
        }
    });

    private List<String> read(String bytes) {
        reader.read(bytes.getBytes(StandardCharsets.ISO_8859_1));
        return heard;
    }

    @Test
    void takesTheStreamApartWhereverItIsCut() {
        for (char octet : "+$m1000,4#8e-\003$g#67".toCharArray()) {
            read(String.valueOf(octet));
        }
        assertThat(heard).containsExactly("m1000,4", "again", "interrupt", "g");
    }

    @Test
    void unescapes() {
        assertThat(read("$X0,1:}\003#9f")).containsExactly("X0,1:#");
    }

    @Test
    void refusesAWrongSum() {
        assertThat(read("$g#68$g#6x$g#67")).containsExactly("garbled", "garbled", "g");
    }

    @Test
    void refusesWhatIsTooLongAndGoesOn() {
        assertThat(read("$" + "0".repeat(1 << 20) + "#00$g#67")).containsExactly("garbled", "g");
    }

    @Test
    void noiseDoesNoHarm() {
        byte[] noise = new byte[1 << 20];
        new Random(1).nextBytes(noise);
        reader.read(noise);
        reader.reset();
        heard.clear();
        assertThat(read("$?#3f")).containsExactly("?");
    }
}

package org.margay.chardev.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.margay.chardev.ChardevBackend;
import org.margay.chardev.ChardevBackend.SocketMode;
import org.margay.chardev.ChardevRequest;
import org.margay.machine.OptionException;

class ChardevSyntaxTest {
    private static final SocketMode WAITING = new SocketMode(true, true, false, false, 0);
    private static final SocketMode NOT_WAITING = new SocketMode(true, false, false, false, 0);

    private static ChardevBackend legacy(String text) throws OptionException {
        return ChardevRequest.parseLegacy("x", text, false).backend();
    }

    private static ChardevBackend modern(String text) throws OptionException {
        return ChardevRequest.parse(text).backend();
    }

    @Test
    void readsLegacyForms() throws OptionException {
        assertThat(legacy("null")).isEqualTo(new ChardevBackend.Null());
        assertThat(legacy("vc:80Cx24C")).isEqualTo(new ChardevBackend.VirtualConsole());
        assertThat(legacy("stdio")).isEqualTo(new ChardevBackend.Stdio(true));
        assertThat(legacy("pty")).isEqualTo(new ChardevBackend.Pty());
        assertThat(legacy("file:/tmp/a b")).isEqualTo(new ChardevBackend.File("/tmp/a b", false));
        assertThat(legacy("pipe:/tmp/p")).isEqualTo(new ChardevBackend.Pipe("/tmp/p"));
        assertThat(legacy("unix:/vm/q,server,nowait")).isEqualTo(new ChardevBackend.Unix("/vm/q", NOT_WAITING));
        assertThat(legacy("unix:/vm/q,server=on,wait=off")).isEqualTo(new ChardevBackend.Unix("/vm/q", NOT_WAITING));
        assertThat(legacy("tcp:localhost:4444,server"))
                .isEqualTo(new ChardevBackend.Tcp("localhost", 4444, 4444, OptionalInt.empty(), WAITING));
        assertThat(legacy("tcp:[::1]:4444,server,to=4450,ipv6"))
                .isEqualTo(new ChardevBackend.Tcp("::1", 4444, 4450, OptionalInt.of(6), WAITING));
        assertThat(legacy("telnet::23,server,nowait"))
                .isEqualTo(new ChardevBackend.Tcp(
                        "127.0.0.1", 23, 23, OptionalInt.empty(), new SocketMode(true, false, true, false, 0)));
    }

    @Test
    void monMultiplexesAndLeavesControlCToTheGuest() throws OptionException {
        ChardevRequest request = ChardevRequest.parseLegacy("serial0", "mon:stdio", true);
        assertThat(request).isEqualTo(new ChardevRequest("serial0", new ChardevBackend.Stdio(false), true, true));
    }

    @Test
    void readsModernForms() throws OptionException {
        assertThat(ChardevRequest.parse("null,id=n0,mux=on"))
                .isEqualTo(new ChardevRequest("n0", new ChardevBackend.Null(), true, false));
        assertThat(modern("socket,id=cs,host=127.0.0.1,port=0,server,nowait"))
                .isEqualTo(new ChardevBackend.Tcp("127.0.0.1", 0, 0, OptionalInt.empty(), NOT_WAITING));
        assertThat(modern("socket,id=c,path=/a,,b,reconnect=3"))
                .isEqualTo(new ChardevBackend.Unix("/a,b", new SocketMode(false, false, false, false, 3)));
        assertThat(modern("stdio,id=s,signal=off")).isEqualTo(new ChardevBackend.Stdio(false));
        assertThat(modern("file,id=f,path=/x,append=on")).isEqualTo(new ChardevBackend.File("/x", true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "null | chardev: no id specified",
                "sockt,id=x | 'sockt' is not a valid char driver name (did you mean 'socket'?)",
                "udp,id=x | chardev backend 'udp' is not there yet",
                "socket,id=x,host=h | chardev: socket: no port given",
                "socket,id=x,host=h,port=70000 | Parameter 'port' expects a number from 0 to 65535, not 70000",
                "socket,id=x,path=/p,wait=on | 'wait' option is incompatible with socket in client connect mode",
                "file,id=x | Parameter 'path' is missing",
                "null,id=x,pth=1 | Invalid parameter 'pth'"
            })
    void refusesInOneLine(String text, String message) {
        assertThatThrownBy(() -> modern(text))
                .isInstanceOf(OptionException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tpc:h:1 | 'tpc' is not a valid char driver (did you mean 'tcp'?)",
                "tcp:4444 | 'tcp:4444': expected HOST:PORT",
                "tcp:h:x | Parameter 'port' expects a number, not 'x'",
                "tcp:h:1,sever | Invalid parameter 'sever' (did you mean 'server'?)",
                "/dev/ttyS0 | chardev '/dev/ttyS0' is not there yet"
            })
    void refusesLegacyInOneLine(String text, String message) {
        assertThatThrownBy(() -> legacy(text))
                .isInstanceOf(OptionException.class)
                .hasMessage(message);
    }

    @Test
    void refusesPathsThatNoSocketCanHave() {
        assertThatThrownBy(() -> legacy("unix:/" + "a".repeat(107) + ",server"))
                .isInstanceOf(OptionException.class)
                .hasMessageEndingWith("is too long: 108 bytes of at most 107");
    }
}

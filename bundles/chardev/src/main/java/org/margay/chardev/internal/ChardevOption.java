package org.margay.chardev.internal;

import org.margay.chardev.ChardevRequest;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -chardev: a byte stream that devices and monitors name by its id. */
@Component
@OptionName("-chardev")
public final class ChardevOption implements CommandLineOption {
    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-chardev backend,id=id[,mux=on|off][,options]";
    }

    @Override
    public String summary() {
        return """
                adds a byte stream that devices and monitors name by its id:
                null, vc, pty, stdio[,signal=on|off], file,path=PATH[,append=on|off], pipe,path=PATH,
                socket,path=PATH[,server=on|off][,wait=on|off][,telnet=on|off][,reconnect=SECONDS],
                socket,host=HOST,port=PORT[,to=PORT][,ipv4=on|off][,ipv6=on|off][,nodelay=on|off] and the same""";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        if (value.equals("help") || value.equals("?")) {
            throw OptionException.help(
                    "Available chardev backend types:\n  file\n  null\n  pipe\n  pty\n  socket\n  stdio\n  vc");
        }
        ChardevRequest request = ChardevRequest.parse(value);
        if (plan.all(ChardevRequest.class).stream()
                .anyMatch(other -> other.label().equals(request.label()))) {
            throw new OptionException("Duplicate ID '%s' for chardev".formatted(request.label()));
        }
        plan.add(ChardevRequest.class, request);
    }
}

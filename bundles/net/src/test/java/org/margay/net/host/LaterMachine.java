package org.margay.net.host;

import java.lang.reflect.Proxy;
import java.util.Queue;
import org.margay.machine.Machine;

/** A machine whose loop is a queue that any thread may add to. */
final class LaterMachine {
    private LaterMachine() {}

    static Machine of(Machine machine, Queue<Runnable> tasks) {
        return (Machine) Proxy.newProxyInstance(
                Machine.class.getClassLoader(), new Class<?>[] {Machine.class}, (_, method, arguments) -> {
                    if (method.getName().equals("later")) {
                        tasks.add((Runnable) arguments[0]);
                        return null;
                    }
                    return method.invoke(machine, arguments);
                });
    }
}

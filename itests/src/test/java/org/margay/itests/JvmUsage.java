package org.margay.itests;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.PlatformManagedObject;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.function.Predicate;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What a JVM uses, as it says itself over JMX. */
final class JvmUsage implements AutoCloseable {
    private final Process process;
    private final JMXConnector connector;
    private final MBeanServerConnection server;

    /** Bytes of heap and class metadata after a collection, and of compiled code; live threads; open file descriptors. */
    record Sample(long heap, long metaspace, long codeCache, int threads, long files) {}

    private JvmUsage(Process process, JMXConnector connector) throws IOException {
        this.process = process;
        this.connector = connector;
        this.server = connector.getMBeanServerConnection();
    }

    static JvmUsage of(Process process) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
        try {
            return new JvmUsage(
                    process, JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent())));
        } finally {
            machine.detach();
        }
    }

    /** Collects garbage and counts what is left. */
    Sample sample() throws IOException {
        MemoryMXBean memory = bean(MemoryMXBean.class);
        memory.gc();
        String[] files = new java.io.File("/proc/%d/fd".formatted(process.pid())).list();
        return new Sample(
                memory.getHeapMemoryUsage().getUsed(),
                pools("Metaspace"::equals),
                pools(name -> name.startsWith("CodeHeap") || name.equals("CodeCache")),
                bean(ThreadMXBean.class).getThreadCount(),
                files == null ? 0 : files.length);
    }

    private <T extends PlatformManagedObject> T bean(Class<T> type) throws IOException {
        return ManagementFactory.getPlatformMXBean(server, type);
    }

    private long pools(Predicate<String> wanted) throws IOException {
        List<MemoryPoolMXBean> pools = ManagementFactory.getPlatformMXBeans(server, MemoryPoolMXBean.class);
        return pools.stream()
                .filter(pool -> wanted.test(pool.getName()))
                .mapToLong(pool -> pool.getUsage().getUsed())
                .sum();
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}

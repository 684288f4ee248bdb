package org.margay.machine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.margay.machine.object.ObjectTree;
import org.margay.memory.AddressSpace;
import org.margay.memory.MemoryRegion;
import org.margay.qmp.QmpException;

/**
 * One virtual machine: what every board needs. Unless said otherwise, methods are called under the {@link #lock() machine
 * lock}.
 */
public interface Machine {
    /** The one lock of all devices. vCPUs run guest code without it and take it for registers and ports. */
    ReentrantLock lock();

    /** Runs a task soon on the machine loop, under the lock. Any thread. */
    void later(Runnable task);

    /**
     * The same, but on the calling thread when nobody has the lock: a helper of a device that has done its part need not wake the loop
     * for the rest. Any thread that does not hold the lock.
     */
    void soon(Runnable task);

    /**
     * Has a vCPU's thread do something slow without the lock, which it holds for an access to a register: others have their turn meanwhile, and
     * guest code of this vCPU goes on afterwards. The last thing of the access: when it returns anything may have happened under the lock.
     *
     * @return false when the caller is no vCPU's thread: nothing was done
     */
    boolean aside(Runnable work);

    /** Stops with the guest. */
    Clock virtualClock();

    /** Runs always. */
    Clock realtimeClock();

    /** The host's wall clock, UTC. */
    Clock hostClock();

    /** Guest-physical addresses, 2^52 bytes; its root is a container. */
    AddressSpace memory();

    /** I/O ports, 65,536; its root is a container. */
    AddressSpace ports();

    /** All objects by path: the QOM tree. */
    ObjectTree objects();

    /** Where devices plug in. */
    Buses buses();

    /** What devices name by id. */
    Backends backends();

    /** The options this machine was made with. */
    MachinePlan plan();

    /** In index order. Any thread. */
    List<VirtualCpu> cpus();

    /** What runs the vCPUs. Any thread. */
    Accelerator accelerator();

    /** Makes the next vCPU, which starts and stops with the machine from now on. */
    VirtualCpu addCpu(CpuWiring wiring);

    /** Any thread. */
    RunState runState();

    /**
     * Stops the vCPUs and the virtual clock and sends STOP; nothing happens unless running. Called by a device on a vCPU's
     * thread it takes effect soon, on the loop.
     */
    void stop(RunState why);

    /** Goes on with the guest and sends RESUME; nothing happens when running, or when a {@link #checkResume check} is against it. */
    void resume();

    /** Adds a check that all starts of the guest depend on. */
    void beforeResume(ResumeCheck check);

    /**
     * Asks all checks.
     *
     * @throws QmpException when one is against the guest's going on
     */
    void checkResume() throws QmpException;

    /**
     * Offers an interface of a built part to the parts built later: the PCI bus, the board, fw_cfg. Each kind has one.
     *
     * @throws IllegalStateException when the kind was offered before
     */
    <T> void publish(Class<T> kind, T part);

    /** Takes back what was {@link #publish published}: its part has gone. */
    <T> void withdraw(Class<T> kind, T part);

    /** What was {@link #publish published} of a kind. */
    <T> Optional<T> find(Class<T> kind);

    /** The same, made and published when nobody has done so before. */
    default <T> T findOrPublish(Class<T> kind, Supplier<? extends T> maker) {
        return find(kind).orElseGet(() -> {
            T made = maker.get();
            publish(kind, made);
            return made;
        });
    }

    /**
     * A device that takes part in machine resets. On a reset the vCPUs are reset first, then these run in the order of
     * registration. The first reset is that of power-on: when the machine is built, before the guest first runs.
     */
    void onReset(Runnable reset);

    /**
     * Called once after each reset, when the guest is about to run its first instruction: firmware finds all at power-on
     * values and may set up chips and the paused vCPUs.
     */
    void onFirstInstruction(Runnable start);

    /** Called when the guest, the user or a device wants the power button pressed. */
    void onPowerButton(Runnable press);

    /** Called with the new run state whenever it has changed, before STOP or RESUME is sent; vCPUs run, or stand, already. */
    void onRunState(Consumer<RunState> listener);

    /** Called with the cause when a suspended guest is woken, before its reset. */
    void onWakeup(Consumer<WakeupCause> wakeup);

    /** Whether a cause may wake a suspended guest, as the guest asked for in ACPI registers; all may until said otherwise. */
    void enableWakeup(WakeupCause cause, boolean enabled);

    /**
     * Called when a device has gone for good, with its properties as they were said: it is closed, DEVICE_DELETED is sent afterwards.
     * An update of its driver is none of that, nor is the end of the machine.
     */
    void onUnplug(Consumer<Map<String, String>> listener);

    /** Whoever takes devices away says so here, with their properties as they were said. */
    void unplugged(Map<String, String> properties);

    /** Called when the machine ends, on the loop, last registered first: give back memory, sockets, the terminal. */
    void onClose(Runnable close);

    /** Resets all devices and vCPUs soon, on the loop, and sends RESET; with -no-reboot it is a shutdown. Any thread. */
    void requestReset(boolean byGuest);

    /** The guest switched power off: SHUTDOWN is sent, the process ends or the machine stops by -no-shutdown. Any thread. */
    void requestShutdown(boolean byGuest);

    /** quit and signals: ends the process in any case. Any thread. */
    void requestQuit();

    /**
     * Ends the process at once and in any case, without SHUTDOWN: a device was made for that. Any thread.
     *
     * @param code the exit code; systems keep its low eight bits
     */
    void requestExit(int code);

    /**
     * The guest's system tells that it can't go on: GUEST_PANICKED is sent, then done what {@link
     * org.margay.machine.plan.GuestActions.Panic} says. Any thread.
     */
    void reportPanic();

    /** Presses the power button: POWERDOWN is sent. Any thread. */
    void requestPowerdown();

    /** The guest entered ACPI S3: SUSPEND is sent, vCPUs sleep until {@link #requestWakeup}. Any thread. */
    void requestSuspend();

    /** Wakes a suspended guest when the cause is enabled: WAKEUP, then RESET. Any thread. */
    void requestWakeup(WakeupCause cause);

    /**
     * A fault of ours in a device or engine: it is logged with its stack trace, the guest stops in state internal-error, the
     * process lives. Any thread.
     *
     * @param where what failed, for the log
     */
    void internalError(String where, Throwable cause);

    /** Sends an event to all QMP clients. */
    void emit(String event, @Nullable Object data);

    /**
     * Sends an event that a guest can cause as often as it likes: one a second at most. What comes sooner is held back, and the last of
     * it is sent when the second is over.
     *
     * @param subject what it is about, such as a device's id: each has seconds of its own
     * @param data as it is on the wire; of no driver's class, since it may outlive the driver
     */
    void emitLimited(String event, String subject, Object data);

    /** The container of all guest-physical addresses: {@code memory().root()}. */
    default MemoryRegion memoryRoot() {
        return memory().root();
    }

    /** The container of all ports. */
    default MemoryRegion portRoot() {
        return ports().root();
    }
}

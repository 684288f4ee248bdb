package org.margay.block.drive;

import org.margay.machine.DeviceException;

/**
 * A drive of -drive: a place for a medium, and the queue by which its device works on it. Found with {@code
 * machine.backends().find(Drive.class, id)}. All of this under the machine lock; the work itself is done by virtual threads.
 */
public interface Drive {
    String id();

    DriveSettings settings();

    /**
     * Connects its one device.
     *
     * @throws DeviceException when another device uses it: "Property 'DRIVER.drive' can't take value 'ID', it's in use"
     */
    void attach(DriveUser user) throws DeviceException;

    /** The device goes: {@link #cancel}, then the drive is free for another. */
    void detach(DriveUser user);

    /** Whether there is anything to read. */
    boolean hasMedium();

    /** Bytes of the medium, 0 without one; a part of a sector at the end counts as a whole one. */
    long length();

    /** Whether the medium refuses writes; true without one. */
    boolean readOnly();

    /** Whether the guest may be told that writes are cached: whether {@link DriveOperation.Flush} means anything. */
    boolean writeCache();

    /** The guest switches the cache: without one, each write is flushed before it is done. */
    void setWriteCache(boolean on);

    /**
     * Has something done. Operations that are under way at the same time may be done in any order. What the drive's limits, a block
     * job or a stopped machine hold back waits its turn. An error for which the user wants the machine stopped (rerror, werror) is
     * not reported: the operation waits, and is tried again when the machine goes on.
     *
     * @param completion called once, later, on the machine loop, unless {@link #cancel} comes first
     */
    void submit(DriveOperation operation, Completion completion);

    /**
     * Reads what the host has in its memory already, without waiting for anything: spares the way to another thread and back. Limits,
     * block jobs and whatever else holds operations back make it answer no.
     *
     * @return whether all was read; if not, the target may hold anything, and {@link #submit} is the way
     */
    default boolean readNow(DriveOperation.Read read) {
        return false;
    }

    /**
     * {@link #submit} for a vCPU's thread at the end of its access to a register: what the host takes into its memory is written on this thread,
     * and completed before this returns, which spares the way to another thread and back. The machine lock is given up meanwhile, as
     * {@link org.margay.machine.Machine#aside} does: anything may have happened under it, {@link #cancel} included. Other threads' writes, those that
     * limits, block jobs or whatever else hold back, that are to be stable at their end, or for which the host would take long, are submitted.
     */
    default void submitHere(DriveOperation.Write write, Completion completion) {
        submit(write, completion);
    }

    /**
     * Forgets all that was submitted: nothing of it touches the guest's memory or the medium when this returns, which may take as
     * long as the host takes for what it is at; no completion is called. What was under way may have been done.
     */
    void cancel();

    /** Whether anything was submitted that is not completed. */
    boolean busy();

    /**
     * The device's tray moved: by the guest, or because of {@link DriveUser#ejectRequested}. DEVICE_TRAY_MOVED is sent. The medium
     * stays in the drive: a tray that the guest opened and closes again holds what it held.
     */
    void trayMoved(boolean open);

    /** Told how an operation ended. */
    @FunctionalInterface
    interface Completion {
        void done(DriveResult result);
    }
}

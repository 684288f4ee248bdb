package org.margay.virtio.blk.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.margay.block.drive.Drive;
import org.margay.block.drive.DriveUser;
import org.margay.machine.DeviceContext;
import org.margay.machine.DeviceException;
import org.margay.virtio.VirtioDevice;
import org.margay.virtio.VirtioModeProperties.OnOffAuto;
import org.margay.virtio.VirtioTransport;
import org.margay.virtio.VirtioType;

/** A block device (virtio 1.2, 5.2): a drive behind queues of requests. */
final class VirtioBlk implements VirtioDevice<VirtioBlk.State>, DriveUser {
    static final VirtioType TYPE = new VirtioType(2, 0x1001, 0x010000);

    /** Bytes of the serial number (5.2.6). */
    private static final int SERIAL_SIZE = 20;

    /**
     * A disk.
     *
     * @param writeCache whether writes are cached, as the driver has switched it
     */
    record State(boolean writeCache, List<RequestQueue.State> queues) {
        State {
            queues = List.copyOf(queues);
        }
    }

    private final VirtioTransport transport;
    private final VirtioBlkProperties properties;
    private final Drive drive;
    private final String driver;
    private final String name;
    private final DiskConfig config;
    private final List<RequestQueue> queues = new ArrayList<>();
    /** Whether writes are cached until the driver says something else. */
    private final boolean writeCache;

    private final boolean formerWriteCache;

    private VirtioBlk(
            VirtioTransport transport,
            VirtioBlkProperties properties,
            Drive drive,
            String driver,
            DeviceContext context) {
        this.transport = transport;
        this.properties = properties;
        this.drive = drive;
        this.driver = driver;
        this.name = context.label();
        this.config = new DiskConfig(properties, drive);
        this.formerWriteCache = drive.writeCache();
        this.writeCache =
                properties.writeCache() == OnOffAuto.AUTO ? formerWriteCache : properties.writeCache() == OnOffAuto.ON;
        for (int i = 0; i < properties.queues(); i++) {
            queues.add(new RequestQueue(transport, this, context.machine(), properties.queueSize()));
        }
    }

    /**
     * Makes the device of a drive.
     *
     * @param driver the driver's name
     * @throws DeviceException when the drive has another device, or nothing in it
     */
    static VirtioBlk attach(
            VirtioTransport transport,
            VirtioBlkProperties properties,
            Drive drive,
            String driver,
            DeviceContext context)
            throws DeviceException {
        VirtioBlk disk = new VirtioBlk(transport, properties, drive, driver, context);
        drive.attach(disk);
        if (!drive.hasMedium()) {
            drive.detach(disk);
            throw new DeviceException("Device needs media, but drive is empty");
        }
        drive.setWriteCache(disk.writeCache);
        return disk;
    }

    Drive drive() {
        return drive;
    }

    /** For the driver to read, filled up with zeros. */
    byte[] serial() {
        String serial = properties.serial() == null ? drive.settings().serial().orElse("") : properties.serial();
        return Arrays.copyOf(serial.getBytes(StandardCharsets.UTF_8), SERIAL_SIZE);
    }

    /**
     * Whether a range is on the disk, in whole blocks.
     *
     * @param sector the first one, unsigned
     * @param length bytes, not negative
     */
    boolean covers(long sector, long length) {
        long capacity = config.capacity();
        int block = properties.block().logicalBlockSize();
        return length % block == 0
                && Long.compareUnsigned(sector, capacity / Sector.SIZE) <= 0
                && sector * Sector.SIZE % block == 0
                && length <= capacity - sector * Sector.SIZE;
    }

    /** Of one discard, or one write of zeros. */
    int mostSectors(boolean zeroes) {
        return zeroes ? properties.maxWriteZeroesSectors() : properties.maxDiscardSectors();
    }

    // What is agreed on (5.2.3).

    @Override
    public long features() {
        boolean writable = !drive.readOnly();
        return BlkFeature.SEG_MAX
                | BlkFeature.GEOMETRY
                | BlkFeature.BLK_SIZE
                | BlkFeature.TOPOLOGY
                | on(!writable, BlkFeature.RO)
                | on(writeCache || properties.configWce(), BlkFeature.FLUSH)
                | on(properties.configWce(), BlkFeature.CONFIG_WCE)
                | on(properties.queues() > 1, BlkFeature.MQ)
                | on(writable && properties.discard(), BlkFeature.DISCARD)
                | on(writable && properties.writeZeroes(), BlkFeature.WRITE_ZEROES);
    }

    private static long on(boolean offered, long feature) {
        return offered ? feature : 0;
    }

    @Override
    public long legacyFeatures() {
        return properties.scsi() ? BlkFeature.SCSI : 0;
    }

    /** A driver that does not know how to flush must not lose anything by that (5.2.5 and 5.2.6.2). */
    @Override
    public void negotiated() {
        if (!transport.has(BlkFeature.CONFIG_WCE)) {
            drive.setWriteCache(transport.has(BlkFeature.FLUSH));
        }
    }

    @Override
    public byte[] config() {
        return config.bytes();
    }

    @Override
    public void writeConfig(byte[] content) {
        if (transport.has(BlkFeature.CONFIG_WCE)) {
            drive.setWriteCache(content[DiskConfig.WRITEBACK] != 0);
        }
    }

    @Override
    public void driverReady() {
        queues.forEach(RequestQueue::wake);
    }

    // The drive.

    @Override
    public String driver() {
        return driver;
    }

    @Override
    public String path() {
        return name;
    }

    @Override
    public void resized() {
        transport.configChanged();
    }

    boolean readOnly() {
        return drive.readOnly();
    }

    // Life.

    @Override
    public void reset() {
        drive.cancel();
        queues.forEach(RequestQueue::reset);
        drive.setWriteCache(writeCache);
    }

    @Override
    public State save() {
        return new State(
                drive.writeCache(), queues.stream().map(RequestQueue::save).toList());
    }

    @Override
    public void restore(State state) {
        if (state.queues.size() != queues.size()) {
            throw new IllegalArgumentException("%d queues of %d".formatted(state.queues.size(), queues.size()));
        }
        drive.setWriteCache(state.writeCache);
        for (int i = 0; i < queues.size(); i++) {
            queues.get(i).restore(state.queues.get(i));
        }
    }

    /** The next device of the drive finds it as this one did. */
    @Override
    public void close() {
        drive.detach(this);
        queues.forEach(RequestQueue::reset);
        drive.setWriteCache(formerWriteCache);
    }
}

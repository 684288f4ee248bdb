package org.margay.testkit.cards;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.margay.machine.DeviceException;
import org.margay.net.Frame;
import org.margay.net.MacAddress;
import org.margay.net.Netdev;
import org.margay.testkit.DeviceBench;

/** A network card with its registers in ports, on a bench: what drivers of such cards do, and what passes its wire. */
public abstract class TestNic {
    public static final String MAC = NicContract.MAC;
    public static final MacAddress ADDRESS = MacAddress.parse(MAC);

    private static final MacAddress SENDER = MacAddress.parse("52:55:0a:00:02:02");

    /** IEEE's number for experiments. */
    private static final short ETHER_TYPE = (short) 0x88B5;

    private static final int SHORTEST = 60;

    public final DeviceBench bench;
    /** Its backend, "n0". */
    public final RecordingNetdev netdev;

    private final int ports;
    private final String line;

    /**
     * Takes a card that is on a bench, or comes soon.
     *
     * @param bench with a backend "n0"
     * @param ports where its registers begin
     * @param line of its interrupts
     */
    protected TestNic(DeviceBench bench, int ports, String line) {
        this.bench = bench;
        this.ports = ports;
        this.line = line;
        netdev = NicContract.netdev(bench);
    }

    /** A bench with a backend "n0". */
    public static DeviceBench newBench() {
        DeviceBench bench = new DeviceBench();
        addBackend(bench);
        return bench;
    }

    /** Gives a bench a backend "n0". */
    public static void addBackend(DeviceBench bench) {
        try {
            bench.machine().backends().add(Netdev.class, "n0", new RecordingNetdev("n0"));
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
    }

    /** Reads a register of 1, 2 or 4 bytes. */
    public int in(int port, int size) {
        return (int) bench.in(ports + port, size);
    }

    /** Writes a register of 1, 2 or 4 bytes. */
    public void out(int port, int size, int value) {
        bench.out(ports + port, size, value & 0xFFFF_FFFFL >>> (32 - 8 * size));
    }

    public boolean interrupted() {
        return bench.line(line).high();
    }

    /** Reads RAM. */
    public byte[] bytes(long address, int length) {
        byte[] bytes = new byte[length];
        CardBench.of(bench).ram().copyOut(address, bytes, 0, length);
        return bytes;
    }

    /** Writes RAM. */
    public void put(long address, byte[] bytes) {
        CardBench.of(bench).ram().copyIn(address, bytes, 0, bytes.length);
    }

    /** A frame comes over the wire. */
    public void receive(byte[] frame) {
        netdev.client().send(new Frame(frame));
    }

    /** Frames that the card has sent since the last call. */
    public List<byte[]> sent() {
        return netdev.takeFrames().stream().map(Frame::bytes).toList();
    }

    /** A frame with a payload that counts up. */
    public static byte[] frame(MacAddress to, int length) {
        byte[] frame = new byte[length];
        for (int i = 0; i < length; i++) {
            frame[i] = (byte) i;
        }
        ByteBuffer.wrap(frame).put(to.bytes()).put(SENDER.bytes()).putShort(ETHER_TYPE);
        return frame;
    }

    /** A frame to the card. */
    public static byte[] frame(int length) {
        return frame(ADDRESS, length);
    }

    /** A frame as it arrives in memory: with at least 60 bytes. */
    public static byte[] padded(byte[] frame) {
        return frame.length < SHORTEST ? Arrays.copyOf(frame, SHORTEST) : frame;
    }
}

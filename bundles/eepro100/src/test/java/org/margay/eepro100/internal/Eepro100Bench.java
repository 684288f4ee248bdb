package org.margay.eepro100.internal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.margay.machine.DeviceException;
import org.margay.net.Frame;
import org.margay.net.InternetChecksum;
import org.margay.net.MacAddress;
import org.margay.net.Netdev;
import org.margay.testkit.DeviceBench;
import org.margay.testkit.cards.CardBench;
import org.margay.testkit.cards.RecordingNetdev;

/** A card on a bench, its driver, and the other end of its wire. */
final class Eepro100Bench {
    static final String MAC = "52:54:00:12:34:56";
    static final MacAddress STATION = MacAddress.parse(MAC);
    static final MacAddress OTHER = MacAddress.parse("02:00:00:00:00:01");

    final DeviceBench bench = new DeviceBench();
    final CardBench cards = CardBench.of(bench);
    final RecordingNetdev netdev = new RecordingNetdev("n0");
    final GuestDriver guest = new GuestDriver(cards);
    final Eepro100 card;

    Eepro100Bench(Eepro100Driver driver) {
        this(driver, Map.of());
    }

    Eepro100Bench(Eepro100Driver driver, Map<String, String> more) {
        try {
            bench.machine().backends().add(Netdev.class, "n0", netdev);
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
        Map<String, String> properties = new HashMap<>(more);
        properties.put("netdev", "n0");
        properties.put("mac", MAC);
        card = (Eepro100) cards.plugMapped(driver, properties);
    }

    boolean interrupted() {
        return bench.line("INTA").high();
    }

    void arrive(byte[] frame) {
        netdev.client().send(new Frame(frame));
    }

    List<byte[]> sent() {
        return netdev.takeFrames().stream().map(Frame::bytes).toList();
    }

    /** A frame whose payload counts. */
    static byte[] frame(MacAddress destination, int type, int length) {
        byte[] bytes = new byte[length];
        System.arraycopy(destination.bytes(), 0, bytes, 0, 6);
        System.arraycopy(OTHER.bytes(), 0, bytes, 6, 6);
        InternetChecksum.put(bytes, 12, type);
        for (int i = 14; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    static byte[] frame(int length) {
        return frame(STATION, 0x88B5, length);
    }

    /** TCP in IPv4; all checksums are zero. */
    static byte[] tcp(int payload) {
        byte[] bytes = frame(OTHER, 0x0800, 54 + payload);
        Arrays.fill(bytes, 14, 54, (byte) 0);
        bytes[14] = 0x45;
        InternetChecksum.put(bytes, 16, 40 + payload);
        bytes[22] = 64;
        bytes[23] = 6;
        bytes[26] = 10;
        bytes[30] = 11;
        bytes[46] = 0x50;
        bytes[47] = 0x18;
        return bytes;
    }
}

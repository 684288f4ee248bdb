package org.margay.e1000.internal;

import java.util.HashMap;
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
final class E1000Bench {
    static final String MAC = "52:54:00:12:34:56";
    static final MacAddress STATION = MacAddress.parse(MAC);
    static final MacAddress OTHER = MacAddress.parse("02:00:00:00:00:01");

    final DeviceBench bench = new DeviceBench();
    final CardBench cards = CardBench.of(bench);
    final RecordingNetdev netdev = new RecordingNetdev("n0");
    final Registers registers = new Registers(cards);
    final GuestDriver guest = new GuestDriver(cards);
    final E1000 card;

    E1000Bench() {
        this(Map.of());
    }

    E1000Bench(Map<String, String> more) {
        this(new Intel82540em(), more);
    }

    E1000Bench(E1000Driver driver, Map<String, String> more) {
        try {
            bench.machine().backends().add(Netdev.class, "n0", netdev);
        } catch (DeviceException e) {
            throw new AssertionError(e);
        }
        Map<String, String> properties = new HashMap<>(more);
        properties.put("netdev", "n0");
        properties.put("mac", MAC);
        card = (E1000) cards.plugMapped(driver, properties);
    }

    boolean interrupted() {
        return bench.line("INTA").high();
    }

    void arrive(byte[] frame) {
        netdev.client().send(new Frame(frame));
    }

    /** A frame of zeros. */
    static byte[] frame(MacAddress destination, int type, int length) {
        byte[] bytes = new byte[length];
        System.arraycopy(destination.bytes(), 0, bytes, 0, 6);
        System.arraycopy(OTHER.bytes(), 0, bytes, 6, 6);
        InternetChecksum.put(bytes, 12, type);
        return bytes;
    }

    /** TCP or UDP in IPv4 with a payload of counting bytes; all checksums are zero. */
    static byte[] ipv4(int protocol, int header, int payload) {
        byte[] bytes = frame(OTHER, 0x0800, 34 + header + payload);
        bytes[14] = 0x45;
        InternetChecksum.put(bytes, 16, 20 + header + payload);
        InternetChecksum.put(bytes, 18, 0x1111);
        bytes[22] = 64;
        bytes[23] = (byte) protocol;
        bytes[26] = 10;
        bytes[30] = 11;
        if (protocol == 6) {
            bytes[34 + 12] = (byte) (header << 2);
            bytes[34 + 13] = 0x19;
        } else {
            InternetChecksum.put(bytes, 38, header + payload);
        }
        for (int i = 0; i < payload; i++) {
            bytes[34 + header + i] = (byte) i;
        }
        return bytes;
    }
}

package org.margay.e1000.internal;

import java.util.Arrays;
import java.util.zip.CRC32;
import org.margay.net.InternetChecksum;
import org.margay.pci.PciDma;

/**
 * A frame received, as it is stored in guest memory: without its VLAN tag, padded to Ethernet's minimum, with its check sequence
 * behind it. Pieces are copied from the frame's own bytes. One instance serves all frames of a card, one after the other.
 */
final class StoredFrame {
    /** Bytes of a check sequence. */
    static final int CHECK_SEQUENCE = 4;

    /** Bytes of the shortest frame on the wire, without its check sequence. */
    static final int MINIMUM = 60;

    private static final int TAG = 12;
    private static final int TAG_LENGTH = 4;

    private final CRC32 crc = new CRC32();
    /** Padding and check sequence. */
    private final byte[] tail = new byte[MINIMUM + CHECK_SEQUENCE];

    private byte[] bytes = {};
    private boolean untagged;
    private int tailLength;

    /**
     * Takes the next frame.
     *
     * @param untagged leaves the VLAN tag out, which must be there
     * @param checkSequence whether it is stored
     */
    void set(byte[] frame, boolean untagged, boolean checkSequence) {
        this.bytes = frame;
        this.untagged = untagged;
        int padding = Math.max(0, MINIMUM - frame.length);
        Arrays.fill(tail, 0, padding, (byte) 0);
        tailLength = padding;
        if (checkSequence) {
            crc.reset();
            crc.update(frame);
            crc.update(tail, 0, padding);
            int value = (int) crc.getValue();
            for (int i = 0; i < CHECK_SEQUENCE; i++) {
                tail[tailLength++] = (byte) (value >>> (8 * i));
            }
        }
    }

    /** Drops the frame, so that it does not live on here. */
    void clear() {
        bytes = new byte[0];
    }

    private int bodyLength() {
        return untagged ? bytes.length - TAG_LENGTH : bytes.length;
    }

    /** Bytes stored. */
    int length() {
        return bodyLength() + tailLength;
    }

    /** Writes a piece to guest memory. */
    void copy(int from, PciDma dma, long address, int length) {
        int done = 0;
        while (done < length) {
            int at = from + done;
            long target = address + done;
            int left = length - done;
            if (at >= bodyLength()) {
                dma.write(target, tail, at - bodyLength(), left);
                return;
            }
            boolean front = untagged && at < TAG;
            int end = front ? TAG : bodyLength();
            int part = Math.min(left, end - at);
            dma.write(target, bytes, untagged && !front ? at + TAG_LENGTH : at, part);
            done += part;
        }
    }

    /** The ones' complement sum from a byte to the end. */
    int sum(int from) {
        if (from >= length()) {
            return 0;
        }
        int body = bodyLength();
        long sum = 0;
        if (from < body) {
            int skipped = untagged ? TAG_LENGTH : 0;
            if (untagged && from < TAG) {
                sum = shifted(InternetChecksum.sum(bytes, from, TAG), 0)
                        + shifted(InternetChecksum.sum(bytes, TAG + skipped, bytes.length), TAG - from);
            } else {
                sum = InternetChecksum.sum(bytes, from + skipped, bytes.length);
            }
            sum += shifted(InternetChecksum.sum(tail, 0, tailLength), body - from);
        } else {
            sum = InternetChecksum.sum(tail, from - body, tailLength);
        }
        return ~InternetChecksum.finish(sum) & 0xFFFF;
    }

    /** A sum whose range begins at an odd place of the whole has its bytes swapped. */
    private static long shifted(long sum, int place) {
        return (place & 1) == 0 ? sum : (sum & 0xFF) << 8 | sum >>> 8;
    }
}

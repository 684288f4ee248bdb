package org.margay.netdev.tap.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.margay.chardev.posix.PosixException;
import org.margay.net.Frame;
import org.margay.net.Offload;
import org.margay.net.OffloadSet;
import org.margay.net.host.FrameFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frames of a TAP interface with IFF_VNET_HDR: the header of virtio's network device goes before each (virtio 1.2, 5.1.6, in the
 * legacy length and the host's byte order), so that neither side need finish frames for the other.
 */
final class VnetHeader implements FrameFormat {
    /** Bytes, without the number of buffers. */
    static final int SIZE = 10;

    private static final Logger LOG = LoggerFactory.getLogger(VnetHeader.class);

    private static final int FLAGS = 0;
    private static final int GSO_TYPE = 1;
    private static final int HEADER_LENGTH = 2;
    private static final int GSO_SIZE = 4;
    private static final int CHECKSUM_START = 6;
    private static final int CHECKSUM_OFFSET = 8;

    private static final int NEEDS_CHECKSUM = 1;
    private static final int DATA_VALID = 2;
    private static final int GSO_NONE = 0;
    private static final int GSO_TCP4 = 1;
    private static final int GSO_UDP = 3;
    private static final int GSO_TCP6 = 4;
    private static final int GSO_ECN = 0x80;

    /** What the kernel may leave to us (linux/if_tun.h). */
    private static final int TUN_F_CSUM = 0x01;

    private static final int TUN_F_TSO4 = 0x02;
    private static final int TUN_F_TSO6 = 0x04;
    private static final int TUN_F_TSO_ECN = 0x08;
    private static final int TUN_F_UFO = 0x10;

    /** Sets the bits TUN_F_* of an interface. */
    @FunctionalInterface
    interface OffloadSwitch {
        void set(int bits) throws PosixException;
    }

    private final OffloadSwitch offloadSwitch;

    VnetHeader(OffloadSwitch offloadSwitch) {
        this.offloadSwitch = offloadSwitch;
    }

    @Override
    public int maximum() {
        return SIZE + Frame.MAXIMUM;
    }

    @Override
    public @Nullable Frame decode(MemorySegment bytes) {
        if (bytes.byteSize() < SIZE) {
            return null;
        }
        Offload offload = offload(bytes);
        return offload == null ? null : new Frame(bytes.asSlice(SIZE).toArray(ValueLayout.JAVA_BYTE), offload);
    }

    /** Null for kinds of segmentation that nobody asked the kernel for. */
    private static @Nullable Offload offload(MemorySegment header) {
        int flags = header.get(ValueLayout.JAVA_BYTE, FLAGS);
        int gso = header.get(ValueLayout.JAVA_BYTE, GSO_TYPE) & 0xFF;
        if (flags == 0 && gso == GSO_NONE) {
            return Offload.NONE;
        }
        Offload.Segmentation segmentation;
        switch (gso & ~GSO_ECN) {
            case GSO_NONE -> segmentation = Offload.Segmentation.NONE;
            case GSO_TCP4 -> segmentation = Offload.Segmentation.TCP4;
            case GSO_TCP6 -> segmentation = Offload.Segmentation.TCP6;
            case GSO_UDP -> segmentation = Offload.Segmentation.UDP;
            default -> {
                return null;
            }
        }
        boolean partial = (flags & NEEDS_CHECKSUM) != 0;
        Offload.Checksum checksum = partial
                ? Offload.Checksum.PARTIAL
                : (flags & DATA_VALID) != 0 ? Offload.Checksum.VALID : Offload.Checksum.COMPLETE;
        boolean cut = segmentation != Offload.Segmentation.NONE;
        return new Offload(
                checksum,
                partial ? word(header, CHECKSUM_START) : 0,
                partial ? word(header, CHECKSUM_OFFSET) : 0,
                segmentation,
                cut ? word(header, GSO_SIZE) : 0,
                cut ? word(header, HEADER_LENGTH) : 0,
                cut && (gso & GSO_ECN) != 0);
    }

    private static int word(MemorySegment header, int offset) {
        return header.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset) & 0xFFFF;
    }

    @Override
    public int encode(Frame frame, MemorySegment target) {
        Offload offload = frame.offload();
        target.asSlice(0, SIZE).fill((byte) 0);
        if (offload.checksum() == Offload.Checksum.PARTIAL) {
            target.set(ValueLayout.JAVA_BYTE, FLAGS, (byte) NEEDS_CHECKSUM);
            setWord(target, CHECKSUM_START, offload.checksumStart());
            setWord(target, CHECKSUM_OFFSET, offload.checksumOffset());
        }
        int gso = switch (offload.segmentation()) {
            case NONE -> GSO_NONE;
            case TCP4 -> GSO_TCP4;
            case TCP6 -> GSO_TCP6;
            case UDP -> GSO_UDP;
        };
        if (gso != GSO_NONE) {
            target.set(ValueLayout.JAVA_BYTE, GSO_TYPE, (byte) (gso | (offload.ecn() ? GSO_ECN : 0)));
            setWord(target, GSO_SIZE, offload.segmentSize());
            setWord(target, HEADER_LENGTH, offload.headerLength());
        }
        MemorySegment.copy(frame.bytes(), 0, target, ValueLayout.JAVA_BYTE, SIZE, frame.length());
        return SIZE + frame.length();
    }

    private static void setWord(MemorySegment header, int offset, int value) {
        header.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset, (short) value);
    }

    /** The kernel finishes what it is given, whatever it is. */
    @Override
    public OffloadSet offloads() {
        return OffloadSet.ALL;
    }

    @Override
    public void peerTakes(OffloadSet offloads) {
        int bits = bits(offloads);
        try {
            try {
                offloadSwitch.set(bits);
            } catch (PosixException e) {
                // Not all kernels still know UDP fragments.
                offloadSwitch.set(bits & ~TUN_F_UFO);
            }
        } catch (PosixException e) {
            LOG.warn("frames are finished here: {}", e.getMessage());
        }
    }

    /** The kernel cuts nothing for those that don't take its checksums. */
    private static int bits(OffloadSet offloads) {
        if (!offloads.checksum()) {
            return 0;
        }
        return TUN_F_CSUM
                | (offloads.tcp4() ? TUN_F_TSO4 : 0)
                | (offloads.tcp6() ? TUN_F_TSO6 : 0)
                | (offloads.ecn() && (offloads.tcp4() || offloads.tcp6()) ? TUN_F_TSO_ECN : 0)
                | (offloads.udp() ? TUN_F_UFO : 0);
    }
}

package org.margay.net.host;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;
import org.margay.net.Frame;
import org.margay.net.OffloadSet;

/** What one read or write of a {@link HostWire}'s descriptor holds: a frame, perhaps with a header of the host's. */
public interface FrameFormat {
    /** Frames as they are, finished ones only. */
    FrameFormat PLAIN = new FrameFormat() {
        @Override
        public int maximum() {
            return Frame.MAXIMUM;
        }

        @Override
        public Frame decode(MemorySegment bytes) {
            return new Frame(bytes.toArray(ValueLayout.JAVA_BYTE));
        }

        @Override
        public int encode(Frame frame, MemorySegment target) {
            MemorySegment.copy(frame.bytes(), 0, target, ValueLayout.JAVA_BYTE, 0, frame.length());
            return frame.length();
        }
    };

    /** Bytes of the longest frame with its header. */
    int maximum();

    /** The frame that was read, or null when it is none. */
    @Nullable
    Frame decode(MemorySegment bytes);

    /**
     * Lays a frame out to be written.
     *
     * @param frame of {@link Frame#MAXIMUM} bytes at most
     * @param target has room for {@link #maximum()} bytes
     * @return bytes
     */
    int encode(Frame frame, MemorySegment target);

    /** Which unfinished frames can be written. */
    default OffloadSet offloads() {
        return OffloadSet.NONE;
    }

    /** What unfinished frames the other side of the wire takes from now on. Under the machine lock. */
    default void peerTakes(OffloadSet offloads) {}
}

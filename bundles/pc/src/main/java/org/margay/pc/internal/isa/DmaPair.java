package org.margay.pc.internal.isa;

import org.margay.machine.Device;
import org.margay.memory.AccessSizes;
import org.margay.memory.AddressSpace;
import org.margay.memory.IoHandler;
import org.margay.memory.MemoryRegion;
import org.margay.pc.DmaChannel;

/**
 * The two {@link DmaController DMA controllers} of a PC and its page registers (Intel 82371SB data sheet, sections 2.5.1 and
 * 2.5.2): bytes on channels 0 to 3 at ports 00h-0Fh, words on 5 to 7 at C0h-DFh, pages at 80h-8Fh. Of the page registers
 * eight belong to channels; the others only keep their value, port 80h as the place of the power-on self-test codes.
 */
public final class DmaPair implements Device<DmaPair.State> {
    /** Page register, as an offset from 80h, of each channel; channel 4's is that of refresh. */
    private static final int[] PAGES = {0x7, 0x3, 0x1, 0x2, 0xF, 0xB, 0x9, 0xA};

    /** Both controllers and the page registers. */
    @SuppressWarnings("ArrayRecordComponent")
    public record State(DmaController.State bytes, DmaController.State words, byte[] pages) {
        public State {
            if (bytes == null || words == null || pages.length != 16) {
                throw new IllegalArgumentException("DMA");
            }
            pages = pages.clone();
        }
    }

    private final MemoryRegion ports;
    private final AddressSpace memory;
    private final DmaController bytes = new DmaController("dma-chan", 0);
    private final DmaController words = new DmaController("dma2", 1);
    private final byte[] pages = new byte[16];
    private final MemoryRegion pageRegion = MemoryRegion.io("dma-page", 16, AccessSizes.BYTE, new IoHandler() {
        @Override
        public long read(long offset, int size) {
            return pages[(int) offset];
        }

        @Override
        public void write(long offset, int size, long value) {
            pages[(int) offset] = (byte) value;
        }
    });

    /**
     * Maps the registers.
     *
     * @param memory what is read and written
     */
    public DmaPair(MemoryRegion ports, AddressSpace memory) {
        this.ports = ports;
        this.memory = memory;
        ports.add(bytes.region(), 0x00);
        ports.add(words.region(), 0xC0);
        ports.add(pageRegion, 0x80);
    }

    /** A channel, 0 to 7 but 4, which is the cascade. */
    public DmaChannel channel(int number) {
        if (number < 0 || number > 7 || number == 4) {
            throw new IllegalArgumentException("DMA channel " + number);
        }
        return new Channel(number);
    }

    /** The device's side of a channel. */
    private final class Channel implements DmaChannel {
        private final int number;
        private final DmaController controller;
        private final DmaController.Channel registers;
        /** Binary logarithm of the bytes in a unit. */
        private final int shift;

        Channel(int number) {
            this.number = number;
            this.controller = number < 4 ? bytes : words;
            this.registers = controller.channels[number & 3];
            this.shift = number < 4 ? 0 : 1;
        }

        @Override
        public boolean ready() {
            // The byte controller's requests pass through channel 4 of the word controller.
            return controller.ready(number & 3) && (number >= 4 || words.ready(0));
        }

        @Override
        public Direction direction() {
            return switch (registers.transferType()) {
                case 1 -> Direction.WRITE_MEMORY;
                case 2 -> Direction.READ_MEMORY;
                default -> Direction.VERIFY;
            };
        }

        @Override
        public int remaining() {
            return registers.count + 1 << shift;
        }

        @Override
        public int transfer(byte[] buffer, int from, int length) {
            int unit = 1 << shift;
            int done = 0;
            while (length - done >= unit && ready()) {
                long address = (long) (pages[PAGES[number]] & 0xFF) << 16 | registers.address;
                if (shift == 1) {
                    address = (long) (pages[PAGES[number]] & 0xFE) << 16 | registers.address << 1;
                }
                move(address, buffer, from + done, unit);
                done += unit;
                registers.address = registers.address + (registers.decrements() ? -1 : 1) & 0xFFFF;
                registers.count = registers.count - 1 & 0xFFFF;
                if (registers.count == 0xFFFF) {
                    controller.terminalCount(number & 3);
                    break;
                }
            }
            return done;
        }

        private void move(long address, byte[] buffer, int from, int unit) {
            switch (direction()) {
                case WRITE_MEMORY -> memory.write(address, buffer, from, unit);
                case READ_MEMORY -> memory.read(address, buffer, from, unit);
                case VERIFY -> {
                    // Nothing moves.
                }
            }
        }

        @Override
        public void request(boolean high) {
            controller.request(number & 3, high);
        }

        @Override
        public void onReady(Runnable listener) {
            registers.readyListeners.add(listener);
        }
    }

    @Override
    public void reset() {
        bytes.reset();
        words.reset();
    }

    @Override
    public State save() {
        return new State(bytes.save(), words.save(), pages);
    }

    @Override
    public void restore(State state) {
        bytes.restore(state.bytes);
        words.restore(state.words);
        System.arraycopy(state.pages, 0, pages, 0, pages.length);
    }

    @Override
    public void close() {
        ports.remove(bytes.region());
        ports.remove(words.region());
        ports.remove(pageRegion);
    }
}

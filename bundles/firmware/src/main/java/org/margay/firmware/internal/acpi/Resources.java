package org.margay.firmware.internal.acpi;

import org.margay.firmware.internal.Blob;

/** Builds a resource template (ACPI 2.0, section 6.4 "Resource Data Types for ACPI"). */
final class Resources {
    private static final int PRODUCER_FIXED = 0x0C;
    private static final int ENTIRE_RANGE = 3;
    private static final int CACHEABLE_WRITABLE = 3;
    private static final int NOT_CACHEABLE_WRITABLE = 1;

    private final Blob blob = new Blob();

    /** IO (Decode16, first, first, 1, length) */
    Resources io(int first, int length) {
        blob.u8(0x47).u8(1).u16(first).u16(first).u8(1).u8(length);
        return this;
    }

    /** IRQNoFlags: edge, active high. */
    Resources irq(int irq) {
        blob.u8(0x22).u16(1 << irq);
        return this;
    }

    /** Memory32Fixed (ReadWrite, first, length) */
    Resources memory(long first, long length) {
        blob.u8(0x86).u16(9).u8(1).u32(first).u32(length);
        return this;
    }

    /** DMA (Compatibility, BusMaster, Transfer8) */
    Resources dma(int channel) {
        blob.u8(0x2A).u8(1 << channel).u8(0x04);
        return this;
    }

    /** Interrupt (ResourceConsumer, Level, ActiveHigh, Shared), which needs one to many numbers. */
    Resources sharedInterrupt(int... interrupts) {
        blob.u8(0x89).u16(2 + 4 * interrupts.length).u8(0x09).u8(interrupts.length);
        for (int interrupt : interrupts) {
            blob.u32(interrupt);
        }
        return this;
    }

    /** WordBusNumber: the buses that a bridge decodes. */
    Resources busNumbers(int first, int last) {
        return window(0x88, 2, 2, PRODUCER_FIXED, 0, first, last);
    }

    /** WordIO: the ports that a bridge decodes. */
    Resources ioWindow(int first, int last) {
        return window(0x88, 2, 1, PRODUCER_FIXED, ENTIRE_RANGE, first, last);
    }

    /** DWordMemory: the addresses that a bridge decodes. */
    Resources memoryWindow(long first, long last, boolean cacheable) {
        return window(0x87, 4, 0, PRODUCER_FIXED, cacheable ? CACHEABLE_WRITABLE : NOT_CACHEABLE_WRITABLE, first, last);
    }

    /** QWordMemory: addresses beyond 4 GiB that a bridge decodes. */
    Resources wideMemoryWindow(long first, long last) {
        return window(0x8A, 8, 0, PRODUCER_FIXED, CACHEABLE_WRITABLE, first, last);
    }

    private Resources window(int tag, int width, int type, int flags, int typeFlags, long first, long last) {
        blob.u8(tag).u16(3 + 5 * width).u8(type).u8(flags).u8(typeFlags);
        blob.number(0, width).number(first, width).number(last, width);
        blob.number(0, width).number(last - first + 1, width);
        return this;
    }

    /** The template as a buffer, closed by an end tag. */
    Aml.Term toBuffer() {
        Blob closed = new Blob().bytes(blob.toBytes()).u8(0x79).u8(0);
        return Aml.buffer(closed.toBytes());
    }
}

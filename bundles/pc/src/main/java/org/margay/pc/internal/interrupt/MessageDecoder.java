package org.margay.pc.internal.interrupt;

import java.util.List;
import org.margay.machine.CpuPins;
import org.margay.pci.InterruptMessages;

/**
 * Hands message signalled interrupts to the local APICs: what the host bridge does with a write to FEEx_xxxxh (SDM vol. 3,
 * 11.11). Writes elsewhere are dropped. The redirection hint only says who may choose among several processors: the local
 * APICs do, by the delivery mode.
 */
public final class MessageDecoder implements InterruptMessages {
    private static final long ADDRESS_PREFIX = 0xFEE;
    private static final int PREFIX_SHIFT = 20;
    private static final int DESTINATION_SHIFT = 12;
    private static final long LOGICAL = 1 << 2;
    private static final int MODE_SHIFT = 8;
    private static final int ASSERT = 1 << 14;
    private static final int LEVEL = 1 << 15;

    private final List<CpuPins> processors;

    /**
     * Makes the decoder.
     *
     * @param processors any of them takes a message to all local APICs; the list may grow later
     */
    public MessageDecoder(List<CpuPins> processors) {
        this.processors = processors;
    }

    @Override
    public void send(long address, int data) {
        boolean level = (data & LEVEL) != 0;
        boolean released = level && (data & ASSERT) == 0;
        if (address >>> PREFIX_SHIFT == ADDRESS_PREFIX && !released && !processors.isEmpty()) {
            int destination = (int) (address >>> DESTINATION_SHIFT) & 0xFF;
            processors
                    .getFirst()
                    .deliver(destination, (address & LOGICAL) != 0, data >>> MODE_SHIFT & 7, data & 0xFF, level);
        }
    }
}

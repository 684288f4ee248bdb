package org.margay.firmware.internal.boot;

import org.margay.machine.CpuRegisters;
import org.margay.memory.AddressSpace;

/** A kernel that starts without a boot loader, checked and with its places chosen. */
public sealed interface DirectKernel extends AutoCloseable permits LinuxKernel, MultibootKernel {
    /**
     * Copies it and what it is told into memory.
     *
     * @param rsdp address of the ACPI root pointer
     * @return with what the first processor starts
     * @throws ImageException when the file can't be read any more
     */
    CpuRegisters load(AddressSpace memory, long rsdp) throws ImageException;

    @Override
    void close();
}

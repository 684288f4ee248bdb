package org.margay.cpu.internal;

/** A bare processor without interrupt delivery: faults come out to whoever runs it. For tests of single instructions. */
final class NoSystem implements SystemHooks {
    static final NoSystem INSTANCE = new NoSystem();

    private NoSystem() {}

    @Override
    public void deliverFault(Cpu cpu, GuestFault fault) {
        throw fault;
    }

    @Override
    public void serviceRequests(Cpu cpu) {}

    @Override
    public void afterStep(Cpu cpu, boolean trapFlagWasSet) {}

    @Override
    public boolean wakesFromHalt(Cpu cpu) {
        return false;
    }

    @Override
    public void checkPort(Cpu cpu, int port, int size) {}
}

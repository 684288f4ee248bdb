package org.margay.pc.internal;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.margay.chardev.SerialPort;
import org.margay.machine.Clock;
import org.margay.machine.CpuPins;
import org.margay.machine.Device;
import org.margay.machine.IrqLine;
import org.margay.machine.Machine;
import org.margay.machine.VirtualCpu;
import org.margay.machine.object.ObjectNode;
import org.margay.machine.object.ObjectProperty;
import org.margay.machine.plan.BoardDevice;
import org.margay.machine.plan.CpuTopology;
import org.margay.machine.plan.DeviceRequest;
import org.margay.machine.plan.GuestIdentity;
import org.margay.machine.plan.MachineChoice;
import org.margay.machine.plan.MachineFlag;
import org.margay.machine.plan.MemorySize;
import org.margay.machine.plan.RtcSettings;
import org.margay.memory.GuestRam;
import org.margay.memory.MemoryRegion;
import org.margay.pc.FwCfg;
import org.margay.pc.IsaBus;
import org.margay.pc.PcBoard;
import org.margay.pc.PcInput;
import org.margay.pc.internal.fwcfg.FwCfgDevice;
import org.margay.pc.internal.input.I8042;
import org.margay.pc.internal.interrupt.GatedLine;
import org.margay.pc.internal.interrupt.GsiRouter;
import org.margay.pc.internal.interrupt.IoApic;
import org.margay.pc.internal.interrupt.MessageDecoder;
import org.margay.pc.internal.interrupt.PicPair;
import org.margay.pc.internal.isa.A20Gate;
import org.margay.pc.internal.isa.DebugLogPort;
import org.margay.pc.internal.isa.DmaPair;
import org.margay.pc.internal.isa.FloatErrorLatch;
import org.margay.pc.internal.isa.PcIsaBus;
import org.margay.pc.internal.isa.Port92;
import org.margay.pc.internal.piix.I440fxHostBridge;
import org.margay.pc.internal.piix.Piix3IsaBridge;
import org.margay.pc.internal.piix.Piix4PowerManagement;
import org.margay.pc.internal.piix.PirqRouter;
import org.margay.pc.internal.time.Hpet;
import org.margay.pc.internal.time.Pit;
import org.margay.pc.internal.time.Rtc;
import org.margay.pci.PciBus;
import org.margay.pci.PciSlot;
import org.margay.qmp.QmpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One PC of type "pc": i440FX and PIIX3 with all chips at their standard places, wired together. */
final class PcMachine implements PcBoard {
    private static final Logger BIOS_LOG = LoggerFactory.getLogger("org.margay.pc.bios");
    private static final int BIOS_DEBUG_PORT = 0x402;
    private static final int SCI = 9;
    private static final long SECOND = 1_000_000_000L;

    private final Machine machine;
    private final List<Device<?>> devices = new ArrayList<>();
    private final List<CpuPins> processors = new ArrayList<>();
    private final GuestRam ram;
    private final MemoryRegion pciMemory;
    private final PicPair pics;
    private final IoApic ioApic;
    private final GsiRouter interrupts;
    private final PciBus pciBus;
    private final PcIsaBus isaBus;
    private final FwCfgDevice fwCfg;
    private final Rtc rtc;
    private final Piix4PowerManagement powerManagement;
    private int unattached;

    /**
     * Builds the board on an empty machine.
     *
     * @throws QmpException when the host has not the memory for it
     */
    PcMachine(Machine machine) throws QmpException {
        this.machine = machine;
        ram = allocate(MemorySize.in(machine.plan()));
        machine.onClose(this::close);
        pciMemory = MemoryRegion.container("pci", machine.memoryRoot().size());
        pics = new PicPair(machine.portRoot(), this::driveIntr);
        ioApic = new IoApic(machine.memoryRoot(), processors);
        interrupts = new GsiRouter(pics, ioApic);
        addProcessors();

        PirqRouter pirqs = new PirqRouter(
                IntStream.range(0, PicPair.INPUTS).mapToObj(interrupts::connect).toList());
        pciBus = new PciBus(
                "pci.0", pciMemory, machine.portRoot(), machine.memory(), pirqs, new MessageDecoder(processors));
        Piix3IsaBridge isaBridge = new Piix3IsaBridge(machine, pciBus, new PciSlot(1, 0), pirqs);
        I440fxHostBridge hostBridge = new I440fxHostBridge(machine, pciBus, ram, pciMemory, isaBridge.resetControl());
        add("i440FX", hostBridge);
        add("PIIX3", isaBridge);

        DmaPair dma = new DmaPair(machine.portRoot(), machine.memory());
        devices.add(dma);
        dmaObject(0x00, 0x80, 0);
        dmaObject(0xC0, 0x88, 1);
        isaBus = new PcIsaBus(machine.portRoot(), pciMemory, interrupts::connect, dma);

        GatedLine timerLine = new GatedLine(interrupts.connect(0));
        GatedLine rtcLine = new GatedLine(interrupts.connect(8));
        if (hpetWanted()) {
            Hpet hpet = new Hpet(machine.memoryRoot(), machine.virtualClock(), interrupts::connect, replaced -> {
                timerLine.cut(replaced);
                rtcLine.cut(replaced);
            });
            add("hpet", hpet, fixed("timers", "uint8", Hpet.TIMERS), fixed("msi", "bool", false));
        }
        rtc = addRtc(rtcLine);
        add("isa-pit", new Pit(machine.portRoot(), machine.virtualClock(), timerLine), fixed("iobase", "uint32", 0x40));
        object(ChipNode.of("isa-pcspk", fixed("iobase", "uint32", 0x61)));
        A20Gate a20 = new A20Gate(processors);
        Runnable reset = () -> machine.requestReset(true);
        I8042 input = add("i8042", new I8042(machine.portRoot(), isaBus.irq(1), isaBus.irq(12), a20, reset));
        add("port92", new Port92(machine.portRoot(), a20, reset));
        powerManagement =
                add("PIIX4_PM", new Piix4PowerManagement(machine, pciBus, new PciSlot(1, 3), interrupts.connect(SCI)));

        fwCfg = new FwCfgDevice(machine.portRoot(), machine.memory());
        devices.add(fwCfg);
        machine.objects().add("/machine/fw_cfg", ChipNode.of("fw_cfg_io"));
        addFwCfgItems();
        DebugLogPort debug = new DebugLogPort(machine.portRoot(), BIOS_DEBUG_PORT, BIOS_LOG::info);
        machine.onClose(debug::close);

        // Interrupt controllers come last, so that lines that change in a reset leave nothing behind in them.
        devices.add(pics);
        picObject(PicPair.MASTER_PORT, 0x4D0, PicPair.MASTER_ELCR);
        picObject(PicPair.SLAVE_PORT, 0x4D1, PicPair.SLAVE_ELCR);
        devices.add(ioApic);
        machine.objects().add("/machine/i440fx", ChipNode.of("i440FX-pcihost"));
        machine.objects().add("/machine/i440fx/ioapic", ioApic);
        machine.onReset(() -> devices.forEach(Device::reset));
        publish(input);
        askForSerialPorts();
    }

    /** Serial ports come from a driver, which may first have to be installed. */
    private void askForSerialPorts() {
        for (SerialPort port : machine.plan().all(SerialPort.class)) {
            Map<String, String> properties = new LinkedHashMap<>();
            properties.put("index", Integer.toString(port.index()));
            properties.put("chardev", port.chardev());
            machine.plan()
                    .add(
                            BoardDevice.class,
                            new BoardDevice(new DeviceRequest(
                                    "isa-serial", Optional.empty(), Optional.of(isaBus.name()), properties)));
        }
    }

    private static GuestRam allocate(long size) throws QmpException {
        try {
            return GuestRam.allocate("pc.ram", size);
        } catch (OutOfMemoryError e) {
            throw new QmpException("cannot set up guest memory 'pc.ram': Cannot allocate memory");
        }
    }

    private void publish(PcInput input) {
        machine.publish(PcBoard.class, this);
        machine.publish(FwCfg.class, fwCfg);
        machine.publish(PciBus.class, pciBus);
        machine.publish(IsaBus.class, isaBus);
        machine.publish(PcInput.class, input);
        machine.buses().add(pciBus);
        machine.buses().add(isaBus);
    }

    private <D extends Device<?>> D add(String type, D device, ObjectProperty... properties) {
        devices.add(device);
        object(ChipNode.of(type, properties));
        return device;
    }

    /** A property that the board's layout fixes. */
    private static ObjectProperty fixed(String name, String type, Object value) {
        return ObjectProperty.readOnly(name, type, () -> value);
    }

    private void picObject(int base, int elcrPort, int elcrMask) {
        object(ChipNode.of(
                "isa-i8259",
                fixed("iobase", "uint32", base),
                fixed("elcr_addr", "uint32", elcrPort),
                fixed("elcr_mask", "uint8", elcrMask),
                fixed("master", "bool", base == PicPair.MASTER_PORT)));
    }

    private void dmaObject(int base, int pageBase, int shift) {
        object(ChipNode.of(
                "i8257",
                fixed("base", "int32", base),
                fixed("page-base", "int32", pageBase),
                fixed("dshift", "int32", shift)));
    }

    private void object(ObjectNode node) {
        machine.objects().add("/machine/unattached/device[%d]".formatted(unattached++), node);
    }

    private void addProcessors() {
        FloatErrorLatch floatError = new FloatErrorLatch(machine.portRoot(), interrupts.connect(13));
        devices.add(floatError);
        BoardWiring wiring = new BoardWiring(processors, pics::acknowledge, ioApic::endOfInterrupt, floatError::raise);
        for (int i = 0; i < CpuTopology.in(machine.plan()).cpus(); i++) {
            VirtualCpu cpu = machine.addCpu(wiring);
            object(ChipNode.of(
                    "qemu64-x86_64-cpu",
                    ObjectProperty.readOnly("halted", "bool", cpu::halted),
                    ObjectProperty.readOnly("thread-id", "int64", cpu::threadId),
                    ObjectProperty.readOnly("instructions", "uint64", cpu::instructions)));
        }
    }

    /** INTR leads to the boot processor's LINT0. */
    private void driveIntr(boolean high) {
        if (!processors.isEmpty()) {
            processors.getFirst().setIntr(high);
        }
    }

    private boolean hpetWanted() {
        return !machine.plan()
                .get(MachineChoice.class)
                .map(choice -> choice.properties().getOrDefault("hpet", "on"))
                .orElse("on")
                .equals("off");
    }

    private Rtc addRtc(IrqLine irq) {
        RtcSettings settings = RtcSettings.in(machine.plan());
        Clock clock = switch (settings.source()) {
            case HOST -> machine.hostClock();
            case REALTIME -> machine.realtimeClock();
            case VIRTUAL -> machine.virtualClock();
        };
        long utc = machine.hostClock().nanos();
        long start = switch (settings.start()) {
            case RtcSettings.Start.Utc() -> utc;
            case RtcSettings.Start.LocalTime() ->
                utc
                        + ZoneId.systemDefault()
                                        .getRules()
                                        .getOffset(Instant.ofEpochSecond(utc / SECOND))
                                        .getTotalSeconds()
                                * SECOND;
            case RtcSettings.Start.At(Instant instant) ->
                Math.addExact(Math.multiplyExact(instant.getEpochSecond(), SECOND), instant.getNano());
        };
        Rtc made = new Rtc(
                machine.portRoot(),
                clock,
                start - clock.nanos(),
                irq,
                offset -> machine.emit("RTC_CHANGE", Map.of("offset", offset)),
                () -> powerManagement().rtcAlarm());
        CmosSetup.store(
                made,
                lowRamSize(),
                highRamSize(),
                CpuTopology.in(machine.plan()).cpus());
        devices.add(made);
        object(ChipNode.of(
                "mc146818rtc",
                fixed("base_year", "int32", 0),
                fixed("lost_tick_policy", "string", "discard"),
                ObjectProperty.readOnly("date", "struct tm", () -> brokenDown(made))));
        return made;
    }

    /** Alarms come when the machine runs: long after the board was built. */
    private Piix4PowerManagement powerManagement() {
        return powerManagement;
    }

    private static Map<String, Integer> brokenDown(Rtc rtc) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(rtc.guestSecond(), 0, ZoneOffset.UTC);
        Map<String, Integer> date = new LinkedHashMap<>();
        date.put("tm_year", time.getYear() - 1900);
        date.put("tm_mon", time.getMonthValue() - 1);
        date.put("tm_mday", time.getDayOfMonth());
        date.put("tm_hour", time.getHour());
        date.put("tm_min", time.getMinute());
        date.put("tm_sec", time.getSecond());
        return date;
    }

    private void addFwCfgItems() {
        int cpus = CpuTopology.in(machine.plan()).cpus();
        fwCfg.addItem(FwCfgDevice.RAM_SIZE, FwCfgDevice.number(ram.size(), 8));
        fwCfg.addItem(FwCfgDevice.CPUS, FwCfgDevice.number(cpus, 2));
        fwCfg.addItem(FwCfgDevice.MAX_CPUS, FwCfgDevice.number(cpus, 2));
        fwCfg.addItem(FwCfgDevice.BOOT_MENU, FwCfgDevice.number(0, 2));
        fwCfg.addItem(FwCfgDevice.IRQ0_OVERRIDE, FwCfgDevice.number(1, 4));
        fwCfg.addItem(FwCfgDevice.NO_GRAPHIC, FwCfgDevice.number(MachineFlag.NO_GRAPHIC.in(machine.plan()) ? 1 : 0, 2));
        // No NUMA nodes: their number, then a node for each processor.
        fwCfg.addItem(FwCfgDevice.NUMA, new byte[8 * (1 + cpus)]);
        GuestIdentity.in(machine.plan())
                .uuid()
                .ifPresent(uuid -> fwCfg.addItem(
                        FwCfgDevice.UUID,
                        ByteBuffer.allocate(16)
                                .putLong(uuid.getMostSignificantBits())
                                .putLong(uuid.getLeastSignificantBits())
                                .array()));
    }

    private void close() {
        devices.reversed().forEach(Device::close);
        ram.close();
    }

    @Override
    public long lowRamSize() {
        return I440fxHostBridge.lowRam(ram.size());
    }

    @Override
    public long highRamSize() {
        return ram.size() - lowRamSize();
    }

    @Override
    public GuestRam ram() {
        return ram;
    }

    @Override
    public MemoryRegion pciMemory() {
        return pciMemory;
    }

    @Override
    public PciBus pciBus() {
        return pciBus;
    }

    @Override
    public OptionalInt hotplugNumber(PciBus bus) {
        return powerManagement.hotplug().numberOf(bus);
    }

    @Override
    public IsaBus isaBus() {
        return isaBus;
    }

    @Override
    public FwCfg fwCfg() {
        return fwCfg;
    }

    @Override
    public void setCmos(int address, int value) {
        rtc.setMemory(address, value);
    }
}

package org.margay.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.machine.DeviceException;
import org.margay.memory.AddressSpace;
import org.margay.memory.MemoryRegion;
import org.margay.state.StateCodec;
import org.margay.state.StateException;

/** MSI and MSI-X: what the guest programs is what is sent. */
class MessageInterruptsTest {
    private static final long TABLE = 0xFE00_0000L;
    private static final int ENABLE_MSIX = 0x8000;
    private static final int MASK_MSIX = 0x4000;
    private static final int MASTER_AND_MEMORY = 6;

    private final AddressSpace memory = new AddressSpace("memory", MemoryRegion.container("memory", 1L << 40));
    private final List<String> messages = new ArrayList<>();
    private boolean wire;
    private PciBus bus = newBus();
    private PciFunction card = newCard();

    private PciBus newBus() {
        MemoryRegion ports = MemoryRegion.container("ports", 0x10000);
        return new PciBus(
                "pci.0",
                memory.root(),
                ports,
                memory,
                new InterruptRouter() {
                    @Override
                    public int wire(int slot, int pin) {
                        return 0;
                    }

                    @Override
                    public void set(int number, boolean asserted) {
                        wire = asserted;
                    }
                },
                (address, data) -> messages.add("%x=%x".formatted(address, data)));
    }

    private static PciFunction newCard() {
        return new PciFunction("card", "", new PciIdentity(0x1234, 0x5678, 0, 0xFF0000, 1));
    }

    @BeforeEach
    void anotherCard() {
        bus = newBus();
        card = newCard();
    }

    private void plug() throws DeviceException {
        bus.plug(card);
        card.writeConfig(PciRegister.COMMAND, 2, MASTER_AND_MEMORY);
    }

    private PciMsix plugMsix(int vectors) throws DeviceException {
        PciMsix msix = PciMsix.add(card, 1, vectors);
        plug();
        card.writeConfig(PciRegister.BAR_0 + 4, 4, (int) TABLE);
        return msix;
    }

    private void program(int vector, long address, int data, int control) {
        memory.write(TABLE + 16L * vector, 8, address);
        memory.write(TABLE + 16L * vector + 8, 4, data);
        memory.write(TABLE + 16L * vector + 12, 4, control);
    }

    private List<String> takeMessages() {
        List<String> taken = List.copyOf(messages);
        messages.clear();
        return taken;
    }

    @Test
    void msixSaysWhereItsTableIs() throws DeviceException {
        plugMsix(3);
        assertThat(card.readConfig(0x40, 4)).isEqualTo(0x0002_0011);
        assertThat(card.readConfig(0x44, 4)).isEqualTo(0x0000_0001);
        assertThat(card.readConfig(0x48, 4)).isEqualTo(0x0000_0801);
        assertThat(memory.read(TABLE + 12, 4)).as("masked").isEqualTo(1);
        assertThat(PciInfo.of(bus).devices().getFirst().regions())
                .containsExactly(new PciInfo.Region(1, "memory", TABLE, 4096, false, false));
    }

    @Test
    void manyVectorsNeedALargerBar() throws DeviceException {
        plugMsix(129);
        assertThat(card.bars().getFirst().region().size()).isEqualTo(8192);
        assertThat(card.readConfig(0x48, 4)).isEqualTo(0x1001);
    }

    @Test
    void msixVectorsHaveEachTheirMessage() throws DeviceException {
        PciMsix msix = plugMsix(3);
        program(0, 0xFEE0_0000L, 0x41, 0);
        program(2, 0x5_FEE0_1003L, 0x42, 0);
        msix.notify(0);
        assertThat(takeMessages()).as("off").isEmpty();
        card.writeConfig(0x42, 2, ENABLE_MSIX);
        assertThat(msix.enabled()).isTrue();
        msix.notify(0);
        msix.notify(2);
        msix.notify(3);
        msix.notify(-1);
        assertThat(takeMessages()).containsExactly("fee00000=41", "5fee01000=42");
        card.writeConfig(PciRegister.COMMAND, 2, 2);
        msix.notify(0);
        assertThat(takeMessages()).as("no bus master").isEmpty();
    }

    @Test
    void maskedMsixVectorsWait() throws DeviceException {
        PciMsix msix = plugMsix(70);
        program(1, 0xFEE0_0000L, 0x41, 1);
        program(69, 0xFEE0_0000L, 0x42, 0);
        card.writeConfig(0x42, 2, ENABLE_MSIX | MASK_MSIX);
        msix.notify(1);
        msix.notify(69);
        msix.notify(69);
        assertThat(takeMessages()).isEmpty();
        assertThat(memory.read(TABLE + 0x800, 8)).isEqualTo(2);
        assertThat(memory.read(TABLE + 0x808, 8)).isEqualTo(1 << 5);
        memory.write(TABLE + 0x800, 8, 0);
        card.writeConfig(0x42, 2, ENABLE_MSIX);
        assertThat(takeMessages()).containsExactly("fee00000=42");
        memory.write(TABLE + 16 + 12, 4, 0);
        assertThat(takeMessages()).containsExactly("fee00000=41");
        assertThat(memory.read(TABLE + 0x800, 8)).isZero();
    }

    @Test
    void theMsixTableMayBeInTheDevicesOwnRegion() throws DeviceException {
        MemoryRegion own = MemoryRegion.container("own", 0x4000);
        card.addBar(new PciBar(1, PciBar.Kind.MEMORY, own));
        PciMsix msix = PciMsix.add(card, 1, own, 0x1000, 0x2000, 2);
        plug();
        card.writeConfig(PciRegister.BAR_0 + 4, 4, (int) TABLE);
        card.writeConfig(0x42, 2, ENABLE_MSIX);
        assertThat(card.readConfig(0x44, 4)).isEqualTo(0x1001);
        assertThat(card.readConfig(0x48, 4)).isEqualTo(0x2001);
        msix.notify(1);
        assertThat(memory.read(TABLE + 0x2000, 8)).isEqualTo(2);
        assertThat(memory.read(TABLE + 0x101C, 4)).isEqualTo(1);
    }

    @Test
    void thePinIsReleasedWhileMessagesAreOn() throws DeviceException {
        plugMsix(1);
        card.setInterrupt(true);
        assertThat(wire).isTrue();
        card.writeConfig(0x42, 2, ENABLE_MSIX);
        assertThat(wire).isFalse();
        card.writeConfig(0x42, 2, 0);
        assertThat(wire).isTrue();
    }

    @Test
    void msiVectorsShareTheirMessage() throws DeviceException {
        PciMsi msi = PciMsi.add(card, 8, true);
        plug();
        assertThat(card.readConfig(0x40, 4)).isEqualTo(0x0086_0005);
        card.writeConfig(0x44, 4, 0xFEE0_2003);
        card.writeConfig(0x48, 4, 1);
        card.writeConfig(0x4C, 2, 0x4F);
        msi.notify(0);
        card.writeConfig(0x42, 2, 0x21);
        assertThat(msi.enabled()).isTrue();
        msi.notify(2);
        msi.notify(7);
        msi.notify(8);
        card.writeConfig(0x42, 2, 0x71);
        msi.notify(7);
        assertThat(takeMessages()).containsExactly("1fee02000=4e", "1fee02000=4f", "1fee02000=4f");
        card.writeConfig(0x42, 2, 0x01);
        msi.notify(5);
        assertThat(takeMessages()).as("one for all").containsExactly("1fee02000=4f");
    }

    @Test
    void narrowMsiHasItsDataRightBehindTheAddress() throws DeviceException {
        PciMsi msi = PciMsi.add(card, 1, false);
        plug();
        card.writeConfig(0x44, 4, 0xFEE0_0000);
        card.writeConfig(0x48, 4, 0xFFFF_0041);
        card.writeConfig(0x42, 2, 0xFFFF);
        msi.notify(0);
        assertThat(takeMessages()).containsExactly("fee00000=41");
        assertThat(card.readConfig(0x4A, 2)).isZero();
    }

    @Test
    void maskedMsiVectorsWait() throws DeviceException {
        PciMsi msi = PciMsi.add(card, 2, true, true);
        plug();
        card.writeConfig(0x44, 4, 0xFEE0_0000);
        card.writeConfig(0x4C, 2, 0x50);
        card.writeConfig(0x50, 4, -1);
        card.writeConfig(0x42, 2, 0x11);
        assertThat(card.readConfig(0x50, 4)).isEqualTo(3);
        msi.notify(1);
        assertThat(takeMessages()).isEmpty();
        assertThat(card.readConfig(0x54, 4)).isEqualTo(2);
        card.writeConfig(0x50, 4, 1);
        assertThat(takeMessages()).containsExactly("fee00000=51");
        assertThat(card.readConfig(0x54, 4)).isZero();
    }

    @Test
    void stateHoldsTheTableAndHostileTablesAreRefused() throws DeviceException, StateException {
        PciMsix msix = plugMsix(2);
        program(0, 0xFEE0_0000L, 0x41, 0);
        card.writeConfig(0x42, 2, ENABLE_MSIX);
        msix.notify(1);
        PciFunction.State saved = StateCodec.decode(PciFunction.State.class, StateCodec.encode(card.save()));
        assertThat(saved).isEqualTo(card.save());

        card.reset();
        assertThat(memory.read(TABLE, 4)).as("unmapped").isEqualTo(0xFFFF_FFFFL);
        assertThat(msix.enabled()).isFalse();
        card.restore(saved);
        assertThat(card.save()).isEqualTo(saved);
        msix.notify(0);
        program(1, 0xFEE0_0000L, 0x43, 0);
        assertThat(takeMessages()).containsExactly("fee00000=41", "fee00000=43");

        byte[] table = saved.msix().table();
        byte[] pending = saved.msix().pending();
        byte[] badAddress = table.clone();
        badAddress[0] = 1;
        byte[] badControl = table.clone();
        badControl[12] = 2;
        byte[] badPending = pending.clone();
        badPending[7] = 1;
        refused(() -> new PciMsix.State(badAddress, pending));
        refused(() -> new PciMsix.State(badControl, pending));
        refused(() -> new PciMsix.State(table, badPending));
        refused(() -> new PciMsix.State(table, new byte[0]));
        refused(() -> new PciMsix.State(new byte[16], pending));
        refused(() -> new PciMsix.State(new byte[33], pending));
        refused(() -> null);
        PciFunction plain = newCard();
        bus.plug(plain);
        assertThatThrownBy(
                        () -> plain.restore(new PciFunction.State(plain.save().config(), false, saved.msix())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void refused(Supplier<PciMsix.State> hostile) {
        byte[] config = card.save().config();
        assertThatThrownBy(() -> card.restore(new PciFunction.State(config, false, hostile.get())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anyTrafficIsBorne() throws DeviceException {
        PciMsi msi = PciMsi.add(card, 32, true, true);
        PciMsix msix = plugMsix(100);
        Random random = new Random(3);
        for (int i = 0; i < 50_000; i++) {
            int size = 1 << random.nextInt(4);
            switch (random.nextInt(4)) {
                case 0 -> memory.write(TABLE + random.nextInt(4096), size, random.nextLong());
                case 1 -> memory.read(TABLE + random.nextInt(4096), size);
                case 2 -> card.writeConfig(0x40 + random.nextInt(0x40), 1 << random.nextInt(3), random.nextInt());
                default -> {
                    msi.notify(random.nextInt(-1, 40));
                    msix.notify(random.nextInt(-1, 110));
                }
            }
            messages.clear();
        }
        card.restore(card.save());
    }
}

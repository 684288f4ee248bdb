package org.margay.cpu.internal.jit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.GuestFault;
import org.margay.cpu.internal.TestCpu;

/** When code is translated, when it no longer counts, and how regions are left. */
class TranslatorTest {
    private final TestCpu t = new TestCpu();
    private Translator translator = translateAt(9, 100, Set.of());

    @AfterEach
    void close() {
        translator.close();
        t.close();
    }

    private Translator translateAt(int threshold, int maxRegions, Set<String> interpreted) {
        Translator made =
                new Translator(new JitOptions(threshold, false, false, 150, maxRegions, true, false, interpreted));
        t.interpreter.promoteTo(made);
        return made;
    }

    /** Counts RCX down to 0, adding it to RAX, then HLT. */
    private static final String SUM = "48 01 C8 48 FF C9 75 F8 F4";

    private long sum(long count) {
        t.cpu.r[CpuState.RAX] = 0;
        t.cpu.r[CpuState.RCX] = count;
        t.run(TestCpu.CODE);
        return t.cpu.r[CpuState.RAX];
    }

    @Test
    void aLoopIsTranslatedOnceItIsHot() {
        t.code(TestCpu.CODE, SUM);
        assertThat(sum(2)).isEqualTo(3);
        assertThat(translator.statistics().made()).isZero();
        long before = t.cpu.instructions;
        assertThat(sum(1000)).isEqualTo(500500);
        assertThat(translator.statistics().made()).isEqualTo(1);
        assertThat(t.cpu.instructions - before).isEqualTo(3 * 1000 + 1);
        assertThat(translator.statistics().executed()).isGreaterThan(2900);
        assertThat(translator.statistics().failed()).isZero();
    }

    @Test
    void classesOfCodeThatIsNoMoreAreUnloaded() {
        int generations = 2000;
        ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
        System.gc();
        int before = classes.getLoadedClassCount();
        for (int i = 1; i <= generations; i++) {
            // Adds i to RAX, as often as RCX says, then HLT.
            t.code(TestCpu.CODE, "48 05 %08X 48 FF C9 75 F5 F4".formatted(Integer.reverseBytes(i)));
            // The most patience that there is with a page whose code is written again and again is of 768 runs.
            assertThat(sum(1000)).isEqualTo(1000L * i);
        }
        assertThat(translator.statistics().made()).isEqualTo(generations);
        assertThat(translator.statistics().live()).isEqualTo(1);
        System.gc();
        assertThat(classes.getLoadedClassCount() - before).isLessThan(generations / 10);
    }

    @Test
    void whereIndirectCallsAndReturnsWentBelongsToTheRegion() {
        t.code(TestCpu.CODE, "FF D3 48 FF C9 75 F9 F4"); // call rbx; dec rcx; jnz; hlt
        t.code(TestCpu.CODE + 0x10, "48 01 C8 C3"); // add rax, rcx; ret
        t.code(TestCpu.CODE + 0x20, "48 29 C8 C3"); // sub rax, rcx; ret
        t.cpu.r[CpuState.RBX] = TestCpu.CODE + 0x10;
        assertThat(sum(1000)).isEqualTo(500500);
        assertThat(translator.statistics().failed()).isZero();
        assertThat(translator.statistics().made()).isEqualTo(1);
        assertThat(translator.statistics().runs()).isEqualTo(1);
        t.cpu.r[CpuState.RBX] = TestCpu.CODE + 0x20;
        assertThat(sum(1000)).isEqualTo(-500500);
    }

    /**
     * Adds 1 to RAX 80 times and counts RCX down to 0, from an offset to its own address each time, then HLT. 20h in front of it is code
     * that adds 2 and goes there.
     */
    private void makeLongLoopHot(int offset) {
        translator.close();
        translator = translateAt(2000, 100, Set.of());
        long loop = TestCpu.CODE + 0x20;
        int back = offset - 3 * 81 - 6;
        t.code(loop, "48 FF C0 ".repeat(80) + "48 FF C9 0F 85 %08X F4".formatted(Integer.reverseBytes(back)));
        t.code(TestCpu.CODE, "48 FF C0 48 FF C0 EB 18"); // inc rax; inc rax; jmp
        t.cpu.r[CpuState.RCX] = 100;
        t.run(loop);
    }

    @Test
    void aRegionEndsWhereALargeOneBegins() {
        makeLongLoopHot(0);
        assertThat(translator.statistics().translated()).isEqualTo(82);
        for (int i = 0; i < 1000; i++) {
            t.cpu.r[CpuState.RAX] = 0;
            t.cpu.r[CpuState.RCX] = 1;
            t.run(TestCpu.CODE);
            assertThat(t.cpu.r[CpuState.RAX]).isEqualTo(82);
        }
        assertThat(translator.statistics().translated()).isEqualTo(82 + 3);
    }

    @Test
    void aLargeRegionThatLeadsBackIsTakenIn() {
        makeLongLoopHot(-0x20);
        assertThat(translator.statistics().translated()).isEqualTo(85);
        for (int i = 0; i < 1000; i++) {
            t.cpu.r[CpuState.RCX] = 1;
            t.run(TestCpu.CODE);
        }
        assertThat(translator.statistics().translated()).isEqualTo(85 + 85);
        long before = translator.statistics().runs();
        t.cpu.r[CpuState.RCX] = 1000;
        t.run(TestCpu.CODE);
        assertThat(translator.statistics().runs()).isEqualTo(before + 1);
    }

    @Test
    void groupsCanBeLeftToTheInterpreter() {
        translator.close();
        translator = translateAt(9, 100, Set.of("arithmetic"));
        t.code(TestCpu.CODE, SUM);
        assertThat(sum(1000)).isEqualTo(500500);
        assertThat(translator.statistics().made()).isZero();
    }

    @Test
    void writtenCodeIsTranslatedAnew() {
        t.code(TestCpu.CODE, SUM);
        sum(1000);
        t.code(TestCpu.CODE, SUM.replace("48 01 C8", "48 29 C8")); // sub
        assertThat(sum(1000)).isEqualTo(-500500);
        assertThat(translator.statistics().written()).isEqualTo(1);
        assertThat(translator.statistics().live()).isLessThanOrEqualTo(1);
    }

    @Test
    void aLoopThatRewritesItselfRunsAsRewritten() {
        // add rax, 1; mov byte [immediate], 2 in the last three turns; dec rcx; jnz
        t.code(TestCpu.CODE, "48 83 C0 01 48 83 F9 03 77 07 C6 05 F2 FF FF FF 02 48 FF C9 75 EA F4");
        t.cpu.r[CpuState.RAX] = 0;
        t.cpu.r[CpuState.RCX] = 1000;
        t.run(TestCpu.CODE);
        // The turn that writes still adds 1; two more add 2.
        assertThat(t.cpu.r[CpuState.RAX]).isEqualTo(998 + 2 * 2);
        assertThat(translator.statistics().written()).isPositive();
    }

    @Test
    void aFaultInALoopLeavesRegistersAsTheyWere() {
        // mov rdx, [rdi]; add rdi, 8; inc rbx; jmp: up to the first page that is not there
        t.code(TestCpu.CODE, "48 8B 17 48 83 C7 08 48 FF C3 EB F4");
        t.map(TestCpu.DATA + 0x2000, 0);
        t.cpu.r[CpuState.RDI] = TestCpu.DATA;
        t.cpu.r[CpuState.RBX] = 0;
        GuestFault[] fault = {null};
        try {
            t.run(TestCpu.CODE);
        } catch (GuestFault e) {
            fault[0] = e;
        }
        assertThat(fault[0]).isNotNull();
        assertThat(fault[0].address).isEqualTo(TestCpu.DATA + 0x2000);
        assertThat(t.cpu.rip).isEqualTo(TestCpu.CODE);
        assertThat(t.cpu.r[CpuState.RBX]).isEqualTo(0x2000 / 8);
        assertThat(translator.statistics().misses()).isPositive();
    }

    @Test
    void aWalkAlongAListGoesFromPageToPage() {
        // add rax, [rdi + 8]; mov rdi, [rdi]; inc rbx; test rdi, rdi; jnz: among nodes in three pages, some of which
        // reach into the next
        t.code(TestCpu.CODE, "48 03 47 08 48 8B 3F 48 FF C3 48 85 FF 75 F1 F4");
        long[] pages = {TestCpu.DATA, TestCpu.DATA + 0x1000, TestCpu.DATA + 0x2000, TestCpu.DATA + 0x1000};
        long[] nodes = new long[200];
        for (int i = 0; i < nodes.length; i++) {
            boolean reaches = i == 17 || i == 37;
            nodes[i] = pages[i / 3 % 4] + (reaches ? 0x1000 - 3 : 16 + 19 * i);
        }
        long sum = 0;
        for (int i = nodes.length - 1; i >= 0; i--) {
            t.ram.set(nodes[i], 8, i + 1 < nodes.length ? nodes[i + 1] : TestCpu.DATA + 0x3008);
            t.ram.set(nodes[i] + 8, 8, 1L << i % 60);
        }
        for (long node : nodes) {
            sum += t.ram.get(node + 8, 8);
        }
        t.map(TestCpu.DATA + 0x3000, 0);
        t.cpu.r[CpuState.RAX] = 0;
        t.cpu.r[CpuState.RBX] = 0;
        t.cpu.r[CpuState.RDI] = nodes[0];
        GuestFault[] fault = {null};
        try {
            t.run(TestCpu.CODE);
        } catch (GuestFault e) {
            fault[0] = e;
        }
        assertThat(fault[0]).isNotNull();
        assertThat(fault[0].address).isEqualTo(TestCpu.DATA + 0x3010);
        assertThat(t.cpu.rip).isEqualTo(TestCpu.CODE);
        assertThat(t.cpu.r[CpuState.RDI]).isEqualTo(TestCpu.DATA + 0x3008);
        assertThat(t.cpu.r[CpuState.RBX]).isEqualTo(nodes.length);
        assertThat(t.cpu.r[CpuState.RAX]).isEqualTo(sum);
        assertThat(translator.statistics().executed()).isGreaterThan(500);
    }

    @Test
    void theStackIsFollowedWhereverItsPointerGoes() {
        // push rcx; sub rsp, 16; lea rdx, [rsp + 40]; mov [rsp + 8], rdx; lea rsp, [rsp + 8]; pop rdx; pop rdx;
        // add rax, rdx; dec rcx; jnz; hlt
        t.code(
                TestCpu.CODE,
                "51 48 83 EC 10 48 8D 54 24 28 48 89 54 24 08 48 8D 64 24 08 5A 5A 48 01 D0 48 FF C9 75 E2 F4");
        t.cpu.r[CpuState.RSP] = TestCpu.DATA + 0x800;
        assertThat(sum(1000)).isEqualTo(500500);
        assertThat(t.cpu.r[CpuState.RSP]).isEqualTo(TestCpu.DATA + 0x800);
        assertThat(translator.statistics().made()).isEqualTo(1);
        assertThat(translator.statistics().failed()).isZero();
    }

    @Test
    void fieldsThatLieInTwoPagesAreReadEachForItselfInTheEnd() {
        // add rax, [rdi]; add rax, [rdi + 8]; dec rcx; jnz; hlt
        t.code(TestCpu.CODE, "48 03 07 48 03 47 08 48 FF C9 75 F4 F4");
        long fields = TestCpu.DATA + 0x1000 - 8;
        t.ram.set(fields, 8, 3);
        t.ram.set(fields + 8, 8, 4);
        t.cpu.r[CpuState.RDI] = fields;
        for (int i = 0; i < 2000; i++) {
            t.cpu.r[CpuState.RAX] = 0;
            t.cpu.r[CpuState.RCX] = 10;
            t.run(TestCpu.CODE);
            assertThat(t.cpu.r[CpuState.RAX]).isEqualTo(10 * (3 + 4));
        }
        assertThat(translator.statistics().made()).isEqualTo(2);
        long misses = translator.statistics().misses();
        assertThat(sum(1000)).isEqualTo(1000 * (3 + 4));
        assertThat(translator.statistics().misses() - misses).isLessThan(10);
    }

    @Test
    void aPageThatIsMappedElsewhereMeansOtherCode() {
        // The loop calls a function in another page, which is then another page.
        long function = TestCpu.CODE + 0x1000;
        t.code(TestCpu.CODE, "E8 FB 0F 00 00 48 FF C9 75 F6 F4");
        t.code(function, "48 83 C0 01 C3");
        t.code(0x5_0000, "48 83 C0 05 C3");
        assertThat(sum(100)).isEqualTo(100);
        assertThat(translator.statistics().made()).isPositive();
        t.map(function, 0x5_0000 | 7);
        assertThat(sum(100)).isEqualTo(500);
        t.map(function, function | 7);
        assertThat(sum(100)).isEqualTo(100);
    }

    @Test
    void aRequestEndsALoop() throws InterruptedException {
        t.code(TestCpu.CODE, "48 FF C0 EB FB"); // inc rax; jmp
        t.cpu.attention = false;
        t.cpu.rip = TestCpu.CODE;
        Thread vcpu = Thread.ofPlatform().start(t.interpreter::run);
        while (translator.statistics().made() == 0) {
            Thread.onSpinWait();
        }
        t.cpu.request(org.margay.cpu.internal.Cpu.REQUEST_EXIT);
        vcpu.join();
        assertThat(t.cpu.rip).isBetween(TestCpu.CODE, TestCpu.CODE + 3);
    }

    @Test
    void regionsAreBounded() {
        translator.close();
        translator = translateAt(2, 4, Set.of());
        for (int i = 0; i < 12; i++) {
            long at = TestCpu.CODE + 0x100 * i;
            t.code(at, SUM);
            t.cpu.r[CpuState.RAX] = 0;
            t.cpu.r[CpuState.RCX] = 100;
            t.run(at);
            assertThat(t.cpu.r[CpuState.RAX]).isEqualTo(5050);
            assertThat(translator.statistics().live()).isLessThanOrEqualTo(4);
        }
        assertThat(translator.statistics().evicted()).isPositive();
    }
}

package org.margay.cpu.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.margay.cpu.internal.CpuState;
import org.margay.cpu.internal.debug.DebugStopException;
import org.margay.machine.debug.DebugStop;
import org.margay.machine.debug.DebugStops;
import org.margay.machine.debug.Watchpoint;
import org.margay.machine.debug.Watchpoint.Access;

/** A debugger outside of the guest stops the processor where it wants, at the instruction, and the guest can't tell. */
class OutsideStopsTest {
    private static final int CODE = 0x1000;
    private static final int LOOP = CODE + 3;
    private static final int STORE = CODE + 4;
    private static final int BEHIND_STORE = CODE + 7;
    private static final int COUNTER = 0x2000;

    private final Board board = new Board(Engine.BLOCKS);

    /** mov cx, 3; loop: inc ax; mov [2000h], ax; loop; hlt. */
    @BeforeEach
    void load() {
        board.load(0, new Assembler(CODE).hex("B9 03 00 40 A3 00 20 E2 FA F4"));
        board.real(0, CODE);
        board.cpu.r[CpuState.RAX] = 0;
    }

    @AfterEach
    void close() {
        board.close();
    }

    private DebugStop runToStop() {
        DebugStopException stop = catchThrowableOfType(DebugStopException.class, board::run);
        assertThat(stop).isNotNull();
        return stop.stop();
    }

    private void goOn() {
        board.cpu.outside.pass(board.cpu.rip);
    }

    private void stopAt(DebugStops stops) {
        board.stopAt(stops);
    }

    @Test
    void stopsBeforeTheInstructionEachTime() {
        stopAt(new DebugStops(Set.of((long) LOOP), List.of()));
        for (int turn = 0; turn < 3; turn++) {
            assertThat(runToStop()).isEqualTo(new DebugStop.Breakpoint());
            assertThat(board.cpu.rip).isEqualTo(LOOP);
            assertThat(board.ax()).isEqualTo(turn);
            goOn();
        }
        board.run();
        assertThat(board.ax()).isEqualTo(3);
    }

    @Test
    void stopsWithinCodeThatHasRunAsOneBlock() {
        board.run();
        board.real(0, CODE);
        stopAt(new DebugStops(Set.of((long) STORE), List.of()));
        assertThat(runToStop()).isEqualTo(new DebugStop.Breakpoint());
        assertThat(board.cpu.rip).isEqualTo(STORE);
    }

    @Test
    void aBreakpointThatWasTakenAwayIsNotMissed() {
        stopAt(new DebugStops(Set.of((long) LOOP), List.of()));
        runToStop();
        stopAt(DebugStops.NONE);
        board.run();
        assertThat(board.ax()).isEqualTo(3);
    }

    @Test
    void stopsBehindAWriteToWhatIsWatched() {
        Watchpoint watchpoint = new Watchpoint(COUNTER + 1, 1, Access.WRITE);
        stopAt(new DebugStops(Set.of(), List.of(watchpoint)));
        assertThat(runToStop()).isEqualTo(new DebugStop.Watched(watchpoint, COUNTER + 1));
        assertThat(board.cpu.rip).isEqualTo(BEHIND_STORE);
        assertThat(board.peek(COUNTER, 2)).isEqualTo(1);
    }

    @Test
    void readsAndWritesAreToldApart() {
        stopAt(new DebugStops(Set.of(), List.of(new Watchpoint(COUNTER, 2, Access.READ))));
        board.run();
        assertThat(board.ax()).isEqualTo(3);
    }

    @Test
    void neighboursAreNotWatched() {
        stopAt(new DebugStops(Set.of(), List.of(new Watchpoint(COUNTER + 2, 8, Access.ANY))));
        board.run();
        assertThat(board.ax()).isEqualTo(3);
    }
}

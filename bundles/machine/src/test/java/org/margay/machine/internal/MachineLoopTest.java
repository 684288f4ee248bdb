package org.margay.machine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MachineLoopTest {
    private final MachineLoop loop = new MachineLoop((what, fault) -> {
        throw new AssertionError(what, fault);
    });
    private final BlockingQueue<Thread> ran = new LinkedBlockingQueue<>();

    @AfterEach
    void end() {
        loop.end();
    }

    private void note() {
        assertThat(loop.lock().isHeldByCurrentThread()).isTrue();
        assertThat(loop.isTurn()).isTrue();
        ran.add(Thread.currentThread());
    }

    private Thread next() throws InterruptedException {
        return ran.poll(10, TimeUnit.SECONDS);
    }

    @Test
    void whatIsSoonRunsHereWithWhatItAsksFor() throws InterruptedException {
        loop.soon(() -> {
            note();
            loop.later(this::note);
        });
        assertThat(ran).hasSize(2).containsOnly(Thread.currentThread());
    }

    @Test
    void whatIsSoonRunsOnTheLoopWhenTheLockIsTaken() throws InterruptedException {
        loop.start();
        loop.lock().lock();
        Thread helper;
        try {
            helper = Thread.ofVirtual().start(() -> loop.soon(this::note));
            helper.join();
            assertThat(ran).isEmpty();
        } finally {
            loop.lock().unlock();
        }
        assertThat(next()).isNotNull().isNotEqualTo(helper);
    }

    @Test
    void aClientsCommandLeavesNoTaskBehind() throws InterruptedException {
        loop.start();
        for (int i = 0; i < 100; i++) {
            loop.run(() -> loop.later(this::note));
            assertThat(next()).isNotNull();
        }
    }

    @Test
    void aVcpuGivesTheLockUpForAWhile() {
        List<Boolean> held = new ArrayList<>();
        Runnable slow = () -> held.add(loop.lock().isLocked());
        assertThat(loop.aside(slow)).as("without the lock").isFalse();
        loop.run(() -> assertThat(loop.aside(slow)).as("in a turn").isFalse());
        loop.lock().lock();
        try {
            assertThat(loop.aside(slow)).isTrue();
            assertThat(loop.lock().isHeldByCurrentThread()).isTrue();
        } finally {
            loop.lock().unlock();
        }
        assertThat(held).containsExactly(false);
    }
}

/* The clocks of a PC beside each other, under load: "clocks SECONDS". Another process computes all the time. A line "sample" with what each
   clock has counted in nanoseconds since the first, at the start and at the end; whoever reads them has a clock, too. In between the
   narrow counters are read often enough to follow them over their wraps. */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { TSC, HPET, PM, PIT, RTC, KERNEL, CLOCKS };

/* PIIX4: the ACPI timer is 8 behind its base. */
enum { PM_TIMER = 0x608, PM_HZ = 3579545, PIT_HZ = 1193182, PIT_CHANNEL_2 = 0x42, PIT_CONTROL = 0x43, GATE = 0x61 };

static volatile const uint32_t *hpet;
static double hpet_period;

static double read_pm(void) {
    static uint32_t last;
    static uint64_t sum;
    uint32_t now = inl(PM_TIMER) & 0xFFFFFF;
    sum += (now - last) & 0xFFFFFF;
    last = now;
    return sum * 1e9 / PM_HZ;
}

static double read_hpet(void) {
    static uint32_t last;
    static uint64_t sum;
    uint32_t now = hpet[0xF0 / 4];
    sum += (uint32_t)(now - last);
    last = now;
    return sum * hpet_period;
}

static double read_tsc(void) {
    /* 1 GHz, or whatever the kernel has measured: the ratio to its own clock is what counts; see main. */
    return __builtin_ia32_rdtsc();
}

/* Counts down from 65536 again and again: which time, the kernel's clock says, as 55 ms may go by between two looks. */
static double read_pit(double kernel) {
    static double last_kernel, sum;
    static int last;
    outb(0x80, PIT_CONTROL);
    int now = inb(PIT_CHANNEL_2);
    now |= inb(PIT_CHANNEL_2) << 8;
    double expected = (kernel - last_kernel) * PIT_HZ / 1e9;
    double step = (last - now) & 0xFFFF;
    step += 65536 * (long)((expected - step) / 65536 + 0.5);
    sum += step;
    last = now;
    last_kernel = kernel;
    return sum * 1e9 / PIT_HZ;
}

static int rtc(int reg) {
    outb(reg, 0x70);
    int value = inb(0x71);
    return (value >> 4) * 10 + (value & 15);
}

static double read_kernel(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_RAW, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

/* At the very start of a second. */
static double read_rtc(void) {
    int before = rtc(0);
    int after;
    do {
        outb(0x0A, 0x70);
        while (inb(0x71) & 0x80) {
        }
        after = rtc(0);
    } while (after == before);
    return (rtc(4) * 3600.0 + rtc(2) * 60 + after) * 1e9;
}

static void sample(double of[CLOCKS]) {
    of[RTC] = read_rtc();
    of[KERNEL] = read_kernel();
    of[TSC] = read_tsc();
    of[HPET] = read_hpet();
    of[PM] = read_pm();
    of[PIT] = read_pit(of[KERNEL]);
}

int main(int argc, char **argv) {
    int seconds = argc > 1 ? atoi(argv[1]) : 60;
    int memory = open("/dev/mem", O_RDWR | O_SYNC);
    hpet = mmap(0, 4096, PROT_READ, MAP_SHARED, memory, 0xFED00000);
    if (iopl(3) != 0 || memory < 0 || hpet == MAP_FAILED) {
        perror("clocks");
        return 1;
    }
    hpet_period = hpet[1] / 1e6;
    outb((inb(GATE) & ~2) | 1, GATE);
    outb(0xB4, PIT_CONTROL);
    outb(0, PIT_CHANNEL_2);
    outb(0, PIT_CHANNEL_2);
    pid_t load = fork();
    if (load == 0) {
        for (volatile unsigned i = 0;; i = i * 1103515245 + 12345) {
        }
    }
    double first[CLOCKS], last[CLOCKS];
    sample(first);
    puts("first");
    fflush(stdout);
    do {
        usleep(100000);
        double kernel = read_kernel();
        read_hpet();
        read_pm();
        read_pit(kernel);
        last[KERNEL] = kernel;
    } while (last[KERNEL] - first[KERNEL] < seconds * 1e9);
    sample(last);
    printf("last");
    for (int i = 0; i < CLOCKS; i++) {
        printf(" %.0f", last[i] - first[i]);
    }
    puts("");
    fflush(stdout);
    kill(load, SIGKILL);
    return 0;
}

/* The engine's compute kernels on several processors at once: "smp SECONDS VCPUS". For each kernel first one process runs it, pinned to
   processor 0, then VCPUS of them do, each pinned to its own. A line at the start and end of what is to be measured, after each has
   run for SECONDS unmeasured: the translators of the emulators are warm then. */
#define _GNU_SOURCE
#define HOSTED
#include "kernels.c"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KERNELS = 8, MOST = 8 };

static const char *const NAMES[KERNELS] = {"sieve", "crc", "mix", "list", "quicksort", "queens", "nbody", "calls"};

/* What the processes tell each other, each processor's numbers in lines of their own. */
static struct shared {
    struct { long runs; u64 result; char rest[112]; } of[MOST];
    _Atomic int ready;
} *shared;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void work(int kernel, int vcpu, int vcpus, double seconds) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(vcpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) {
        perror("sched_setaffinity");
        exit(1);
    }
    u64 result = run(kernel);
    for (double start = now(); now() - start < seconds;) {
        run(kernel);
    }
    int first = shared->ready++ == 0;
    while (shared->ready < vcpus) {
        /* until all are warm */
    }
    if (first) {
        printf("begin %s %d\n", NAMES[kernel], vcpus);
        fflush(stdout);
    }
    long runs = 0;
    for (double start = now(); now() - start < seconds; runs++) {
        if (run(kernel) != result) {
            puts("another result");
            exit(1);
        }
    }
    shared->of[vcpu].runs = runs;
    shared->of[vcpu].result = result;
}

static void measure(int kernel, int vcpus, double seconds) {
    shared->ready = 0;
    for (int i = 0; i < vcpus; i++) {
        if (fork() == 0) {
            work(kernel, i, vcpus, seconds);
            fflush(stdout);
            _exit(0);
        }
    }
    long runs = 0;
    for (int i = 0; i < vcpus; i++) {
        int status;
        wait(&status);
        if (status != 0) {
            puts("no result");
            exit(1);
        }
    }
    for (int i = 0; i < vcpus; i++) {
        runs += shared->of[i].runs;
        if (shared->of[i].result != shared->of[0].result) {
            puts("different results");
            exit(1);
        }
    }
    printf("end %s %d %ld\n", NAMES[kernel], vcpus, runs);
    fflush(stdout);
}

int main(int argc, char **argv) {
    double seconds = argc > 1 ? atof(argv[1]) : 3;
    int vcpus = argc > 2 ? atoi(argv[2]) : 2;
    shared = mmap(0, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED || vcpus > MOST) {
        return 1;
    }
    for (int kernel = 0; kernel < KERNELS; kernel++) {
        measure(kernel, 1, seconds);
        measure(kernel, vcpus, seconds);
    }
    puts("kernels done");
    return 0;
}

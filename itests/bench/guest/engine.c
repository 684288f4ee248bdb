/* The engine's compute kernels as a Linux program: prints, per kernel, seconds of one run in the first second and in steady
   state, and the result. "engine [SECONDS]": how long each kernel runs. */
#define HOSTED
#include "kernels.c"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char *const NAMES[] = {"sieve", "crc", "mix", "list", "quicksort", "queens", "nbody", "calls"};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
    double seconds = argc > 1 ? atof(argv[1]) : 4;
    static double times[1 << 20];
    for (int kernel = 0; kernel < 8; kernel++) {
        double start = now(), at = start;
        int runs = 0, first = 0;
        u64 result = 0;
        while (at - start < seconds && runs < 1 << 20) {
            result = run(kernel);
            double end = now();
            times[runs++] = end - at;
            at = end;
            if (first == 0 && at - start >= 1) {
                first = runs;
            }
        }
        double begin = 0;
        for (int i = 0; i < first; i++) {
            begin += times[i];
        }
        /* Steady state: the median of the second half. */
        int half = runs / 2;
        qsort(times + half, runs - half, sizeof *times, compare);
        printf("kernel %s first %.6f steady %.6f result %lx\n", NAMES[kernel], begin / (first ? first : 1),
               times[half + (runs - half) / 2], result);
        fflush(stdout);
    }
    puts("kernels done");
    return 0;
}

/* What the kernel and many small processes cost, as a Linux program. "system micro [SECONDS [NAME]]": nanoseconds of a system
   call, of the first touch of a page, of a round trip between two processes through pipes (two context switches), and of fork with
   exit and wait. "system busybox [RUNS [NAME]]": seconds of four commands. Of all, or of that name. Prints what the first second (the
   first run) and steady state took. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void check(int holds, const char *what) {
    if (!holds) {
        perror(what);
        exit(1);
    }
}

/* What to measure; all when null. */
static const char *only;

static int wanted(const char *name) {
    return only == 0 || strcmp(only, name) == 0;
}

static void print(const char *name, double first, double steady) {
    printf("measured %s first %.9f steady %.9f\n", name, first, steady);
    fflush(stdout);
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* --- micro costs: each does some operations at once, and says how many --- */

static int system_call(void) {
    for (int i = 0; i < 1000; i++) {
        syscall(SYS_getpid);
    }
    return 1000;
}

static int page_fault(void) {
    enum { PAGES = 256 };
    char *area = mmap(0, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(area != MAP_FAILED, "mmap");
    for (int i = 0; i < PAGES; i++) {
        area[i * 4096] = 1;
    }
    munmap(area, PAGES * 4096);
    return PAGES;
}

static int there[2], back[2];

static int context_switch(void) {
    char byte = 0;
    for (int i = 0; i < 50; i++) {
        check(write(there[1], &byte, 1) == 1 && read(back[0], &byte, 1) == 1, "pipe");
    }
    return 50;
}

static int fork_wait(void) {
    for (int i = 0; i < 4; i++) {
        pid_t child = fork();
        check(child >= 0, "fork");
        if (child == 0) {
            _exit(0);
        }
        waitpid(child, 0, 0);
    }
    return 4;
}

static void measure(const char *name, int (*some)(void), double seconds) {
    enum { MOST = 1 << 20 };
    if (!wanted(name)) {
        return;
    }
    static double each[MOST];
    double start = now(), at = start, first = 0;
    long done = 0;
    int rounds = 0;
    while (at - start < seconds && rounds < MOST) {
        int count = some();
        double end = now();
        each[rounds++] = (end - at) / count;
        done += count;
        at = end;
        if (first == 0 && at - start >= 1) {
            first = (at - start) / done;
        }
    }
    /* Steady state: the median of the second half. */
    int half = rounds / 2;
    qsort(each + half, rounds - half, sizeof *each, compare);
    print(name, first, each[half + (rounds - half) / 2]);
}

static void micro(double seconds) {
    measure("syscall", system_call, seconds);
    measure("page-fault", page_fault, seconds);
    check(pipe(there) == 0 && pipe(back) == 0, "pipe");
    pid_t echo = fork();
    check(echo >= 0, "fork");
    if (echo == 0) {
        char byte;
        close(there[1]);
        while (read(there[0], &byte, 1) == 1) {
            check(write(back[1], &byte, 1) == 1, "pipe");
        }
        _exit(0);
    }
    measure("ping-pong", context_switch, seconds);
    close(there[1]);
    waitpid(echo, 0, 0);
    measure("fork-wait", fork_wait, seconds);
}

/* --- commands --- */

/* 16 MiB that gzip finds some order in: numbers in words. */
static void write_text(const char *path) {
    static const char *const WORDS[] = {"one", "two", "three", "four", "five", "six", "seven", "eight"};
    FILE *file = fopen(path, "w");
    check(file != 0, path);
    unsigned long state = 1;
    for (long size = 0; size < 16 << 20;) {
        state = state * 6364136223846793005 + 1442695040888963407;
        size += fprintf(file, "%s%c", WORDS[state >> 61], (state >> 40 & 7) == 0 ? '\n' : ' ');
    }
    fclose(file);
}

static double run(const char *command) {
    double start = now();
    pid_t child = fork();
    check(child >= 0, "fork");
    if (child == 0) {
        execl("/bin/busybox", "sh", "-c", command, (char *)0);
        _exit(127);
    }
    int status;
    waitpid(child, &status, 0);
    check(status == 0, command);
    return now() - start;
}

static void command(const char *name, const char *line, int runs) {
    double times[runs];
    if (!wanted(name)) {
        return;
    }
    for (int i = 0; i < runs; i++) {
        times[i] = run(line);
    }
    double first = times[0];
    int half = runs / 2;
    qsort(times + half, runs - half, sizeof *times, compare);
    print(name, first, times[half + (runs - half) / 2]);
}

static void busybox(int runs) {
    write_text("/tmp/text");
    command("loop-20000", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done", runs);
    command("forks-200", "i=0; while [ $i -lt 200 ]; do /bin/busybox true; i=$((i+1)); done", runs);
    command("sha256-64M", "busybox dd if=/dev/zero bs=64k count=1024 2>/dev/null | busybox sha256sum >/dev/null", runs);
    command("gzip-16M", "busybox gzip -c /tmp/text >/dev/null", runs);
    unlink("/tmp/text");
}

int main(int argc, char **argv) {
    only = argc > 3 ? argv[3] : 0;
    if (argc > 1 && strcmp(argv[1], "micro") == 0) {
        micro(argc > 2 ? atof(argv[2]) : 6);
    } else if (argc > 1 && strcmp(argv[1], "busybox") == 0) {
        busybox(argc > 2 ? atoi(argv[2]) : 5);
    } else {
        fprintf(stderr, "usage: system micro [SECONDS [NAME]] | busybox [RUNS [NAME]]\n");
        return 2;
    }
    puts("measured all");
    return 0;
}

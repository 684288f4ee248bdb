/* What several processors can do to each other through memory, as a static Linux program: "parallel PART SECONDS". Each part runs two
   threads, pinned to processors 0 and 1, for so long, checks each step, and prints "PART ok STEPS" or what was wrong. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum { PAGE = 4096 };

static _Atomic int finished;
static _Atomic long steps;
static const char *part;

static void wrong(const char *format, ...) {
    va_list more;
    va_start(more, format);
    printf("%s wrong: ", part);
    vprintf(format, more);
    printf("\n");
    fflush(stdout);
    _exit(1);
}

static void pin(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) {
        wrong("no processor %d", processor);
    }
}

static uint32_t next(uint64_t *seed) {
    *seed = *seed * 6364136223846793005 + 1442695040888963407;
    return *seed >> 33;
}

static void *pages(int count, int rights) {
    void *at = mmap(0, (size_t)count * PAGE, rights, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) {
        wrong("no memory: %d", errno);
    }
    return at;
}

/* Spinning, so that both threads run at the same time; now and then the processor is given away, in case there is but one. */
#define SPIN_WHILE(condition) \
    for (int spins = 0; (condition) && !finished; spins++) { \
        __builtin_ia32_pause(); \
        if (spins % 256 == 255) { \
            sched_yield(); \
        } \
    }

/* Turns: one thread does a step when the number is even, the other when it is odd. */
static _Atomic long turn;

static int await(int odd) {
    SPIN_WHILE((turn & 1) != odd);
    return !finished;
}

static void done(void) {
    turn++;
    steps++;
}

/* What has to come before code that another processor has written (SDM volume 3, 9.1.3). */
static void serialize(void) {
    uint32_t a = 0, c = 0;
    __asm__ volatile("cpuid" : "+a"(a), "+c"(c) : : "ebx", "edx", "memory");
}

/* --- code: what a just-in-time compiler does, in one thread each: a page is written, made executable, run until it is hot, and thrown
   away. Both use the same few addresses of their own again and again. --- */

typedef uint32_t (*function)(uint32_t);

/* eax = edi; do { eax = eax * A + B; eax ^= C } while (--rounds). A to C and the number of XORs differ. */
static size_t generate(uint8_t *to, uint32_t a, uint32_t b, uint32_t c, uint32_t rounds, int xors) {
    uint8_t *at = to;
    memcpy(at, "\x89\xF8\xB9", 3), at += 3;
    memcpy(at, &rounds, 4), at += 4;
    uint8_t *loop = at;
    memcpy(at, "\x69\xC0", 2), memcpy(at + 2, &a, 4), at += 6;
    *at++ = 0x05, memcpy(at, &b, 4), at += 4;
    for (int i = 0; i < xors; i++) {
        *at++ = 0x35, memcpy(at, &c, 4), at += 4;
    }
    memcpy(at, "\xFF\xC9\x75", 3), at += 3;
    *at = loop - at - 1, at++;
    *at++ = 0xC3;
    return at - to;
}

static uint32_t expected(uint32_t x, uint32_t a, uint32_t b, uint32_t c, uint32_t rounds, int xors) {
    do {
        x = x * a + b;
        if (xors & 1) {
            x ^= c;
        }
    } while (--rounds);
    return x;
}

static void *code(void *argument) {
    int self = (int)(intptr_t)argument;
    pin(self);
    uint64_t seed = self + 1;
    uint8_t *at = pages(4, PROT_READ | PROT_WRITE);
    while (!finished) {
        size_t offset = next(&seed) % (4 * PAGE - 256);
        uint32_t a = next(&seed), b = next(&seed), c = next(&seed);
        uint32_t rounds = 1 + next(&seed) % (next(&seed) % 8 ? 50 : 60000);
        int xors = next(&seed) % 16;
        if (mprotect(at, 4 * PAGE, PROT_READ | PROT_WRITE)) {
            wrong("mprotect: %d", errno);
        }
        generate(at + offset, a, b, c, rounds, xors);
        if (mprotect(at, 4 * PAGE, PROT_READ | PROT_EXEC)) {
            wrong("mprotect: %d", errno);
        }
        for (int i = 0; i < 3; i++) {
            uint32_t x = next(&seed), got = ((function)(at + offset))(x), want = expected(x, a, b, c, rounds, xors);
            if (got != want) {
                wrong("thread %d, %x(%x): %x instead of %x", self, a, x, got, want);
            }
        }
        steps++;
    }
    return 0;
}

/* --- cross: one thread writes code that the other runs, at places that the other has run before; now and then on fresh pages. --- */

static uint8_t *crossed;
static uint32_t cross_value;

/* mov eax, VALUE; ret */
static void constant(uint8_t *to, uint32_t value) {
    uint8_t bytes[6] = {0xB8};
    memcpy(bytes + 1, &value, 4);
    bytes[5] = 0xC3;
    memcpy(to, bytes, sizeof bytes);
}

static void *cross(void *argument) {
    int self = (int)(intptr_t)argument;
    pin(self);
    uint64_t seed = 7;
    enum { PLACES = 8 };
    while (await(self)) {
        if (self == 0) {
            if (next(&seed) % 64 == 0 || !crossed) {
                if (crossed) {
                    munmap(crossed, PLACES * PAGE);
                }
                crossed = pages(PLACES, PROT_READ | PROT_WRITE | PROT_EXEC);
                for (int i = 0; i < PLACES; i++) {
                    constant(crossed + i * PAGE + 64 * i, 0);
                }
            }
            cross_value = next(&seed) % PLACES | next(&seed) << 3;
            constant(crossed + cross_value % PLACES * (PAGE + 64), cross_value);
        } else {
            serialize();
            uint32_t got = ((function)(crossed + cross_value % PLACES * (PAGE + 64)))(0);
            if (got != cross_value) {
                wrong("%x instead of %x", got, cross_value);
            }
        }
        done();
    }
    return 0;
}

/* --- maps: one thread changes what is mapped where, the other must see the new page at once. --- */

static uint32_t *slot;
static uint32_t slot_value;
static int frames;

static void *maps(void *argument) {
    int self = (int)(intptr_t)argument;
    pin(self);
    uint64_t seed = 9;
    enum { FRAMES = 64 };
    if (self == 0) {
        frames = memfd_create("frames", 0);
        if (frames < 0 || ftruncate(frames, FRAMES * PAGE)) {
            wrong("memfd: %d", errno);
        }
        slot = pages(1, PROT_READ | PROT_WRITE);
    }
    while (await(self)) {
        if (self == 0) {
            slot_value = next(&seed);
            uint32_t frame = next(&seed) % FRAMES;
            if (pwrite(frames, &slot_value, 4, frame * PAGE) != 4
                    || mmap(slot, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, frames, frame * PAGE) != slot) {
                wrong("map: %d", errno);
            }
        } else if (*(volatile uint32_t *)slot != slot_value) {
            wrong("%x instead of %x", *slot, slot_value);
        }
        done();
    }
    return 0;
}

/* --- rights: one thread takes a page's rights away and gives them back, while the other writes: no write may come through while there
   are none. --- */

static volatile uint64_t *_Atomic guarded;
static _Atomic uint64_t faults;

static void on_fault(int signal, siginfo_t *info, void *context) {
    (void)signal;
    if (info->si_addr != (void *)guarded) {
        wrong("fault at %p", info->si_addr);
    }
    faults++;
    /* Over "add %rax, (%rdi)". */
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 3;
}

static void *rights(void *argument) {
    int self = (int)(intptr_t)argument;
    pin(self);
    if (self == 1) {
        SPIN_WHILE(!guarded);
        while (!finished) {
            __asm__ volatile("add %0, (%1)" : : "a"(1UL), "D"(guarded) : "memory");
            steps++;
        }
        return 0;
    }
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &action, 0);
    volatile uint64_t *at = pages(1, PROT_READ | PROT_WRITE);
    guarded = at;
    while (!finished) {
        mprotect((void *)at, PAGE, PROT_READ);
        uint64_t before = *at;
        uint64_t last = faults;
        SPIN_WHILE(faults < last + 3);
        if (*at != before) {
            wrong("%lx became %lx", before, *at);
        }
        mprotect((void *)at, PAGE, PROT_READ | PROT_WRITE);
        SPIN_WHILE(*at == before);
    }
    mprotect((void *)at, PAGE, PROT_READ | PROT_WRITE);
    return 0;
}

/* --- locks: counters that both add to, by XADD, CMPXCHG, BTS on a word as a lock, a mutex (futexes, so that threads sleep and wake each
   other), 16 bytes at once, a counter that two pages share, and one behind code that both run. --- */

static _Atomic uint64_t added, swapped;
static uint64_t under_bit, under_mutex;
static volatile uint32_t bit_lock;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static _Alignas(16) volatile uint64_t both[2];
static uint8_t *_Atomic rare;
static uint64_t turns_taken[2];

/* Counts of every RARELY-th turn: a processor may have to stop the others for these. */
enum { RARELY = 256, CROSSING = PAGE - 3, BEHIND_CODE = 2 * PAGE - 64, CODE = PAGE + 128 };

static void count_rarely(void) {
    __asm__ volatile("lock incq %0" : "+m"(*(uint64_t *)(rare + CROSSING)) : : "cc", "memory");
    __asm__ volatile("lock incq %0" : "+m"(*(uint64_t *)(rare + BEHIND_CODE)) : : "cc", "memory");
    if (((uint32_t (*)(void))(rare + CODE))() != 0x12345678) {
        wrong("code beside a counter");
    }
}

static void *locks(void *argument) {
    int self = (int)(intptr_t)argument;
    pin(self);
    uint64_t count = 0;
    if (self == 0) {
        uint8_t *at = pages(2, PROT_READ | PROT_WRITE | PROT_EXEC);
        memcpy(at + CODE, "\xB8\x78\x56\x34\x12\xC3", 6);
        rare = at;
    }
    SPIN_WHILE(!rare);
    for (; !finished; count++) {
        if (count % RARELY == 0) {
            count_rarely();
        }
        added++;
        uint64_t old = swapped;
        while (!atomic_compare_exchange_weak(&swapped, &old, old + 1)) {
        }
        uint8_t taken;
        do {
            __asm__ volatile("lock btsl $5, %0; setc %1" : "+m"(bit_lock), "=r"(taken) : : "cc", "memory");
        } while (taken);
        under_bit++;
        __asm__ volatile("lock btrl $5, %0" : "+m"(bit_lock) : : "cc", "memory");
        if (count % 64 == 0) {
            pthread_mutex_lock(&mutex);
            under_mutex += 64;
            if (count % 1024 == 0) {
                usleep(1);
            }
            pthread_mutex_unlock(&mutex);
        }
        uint64_t low = both[0], high = both[1];
        uint8_t equal;
        do {
            __asm__ volatile("lock cmpxchg16b %0; sete %1"
                             : "+m"(both), "=q"(equal), "+a"(low), "+d"(high)
                             : "b"(low + 1), "c"(high - 1)
                             : "cc", "memory");
        } while (!equal);
        if (low + high != 0) {
            wrong("16 bytes were torn: %lx %lx", low, high);
        }
    }
    turns_taken[self] = count;
    steps += count;
    return 0;
}

static void check_locks(void) {
    uint64_t all = turns_taken[0] + turns_taken[1];
    uint64_t mutexes = 0, rares = 0;
    for (int i = 0; i < 2; i++) {
        mutexes += (turns_taken[i] + 63) / 64 * 64;
        rares += (turns_taken[i] + RARELY - 1) / RARELY;
    }
    uint64_t crossing = *(uint64_t *)(rare + CROSSING), behind = *(uint64_t *)(rare + BEHIND_CODE);
    if (crossing != rares || behind != rares) {
        wrong("of %lu: %lu across pages, %lu behind code", rares, crossing, behind);
    }
    if (added != all || swapped != all || under_bit != all || under_mutex != mutexes || both[0] != all) {
        wrong("of %lu: %lu %lu %lu, 16 bytes %lu; of %lu: %lu", all, added, swapped, under_bit, both[0], mutexes, under_mutex);
    }
}

/* --- order: stores are seen in their order (message passing), and a store is seen before what is behind a fence (store buffering). --- */

static volatile struct {
    uint64_t value, gap1[7], flag, gap2[7], x, gap3[7], y, gap4[7], seen[2];
} o;

static void *order(void *argument) {
    int self = (int)(intptr_t)argument;
    pin(self);
    /* Message passing without turns: one writes value, then flag; the other reads flag, then value. */
    uint64_t n = 0;
    static _Atomic uint64_t round;
    while (!finished) {
        for (int i = 0; i < 10000; i++) {
            if (self == 0) {
                n++;
                o.value = n;
                o.flag = n;
            } else {
                uint64_t flag = o.flag, value = o.value;
                if (value < flag) {
                    wrong("flag %lu, but value %lu", flag, value);
                }
            }
        }
        /* Store buffering: both wait for each other, store, fence, load; not both may see the old value. */
        uint64_t mine = ++round;
        SPIN_WHILE(round < ((mine + 1) & ~1UL));
        if (finished) {
            break;
        }
        uint64_t mark = (mine + 1) / 2;
        if (self == 0) {
            o.x = mark;
            __asm__ volatile("mfence" : : : "memory");
            o.seen[0] = o.y;
        } else {
            o.y = mark;
            __asm__ volatile("lock orl $0, (%%rsp)" : : : "memory");
            o.seen[1] = o.x;
        }
        static _Atomic uint64_t stored;
        stored++;
        SPIN_WHILE(stored < 2 * mark);
        if (!finished && o.seen[0] < mark && o.seen[1] < mark) {
            wrong("both stores of %lu were late", mark);
        }
        static _Atomic uint64_t read;
        read++;
        SPIN_WHILE(read < 2 * mark);
        steps++;
    }
    return 0;
}

/* --- forks: each thread's process makes children that write to pages they share until then, on the other processor. --- */

static void *forks(void *argument) {
    int self = (int)(intptr_t)argument;
    pin(self);
    enum { COUNT = 32 };
    uint32_t *at = pages(COUNT, PROT_READ | PROT_WRITE);
    uint64_t seed = self + 11;
    while (!finished) {
        uint32_t mark = next(&seed);
        for (int i = 0; i < COUNT; i++) {
            at[i * PAGE / 4] = mark + i;
        }
        pid_t child = fork();
        if (child == 0) {
            pin(self ^ 1);
            uint32_t sum = 0;
            for (int i = 0; i < COUNT; i++) {
                sum += at[i * PAGE / 4]++ - mark - i;
            }
            for (int i = 0; i < COUNT; i++) {
                sum += at[i * PAGE / 4] - mark - i - 1;
            }
            _exit(sum != 0);
        }
        int status = -1;
        if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
            wrong("child ended with %x", status);
        }
        for (int i = 0; i < COUNT; i++) {
            if (at[i * PAGE / 4] != mark + i) {
                wrong("child's write in page %d", i);
            }
        }
        steps++;
    }
    return 0;
}

/* --- pipes: a word goes to and fro between two threads that sleep meanwhile: each step wakes the other processor by an interrupt. --- */

static int to_other[2][2];

static void *pipes(void *argument) {
    int self = (int)(intptr_t)argument;
    pin(self);
    uint64_t word = 0;
    if (self == 0 && write(to_other[0][1], &word, 8) != 8) {
        wrong("pipe: %d", errno);
    }
    for (uint64_t n = 1 - self;; n += 2) {
        if (read(to_other[self ^ 1][0], &word, 8) != 8 || word != n) {
            wrong("%lu instead of %lu", word, n);
        }
        if (finished && self == 0) {
            _exit(printf("%s ok %lu\n", part, n) < 0 || fflush(stdout));
        }
        word++;
        if (write(to_other[self][1], &word, 8) != 8) {
            wrong("pipe: %d", errno);
        }
        steps++;
    }
}

static const struct {
    const char *name;
    void *(*run)(void *);
    void (*check)(void);
} PARTS[] = {
    {"code", code, 0},   {"cross", cross, 0},           {"maps", maps, 0},   {"rights", rights, 0},
    {"order", order, 0}, {"locks", locks, check_locks}, {"forks", forks, 0}, {"pipes", pipes, 0},
};

int main(int argc, char **argv) {
    for (size_t i = 0; argc == 3 && i < sizeof PARTS / sizeof *PARTS; i++) {
        if (strcmp(argv[1], PARTS[i].name) == 0) {
            part = argv[1];
            pthread_t threads[2];
            if (pipe(to_other[0]) || pipe(to_other[1])) {
                return 1;
            }
            for (int t = 0; t < 2; t++) {
                pthread_create(&threads[t], 0, PARTS[i].run, (void *)(intptr_t)t);
            }
            sleep(atoi(argv[2]));
            finished = 1;
            for (int t = 0; t < 2; t++) {
                pthread_join(threads[t], 0);
            }
            if (PARTS[i].check) {
                PARTS[i].check();
            }
            printf("%s ok %ld\n", part, steps);
            return 0;
        }
    }
    puts("usage: parallel PART SECONDS");
    return 2;
}

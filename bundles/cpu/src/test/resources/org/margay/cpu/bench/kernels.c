/* The eight compute kernels of the engine's benchmarks. Freestanding: linked at 1 MiB, entered with the kernel's number in
   rdi. With -DHOSTED run() is called by a program around it. */
#ifndef HOSTED
/* The linker puts this section first. */
__asm__(".section .text.unlikely,\"ax\"\n.globl _start\n_start: call run\nhlt\n.text\n");
#endif

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

static u8 bytes[1 << 16];
static u32 words[1 << 14];

static u64 sieve(void) {
    u64 total = 0;
    for (int round = 0; round < 10; round++) {
        for (u32 i = 0; i < sizeof bytes; i++) {
            bytes[i] = 1;
        }
        for (u32 i = 2; i * i < sizeof bytes; i++) {
            if (bytes[i]) {
                for (u32 j = i * i; j < sizeof bytes; j += i) {
                    bytes[j] = 0;
                }
            }
        }
        for (u32 i = 2; i < sizeof bytes; i++) {
            total += bytes[i];
        }
    }
    return total;
}

static u64 crc(void) {
    u64 total = 0;
    for (u32 i = 0; i < sizeof bytes; i++) {
        bytes[i] = i * 7;
    }
    for (int round = 0; round < 2; round++) {
        u32 value = ~0u;
        for (u32 i = 0; i < sizeof bytes; i++) {
            value ^= bytes[i];
            for (int bit = 0; bit < 8; bit++) {
                value = value & 1 ? value >> 1 ^ 0xEDB88320u : value >> 1;
            }
        }
        total += value;
    }
    return total;
}

/* 64- and 32-bit arithmetic, shifts, multiplications, no memory to speak of. */
static u64 mix(void) {
    u64 a = 0x9E3779B97F4A7C15, b = 1;
    u32 c = 12345;
    for (u32 i = 0; i < 400000; i++) {
        a ^= a << 13;
        a ^= a >> 7;
        a ^= a << 17;
        c = c * 1664525u + 1013904223u;
        b += (a >> 11) * (c | 1);
        b = b << 5 | b >> 59;
        if (b & 1) {
            a += c;
        } else {
            b -= a;
        }
    }
    return a ^ b ^ c;
}

typedef struct node {
    struct node *next;
    u64 key;
} node;

static node nodes[4096];

static u64 list(void) {
    node *head = 0;
    for (int i = 0; i < 4096; i++) {
        nodes[i * 7 & 4095].key = i;
        nodes[i * 7 & 4095].next = head;
        head = &nodes[i * 7 & 4095];
    }
    u64 total = 0;
    for (int round = 0; round < 400; round++) {
        for (node *n = head; n; n = n->next) {
            total += n->key ^ round;
        }
    }
    return total;
}

static __attribute__((noinline)) void sort(int low, int high) {
    while (low < high) {
        u32 pivot = words[(low + high) / 2];
        int i = low, j = high;
        while (i <= j) {
            while (words[i] < pivot) {
                i++;
            }
            while (words[j] > pivot) {
                j--;
            }
            if (i <= j) {
                u32 t = words[i];
                words[i++] = words[j];
                words[j--] = t;
            }
        }
        sort(low, j);
        low = i;
    }
}

static u64 quicksort(void) {
    u64 total = 0;
    for (u32 round = 0; round < 4; round++) {
        u32 seed = 12345 + round;
        for (u32 i = 0; i < sizeof words / sizeof *words; i++) {
            words[i] = seed = seed * 1103515245u + 12345;
        }
        sort(0, sizeof words / sizeof *words - 1);
        total += words[100];
    }
    return total;
}

static __attribute__((noinline)) u32 place(u32 all, u32 columns, u32 left, u32 right) {
    if (columns == all) {
        return 1;
    }
    u32 found = 0;
    for (u32 free = all & ~(columns | left | right); free; free &= free - 1) {
        u32 bit = free & -free;
        found += place(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    return found;
}

static u64 queens(void) {
    return place((1 << 11) - 1, 0, 0, 0);
}

#define BODIES 5

static double position[BODIES][3], velocity[BODIES][3], mass[BODIES];

static double root(double x) {
    double result;
    __asm__("sqrtsd %1, %0" : "=x"(result) : "x"(x));
    return result;
}

static u64 nbody(void) {
    for (int i = 0; i < BODIES; i++) {
        mass[i] = i == 0 ? 39.47 : 0.01 * i;
        for (int k = 0; k < 3; k++) {
            position[i][k] = i * (1.3 + k) * (k == 1 ? -0.7 : 0.9);
            velocity[i][k] = i == 0 ? 0 : 0.3 * (k + 1) / i;
        }
    }
    for (int step = 0; step < 20000; step++) {
        for (int i = 0; i < BODIES; i++) {
            for (int j = i + 1; j < BODIES; j++) {
                double x = position[i][0] - position[j][0];
                double y = position[i][1] - position[j][1];
                double z = position[i][2] - position[j][2];
                double square = x * x + y * y + z * z;
                double force = 0.001 / (square * root(square));
                velocity[i][0] -= x * mass[j] * force;
                velocity[i][1] -= y * mass[j] * force;
                velocity[i][2] -= z * mass[j] * force;
                velocity[j][0] += x * mass[i] * force;
                velocity[j][1] += y * mass[i] * force;
                velocity[j][2] += z * mass[i] * force;
            }
        }
        for (int i = 0; i < BODIES; i++) {
            for (int k = 0; k < 3; k++) {
                position[i][k] += 0.001 * velocity[i][k];
            }
        }
    }
    union {
        double number;
        u64 bits;
    } out = {.number = position[1][0] + velocity[2][1]};
    return out.bits;
}

/* Calls within calls: arguments on the stack, returns to several places. */
static __attribute__((noinline)) u64 ackermann(u64 m, u64 n) {
    if (m == 0) {
        return n + 1;
    }
    if (n == 0) {
        return ackermann(m - 1, 1);
    }
    return ackermann(m - 1, ackermann(m, n - 1));
}

static __attribute__((noinline)) u64 fib(u64 n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static u64 calls(void) {
    return fib(30) + ackermann(2, 200);
}

u64 run(u64 kernel) {
    switch (kernel) {
        case 0:
            return sieve();
        case 1:
            return crc();
        case 2:
            return mix();
        case 3:
            return list();
        case 4:
            return quicksort();
        case 5:
            return queens();
        case 6:
            return nbody();
        default:
            return calls();
    }
}

/* Compute loops for InterpreterBench: freestanding, linked at 1 MiB, entered with the kernel's number in rdi. */
/* The linker puts this section first. */
__asm__(".section .text.unlikely,\"ax\"\n.globl _start\n_start: call run\nhlt\n.text\n");

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

static u8 bytes[1 << 16];
static u32 words[1 << 14];
static u32 a[64][64], b[64][64], c[64][64];

static u64 crc(void) {
    u64 total = 0;
    for (int round = 0; round < 4; round++) {
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

static u64 matrix(void) {
    u64 total = 0;
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 64; i++) {
            for (int j = 0; j < 64; j++) {
                a[i][j] = i * j + round;
                b[i][j] = i ^ j;
            }
        }
        for (int i = 0; i < 64; i++) {
            for (int j = 0; j < 64; j++) {
                u32 sum = 0;
                for (int k = 0; k < 64; k++) {
                    sum += a[i][k] * b[k][j];
                }
                c[i][j] = sum;
                total += sum;
            }
        }
    }
    return total;
}

static __attribute__((noinline)) u64 fib(u64 n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
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

static u64 sorting(void) {
    u32 seed = 12345;
    for (u32 i = 0; i < sizeof words / sizeof *words; i++) {
        words[i] = seed = seed * 1103515245u + 12345;
    }
    sort(0, sizeof words / sizeof *words - 1);
    return words[100];
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
    for (int round = 0; round < 200; round++) {
        for (node *n = head; n; n = n->next) {
            total += n->key ^ round;
        }
    }
    return total;
}

u64 run(u64 kernel) {
    switch (kernel) {
        case 0:
            return crc();
        case 1:
            return sieve();
        case 2:
            return matrix();
        case 3:
            return fib(25);
        case 4:
            return sorting();
        default:
            return list();
    }
}

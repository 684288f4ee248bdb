/* Long compute loops for the interpreter's benchmark. COM1 gets "S" before, one letter after each kernel, and a line with
   the check sums, which every correct processor prints alike. */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

#define COM1 0x3F8
static void put(char c) { __asm__ volatile("outb %0, %1" ::"a"(c), "Nd"((unsigned short)COM1)); }
static void put_hex(u64 value) {
    for (int shift = 60; shift >= 0; shift -= 4) put("0123456789abcdef"[value >> shift & 15]);
}

static u8 composite[1 << 20];
static u64 sieve(int rounds) {
    u64 primes = 0;
    while (rounds--) {
        for (u32 i = 0; i < sizeof composite; i++) composite[i] = 0;
        for (u32 i = 2; i < sizeof composite; i++) {
            if (composite[i]) continue;
            primes++;
            for (u32 j = 2 * i; j < sizeof composite; j += i) composite[j] = 1;
        }
    }
    return primes;
}

static u32 crc_table[256];
static u64 crc(int rounds) {
    for (u32 i = 0; i < 256; i++) {
        u32 c = i;
        for (int k = 0; k < 8; k++) c = c & 1 ? 0xEDB88320 ^ c >> 1 : c >> 1;
        crc_table[i] = c;
    }
    u32 c = ~0u;
    while (rounds--)
        for (u32 i = 0; i < sizeof composite; i++) c = crc_table[(c ^ composite[i]) & 255] ^ c >> 8;
    return ~c;
}

static u64 mix(u64 rounds) {
    u64 a = 0x9E3779B97F4A7C15, b = 1, c = 0;
    while (rounds--) {
        a ^= a << 13;
        a ^= a >> 7;
        a ^= a << 17;
        b = b * 6364136223846793005 + a;
        c += b >> 33 & 1 ? a : ~b;
    }
    return c;
}

static u32 numbers[1 << 16];
static void sort(u32 *low, u32 *high) {
    while (low < high) {
        u32 pivot = low[(high - low) / 2], *i = low, *j = high;
        while (i <= j) {
            while (*i < pivot) i++;
            while (*j > pivot) j--;
            if (i <= j) {
                u32 t = *i;
                *i++ = *j;
                *j-- = t;
            }
        }
        if (j - low < high - i) {
            sort(low, j);
            low = i;
        } else {
            sort(i, high);
            high = j;
        }
    }
}
static u64 quicksort(int rounds) {
    u64 sum = 0, x = 42;
    while (rounds--) {
        for (u32 i = 0; i < 1 << 16; i++) numbers[i] = (x = x * 6364136223846793005 + 1442695040888963407) >> 32;
        sort(numbers, numbers + (1 << 16) - 1);
        for (u32 i = 0; i < 1 << 16; i += 97) sum = sum * 31 + numbers[i];
    }
    return sum;
}

static u64 kernels[4];
void compute(void) {
    put('S');
    kernels[0] = sieve(30);
    put('a');
    kernels[1] = crc(40);
    put('b');
    kernels[2] = mix(20000000);
    put('c');
    kernels[3] = quicksort(20);
    put('d');
    put(' ');
    for (int i = 0; i < 4; i++) {
        put_hex(kernels[i]);
        put(' ');
    }
    put('\n');
}

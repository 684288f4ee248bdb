package org.margay.itests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Work for a guest with two processors, with results that the host knows because it has done the same: busybox' sort, gzip and sha256sum, a
 * build by Debian's tcc, and {@code guest/parallel.c}, which checks itself.
 */
final class MixedLoad {
    /** Parts of {@code parallel}. */
    static final List<String> PARTS = List.of("code", "cross", "maps", "rights", "order", "locks", "forks", "pipes");

    private static final int SOURCES = 12;
    private static final int FUNCTIONS = 40;
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

    /** Prints a sum of a build on two processors, and what the program says. Works in the guest and on the host: sh, tcc, sha256sum. */
    private static final String BUILD = """
            #!/bin/sh
            cd "${1:-/src}" || exit
            out=$(mktemp -d)
            compile() { for f in "$@"; do tcc -nostdinc -c -o "$out/$f.o" "$f" || echo "cannot compile $f"; done; }
            compile *[02468].c & compile *[13579].c & wait
            cd "$out" && tcc -nostdlib -static -o program *.o && ./program
            sha256sum *.c.o | sha256sum
            rm -r "$out"
            """;

    /** Prints two sums of sorted and packed text, made at the same time. */
    private static final String SORT = """
            #!/bin/sh
            numbers() { seq 1 6000 | awk '{print ($1 * 7919) % 12007, $1}'; }
            (numbers | sort -n | sha256sum) & (numbers | gzip -c | gunzip -c | sort -k 2 -r | sha256sum) & wait
            """;

    /** Rounds for ever: whatever has another result says so. */
    private static final String ROUNDS = """
            #!/bin/sh
            same() { [ "$2" = "$(cat /expected/$1)" ] || { echo "$1 is wrong: $2"; exit; }; }
            n=0
            while :; do
                for part in code cross maps rights order locks forks pipes; do
                    said=$(parallel $part 2)
                    case $said in "$part ok "*) ;; *) echo "$part is wrong: $said"; exit ;; esac
                done &
                same build "$(build-load)"
                same sort "$(sort-load | sort)"
                wait
                n=$((n + 1))
                echo "round $n is right"
            done
            """;

    private final Path initrd;
    private final String builtOnHost;
    private final String sortedOnHost;

    /** Makes it, in an empty folder. Fails when the compilers are not there. */
    MixedLoad(Path folder) throws IOException, InterruptedException {
        Path sources = Files.createDirectory(folder.resolve("src"));
        GuestFiles files = new GuestFiles();
        for (int i = 0; i < SOURCES; i++) {
            String name = "part%02d.c".formatted(i);
            String source = source(i);
            Files.writeString(sources.resolve(name), source);
            files.add("src/" + name, source);
        }
        Files.writeString(sources.resolve("start0.c"), start());
        files.add("src/start0.c", start());

        Path tcc = DebianPackage.file("tcc", "usr/bin/tcc");
        files.add("bin/tcc", Files.readAllBytes(tcc));
        Matcher libraries = LIBRARY.matcher(HostTool.run("ldd", tcc));
        while (libraries.find()) {
            Path library = Path.of(libraries.group(1));
            files.add(library.toString().substring(1), Files.readAllBytes(library));
        }
        Path parallelSource = folder.resolve("parallel.c");
        try (InputStream in = MixedLoad.class.getResourceAsStream("/guest/parallel.c")) {
            Files.write(parallelSource, in.readAllBytes());
        }
        Path parallel = folder.resolve("parallel");
        HostTool.run("gcc", "-O2", "-Wall", "-static", "-pthread", "-o", parallel, parallelSource);
        files.add("bin/parallel", Files.readAllBytes(parallel));

        Path build = Files.writeString(folder.resolve("build"), BUILD);
        Path sort = Files.writeString(folder.resolve("sort"), SORT);
        builtOnHost = HostTool.run("env", "PATH=%s:/usr/bin:/bin".formatted(tcc.getParent()), "sh", build, sources);
        sortedOnHost = sorted(HostTool.run("env", "LC_ALL=C", "sh", sort));
        files.add("bin/build-load", BUILD).add("bin/sort-load", SORT).add("bin/rounds", ROUNDS);
        files.add("expected/build", builtOnHost).add("expected/sort", sortedOnHost);
        initrd = files.behind(DebianGuest.CLOUD.initrd(), folder.resolve("initrd"));
    }

    /** Archive for the cloud kernel; {@code build-load}, {@code sort-load}, {@code parallel} and {@code rounds} are commands in it. */
    Path initrd() {
        return initrd;
    }

    /** What {@code build-load} prints. */
    List<String> built() {
        return builtOnHost.lines().toList();
    }

    /** What {@code sort-load} prints, sorted. */
    List<String> sorted() {
        return sortedOnHost.lines().toList();
    }

    private static String sorted(String text) {
        return String.join("\n", text.lines().sorted().toList()) + "\n";
    }

    /** Functions of arithmetic and branches, as a compiler sees them. */
    private static String source(int file) {
        Random random = new Random(file);
        StringBuilder text = new StringBuilder();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < FUNCTIONS; i++) {
            String name = "f%d_%d".formatted(file, i);
            text.append("static unsigned %s(unsigned x, unsigned y) {\n".formatted(name));
            text.append("    unsigned a[8], i;\n    for (i = 0; i < 8; i++) a[i] = x * %du + i;\n"
                    .formatted(random.nextInt(1, 1000)));
            for (int line = 0; line < 6; line++) {
                text.append("    if (a[%d] %s y) a[%d] = (a[%d] ^ %#x) * %d; else a[%d] += a[%d] %s %d;\n"
                        .formatted(
                                random.nextInt(8),
                                random.nextBoolean() ? "<" : ">",
                                random.nextInt(8),
                                random.nextInt(8),
                                random.nextInt(1 << 30),
                                random.nextInt(100),
                                random.nextInt(8),
                                random.nextInt(8),
                                List.of(">>", "<<", "-", "|").get(random.nextInt(4)),
                                random.nextInt(31)));
            }
            String callee = names.isEmpty() ? "" : names.get(random.nextInt(names.size())) + "(y, i) + ";
            text.append(
                    "    switch (x %% 3) { case 0: return a[1]; case 1: return %sa[2]; default: return a[3] ^ y; }\n}\n"
                            .formatted(callee));
            names.add(name);
        }
        text.append("unsigned file%d(unsigned x) {\n    unsigned sum = x;\n".formatted(file));
        names.forEach(name -> text.append("    sum = sum * 31 + %s(sum, x);\n".formatted(name)));
        return text.append("    return sum;\n}\n").toString();
    }

    /** The program's entry, without a C library: prints a sum. */
    private static String start() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < SOURCES; i++) {
            text.append("unsigned file%d(unsigned);\n".formatted(i));
        }
        text.append("""
                static long call(long number, long a, long b, long c) {
                    long result;
                    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
                    return result;
                }
                void _start(void) {
                    char text[9];
                    unsigned sum = 1, i;
                    for (i = 0; i < 200; i++) {
                """);
        for (int i = 0; i < SOURCES; i++) {
            text.append("        sum = file%d(sum + i);\n".formatted(i));
        }
        return text.append("""
                    }
                    for (i = 0; i < 8; i++, sum <<= 4) text[i] = "0123456789abcdef"[sum >> 28];
                    text[8] = 10;
                    call(1, 1, (long)text, 9);
                    call(60, 0, 0, 0);
                }
                """).toString();
    }
}

package org.margay.img;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.margay.block.BlockDrivers;
import org.margay.img.internal.arguments.Arguments;
import org.margay.img.internal.arguments.Secrets;
import org.margay.img.internal.arguments.ToolException;
import org.margay.img.internal.arguments.UsageException;
import org.margay.img.internal.command.Command;
import org.margay.img.internal.command.Commands;
import org.margay.img.internal.command.HelpText;
import org.margay.img.internal.command.Tool;

/** margay-img: {@code COMMAND [OPTIONS] FILE}, as qemu-img(1) has them. */
public final class Main {
    private static final String NAME = "margay-img";

    private Main() {}

    public static void main(String[] words) {
        Charset charset = Charset.defaultCharset();
        PrintStream out =
                new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), false, charset);
        int code = run(List.of(words), BlockDrivers.onClassPath(), out, System.err);
        out.flush();
        // Not exit(): nothing is left to be waited for, and the hooks of the JVM need not run.
        Runtime.getRuntime().halt(out.checkError() && code == 0 ? 1 : code);
    }

    /**
     * Runs one command.
     *
     * @param words of the command line, without the program
     * @param out where results go; flushed by the caller
     * @param err where errors and warnings go
     * @return exit code
     */
    public static int run(List<String> words, BlockDrivers drivers, PrintStream out, PrintStream err) {
        try {
            return runOne(words, drivers, out, err);
        } catch (UsageException e) {
            err.printf("%s: %s\nTry '%s --help' for more information\n", NAME, e.getMessage(), NAME);
            return e.exitCode();
        } catch (ToolException e) {
            out.flush();
            complain(err, e.getMessage());
            return e.exitCode();
        } catch (IOException e) {
            out.flush();
            complain(err, String.valueOf(e.getMessage()));
            return 1;
        } catch (OutOfMemoryError e) {
            out.flush();
            complain(err, "Cannot allocate memory: " + e.getMessage());
            return 1;
        }
    }

    /** The first line has the program's name in front. */
    private static void complain(PrintStream err, String message) {
        err.println(NAME + ": " + message);
    }

    private static int runOne(List<String> words, BlockDrivers drivers, PrintStream out, PrintStream err)
            throws ToolException, IOException {
        if (words.isEmpty()) {
            throw new UsageException("Not enough arguments");
        }
        String first = words.getFirst();
        switch (first) {
            case "-h", "--help" -> {
                help(drivers, out);
                return 0;
            }
            case "-V", "--version" -> {
                out.println(HelpText.version());
                return 0;
            }
            default -> {
                if (first.startsWith("-")) {
                    throw new UsageException("unrecognized option '%s'".formatted(first));
                }
            }
        }
        Optional<Command> command = Commands.find(first);
        if (command.isEmpty()) {
            throw Commands.LATER.contains(first)
                    ? new ToolException("Command '%s' is not supported".formatted(first))
                    : new UsageException("Command not found: " + first);
        }
        Arguments arguments = Arguments.parse(command.get().syntax(), words.subList(1, words.size()));
        if (arguments.has("h") || arguments.has("help")) {
            help(drivers, out);
            return 0;
        }
        Tool tool = new Tool(drivers, Secrets.parse(arguments.values("object")), out, err);
        return command.get().run(tool, arguments);
    }

    private static void help(BlockDrivers drivers, PrintStream out) {
        out.print(HelpText.of(Commands.ALL, new TreeSet<>(drivers.formats())));
    }
}

package org.margay.img.internal.command;

import java.util.Collection;
import java.util.List;

/** What --help shows. */
public final class HelpText {
    private static final String PARAMETERS = """

        Parameters:
          filename    a disk image, or the place of one on a network: nbd:HOST:PORT, http://HOST/PATH, ...
          fmt         image format; found out by itself in most cases
          size        bytes, with an optional suffix k, M, G, T, P or E (powers of 1024)
          cache       how written data reaches the disk: none, writeback, writethrough, directsync, unsafe
                      ("convert" writes with unsafe unless told otherwise, the others with writeback)
          src_cache   the same for images that are read
          ofmt        human or json
          options     NAME=VALUE,NAME=VALUE; "-o help" lists those of a format

          --image-opts
                      each image is given by options: driver=qcow2,file.filename=PATH; file.driver names a protocol,
                      file.locking=off is -U for it, encrypt.key-secret the secret with the password
          --target-image-opts
                      convert -n: the same for the target
          --object    secret,id=ID,data=PASSWORD or secret,id=ID,file=PATH; format=base64 if it is encoded

          -p          shows how far it is
          -q          says nothing but errors
          -U          the image may be in use by others
          -u          create: the backing file is not opened
          -r          check: "leaks" frees clusters that nobody uses, "all" mends whatever can be
          -s          compare: size and allocation must be the same too
          -b, -F      create: backing file and its format
          -B, -F      convert: the target gets this backing file, what it shows is not copied
          -c          convert: the target is compressed
          -l          convert: a snapshot within the source, by id or name; snapshot: lists all
          -m          convert: how many requests are under way at a time, 1 to 16, 8 if not given
          -n          convert: the target is there already
          -S          convert: so many bytes of zeros in a row are left out, 4k if not given; 0: none are
          -W          convert: data may be written in any order
          -a, -c, -d  snapshot: applies, creates, deletes the one of that id or name

        Exit codes: 0 success, 1 error.
          check       2 corruptions, 3 leaked clusters, 63 the format can't be checked
          compare     0 same, 1 different, 2 can't be opened, 3 can't be examined, 4 can't be read
        """;

    private HelpText() {}

    public static String version() {
        return "margay-img version %s".formatted(number());
    }

    private static String number() {
        String version = HelpText.class.getPackage().getImplementationVersion();
        return version == null ? "of the sources" : version;
    }

    /**
     * The whole of it.
     *
     * @param formats names of what can be read
     */
    public static String of(List<Command> commands, Collection<String> formats) {
        StringBuilder text = new StringBuilder(version());
        text.append("\nusage: margay-img [-h | -V] command [command options]\n\nCommands:\n");
        for (Command command : commands) {
            text.append("  ")
                    .append(command.name())
                    .append(' ')
                    .append(command.usage())
                    .append('\n');
        }
        return text.append(PARAMETERS)
                .append("\nSupported formats: ")
                .append(String.join(" ", formats))
                .append('\n')
                .toString();
    }
}

package org.margay.img.internal.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.margay.block.BackingLink;
import org.margay.block.CreateRequest;
import org.margay.block.ImageFormat;
import org.margay.img.internal.arguments.Secrets;
import org.margay.img.internal.arguments.Sizes;
import org.margay.img.internal.arguments.ToolException;
import org.margay.machine.DeviceException;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;

/**
 * -o of "create" and "convert": the format's own options, and those that all formats have: size, backing_file, backing_fmt.
 *
 * @param values as the user gave them
 */
record CreateOptions(ImageFormat format, Map<String, String> values) {
    private static final String SIZE = "size";
    private static final String BACKING_FILE = "backing_file";
    private static final String BACKING_FORMAT = "backing_fmt";

    private static final String ENCRYPTION = "encryption";
    private static final String ENCRYPT_FORMAT = "encrypt.format";
    private static final String KEY_SECRET = "encrypt.key-secret";

    private static final List<String> COMMON = List.of(SIZE, BACKING_FILE, BACKING_FORMAT);

    /** The order in which options are told; others follow. */
    private static final List<String> ORDER = List.of(
            ENCRYPTION,
            ENCRYPT_FORMAT,
            KEY_SECRET,
            "cluster_size",
            "extended_l2",
            "preallocation",
            "compression_type",
            SIZE,
            "compat",
            BACKING_FILE,
            BACKING_FORMAT,
            "lazy_refcounts",
            "refcount_bits",
            "adapter_type",
            "compat6",
            "hwversion",
            "subformat");

    /** Options that are told when the user gives them only. */
    private static final Set<String> TOLD_IF_GIVEN = Set.of(
            "preallocation",
            "compat",
            ENCRYPTION,
            "adapter_type",
            "subformat",
            "toolsversion",
            "zeroed_grain",
            "force_size");

    CreateOptions {
        values = new LinkedHashMap<>(values);
    }

    /** Gives one that a letter of its own says, if it does. */
    void put(String name, Optional<String> value) {
        value.ifPresent(text -> values.put(name, text));
    }

    void backing(Optional<String> file, Optional<String> fileFormat) {
        put(BACKING_FILE, file);
        put(BACKING_FORMAT, fileFormat);
    }

    Optional<String> backingFile() {
        return Optional.ofNullable(values.get(BACKING_FILE)).filter(file -> !file.isEmpty());
    }

    Optional<String> backingFormat() {
        return Optional.ofNullable(values.get(BACKING_FORMAT)).filter(name -> !name.isEmpty());
    }

    Optional<Long> size() throws ToolException {
        return values.containsKey(SIZE) ? Optional.of(Sizes.parse("image size", values.get(SIZE))) : Optional.empty();
    }

    /** Whether what is written has to be encrypted. */
    private boolean encrypted() {
        return values.containsKey(ENCRYPT_FORMAT)
                || List.of("on", "yes", "true", "y").contains(values.getOrDefault(ENCRYPTION, "off"));
    }

    /** Id of the secret that has the password. */
    Optional<String> keySecret() {
        return Optional.ofNullable(values.get(KEY_SECRET));
    }

    /**
     * Whether an image that is to be encrypted has a password.
     *
     * @throws ToolException when not
     */
    void checkKeySecret(Secrets secrets) throws ToolException {
        if (encrypted()) {
            secrets.password(keySecret().orElseThrow(() -> new ToolException(Tool.NO_SECRET)));
        }
    }

    /**
     * What the format is asked to make.
     *
     * @param size bytes
     * @throws ToolException when an option is unknown or wrong
     */
    CreateRequest request(long size) throws ToolException {
        BackingLink link = backingFile()
                .map(file -> new BackingLink(file, backingFormat().orElse(null)))
                .orElse(null);
        return new CreateRequest(size, link, bind());
    }

    /**
     * Whether the format knows all of them; of their values {@link #request} knows.
     *
     * @throws ToolException when not
     */
    void checkNames() throws ToolException {
        PropertyBinder<?> binder = new PropertyBinder<>(type(format), Wording.ofOption());
        for (String name : values.keySet()) {
            if (!COMMON.contains(name)
                    && !binder.has(name)
                    && !(name.equals(KEY_SECRET) && binder.has(ENCRYPT_FORMAT))) {
                throw new ToolException("Invalid parameter '%s'".formatted(name));
            }
        }
    }

    private Record bind() throws ToolException {
        Class<? extends Record> type = type(format);
        Map<String, String> own = new LinkedHashMap<>(values);
        own.keySet().removeAll(COMMON);
        if (encrypted()) {
            own.remove(KEY_SECRET);
        }
        try {
            return new PropertyBinder<>(type, Wording.ofOption()).bind(own);
        } catch (DeviceException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
    }

    private static Class<? extends Record> type(ImageFormat format) throws ToolException {
        Class<? extends Record> type = format.createOptions();
        if (type == null) {
            throw new ToolException("Format driver '%s' does not support image creation".formatted(format.name()));
        }
        return type;
    }

    /** " cluster_size=65536 size=1048576": all that have a value. */
    String tell(long size) throws ToolException {
        Map<String, String> told = new HashMap<>();
        told.put(SIZE, Long.toString(size));
        keySecret().ifPresent(id -> told.put(KEY_SECRET, id));
        backingFile().ifPresent(file -> told.put(BACKING_FILE, file));
        backingFormat().ifPresent(name -> told.put(BACKING_FORMAT, name));
        List<String> names = new ArrayList<>(ORDER);
        for (PropertyBinder.Property option : new PropertyBinder<>(type(format), Wording.ofOption()).all()) {
            String name = option.name();
            @Nullable String byDefault = TOLD_IF_GIVEN.contains(name) ? null : option.defaultValue();
            @Nullable String value = values.getOrDefault(name, byDefault);
            if (value != null) {
                told.put(name, inBytes(option, value));
            }
            if (!names.contains(name)) {
                names.add(name);
            }
        }
        names.retainAll(told.keySet());
        return names.stream()
                .map(name -> " %s=%s".formatted(name, told.get(name)))
                .collect(Collectors.joining());
    }

    private static String inBytes(PropertyBinder.Property option, String value) {
        if (option.typeName().equals("size")) {
            return Sizes.parse(value).stream()
                    .mapToObj(Long::toString)
                    .findFirst()
                    .orElse(value);
        }
        return value;
    }

    /** The list of "-o help". */
    static String help(ImageFormat format) throws ToolException {
        List<String[]> lines = new ArrayList<>();
        lines.add(new String[] {"size=<size>", "Virtual disk size"});
        if (format.backingFiles()) {
            lines.add(new String[] {"backing_file=<str>", "File name of a base image"});
            lines.add(new String[] {"backing_fmt=<str>", "Image format of the base image"});
        }
        for (PropertyBinder.Property option : new PropertyBinder<>(type(format), Wording.ofOption()).all()) {
            lines.add(new String[] {
                "%s=<%s>".formatted(option.name(), typeName(option)),
                option.defaultValue() == null ? "" : "default: " + Objects.requireNonNull(option.defaultValue())
            });
        }
        if (lines.stream().anyMatch(line -> line[0].startsWith(ENCRYPT_FORMAT))) {
            lines.add(new String[] {KEY_SECRET + "=<str>", "ID of the secret that has the password"});
        }
        StringBuilder text = new StringBuilder("Supported %s options:\n".formatted(format.name()));
        lines.stream()
                .sorted(Comparator.comparing(line -> line[0]))
                .map(line -> line[1].isEmpty() ? "  " + line[0] : "  %-22s - %s".formatted(line[0], line[1]))
                .forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private static String typeName(PropertyBinder.Property option) {
        return switch (option.typeName()) {
            case "bool" -> "bool (on/off)";
            case "int32", "int64", "uint8", "uint16", "uint32", "uint64" -> "num";
            case String other -> other;
        };
    }
}

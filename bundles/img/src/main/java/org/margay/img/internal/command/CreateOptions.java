package org.margay.img.internal.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.margay.block.BackingLink;
import org.margay.block.CreateRequest;
import org.margay.block.ImageFormat;
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

    /** Where the common options stand among those of the formats when they are told: after these. */
    private static final List<String> BEFORE_SIZE =
            List.of("cluster_size", "extended_l2", "compression_type", "preallocation_size");

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

    private Record bind() throws ToolException {
        Class<? extends Record> type = type(format);
        Map<String, String> own = new LinkedHashMap<>(values);
        own.keySet().removeAll(List.of(SIZE, BACKING_FILE, BACKING_FORMAT));
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

    /** "size=1048576 cluster_size=65536": all that have a value. */
    String tell(long size) throws ToolException {
        Map<String, String> told = new LinkedHashMap<>();
        List<PropertyBinder.Property> own =
                new ArrayList<>(new PropertyBinder<>(type(format), Wording.ofOption()).all());
        own.sort(Comparator.comparing(property -> !BEFORE_SIZE.contains(property.name())));
        own.stream().filter(option -> BEFORE_SIZE.contains(option.name())).forEach(option -> tell(told, option));
        told.put(SIZE, Long.toString(size));
        backingFile().ifPresent(file -> told.put(BACKING_FILE, file));
        backingFormat().ifPresent(name -> told.put(BACKING_FORMAT, name));
        own.stream().filter(option -> !BEFORE_SIZE.contains(option.name())).forEach(option -> tell(told, option));
        StringBuilder text = new StringBuilder();
        told.forEach((name, value) -> text.append(' ').append(name).append('=').append(value));
        return text.toString();
    }

    private void tell(Map<String, String> told, PropertyBinder.Property option) {
        String value = values.getOrDefault(option.name(), option.defaultValue());
        if (value != null) {
            told.put(option.name(), inBytes(option, value));
        }
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
        lines.add(new String[] {"backing_file=<str>", "File name of a base image"});
        lines.add(new String[] {"backing_fmt=<str>", "Image format of the base image"});
        for (PropertyBinder.Property option : new PropertyBinder<>(type(format), Wording.ofOption()).all()) {
            lines.add(new String[] {
                "%s=<%s>".formatted(option.name(), typeName(option)),
                option.defaultValue() == null ? "" : "default: " + Objects.requireNonNull(option.defaultValue())
            });
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

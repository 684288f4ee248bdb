package org.margay.img.internal.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** "--object secret,id=ID,data=TEXT" or "file=PATH", with "format=base64" encoded: passwords, which options name by their ids. */
public final class Secrets {
    private final Map<String, String> passwords = new HashMap<>();

    private Secrets() {}

    /** @param texts what stands behind each --object */
    public static Secrets parse(List<String> texts) throws ToolException {
        Secrets secrets = new Secrets();
        for (String text : texts) {
            int comma = text.indexOf(',');
            String type = comma < 0 ? text : text.substring(0, comma);
            if (!type.equals("secret")) {
                throw new ToolException("Parameter 'qom-type' does not accept value '%s': use secret".formatted(type));
            }
            secrets.add(OptionList.parse(comma < 0 ? List.of() : List.of(text.substring(comma + 1))));
        }
        return secrets;
    }

    /** The password of an id. */
    public String password(String id) throws ToolException {
        String password = passwords.get(id);
        if (password == null) {
            throw new ToolException("No secret with id '%s'".formatted(id));
        }
        return password;
    }

    private void add(Map<String, String> options) throws ToolException {
        String id = options.get("id");
        if (id == null) {
            throw new ToolException("Parameter 'id' is missing");
        }
        for (String name : options.keySet()) {
            if (!List.of("id", "data", "file", "format").contains(name)) {
                throw new ToolException("Parameter '%s' is unexpected".formatted(name));
            }
        }
        if (passwords.put(id, decoded(content(options), options.getOrDefault("format", "raw"))) != null) {
            throw new ToolException(
                    "attempt to add duplicate property '%s' to object (type 'container')".formatted(id));
        }
    }

    private static String content(Map<String, String> options) throws ToolException {
        String data = options.get("data");
        String file = options.get("file");
        if (data != null && file != null) {
            throw new ToolException("'file' and 'data' are mutually exclusive");
        }
        if (data != null) {
            return data;
        }
        if (file == null) {
            throw new ToolException("Either 'file' or 'data' must be provided");
        }
        try {
            return Files.readString(Path.of(file));
        } catch (NoSuchFileException e) {
            throw new ToolException("Unable to read %s: No such file or directory".formatted(file));
        } catch (IOException e) {
            throw new ToolException("Unable to read %s: %s".formatted(file, e.getMessage()));
        }
    }

    private static String decoded(String content, String format) throws ToolException {
        return switch (format) {
            case "raw" -> content;
            case "base64" -> {
                try {
                    yield new String(Base64.getDecoder().decode(content.strip()), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException e) {
                    throw new ToolException("Unable to decode base64 data: %s".formatted(e.getMessage()));
                }
            }
            default -> throw new ToolException("Parameter 'format' does not accept value '%s'".formatted(format));
        };
    }
}

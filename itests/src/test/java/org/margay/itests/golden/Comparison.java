package org.margay.itests.golden;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Decides whether what came back is what was recorded, up to what has changed since and what time decides. */
final class Comparison {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ANY = "<any>";

    /** Classes that are still told apart; all others of 2012 are GenericError today. */
    private static final Set<String> CLASSES =
            Set.of("CommandNotFound", "DeviceEncrypted", "DeviceNotActive", "DeviceNotFound", "KVMMissingCap");

    private Comparison() {}

    /** Null for what is no JSON. */
    static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException _) {
            return null;
        }
    }

    /** Whether one reply is as recorded; objects may have more members. */
    static boolean agrees(String request, JsonNode want, JsonNode got, Set<String> laterCommands) {
        if (want == null || got == null) {
            return false;
        }
        if (want.has("QMP")) {
            return got.path("QMP").has("version") && got.path("QMP").has("capabilities");
        }
        if (want.has("id") != got.has("id") || want.has("id") && !covers(want.get("id"), got.get("id"))) {
            return false;
        }
        if (want.has("error")) {
            String era = want.at("/error/class").asText();
            return got.has("error")
                    && !got.get("error").has("data")
                    && got.at("/error/class").asText().equals(CLASSES.contains(era) ? era : "GenericError")
                    && covers(want.at("/error/desc"), got.at("/error/desc"));
        }
        if (request.contains("\"query-commands\"")) {
            Set<String> names = names(want);
            names.removeAll(laterCommands);
            return names(got).containsAll(names);
        }
        if (request.contains("\"query-pci\"")) {
            return PciComparison.agrees(want, got);
        }
        if (request.contains("\"query-version\"")) {
            return got.at("/return/qemu/major").isInt()
                    && got.at("/return/package").isTextual();
        }
        if (request.contains("\"query-block")) {
            return covers(withoutOtherDrives(want), got);
        }
        return covers(want, got);
    }

    /** Today's PCs have no SD card, and their firmware is no drive unless -pflash says so. */
    private static JsonNode withoutOtherDrives(JsonNode reply) {
        JsonNode drives = reply.path("return");
        for (Iterator<JsonNode> each = drives.iterator(); each.hasNext(); ) {
            String name = each.next().path("device").asText();
            if (name.equals("sd0") || name.equals("pflash0")) {
                each.remove();
            }
        }
        return reply;
    }

    private static Set<String> names(JsonNode reply) {
        Set<String> names = new HashSet<>();
        reply.path("return").forEach(command -> names.add(command.path("name").asText()));
        return names;
    }

    /** Whether GOT has all that WANT has. */
    static boolean covers(JsonNode want, JsonNode got) {
        if (want.isTextual() && want.asText().equals(ANY)) {
            return true;
        }
        if (want.isObject()) {
            return got.isObject() && want.propertyStream().allMatch(member -> hasMember(got, member));
        }
        if (want.isArray()) {
            boolean same = got.isArray() && want.size() == got.size();
            for (int i = 0; same && i < want.size(); i++) {
                same = covers(want.get(i), got.get(i));
            }
            return same;
        }
        if (want.isTextual()) {
            return got.isTextual() && matches(want.asText(), got.asText());
        }
        if (want.isNumber()) {
            return got.isNumber() && want.decimalValue().compareTo(got.decimalValue()) == 0;
        }
        return want.equals(got);
    }

    private static boolean hasMember(JsonNode got, Map.Entry<String, JsonNode> member) {
        return got.has(member.getKey()) && covers(member.getValue(), got.get(member.getKey()));
    }

    private static boolean matches(String want, String got) {
        if (!want.contains(ANY)) {
            return want.equals(got);
        }
        String pattern = Pattern.quote(want).replace(ANY, "\\E.*?\\Q");
        return Pattern.compile(pattern, Pattern.DOTALL).matcher(got).matches();
    }
}

package org.margay.qmp.internal;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.margay.qmp.QmpException;

/**
 * What a client asks for.
 *
 * @param hasId whether an id was given; it may be null
 */
record Request(
        String command,
        Map<String, @Nullable Object> arguments,
        boolean hasId,
        @Nullable Object id) {
    /** Checks a message's shape; the first fault in the client's order is the one it is told. */
    @SuppressWarnings("unchecked")
    static Request of(@Nullable Object message) throws QmpException {
        if (!(message instanceof Map<?, ?> members)) {
            throw new QmpException("Expected 'object' in QMP input");
        }
        for (Map.Entry<?, ?> member : members.entrySet()) {
            String name = (String) member.getKey();
            switch (name) {
                case "execute" -> expect(member.getValue() instanceof String, name, "string");
                case "arguments" -> expect(member.getValue() instanceof Map, name, "object");
                case "id" -> {}
                default -> throw new QmpException("QMP input object member '" + name + "' is unexpected");
            }
        }
        if (!(members.get("execute") instanceof String command)) {
            throw new QmpException("Expected 'execute' in QMP input");
        }
        Object arguments = members.get("arguments");
        return new Request(
                command,
                arguments == null ? Map.of() : (Map<String, @Nullable Object>) arguments,
                members.containsKey("id"),
                members.get("id"));
    }

    private static void expect(boolean right, String member, String expected) throws QmpException {
        if (!right) {
            throw new QmpException("QMP input object member '" + member + "' expects '" + expected + "'");
        }
    }
}

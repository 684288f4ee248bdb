package org.margay.block.internal.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.OtherArguments;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpErrors;
import org.margay.qmp.QmpException;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Several snapshots at one moment: all of them, or none. */
@Component(service = QmpCommand.class)
@CommandName("transaction")
public final class Transaction implements QmpCommand<Transaction.Arguments> {
    private static final String SNAPSHOT = "blockdev-snapshot-sync";

    /**
     * What to do.
     *
     * @param actions each an object of "type" and "data"
     * @param others is ignored, as ever
     */
    public record Arguments(
            List<Object> actions, @OtherArguments Map<String, @Nullable Object> others) {}

    private final Snapshots snapshots;

    @Activate
    public Transaction(@Reference Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    @Override
    public boolean locked() {
        return false;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) throws QmpException {
        List<SnapshotRequest> requests = new ArrayList<>();
        for (Object action : arguments.actions()) {
            if (!(action instanceof Map<?, ?> members)) {
                throw QmpErrors.invalidParameterType("null", "QDict");
            }
            requests.add(request(members));
        }
        snapshots.take(requests);
        return Empty.EMPTY;
    }

    private static SnapshotRequest request(Map<?, ?> action) throws QmpException {
        if (!text(action, "type").equals(SNAPSHOT)) {
            throw QmpErrors.invalidParameter("type");
        }
        if (!(action.get("data") instanceof Map<?, ?> data)) {
            throw QmpErrors.invalidParameterType("data", "object");
        }
        return SnapshotRequest.of(
                text(data, "device"),
                text(data, "snapshot-file"),
                data.containsKey("format") ? text(data, "format") : SnapshotRequest.DEFAULT_FORMAT,
                data.containsKey("mode") ? text(data, "mode") : "absolute-paths");
    }

    private static String text(Map<?, ?> members, String name) throws QmpException {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw QmpErrors.invalidParameterType(name, "string");
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}

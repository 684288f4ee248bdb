package org.margay.machine.internal.command;

import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.margay.machine.Machine;
import org.margay.machine.internal.device.Drivers;
import org.margay.machine.object.ObjectNode;
import org.margay.qmp.CommandName;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.margay.qmp.WireName;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The types of objects: of those that exist, and of devices that could be made. All are objects; those with a driver are
 * devices; there is no deeper family tree.
 */
@Component(service = QmpCommand.class)
@CommandName("qom-list-types")
public final class QomListTypes implements QmpCommand<QomListTypes.Arguments> {
    private static final String OBJECT = "object";
    private static final String DEVICE = "device";

    /**
     * Which types.
     *
     * @param ancestor only this type and those derived from it
     * @param includeAbstract also types of which no object can be made
     */
    public record Arguments(
            @WireName("implements") Optional<String> ancestor,
            @WireName("abstract") Optional<Boolean> includeAbstract) {}

    /** One type. */
    record Type(String name) {}

    private final Machine machine;
    private final Drivers drivers;

    @Activate
    public QomListTypes(@Reference Machine machine, @Reference Drivers drivers) {
        this.machine = machine;
        this.drivers = drivers;
    }

    @Override
    public Object execute(Arguments arguments, QmpSession session) {
        String ancestor = arguments.ancestor().orElse(OBJECT);
        boolean includeAbstract = arguments.includeAbstract().orElse(false);
        SortedSet<String> devices = new TreeSet<>(drivers.names());
        SortedSet<String> types = new TreeSet<>(devices);
        machine.objects().all().values().stream().map(ObjectNode::typeName).forEach(types::add);
        if (includeAbstract) {
            devices.add(DEVICE);
            types.add(DEVICE);
            types.add(OBJECT);
        }
        SortedSet<String> derived = switch (ancestor) {
            case OBJECT -> types;
            case DEVICE -> devices;
            default -> {
                types.retainAll(Set.of(ancestor));
                yield types;
            }
        };
        return derived.stream().map(Type::new).toList();
    }

    @Override
    public Class<Arguments> argumentsType() {
        return Arguments.class;
    }
}

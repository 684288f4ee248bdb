package org.margay.machine.internal.object;

import java.util.List;
import java.util.function.Predicate;
import org.margay.machine.DeviceException;
import org.margay.machine.Machine;
import org.margay.machine.object.ObjectDriver;
import org.margay.machine.object.UserObject;
import org.margay.machine.property.PropertyBinder;
import org.margay.machine.property.Wording;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All objects that users made, from their making to their end. One per machine, made when first asked for. Under the machine lock. */
public final class UserObjects {
    private static final Logger LOG = LoggerFactory.getLogger(UserObjects.class);

    private final Machine machine;

    private UserObjects(Machine machine) {
        this.machine = machine;
        machine.onClose(() -> removeIf(_ -> true));
    }

    public static UserObjects of(Machine machine) {
        return machine.findOrPublish(UserObjects.class, () -> new UserObjects(machine));
    }

    /** @throws DeviceException when its id is taken, its properties are wrong, or it can't be */
    public <P extends Record> void add(ObjectDriver<P> driver, ObjectRequest request) throws DeviceException {
        String path = path(request.id());
        if (machine.objects().find(path).isPresent()) {
            throw new DeviceException("Duplicate ID '%s' for object".formatted(request.id()));
        }
        P properties = new PropertyBinder<>(driver.propertiesType(), Wording.ofOption()).bindAll(request.properties());
        UserObject made;
        try {
            made = driver.create(request.id(), properties, machine);
        } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError | AssertionError e) {
            LOG.error("object {} of type {} failed", request.id(), request.type(), e);
            throw new DeviceException("object '%s' could not be initialized".formatted(request.id()));
        }
        machine.backends().add(UserObject.class, request.id(), made);
        machine.objects().add(path, made);
    }

    /** @throws DeviceException when there is none of that id, or it is in use */
    public void delete(String id) throws DeviceException {
        UserObject object = machine.backends()
                .find(UserObject.class, id)
                .orElseThrow(() -> new DeviceException("object '%s' not found".formatted(id)));
        if (object.inUse()) {
            throw new DeviceException("object '%s' is in use, can not be deleted".formatted(id));
        }
        remove(id, object);
    }

    /** Takes objects away, the last one first, in use or not. */
    public void removeIf(Predicate<UserObject> goes) {
        List.copyOf(machine.backends().all(UserObject.class).entrySet()).reversed().stream()
                .filter(entry -> goes.test(entry.getValue()))
                .forEach(entry -> remove(entry.getKey(), entry.getValue()));
    }

    private void remove(String id, UserObject object) {
        machine.backends().remove(UserObject.class, id);
        machine.objects().remove(path(id));
        object.close();
    }

    private static String path(String id) {
        return "/objects/" + id;
    }
}

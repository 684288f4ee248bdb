package org.margay.machine.internal.option;

import java.util.UUID;
import java.util.regex.Pattern;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.plan.GuestIdentity;
import org.osgi.service.component.annotations.Component;

/** -uuid. */
@Component
@OptionName("-uuid")
public final class UuidOption implements CommandLineOption {
    private static final Pattern FORM = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-uuid uuid";
    }

    @Override
    public String summary() {
        return "the guest's UUID, for query-uuid and SMBIOS";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        if (!FORM.matcher(value).matches()) {
            throw new OptionException(
                    "failed to parse UUID string: wrong format, not like 550e8400-e29b-41d4-a716-446655440000");
        }
        plan.set(GuestIdentity.class, GuestIdentity.in(plan).withUuid(UUID.fromString(value)));
    }
}

package org.margay.machine.internal.option;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.option.KeyValues;
import org.margay.machine.plan.GlobalProperty;
import org.osgi.service.component.annotations.Component;

/** -global. */
@Component
@OptionName("-global")
public final class GlobalOption implements CommandLineOption {
    private static final Pattern SHORT_FORM = Pattern.compile("([^.=,]+)\\.([^.=,]+)=(.*)", Pattern.DOTALL);

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-global driver.prop=value or -global driver=driver,property=prop,value=value";
    }

    @Override
    public String summary() {
        return "a property's value for all devices of a driver that do not say otherwise";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        Matcher matcher = SHORT_FORM.matcher(value);
        if (matcher.matches()) {
            plan.add(GlobalProperty.class, new GlobalProperty(matcher.group(1), matcher.group(2), matcher.group(3)));
            return;
        }
        KeyValues values = KeyValues.parse(value, null);
        GlobalProperty property =
                new GlobalProperty(values.required("driver"), values.required("property"), values.required("value"));
        values.finish();
        plan.add(GlobalProperty.class, property);
    }
}

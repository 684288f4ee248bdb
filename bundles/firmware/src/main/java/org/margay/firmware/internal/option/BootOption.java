package org.margay.firmware.internal.option;

import java.util.Optional;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.option.KeyValues;
import org.osgi.service.component.annotations.Component;

/** -boot: from what to start. */
@Component
@OptionName("-boot")
public final class BootOption implements CommandLineOption {
    private static final int LONGEST_SPLASH = 0xFFFF;

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-boot [order=drives][,once=drives][,menu=on|off][,splash-time=ms][,strict=on|off]";
    }

    @Override
    public String summary() {
        return "from which drives to start: floppy (a, b), hard disk (c), CD (d), network (n)";
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        KeyValues values = KeyValues.parse(value, "order");
        FirmwarePlan.Boot old = plan.get(FirmwarePlan.Boot.class).orElse(FirmwarePlan.Boot.DEFAULT);
        Optional<String> order = drives(values.string("order"));
        Optional<String> once = drives(values.string("once"));
        Optional<Boolean> menu = values.flag("menu");
        Optional<Integer> splashTime =
                values.number("splash-time", 0, LONGEST_SPLASH).map(Long::intValue);
        boolean strict = values.flag("strict").orElse(old.strict());
        values.finish();
        plan.set(
                FirmwarePlan.Boot.class,
                new FirmwarePlan.Boot(
                        order.or(old::order),
                        once.or(old::once),
                        menu.or(old::menu),
                        splashTime.or(old::splashTime),
                        strict));
    }

    private static Optional<String> drives(Optional<String> letters) throws OptionException {
        if (letters.isPresent()) {
            String text = letters.get();
            for (int i = 0; i < text.length(); i++) {
                char letter = text.charAt(i);
                if (letter < 'a' || letter > 'p') {
                    throw new OptionException("invalid boot device for this type of computer: '%c'".formatted(letter));
                }
                if (text.indexOf(letter) != i) {
                    throw new OptionException("boot device '%c' was given twice".formatted(letter));
                }
            }
        }
        return letters;
    }
}

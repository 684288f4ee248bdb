package org.margay.block.internal.option;

import org.margay.block.BlockDrivers;
import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.margay.machine.option.KeyValues;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** -drive: a drive, with what is in it and what it is connected to. */
@Component
@OptionName("-drive")
public final class DriveOption implements CommandLineOption {
    private final BlockDrivers drivers;

    @Activate
    public DriveOption(@Reference BlockDrivers drivers) {
        this.drivers = drivers;
    }

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return "-drive [file=file][,if=type][,bus=n][,unit=m][,index=i][,media=disk|cdrom][,id=name][,option=value...]";
    }

    @Override
    public String summary() {
        return """
            adds a drive; if: ide (default), virtio, floppy, none (a -device names it by its id)
            format=FORMAT (format=help lists them), readonly=on|off, snapshot=on|off, serial=TEXT,
            cache=writeback|none|writethrough|directsync|unsafe, copy-on-read=on|off,
            discard=ignore|unmap, detect-zeroes=off|on|unmap,
            rerror=report|stop|ignore, werror=enospc|report|stop|ignore,
            bps=, bps_rd=, bps_wr=, iops=, iops_rd=, iops_wr= and the same with _max for bursts,
            cyls=,heads=,secs=[,trans=none|lba|auto]\
            """;
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        String format = KeyValues.parse(value, null).string("format").orElse("");
        if (format.equals("?") || format.equals("help")) {
            throw OptionException.help("Supported formats: " + String.join(" ", drivers.formats()) + "\n");
        }
        plan.add(PlannedDrive.class, DriveText.read(value, plan));
    }
}

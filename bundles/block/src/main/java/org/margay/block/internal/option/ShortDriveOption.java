package org.margay.block.internal.option;

import org.margay.machine.CommandLineOption;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.OptionName;
import org.osgi.service.component.annotations.Component;

/** -hda and its like: a file, in a certain place. */
abstract class ShortDriveOption implements CommandLineOption {
    private final String name;
    private final String place;
    private final String summary;

    /** @param place of -drive, but for the file */
    ShortDriveOption(String name, String place, String summary) {
        this.name = name;
        this.place = place;
        this.summary = summary;
    }

    @Override
    public boolean takesValue() {
        return true;
    }

    @Override
    public String synopsis() {
        return name + " file";
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public void apply(String value, MachinePlan plan) throws OptionException {
        plan.add(PlannedDrive.class, DriveText.read("file=" + value.replace(",", ",,") + "," + place, plan));
    }

    @Component(service = CommandLineOption.class)
    @OptionName("-hda")
    public static final class FirstDisk extends ShortDriveOption {
        public FirstDisk() {
            super("-hda", "index=0,media=disk", "IDE hard disk 0");
        }
    }

    @Component(service = CommandLineOption.class)
    @OptionName("-hdb")
    public static final class SecondDisk extends ShortDriveOption {
        public SecondDisk() {
            super("-hdb", "index=1,media=disk", "IDE hard disk 1");
        }
    }

    @Component(service = CommandLineOption.class)
    @OptionName("-hdc")
    public static final class ThirdDisk extends ShortDriveOption {
        public ThirdDisk() {
            super("-hdc", "index=2,media=disk", "IDE hard disk 2");
        }
    }

    @Component(service = CommandLineOption.class)
    @OptionName("-hdd")
    public static final class FourthDisk extends ShortDriveOption {
        public FourthDisk() {
            super("-hdd", "index=3,media=disk", "IDE hard disk 3");
        }
    }

    @Component(service = CommandLineOption.class)
    @OptionName("-cdrom")
    public static final class CdRom extends ShortDriveOption {
        public CdRom() {
            super("-cdrom", "index=2,media=cdrom", "CD in IDE drive 2");
        }
    }

    @Component(service = CommandLineOption.class)
    @OptionName("-fda")
    public static final class FirstFloppy extends ShortDriveOption {
        public FirstFloppy() {
            super("-fda", "if=floppy,index=0", "floppy disk in drive A");
        }
    }

    @Component(service = CommandLineOption.class)
    @OptionName("-fdb")
    public static final class SecondFloppy extends ShortDriveOption {
        public SecondFloppy() {
            super("-fdb", "if=floppy,index=1", "floppy disk in drive B");
        }
    }
}

package org.margay.floppy.internal;

import org.margay.machine.Device;

/** A drive that the user plugged into the controller's cable. */
record FloppyDevice(IsaFdc controller, int unit, FloppyDrive drive) implements Device<FloppyDrive.State> {
    /** Nothing of a drive knows that power came on. */
    @Override
    public void reset() {}

    @Override
    public FloppyDrive.State save() {
        return drive.save();
    }

    @Override
    public void restore(FloppyDrive.State state) {
        drive.restore(state);
        controller.fdc().transfer().resume(drive);
    }

    @Override
    public void close() {
        controller.fdc().disconnect(unit);
        drive.drive().detach(drive);
        controller.noteEquipment();
    }
}

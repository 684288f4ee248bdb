package org.margay.ide.internal;

import org.margay.block.drive.Drive;
import org.margay.block.drive.DriveOperation;
import org.margay.block.drive.DriveResult;
import org.margay.block.drive.DriveSettings;
import org.margay.block.drive.DriveUser;
import org.margay.machine.Machine;

/** The drive of a CD-ROM drive that was given none: nobody can put a medium in. */
record EmptyDrive(Machine machine) implements Drive {
    @Override
    public String id() {
        return "";
    }

    @Override
    public DriveSettings settings() {
        return DriveSettings.NONE;
    }

    @Override
    public void attach(DriveUser user) {}

    @Override
    public void detach(DriveUser user) {}

    @Override
    public boolean hasMedium() {
        return false;
    }

    @Override
    public long length() {
        return 0;
    }

    @Override
    public boolean readOnly() {
        return true;
    }

    @Override
    public boolean writeCache() {
        return false;
    }

    @Override
    public void setWriteCache(boolean on) {}

    /** Nobody asks: there is nothing to be read. */
    @Override
    public void submit(DriveOperation operation, Completion completion) {
        machine.later(() -> completion.done(DriveResult.NO_MEDIUM));
    }

    @Override
    public void cancel() {}

    @Override
    public boolean busy() {
        return false;
    }

    @Override
    public void trayMoved(boolean open) {}
}

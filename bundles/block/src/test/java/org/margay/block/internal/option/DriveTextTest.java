package org.margay.block.internal.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.margay.block.CacheMode;
import org.margay.block.internal.drive.DetectZeroes;
import org.margay.block.internal.drive.ErrorPolicy;
import org.margay.block.internal.drive.Unmapping;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;

class DriveTextTest {
    private final MachinePlan plan = new MachinePlan();

    private PlannedDrive add(String text) throws OptionException {
        PlannedDrive drive = DriveText.read(text, plan);
        plan.add(PlannedDrive.class, drive);
        return drive;
    }

    private void assertMistake(String text, String message) {
        assertThatThrownBy(() -> add(text)).as(text).hasMessage(message);
    }

    @Test
    void idsAndPlacesAreThoseThatUsersKnow() throws OptionException {
        assertThat(add("file=a").request().id()).isEqualTo("ide0-hd0");
        assertThat(add("media=cdrom,index=2").request().id()).isEqualTo("ide1-cd0");
        assertThat(add("file=b").request().id()).isEqualTo("ide0-hd1");
        assertThat(add("file=b").request().id()).isEqualTo("ide1-hd1");
        assertThat(add("if=floppy").request().id()).isEqualTo("floppy0");
        assertThat(add("if=virtio,file=x").request().id()).isEqualTo("virtio0");
        assertThat(add("if=virtio,file=x,id=v").request().id()).isEqualTo("v");
        assertThat(add("if=none").request().id()).isEqualTo("none0");
        assertThat(add("if=none").request().id()).isEqualTo("none1");
    }

    @Test
    void allThatIsSaidIsKept() throws OptionException {
        PlannedDrive drive = add(
                "file=a,,b,if=virtio,cache=none,rerror=stop,werror=ignore,bps=1000000,iops_rd=50,"
                        + "bps_max=2M,serial=S1,cyls=10,heads=4,secs=8,trans=lba,snapshot=on,copy-on-read=on,format=raw,aio=native,addr=5");
        assertThat(drive.request().file()).contains("a,b");
        assertThat(drive.request().open().cache()).isEqualTo(CacheMode.NONE);
        assertThat(drive.request().readErrors()).isEqualTo(ErrorPolicy.STOP);
        assertThat(drive.request().writeErrors()).isEqualTo(ErrorPolicy.IGNORE);
        assertThat(drive.request().limits().bytes().average()).isEqualTo(1_000_000);
        assertThat(drive.request().limits().bytes().burst()).isEqualTo(2 << 20);
        assertThat(drive.request().limits().reads().average()).isEqualTo(50);
        assertThat(drive.request().settings().serial()).contains("S1");
        assertThat(drive.request().settings().geometry().orElseThrow().heads()).isEqualTo(4);
        assertThat(drive.request().snapshot()).isTrue();
        assertThat(drive.request().copyOnRead()).isTrue();
        assertThat(drive.address()).contains("5");
    }

    @Test
    void cacheModesCanBeSaidInParts() throws OptionException {
        assertThat(add("cache.direct=on").request().open().cache()).isEqualTo(CacheMode.NONE);
        assertThat(add("cache.direct=on,cache.writeback=off").request().open().cache())
                .isEqualTo(CacheMode.DIRECTSYNC);
        assertThat(add("cache=writethrough").request().open().cache()).isEqualTo(CacheMode.WRITETHROUGH);
        assertThat(add("cache.no-flush=on").request().open().cache()).isEqualTo(CacheMode.UNSAFE);
    }

    @Test
    void roomIsGivenBackWhenTheUserSaysSo() throws OptionException {
        assertThat(add("file=a").request().unmapping()).isEqualTo(Unmapping.NONE);
        assertThat(add("file=a,discard=unmap").request().unmapping()).isEqualTo(new Unmapping(true, DetectZeroes.OFF));
        assertThat(add("file=a,discard=on,detect-zeroes=unmap").request().unmapping())
                .isEqualTo(new Unmapping(true, DetectZeroes.UNMAP));
        assertThat(add("file=a,discard=off,detect-zeroes=on").request().unmapping())
                .isEqualTo(new Unmapping(false, DetectZeroes.ON));
    }

    @Test
    void mistakesAreNamed() throws OptionException {
        add("file=a,id=d0");
        assertMistake("file=b,id=d0", "Duplicate ID 'd0' for drive");
        assertMistake("file=b,index=0", "drive with bus=0, unit=0 (index=0) exists");
        assertMistake("file=b,bus=0,unit=2", "unit 2 too big (max is 1)");
        assertMistake("file=b,bus=0,index=2", "index cannot be used with bus and unit");
        assertMistake("file=b,if=scsi", "machine type does not support if=scsi,bus=0,unit=0");
        assertMistake("file=b,cache=fast", "invalid cache option");
        assertMistake("file=b,rerror=enospc", "'enospc' invalid read error action");
        assertMistake("file=b,if=floppy,werror=stop", "werror is not supported by this bus type");
        assertMistake(
                "file=b,bps=1,bps_rd=1",
                "bps/iops/max total values and read/write values cannot be used at the same time");
        assertMistake("file=b,discard=foo", "Invalid discard option");
        assertMistake("file=b,detect-zeroes=foo", "invalid parameter value: foo");
        assertMistake("file=b,bps_max=1", "bps_max/iops_max require corresponding bps/iops values");
        assertMistake("file=b,addr=5", "addr is not supported by this bus type");
        assertThatThrownBy(() -> add("file=b,chache=none"))
                .hasMessage("Invalid parameter 'chache' (did you mean 'cache'?)");
    }
}

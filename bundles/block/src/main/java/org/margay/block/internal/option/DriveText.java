package org.margay.block.internal.option;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.margay.block.CacheMode;
import org.margay.block.OpenOptions;
import org.margay.block.drive.DriveSettings;
import org.margay.block.internal.drive.DetectZeroes;
import org.margay.block.internal.drive.DriveRequest;
import org.margay.block.internal.drive.ErrorPolicy;
import org.margay.block.internal.drive.Limits;
import org.margay.block.internal.drive.Unmapping;
import org.margay.machine.MachinePlan;
import org.margay.machine.OptionException;
import org.margay.machine.option.KeyValues;
import org.margay.machine.option.SizeText;

/** Reads what -drive says, and finds the drive's place. */
final class DriveText {
    private final KeyValues values;
    private final String text;
    private final MachinePlan plan;

    private DriveText(String text, KeyValues values, MachinePlan plan) {
        this.values = values;
        this.text = text;
        this.plan = plan;
    }

    /**
     * A drive of the text.
     *
     * @param plan in which it is to have a place and an id of its own; it is not put in
     */
    static PlannedDrive read(String text, MachinePlan plan) throws OptionException {
        return new DriveText(text, KeyValues.parse(text, null), plan).read();
    }

    private PlannedDrive read() throws OptionException {
        DriveInterface connection = choice("if", DriveInterface.values(), DriveInterface.IDE);
        boolean cdrom =
                values.choice("media", List.of("disk", "cdrom")).orElse("disk").equals("cdrom");
        Place place = place(connection);
        String id = values.id().orElseGet(() -> connection.idOf(place.bus, place.unit, cdrom));
        if (drives(plan).anyMatch(drive -> drive.request().id().equals(id))) {
            throw new OptionException("Duplicate ID '%s' for drive".formatted(id));
        }
        if (!connection.onBoard()) {
            throw new OptionException(
                    "machine type does not support if=%s,bus=%d,unit=%d".formatted(connection, place.bus, place.unit));
        }
        DriveRequest request = new DriveRequest(
                id,
                values.string("file").filter(file -> !file.isEmpty()),
                values.string("format"),
                openOptions(cdrom),
                values.flag("snapshot").orElse(false),
                copyOnRead(cdrom),
                unmapping(),
                policy("rerror", ErrorPolicy.REPORT, connection),
                policy("werror", ErrorPolicy.ENOSPC, connection),
                limits(),
                new DriveSettings(values.string("serial"), geometry(), cdrom));
        Optional<String> address = address(connection);
        values.ignore("aio", "stats-intervals", "throttling.group", "group", "node-name");
        values.finish();
        return new PlannedDrive(request, connection, place.bus, place.unit, address, text);
    }

    private <E extends Enum<E>> E choice(String key, E[] all, E otherwise) throws OptionException {
        Optional<String> said =
                values.choice(key, Arrays.stream(all).map(Object::toString).toList());
        return said.isEmpty()
                ? otherwise
                : Arrays.stream(all)
                        .filter(value -> value.toString().equals(said.get()))
                        .findFirst()
                        .orElseThrow();
    }

    private record Place(int bus, int unit) {}

    private Place place(DriveInterface connection) throws OptionException {
        int units = connection.unitsPerBus();
        Optional<Long> saidIndex = values.number("index", 0, Integer.MAX_VALUE);
        Optional<Long> saidBus = values.number("bus", 0, Integer.MAX_VALUE);
        Optional<Long> saidUnit = values.number("unit", 0, Integer.MAX_VALUE);
        if (saidIndex.isPresent() && (saidBus.isPresent() || saidUnit.isPresent())) {
            throw new OptionException("index cannot be used with bus and unit");
        }
        int index = saidIndex.orElse(-1L).intValue();
        int bus = saidBus.orElse(0L).intValue();
        int unit = saidUnit.orElse(-1L).intValue();
        if (index >= 0) {
            bus = units > 0 ? index / units : 0;
            unit = units > 0 ? index % units : index;
        }
        if (unit < 0) {
            unit = 0;
            while (taken(connection, bus, unit)) {
                unit++;
                if (units > 0 && unit >= units) {
                    unit = 0;
                    bus++;
                }
            }
        }
        if (units > 0 && unit >= units) {
            throw new OptionException("unit %d too big (max is %d)".formatted(unit, units - 1));
        }
        if (taken(connection, bus, unit)) {
            throw new OptionException("drive with bus=%d, unit=%d (index=%d) exists"
                    .formatted(bus, unit, units > 0 ? bus * units + unit : unit));
        }
        return new Place(bus, unit);
    }

    private boolean taken(DriveInterface connection, int bus, int unit) {
        return drives(plan).anyMatch(drive -> drive.isAt(connection, bus, unit));
    }

    private static Stream<PlannedDrive> drives(MachinePlan plan) {
        return plan.all(PlannedDrive.class).stream();
    }

    private OpenOptions openOptions(boolean cdrom) throws OptionException {
        boolean readOnly = flag("readonly", "read-only").orElse(false);
        values.flag("auto-read-only");
        boolean share = values.flag("force-share").orElse(false);
        String locking =
                values.choice("file.locking", List.of("on", "off", "auto")).orElse("auto");
        OpenOptions start = readOnly || cdrom ? OpenOptions.READ_ONLY : OpenOptions.READ_WRITE;
        return start.withCache(cache()).withShare(share || locking.equals("off"));
    }

    private Optional<Boolean> flag(String... names) throws OptionException {
        Optional<Boolean> said = Optional.empty();
        for (String name : names) {
            Optional<Boolean> here = values.flag(name);
            said = here.isPresent() ? here : said;
        }
        return said;
    }

    private CacheMode cache() throws OptionException {
        CacheMode mode = CacheMode.WRITEBACK;
        Optional<String> said = values.string("cache");
        if (said.isPresent()) {
            String name = said.get().equals("off") ? "none" : said.get();
            mode = Arrays.stream(CacheMode.values())
                    .filter(candidate -> candidate.toString().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new OptionException("invalid cache option"));
        }
        boolean direct = values.flag("cache.direct").orElse(mode.direct());
        boolean noFlush = values.flag("cache.no-flush").orElse(mode.noFlush());
        boolean writeBack = values.flag("cache.writeback").orElse(!mode.writeThrough());
        if (noFlush) {
            return CacheMode.UNSAFE;
        }
        return direct
                ? writeBack ? CacheMode.NONE : CacheMode.DIRECTSYNC
                : writeBack ? CacheMode.WRITEBACK : CacheMode.WRITETHROUGH;
    }

    private boolean copyOnRead(boolean cdrom) throws OptionException {
        return values.flag("copy-on-read").orElse(false) && !cdrom;
    }

    private Unmapping unmapping() throws OptionException {
        boolean discard = switch (values.string("discard").orElse("ignore")) {
            case "ignore", "off" -> false;
            case "unmap", "on" -> true;
            default -> throw new OptionException("Invalid discard option");
        };
        String zeroes = values.string("detect-zeroes").orElse("off");
        DetectZeroes detect = Arrays.stream(DetectZeroes.values())
                .filter(candidate -> candidate.toString().equals(zeroes))
                .findFirst()
                .orElseThrow(() -> new OptionException("invalid parameter value: %s".formatted(zeroes)));
        return new Unmapping(discard, detect);
    }

    private ErrorPolicy policy(String key, ErrorPolicy otherwise, DriveInterface connection) throws OptionException {
        Optional<String> said = values.string(key);
        if (said.isEmpty()) {
            return otherwise;
        }
        if (connection == DriveInterface.FLOPPY) {
            throw new OptionException("%s is not supported by this bus type".formatted(key));
        }
        if (said.get().equals("enospc") && key.equals("rerror")) {
            throw new OptionException("'enospc' invalid read error action");
        }
        return Arrays.stream(ErrorPolicy.values())
                .filter(policy -> policy.toString().equals(said.get()))
                .findFirst()
                .orElseThrow(() -> new OptionException(
                        "'%s' invalid %s error action".formatted(said.get(), key.equals("rerror") ? "read" : "write")));
    }

    private Limits limits() throws OptionException {
        Limits limits = new Limits(
                limit("bps", "bps-total"),
                limit("bps_rd", "bps-read"),
                limit("bps_wr", "bps-write"),
                limit("iops", "iops-total"),
                limit("iops_rd", "iops-read"),
                limit("iops_wr", "iops-write"),
                number(0, "iops_size", "throttling.iops-size"));
        if (limits.conflicting()) {
            throw new OptionException(
                    "bps/iops/max total values and read/write values cannot be used at the same time");
        }
        if (limits.burstWithoutAverage()) {
            throw new OptionException("bps_max/iops_max require corresponding bps/iops values");
        }
        return limits;
    }

    /** @param old name of the average; its burst adds "_max", the new ones stand behind "throttling." */
    private Limits.Limit limit(String old, String today) throws OptionException {
        long average = number(0, old, "throttling." + today);
        long burst = number(0, old + "_max", "throttling." + today + "-max");
        long seconds = number(1, old + "_max_length", "throttling." + today + "-max-length");
        if (seconds < 1) {
            throw new OptionException("bps_max_length/iops_max_length value must be in the range [1, 2^32)");
        }
        return average == 0 && burst == 0 ? Limits.Limit.NONE : new Limits.Limit(average, burst, seconds);
    }

    private long number(long otherwise, String... names) throws OptionException {
        long value = otherwise;
        for (String name : names) {
            @Nullable Long said = values.size(name, SizeText.BYTE).orElse(null);
            value = said == null ? value : said;
        }
        return value;
    }

    private Optional<DriveSettings.Geometry> geometry() throws OptionException {
        Optional<Long> cylinders = values.number("cyls", 1, 65535);
        Optional<Long> heads = values.number("heads", 1, 255);
        Optional<Long> sectors = values.number("secs", 1, 255);
        Optional<String> translation = values.choice("trans", List.of("none", "lba", "large", "rechs", "auto"));
        if (cylinders.isEmpty() || heads.isEmpty() || sectors.isEmpty()) {
            if (cylinders.isPresent() || heads.isPresent() || sectors.isPresent() || translation.isPresent()) {
                throw new OptionException("cyls, heads and secs are to be given together");
            }
            return Optional.empty();
        }
        return Optional.of(new DriveSettings.Geometry(
                cylinders.get().intValue(),
                heads.get().intValue(),
                sectors.get().intValue(),
                translation.orElse("auto").toLowerCase(Locale.ROOT)));
    }

    private Optional<String> address(DriveInterface connection) throws OptionException {
        Optional<String> address = values.string("addr");
        if (address.isPresent() && connection != DriveInterface.VIRTIO) {
            throw new OptionException("addr is not supported by this bus type");
        }
        return address;
    }
}

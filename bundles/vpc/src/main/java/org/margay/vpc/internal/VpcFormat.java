package org.margay.vpc.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.time.Instant;
import org.margay.block.BlockNode;
import org.margay.block.CreateRequest;
import org.margay.block.ImageException;
import org.margay.block.ImageFormat;
import org.margay.block.ImageFormatName;
import org.margay.block.ImageNode;
import org.margay.block.ImageSignature;
import org.margay.block.OpenOptions;
import org.margay.image.blocks.Fields;
import org.margay.machine.property.Default;
import org.margay.qmp.WireName;
import org.osgi.service.component.annotations.Component;

/** Format "vpc": disks of Virtual PC and Hyper-V, VHD. */
@Component(service = ImageFormat.class)
@ImageFormatName("vpc")
@ImageSignature("0:636f6e6563746978")
public final class VpcFormat implements ImageFormat {
    /** Kinds of disks. */
    public enum Subformat {
        DYNAMIC,
        FIXED;

        @Override
        public String toString() {
            return this == DYNAMIC ? "dynamic" : "fixed";
        }
    }

    /**
     * Options of create.
     *
     * @param forceSize whether the size counts; otherwise it is rounded up to one of cylinders, heads and sectors, as Virtual PC
     *     needs it
     */
    public record Options(
            @Default("dynamic") Subformat subformat,
            @WireName("force_size") @Default("off") boolean forceSize) {}

    @Override
    public String name() {
        return "vpc";
    }

    @Override
    public String description() {
        return "disks of Virtual PC and Hyper-V (VHD)";
    }

    /** Fixed disks have nothing at the beginning: they are raw ones for who does not know better. */
    @Override
    public int probe(MemorySegment head, String filename) {
        return new Fields(head, ByteOrder.BIG_ENDIAN).is(0, Footer.COOKIE) ? 100 : 0;
    }

    @Override
    public ImageNode open(BlockNode file, OpenOptions options) throws IOException {
        Footer footer = Footer.read(file);
        return footer.type() == Footer.FIXED
                ? new FixedImage(file, footer)
                : DynamicImage.open(file, footer, options.readOnly());
    }

    @Override
    public Class<? extends Record> createOptions() {
        return Options.class;
    }

    @Override
    public void create(BlockNode file, CreateRequest request) throws IOException {
        if (request.backing() != null) {
            throw new ImageException("VHD images with a backing file can't be made");
        }
        Options options = request.options() instanceof Options given ? given : new Options(Subformat.DYNAMIC, false);
        long wanted = Math.ceilDiv(request.size(), 512);
        if (wanted > Footer.MOST_SECTORS) {
            throw new ImageException("The image size is too large (at most 2040 GiB)");
        }
        Geometry geometry = options.forceSize() ? Geometry.of(wanted) : Geometry.around(wanted);
        boolean exact = options.forceSize() || geometry.total() == Geometry.LARGEST;
        boolean fixed = options.subformat() == Subformat.FIXED;
        long sectors = exact ? wanted : geometry.total();
        Footer footer = Footer.create(
                sectors, geometry, fixed ? Footer.FIXED : Footer.DYNAMIC, options.forceSize(), Instant.now());
        if (fixed) {
            file.resize(sectors * 512);
            footer.fields().write(file, sectors * 512);
        } else {
            DynamicImage.create(file, footer);
        }
        file.flush();
    }
}

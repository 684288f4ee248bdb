package org.margay.qcow.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.margay.block.BackingLink;
import org.margay.block.BlockNode;
import org.margay.block.CreateRequest;
import org.margay.block.ImageFormat;
import org.margay.block.ImageFormatName;
import org.margay.block.ImageNode;
import org.margay.block.ImageSignature;
import org.margay.block.OpenOptions;
import org.margay.image.blocks.Fields;
import org.margay.machine.property.Default;
import org.margay.qmp.WireName;
import org.osgi.service.component.annotations.Component;

/** Format "qcow", version 1. */
@Component(service = ImageFormat.class)
@ImageFormatName("qcow")
@ImageSignature("0:514649fb00000001")
public final class QcowFormat implements ImageFormat {
    private static final int SECTOR = 512;

    /**
     * Create options, by qemu-img's names.
     *
     * @param encryption whether the content is to be encrypted with AES; the password is given when it is opened
     * @param encryptFormat "aes", which says the same
     */
    public record Options(
            @Default("off") boolean encryption,
            @WireName("encrypt.format") @Nullable String encryptFormat) {
        public Options {
            if (encryptFormat != null && !encryptFormat.equals("aes")) {
                throw new IllegalArgumentException("Only AES encryption is supported");
            }
        }
    }

    @Override
    public String name() {
        return "qcow";
    }

    @Override
    public String description() {
        return "the first format of QEMU that grows; qcow2 has replaced it";
    }

    @Override
    public int probe(MemorySegment head, String filename) {
        Fields fields = new Fields(head, ByteOrder.BIG_ENDIAN);
        boolean magic =
                head.byteSize() >= 8 && fields.i32(0) == QcowHeader.MAGIC && fields.u32(4) == QcowHeader.VERSION;
        return magic ? 100 : 0;
    }

    @Override
    public ImageNode open(BlockNode file, OpenOptions options) throws IOException {
        return QcowImage.open(file, options.readOnly());
    }

    @Override
    public Class<? extends Record> createOptions() {
        return Options.class;
    }

    @Override
    public boolean backingFiles() {
        return true;
    }

    @Override
    public void create(BlockNode file, CreateRequest request) throws IOException {
        Options options = (Options) request.options();
        @Nullable BackingLink backing = request.backing();
        QcowHeader header = QcowHeader.create(
                backing == null ? null : backing.filename(),
                request.size() + SECTOR - 1 & -SECTOR,
                options.encryption() || options.encryptFormat() != null);
        header.encode().write(file, 0);
        file.resize(header.end() + SECTOR - 1 & -SECTOR);
        file.flush();
    }
}

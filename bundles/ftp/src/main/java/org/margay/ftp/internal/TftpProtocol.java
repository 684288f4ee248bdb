package org.margay.ftp.internal;

import java.io.IOException;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.BlockProtocol;
import org.margay.block.BlockProtocolName;
import org.margay.block.OpenOptions;
import org.margay.block.UnsupportedImageException;
import org.osgi.service.component.annotations.Component;

/** Protocol "tftp": small files as a whole, for there is no other way to read them. */
@Component(service = BlockProtocol.class)
@BlockProtocolName("tftp")
public final class TftpProtocol implements BlockProtocol {
    /** Block numbers have 16 bits, blocks 512 bytes: what all servers can send. */
    static final int LARGEST = 0xFFFF * 512;

    @Override
    public String name() {
        return "tftp";
    }

    @Override
    public BlockNode open(String filename, OpenOptions options, BlockDrivers drivers) throws IOException {
        if (!options.readOnly()) {
            throw new UnsupportedImageException(
                    "'%s' can be read only: protocol tftp does not support writes".formatted(filename));
        }
        return TftpFile.fetch(Location.parse(filename), filename, LARGEST);
    }
}

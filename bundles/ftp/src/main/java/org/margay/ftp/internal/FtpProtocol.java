package org.margay.ftp.internal;

import java.io.IOException;
import java.util.List;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.BlockProtocol;
import org.margay.block.BlockProtocolName;
import org.margay.block.OpenOptions;
import org.margay.block.UnsupportedImageException;
import org.osgi.service.component.annotations.Component;

/** Protocols "ftp" and "ftps", the latter with TLS from the first byte on. */
@Component(service = BlockProtocol.class)
@BlockProtocolName({"ftp", "ftps"})
public final class FtpProtocol implements BlockProtocol {
    @Override
    public String name() {
        return "ftp";
    }

    @Override
    public List<String> names() {
        return List.of("ftp", "ftps");
    }

    @Override
    public BlockNode open(String filename, OpenOptions options, BlockDrivers drivers) throws IOException {
        if (!options.readOnly()) {
            throw new UnsupportedImageException(
                    "'%s' can be read only: protocol ftp does not support writes".formatted(filename));
        }
        Location location = Location.parse(filename);
        FtpFile file = FtpFile.open(location);
        return RemoteNode.cached(location.scheme(), filename, file.length(), file::read, file::close);
    }
}

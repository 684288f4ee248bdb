package org.margay.http.internal;

import java.io.IOException;
import java.util.List;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.BlockProtocol;
import org.margay.block.BlockProtocolName;
import org.margay.block.OpenOptions;
import org.margay.block.UnsupportedImageException;
import org.osgi.service.component.annotations.Component;

/** Protocols "http" and "https". */
@Component(service = BlockProtocol.class)
@BlockProtocolName({"http", "https"})
public final class HttpProtocol implements BlockProtocol {
    @Override
    public String name() {
        return "http";
    }

    @Override
    public List<String> names() {
        return List.of("http", "https");
    }

    @Override
    public BlockNode open(String filename, OpenOptions options, BlockDrivers drivers) throws IOException {
        if (!options.readOnly()) {
            throw new UnsupportedImageException(
                    "'%s' can be read only: protocol http does not support writes".formatted(filename));
        }
        return HttpNode.open(filename, HttpSettings.DEFAULT);
    }
}

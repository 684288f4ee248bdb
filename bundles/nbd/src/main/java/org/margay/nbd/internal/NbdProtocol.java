package org.margay.nbd.internal;

import java.io.IOException;
import java.util.List;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.BlockProtocol;
import org.margay.block.BlockProtocolName;
import org.margay.block.OpenOptions;
import org.osgi.service.component.annotations.Component;

/** Protocol "nbd": exports of NBD servers. */
@Component(service = BlockProtocol.class)
@BlockProtocolName({"nbd", "nbd+tcp", "nbd+unix", "nbds", "nbds+tcp"})
public final class NbdProtocol implements BlockProtocol {
    @Override
    public String name() {
        return "nbd";
    }

    @Override
    public List<String> names() {
        return List.of("nbd", "nbd+tcp", "nbd+unix", "nbds", "nbds+tcp");
    }

    @Override
    public BlockNode open(String filename, OpenOptions options, BlockDrivers drivers) throws IOException {
        return NbdNode.open(filename, NbdAddress.parse(filename), options);
    }
}

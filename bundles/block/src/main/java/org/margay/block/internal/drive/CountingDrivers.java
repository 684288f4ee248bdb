package org.margay.block.internal.drive;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.BlockProtocol;
import org.margay.block.ImageFormat;
import org.margay.block.OpenOptions;

/** Drivers whose files are counted, for {@link CountingNode}. */
record CountingDrivers(BlockDrivers drivers) implements BlockDrivers {
    @Override
    public Optional<ImageFormat> format(String name) throws IOException {
        return drivers.format(name);
    }

    @Override
    public BlockProtocol protocol(String filename) throws IOException {
        return new Counting(drivers.protocol(filename));
    }

    @Override
    public ImageFormat probe(MemorySegment head, String filename) throws IOException {
        return drivers.probe(head, filename);
    }

    @Override
    public List<String> formats() {
        return drivers.formats();
    }

    private record Counting(BlockProtocol protocol) implements BlockProtocol {
        @Override
        public String name() {
            return protocol.name();
        }

        @Override
        public BlockNode open(String filename, OpenOptions options, BlockDrivers drivers) throws IOException {
            BlockNode file = protocol.open(filename, options, drivers);
            return file instanceof CountingNode ? file : new CountingNode(file);
        }

        @Override
        public void create(String filename) throws IOException {
            protocol.create(filename);
        }
    }
}

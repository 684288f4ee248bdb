package org.margay.block.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockProtocol;
import org.margay.block.ImageException;
import org.margay.block.ImageFormat;
import org.margay.block.ImageOpener;

/** The drivers of the class path, for tools that run without a framework. */
public final class ClassPathDrivers implements BlockDrivers {
    private final List<ImageFormat> formats = ServiceLoader.load(ImageFormat.class).stream()
            .map(ServiceLoader.Provider::get)
            .sorted(Comparator.comparing(ImageFormat::name))
            .toList();
    private final List<BlockProtocol> protocols = ServiceLoader.load(BlockProtocol.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();

    @Override
    public Optional<ImageFormat> format(String name) {
        return formats.stream().filter(format -> format.name().equals(name)).findFirst();
    }

    @Override
    public BlockProtocol protocol(String filename) throws IOException {
        String wanted = ImageOpener.protocolOf(filename).orElse("file");
        return protocols.stream()
                .filter(protocol -> protocol.names().contains(wanted))
                .findFirst()
                .orElseThrow(() -> new ImageException("Unknown protocol '%s'".formatted(wanted)));
    }

    @Override
    public ImageFormat probe(MemorySegment head, String filename) {
        return formats.stream()
                .max(Comparator.comparingInt(format -> format.probe(head, filename)))
                .orElseThrow();
    }

    @Override
    public List<String> formats() {
        return formats.stream().map(ImageFormat::name).toList();
    }
}

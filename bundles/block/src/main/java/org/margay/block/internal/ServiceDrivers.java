package org.margay.block.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockProtocol;
import org.margay.block.ImageException;
import org.margay.block.ImageFormat;
import org.margay.block.ImageOpener;
import org.margay.machine.OptionException;
import org.margay.machine.ServiceFinder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The formats and protocols that are registered as services, and those that the driver repository has. */
@Component
public final class ServiceDrivers implements BlockDrivers {
    private static final ServiceFinder.Kind<ImageFormat> FORMAT =
            new ServiceFinder.Kind<>(ImageFormat.class, "image.format.name", "org.margay.image.format");

    private static final ServiceFinder.Kind<ImageFormat> SIGNATURE =
            new ServiceFinder.Kind<>(ImageFormat.class, "image.signature", "org.margay.image.signature");

    private static final ServiceFinder.Kind<BlockProtocol> PROTOCOL =
            new ServiceFinder.Kind<>(BlockProtocol.class, "block.protocol.name", "org.margay.block.protocol");

    private final ServiceFinder services;

    @Activate
    public ServiceDrivers(@Reference ServiceFinder services) {
        this.services = services;
    }

    @Override
    public Optional<ImageFormat> format(String name) throws IOException {
        return find(FORMAT, name);
    }

    @Override
    public BlockProtocol protocol(String filename) throws IOException {
        String name = ImageOpener.protocolOf(filename).orElse("file");
        return find(PROTOCOL, name).orElseThrow(() -> new ImageException("Unknown protocol '%s'".formatted(name)));
    }

    @Override
    public ImageFormat probe(MemorySegment head, String filename) throws IOException {
        for (String signature : services.names(SIGNATURE)) {
            if (matches(signature, head, filename)) {
                var _ = find(SIGNATURE, signature);
            }
        }
        return services.registered(FORMAT).stream()
                .max(Comparator.comparingInt(format -> format.probe(head, filename)))
                .orElseThrow(() -> new ImageException("there is no image format"));
    }

    /** Whether a file begins, or its name ends, as a signature says. */
    static boolean matches(String signature, MemorySegment head, String filename) {
        int colon = signature.indexOf(':');
        if (colon < 0) {
            return filename.endsWith(signature);
        }
        long offset = Long.parseLong(signature.substring(0, colon));
        byte[] bytes = HexFormat.of().parseHex(signature.substring(colon + 1));
        if (offset + bytes.length > head.byteSize()) {
            return false;
        }
        return MemorySegment.ofArray(bytes).mismatch(head.asSlice(offset, bytes.length)) < 0;
    }

    private <T> Optional<T> find(ServiceFinder.Kind<T> kind, String name) throws IOException {
        try {
            return services.find(kind, name);
        } catch (OptionException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public List<String> formats() {
        return services.names(FORMAT);
    }
}

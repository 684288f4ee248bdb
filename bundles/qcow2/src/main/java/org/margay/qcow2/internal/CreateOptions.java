package org.margay.qcow2.internal;

import org.jspecify.annotations.Nullable;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.qmp.WireName;

/**
 * The options of new images, by the names that qemu-img has for them.
 *
 * @param clusterSize bytes: a power of two from 512 to 2 MiB
 * @param refcountBits width of a reference count: a power of two from 1 to 64
 * @param encryption whether the content is to be encrypted with AES, as old images are; the password is given when it is opened
 * @param encryptFormat "aes", which says the same
 */
public record CreateOptions(
        @WireName("cluster_size") @PropertyType("size") @Default("65536")
        long clusterSize,

        @Default("1.1") Compat compat,
        @Default("off") Preallocation preallocation,

        @WireName("lazy_refcounts") @Default("off") boolean lazyRefcounts,

        @WireName("refcount_bits") @Default("16") int refcountBits,

        @WireName("compression_type") @Default("zlib") CompressionType compressionType,

        @Default("off") boolean encryption,

        @WireName("encrypt.format") @Nullable String encryptFormat) {
    private static final int MIN_CLUSTER = 512;
    private static final int MAX_CLUSTER = 2 << 20;

    public CreateOptions {
        if (clusterSize < MIN_CLUSTER || clusterSize > MAX_CLUSTER || Long.bitCount(clusterSize) != 1) {
            throw new IllegalArgumentException("Cluster size must be a power of two between 512 and 2048k");
        }
        if (refcountBits < 1 || refcountBits > 64 || Integer.bitCount(refcountBits) != 1) {
            throw new IllegalArgumentException("Refcount width must be a power of two and may not exceed 64 bits");
        }
        if (compat.version() < 3) {
            if (refcountBits != 16) {
                throw new IllegalArgumentException(
                        "Different refcount widths than 16 bits require compatibility level 1.1 or above (use"
                                + " version=v3 or greater)");
            }
            if (lazyRefcounts) {
                throw new IllegalArgumentException(
                        "Lazy refcounts only supported with compatibility level 1.1 and above (use version=v3 or"
                                + " greater)");
            }
            if (compressionType != CompressionType.ZLIB) {
                throw new IllegalArgumentException(
                        "Non-zlib compression type is only supported with compatibility level 1.1 and above (use"
                                + " version=v3 or greater)");
            }
        }
        if (encryptFormat != null && !encryptFormat.equals("aes")) {
            throw new IllegalArgumentException("Encryption format '%s' is not supported".formatted(encryptFormat));
        }
    }

    boolean encrypted() {
        return encryption || encryptFormat != null;
    }
}

package org.margay.qcow2.internal;

import java.util.List;
import java.util.Map;
import org.margay.testkit.images.ImageContract;

/** Images of all kinds, with QEMU's tools as judges. */
class Qcow2Test extends ImageContract {
    @Override
    protected String format() {
        return "qcow2";
    }

    @Override
    protected List<Map<String, String>> variants() {
        return List.of(
                options(),
                options("compat", "0.10"),
                options("cluster_size", "512", "refcount_bits", "1"),
                options("cluster_size", "4k", "refcount_bits", "64"),
                options("cluster_size", "2M", "refcount_bits", "8"),
                options("refcount_bits", "4"),
                options("preallocation", "metadata", "refcount_bits", "2"),
                options("preallocation", "full", "refcount_bits", "32"),
                options("preallocation", "falloc", "compression_type", "zstd"),
                options("compat", "0.10", "cluster_size", "1k"));
    }

    @Override
    protected boolean qemuChecks() {
        return true;
    }
}

package org.margay.qcow2.internal;

import java.util.List;
import java.util.Map;
import org.margay.testkit.images.ImageContract;

/** Images whose reference counts are written late: they want repair when they were not closed. */
class LazyRefcountsTest extends ImageContract {
    @Override
    protected String format() {
        return "qcow2";
    }

    @Override
    protected List<Map<String, String>> variants() {
        return List.of(options("lazy_refcounts", "on"), options("lazy_refcounts", "on", "cluster_size", "1k"));
    }

    @Override
    protected boolean qemuChecks() {
        return true;
    }

    @Override
    protected boolean uncleanNeedsRepair() {
        return true;
    }
}

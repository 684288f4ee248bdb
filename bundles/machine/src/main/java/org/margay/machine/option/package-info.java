/** QEMU's option syntax, for all who take an option: {@code key=value,flag,nokey,key2=a,,b}. */
@Export
@Version("1.0.0")
@NullMarked
package org.margay.machine.option;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

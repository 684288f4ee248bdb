/** Network card AMD PCnet-PCI II (Am79C970A). */
@NullMarked
package org.margay.pcnet.internal;

import org.jspecify.annotations.NullMarked;

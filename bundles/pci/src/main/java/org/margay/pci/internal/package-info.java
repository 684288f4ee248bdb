@NullMarked
package org.margay.pci.internal;

import org.jspecify.annotations.NullMarked;

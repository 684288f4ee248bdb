@NullMarked
package org.margay.provision.internal;

import org.jspecify.annotations.NullMarked;

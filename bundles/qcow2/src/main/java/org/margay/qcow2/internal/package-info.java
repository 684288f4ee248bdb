/**
 * The image format qcow2, versions 2 and 3.
 *
 * <p>What is called "the description" here is the QEMU project's published description of the format ("qcow2 image file format").
 */
@NullMarked
package org.margay.qcow2.internal;

import org.jspecify.annotations.NullMarked;

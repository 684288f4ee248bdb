/** The image tool, margay-img: a program of its own, which uses the block drivers of its class path and needs no framework. */
@NullMarked
package org.margay.img;

import org.jspecify.annotations.NullMarked;

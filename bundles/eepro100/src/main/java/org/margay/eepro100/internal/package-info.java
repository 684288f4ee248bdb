/** Network cards of the Intel 8255x family. */
@NullMarked
package org.margay.eepro100.internal;

import org.jspecify.annotations.NullMarked;

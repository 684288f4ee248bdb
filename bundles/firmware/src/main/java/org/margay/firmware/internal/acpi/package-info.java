/** ACPI tables and their AML. */
@NullMarked
package org.margay.firmware.internal.acpi;

import org.jspecify.annotations.NullMarked;

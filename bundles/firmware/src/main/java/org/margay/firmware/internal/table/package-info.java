/** Tables other than ACPI's: memory map, MP, SMBIOS. */
@NullMarked
package org.margay.firmware.internal.table;

import org.jspecify.annotations.NullMarked;

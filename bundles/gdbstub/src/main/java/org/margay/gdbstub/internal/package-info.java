/** gdb's remote serial protocol ("Debugging with GDB", appendix E), served to debug the guest from outside. */
@NullMarked
package org.margay.gdbstub.internal;

import org.jspecify.annotations.NullMarked;

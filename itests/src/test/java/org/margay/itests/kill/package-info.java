/** What survives of a disk when the process is killed in the middle of its work. */
package org.margay.itests.kill;

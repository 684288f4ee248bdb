/** Images on servers of FTP (RFC 959, RFC 3659, RFC 4217) and TFTP (RFC 1350). */
@NullMarked
package org.margay.ftp.internal;

import org.jspecify.annotations.NullMarked;

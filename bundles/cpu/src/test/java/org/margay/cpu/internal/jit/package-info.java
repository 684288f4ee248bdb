/** Tests of the translator. */
package org.margay.cpu.internal.jit;

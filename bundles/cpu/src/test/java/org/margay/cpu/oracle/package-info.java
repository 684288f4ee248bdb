/**
 * The oracle for the interpreter: the processor that runs the tests. Snippets of machine code run natively, on a
 * state given by the test, and what they leave behind is what our interpreter must leave behind too. Linux on x86-64
 * only; elsewhere the tests that need it are skipped.
 */
@NullMarked
package org.margay.cpu.oracle;

import org.jspecify.annotations.NullMarked;

/** Replays recorded QMP transcripts against the distribution. */
package org.margay.itests.golden;

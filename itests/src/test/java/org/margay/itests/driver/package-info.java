/** A driver of the tests' own, packed into bundles that behave well or badly. */
package org.margay.itests.driver;

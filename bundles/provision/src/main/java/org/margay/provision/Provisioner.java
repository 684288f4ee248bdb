package org.margay.provision;

import java.util.List;

/**
 * Fetches bundles when what they offer is first asked for. A service; any thread, not under a lock that a starting bundle may
 * need.
 */
public interface Provisioner {
    /** What the repository's bundles offer: all values of the "name" attribute of capabilities in a namespace, sorted. */
    List<String> names(String namespace);

    /**
     * Installs and starts the bundle that offers a capability, with the bundles it needs. When it returns true its services
     * are registered. Nothing happens to bundles that are there already; nothing is left behind when it fails.
     *
     * @param namespace such as "org.margay.option"
     * @param name value of the capability's "name" attribute
     * @return false when no bundle of the repository offers it
     * @throws ProvisionException when the bundle can't be had, resolved or started
     */
    boolean provide(String namespace, String name) throws ProvisionException;
}

package org.margay.ftp.internal;

import java.net.URI;
import java.net.URISyntaxException;
import org.margay.block.ImageException;

/**
 * What a URL says.
 *
 * @param port or -1 for the usual one
 * @param path as the server shall have it, without the first slash (RFC 1738, section 3.2.2)
 * @param user "anonymous" when the URL names none
 */
record Location(String scheme, String host, int port, String path, String user, String password) {
    /**
     * Takes a URL apart.
     *
     * @throws ImageException when it is none, or would put commands into the conversation
     */
    static Location parse(String filename) throws ImageException {
        URI uri;
        try {
            uri = new URI(filename);
        } catch (URISyntaxException e) {
            throw new ImageException("not a URL: " + e.getReason(), e);
        }
        if (uri.getHost() == null || uri.getPath() == null || uri.getPath().length() < 2) {
            throw new ImageException("the URL names no host, or no file");
        }
        String[] user = uri.getUserInfo() == null
                ? new String[] {"anonymous", "anonymous"}
                : uri.getUserInfo().split(":", 2);
        String path = uri.getPath().substring(1);
        String password = user.length > 1 ? user[1] : "";
        if ((path + user[0] + password).chars().anyMatch(Character::isISOControl)) {
            throw new ImageException("the URL has control characters");
        }
        String host = uri.getHost();
        boolean brackets = host.startsWith("[") && host.endsWith("]");
        return new Location(
                uri.getScheme(),
                brackets ? host.substring(1, host.length() - 1) : host,
                uri.getPort(),
                path,
                user[0],
                password);
    }
}

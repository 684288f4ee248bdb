package org.margay.netdev.tap.internal;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.margay.machine.property.Default;
import org.margay.machine.property.PropertyType;
import org.margay.qmp.WireName;

/**
 * Options of type=tap. There are three ways to an interface: a name, or a new one; a descriptor that this process inherited; a helper.
 *
 * @param ifname the interface; by default the first free one of tap0, tap1 and so on
 * @param script brings it up; "no" for none
 * @param downscript takes it down; "no" for none
 * @param fd number of an inherited descriptor of an interface
 * @param fds the same, for several queues
 * @param helper program that makes an interface on a bridge
 * @param br that bridge
 * @param sndbuf bytes that may wait in the interface; 0 for no limit
 * @param vnetHdr whether frames need not be finished for the host; by default if it can
 * @param vhost whether the host's kernel serves the guest's rings itself
 * @param queues how many of an interface's queues are used
 */
public record TapOptions(
        @Nullable String ifname,
        @Nullable String script,
        @Nullable String downscript,
        @Nullable String fd,
        @Nullable String fds,
        @Nullable String helper,
        @Nullable String br,
        @Default("1048576") @PropertyType("size") long sndbuf,
        @WireName("vnet_hdr") @Nullable Boolean vnetHdr,
        @Default("off") boolean vhost,
        @Default("off") boolean vhostforce,
        @Nullable String vhostfd,
        @Nullable String vhostfds,
        @PropertyType("uint32") @Nullable Long queues) {
    static final String DEFAULT_BRIDGE = "br0";

    public TapOptions {
        if (vhost || vhostforce) {
            throw new IllegalArgumentException(
                    "vhost=on is not possible: the host's kernel can't serve the rings of a guest that Java runs");
        }
        if (vhostfd != null || vhostfds != null) {
            throw new IllegalArgumentException("vhostfd(s)= is not valid without vhost");
        }
        if (fd != null && given(ifname, script, downscript, vnetHdr, helper, queues, fds)) {
            throw new IllegalArgumentException("ifname=, script=, downscript=, vnet_hdr=, helper=, queues=, fds=, and"
                    + " vhostfds= are invalid with fd=");
        }
        if (fds != null && given(ifname, script, downscript, vnetHdr, helper, queues)) {
            throw new IllegalArgumentException(
                    "ifname=, script=, downscript=, vnet_hdr=, helper=, queues=, and fd= are invalid with fds=");
        }
        if (helper != null && given(ifname, script, downscript, vnetHdr, queues)) {
            throw new IllegalArgumentException(
                    "ifname=, script=, downscript=, vnet_hdr=, queues=, and vhostfds= are invalid with helper=");
        }
        if (br != null && helper == null) {
            throw new IllegalArgumentException("br= needs helper=; or use type=bridge");
        }
        if (queues != null && queues != 1) {
            throw new IllegalArgumentException("queues=%d is not possible: one queue is used".formatted(queues));
        }
        number(fd == null ? fds : fd);
    }

    private static boolean given(@Nullable Object... options) {
        return Stream.of(options).anyMatch(Objects::nonNull);
    }

    /** The inherited descriptor, if one was given. */
    OptionalInt descriptor() {
        return number(fd == null ? fds : fd);
    }

    private static OptionalInt number(@Nullable String descriptor) {
        if (descriptor == null) {
            return OptionalInt.empty();
        }
        if (descriptor.contains(":")) {
            throw new IllegalArgumentException("fds=%s is not possible: one queue is used".formatted(descriptor));
        }
        if (!descriptor.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException(
                    "fd=%s is no number of a descriptor; names, which getfd gives, are not in this version of Margay yet"
                            .formatted(descriptor));
        }
        return OptionalInt.of(Integer.parseInt(descriptor));
    }

    NetworkScript up() {
        return new NetworkScript(Objects.requireNonNullElse(script, NetworkScript.DEFAULT_UP));
    }

    NetworkScript down() {
        return new NetworkScript(Objects.requireNonNullElse(downscript, NetworkScript.DEFAULT_DOWN));
    }

    Tun.HeaderWish header() {
        return vnetHdr == null ? Tun.HeaderWish.IF_POSSIBLE : vnetHdr ? Tun.HeaderWish.YES : Tun.HeaderWish.NO;
    }

    Optional<BridgeHelper> bridgeHelper() {
        return Optional.ofNullable(helper).map(BridgeHelper::new);
    }

    String bridge() {
        return Objects.requireNonNullElse(br, DEFAULT_BRIDGE);
    }

    /** Limit of what may wait in the interface, as the kernel takes it. */
    int sendBuffer() {
        return sndbuf == 0 ? Integer.MAX_VALUE : (int) Math.min(sndbuf, Integer.MAX_VALUE);
    }
}

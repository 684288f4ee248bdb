package org.margay.vvfat.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.margay.block.ImageException;

/** Gives files and folders their clusters, one chain behind the other, each without a gap; so no FAT needs to be kept. */
final class FatTree {
    /** Clusters that belong together: a file, or a folder whose entries are here. */
    static final class Chain {
        final HostEntry entry;
        final int first;
        final int count;
        byte @Nullable [] folder;

        Chain(HostEntry entry, int first, int count) {
            this.entry = entry;
            this.first = first;
            this.count = count;
        }
    }

    /** An entry with its names. */
    private record Named(HostEntry entry, FolderNames.Name name) {}

    private final FatLayout layout;
    private final NavigableMap<Integer, Chain> chains = new TreeMap<>();
    private long next = 2;
    private byte[] root = {};

    private FatTree(FatLayout layout) {
        this.layout = layout;
    }

    /**
     * Lays a folder out.
     *
     * @throws ImageException when it does not fit
     */
    static FatTree of(HostEntry folder, FatLayout layout) throws IOException {
        FatTree tree = new FatTree(layout);
        tree.root(folder);
        return tree;
    }

    /** How many bytes of clusters it takes at most, were clusters of this size. */
    static long bytes(HostEntry entry, int clusterSize) {
        long sum = entry.folder() ? clusterSize : Math.ceilDiv(entry.size(), clusterSize) * clusterSize;
        for (HostEntry child : entry.children()) {
            sum += bytes(child, clusterSize) + 22L * FatLayout.ENTRY;
        }
        return sum;
    }

    private void root(HostEntry folder) throws IOException {
        List<Named> names = names(folder);
        int entries = 1 + entries(names);
        if (layout.rootEntries() > 0) {
            if (entries > layout.rootEntries()) {
                throw new ImageException(
                        "too many files in the root folder: %d entries of %d".formatted(entries, layout.rootEntries()));
            }
            FolderBytes bytes = new FolderBytes(layout.rootEntries() * FatLayout.ENTRY);
            bytes.label(BootSectors.LABEL, folder.modified());
            fill(bytes, names, 0);
            root = bytes.bytes();
        } else {
            Chain chain = chain(folder, (long) entries * FatLayout.ENTRY);
            FolderBytes bytes = new FolderBytes(chain.count * layout.clusterSize());
            bytes.label(BootSectors.LABEL, folder.modified());
            fill(bytes, names, 0);
            chain.folder = bytes.bytes();
        }
    }

    private static List<Named> names(HostEntry folder) {
        FolderNames names = new FolderNames();
        List<Named> all = new ArrayList<>();
        // Names that are short by themselves go first: no other gets them for its own short name.
        for (boolean plain : new boolean[] {true, false}) {
            for (HostEntry child : folder.children()) {
                if (FolderNames.isShort(child.name()) == plain) {
                    all.add(new Named(child, names.add(child.name())));
                }
            }
        }
        return all;
    }

    private static int entries(List<Named> names) {
        return names.stream()
                .mapToInt(named -> FolderBytes.entries(named.name()))
                .sum();
    }

    private Chain chain(HostEntry entry, long size) throws ImageException {
        long count = Math.ceilDiv(size, layout.clusterSize());
        if (next + count > layout.clusters() + 2) {
            throw new ImageException("Directory does not fit in FAT%d (capacity %.2f MB)"
                    .formatted(layout.type().bits(), layout.clusters() * layout.clusterSize() / 1e6));
        }
        Chain chain = new Chain(entry, (int) next, (int) count);
        if (count > 0) {
            chains.put(chain.first, chain);
        }
        next += count;
        return chain;
    }

    /**
     * Adds all of a folder's entries.
     *
     * @param self its first cluster as ".." of its subfolders says it: 0 for the root folder
     */
    private void fill(FolderBytes bytes, List<Named> names, int self) throws IOException {
        for (Named named : names) {
            HostEntry entry = named.entry();
            Chain chain = entry.folder() ? folder(entry, self) : chain(entry, entry.size());
            bytes.add(named.name(), entry.folder(), chain.count == 0 ? 0 : chain.first, entry.size(), entry.modified());
        }
    }

    private Chain folder(HostEntry folder, int parent) throws IOException {
        List<Named> names = names(folder);
        Chain chain = chain(folder, (2L + entries(names)) * FatLayout.ENTRY);
        FolderBytes bytes = new FolderBytes(chain.count * layout.clusterSize());
        bytes.dots(chain.first, parent, folder.modified());
        fill(bytes, names, chain.first);
        chain.folder = bytes.bytes();
        return chain;
    }

    /** The root folder, where it has its own place. */
    byte[] root() {
        return root;
    }

    /** Whose a cluster is; null: nobody's. */
    @Nullable
    Chain at(int cluster) {
        Map.Entry<Integer, Chain> entry = chains.floorEntry(cluster);
        return entry == null || cluster >= entry.getValue().first + entry.getValue().count ? null : entry.getValue();
    }

    /** First cluster that is not in use, and all behind it are not either. */
    long nextFree() {
        return next;
    }

    /** An entry of the FAT. */
    int fatEntry(int cluster, int media) {
        int end = layout.type().endOfChain();
        if (cluster < 2) {
            return cluster == 0 ? (end & ~0xff) | media : end;
        }
        Chain chain = at(cluster);
        if (chain == null) {
            return 0;
        }
        return cluster == chain.first + chain.count - 1 ? end : cluster + 1;
    }
}

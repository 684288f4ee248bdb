package org.margay.blkdebug.internal;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.margay.block.BlockDrivers;
import org.margay.block.BlockNode;
import org.margay.block.BlockProtocol;
import org.margay.block.BlockProtocolName;
import org.margay.block.ImageException;
import org.margay.block.OpenOptions;
import org.osgi.service.component.annotations.Component;

/** Protocol "blkdebug": blkdebug:RULES:FILE, a file whose requests fail as a file of rules says; without RULES none do. */
@Component(service = BlockProtocol.class)
@BlockProtocolName("blkdebug")
public final class BlkdebugProtocol implements BlockProtocol {
    private static final String PREFIX = "blkdebug:";

    @Override
    public String name() {
        return "blkdebug";
    }

    @Override
    public BlockNode open(String filename, OpenOptions options, BlockDrivers drivers) throws IOException {
        String rest = filename.startsWith(PREFIX) ? filename.substring(PREFIX.length()) : filename;
        int colon = rest.indexOf(':');
        if (colon < 0) {
            throw new ImageException("blkdebug requires the form blkdebug:RULES:FILE");
        }
        List<Rule> rules = colon == 0 ? List.of() : rules(rest.substring(0, colon));
        String below = rest.substring(colon + 1);
        BlockNode node = drivers.protocol(below).open(below, options, drivers);
        return new BlkdebugNode(filename, node, new RuleEngine(rules));
    }

    private static List<Rule> rules(String file) throws IOException {
        try {
            return RuleFile.read(Path.of(file));
        } catch (NoSuchFileException e) {
            throw new ImageException(
                    "Could not read blkdebug config file '%s': No such file or directory".formatted(file), e);
        } catch (InvalidPathException e) {
            throw new ImageException("Could not read blkdebug config file: invalid name", e);
        }
    }
}

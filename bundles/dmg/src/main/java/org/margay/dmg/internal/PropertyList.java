package org.margay.dmg.internal;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.margay.block.ImageException;

/** The XML property list of a disk image, as far as it matters: the binary data of the array "blkx". */
final class PropertyList {
    private PropertyList() {}

    /**
     * The block tables, in the order of the list.
     *
     * @throws ImageException when it is no property list
     */
    static List<byte[]> blockTables(byte[] xml) throws ImageException {
        XMLInputFactory factory = XMLInputFactory.newInstance();
        // The document type names a server of Apple's; nothing that an image says is to be fetched or expanded.
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            return blockTables(factory.createXMLStreamReader(new ByteArrayInputStream(xml)));
        } catch (XMLStreamException | IllegalArgumentException e) {
            throw new ImageException("the property list is damaged: " + oneLine(e.getMessage()), e);
        }
    }

    private static String oneLine(@Nullable String text) {
        return String.valueOf(text).lines().findFirst().orElse("");
    }

    private static List<byte[]> blockTables(XMLStreamReader reader) throws XMLStreamException {
        List<byte[]> tables = new ArrayList<>();
        boolean named = false;
        int arrays = 0;
        while (reader.hasNext()) {
            int event = reader.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                switch (reader.getLocalName()) {
                    case "key" -> {
                        if (arrays == 0) {
                            named = reader.getElementText().equals("blkx");
                        }
                    }
                    case "array" -> arrays += named ? 1 : 0;
                    case "data" -> {
                        if (arrays > 0) {
                            tables.add(Base64.getMimeDecoder().decode(reader.getElementText()));
                        }
                    }
                    default -> {}
                }
            } else if (event == XMLStreamConstants.END_ELEMENT
                    && reader.getLocalName().equals("array")
                    && arrays > 0
                    && --arrays == 0) {
                named = false;
            }
        }
        return tables;
    }
}

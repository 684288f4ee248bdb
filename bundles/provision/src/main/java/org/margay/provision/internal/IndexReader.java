package org.margay.provision.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.osgi.framework.Version;

/** Reads a repository's index in the XML form of OSGi's repository specification (Compendium 8, 132.5). */
final class IndexReader {
    private IndexReader() {}

    /** @throws IOException when the text is no index */
    static List<IndexedResource> read(InputStream index) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            return read(factory.createXMLStreamReader(index));
        } catch (XMLStreamException | IllegalArgumentException e) {
            throw new IOException(
                    "not a repository index: " + String.valueOf(e.getMessage()).replace('\n', ' '), e);
        }
    }

    private static List<IndexedResource> read(XMLStreamReader xml) throws XMLStreamException {
        List<IndexedResource> resources = new ArrayList<>();
        String namespace = "";
        Map<String, Object> attributes = new HashMap<>();
        Map<String, String> directives = new HashMap<>();
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    switch (xml.getLocalName()) {
                        case "resource" -> resources.add(new IndexedResource());
                        case "capability", "requirement" -> {
                            namespace = text(xml, "namespace");
                            attributes.clear();
                            directives.clear();
                        }
                        case "attribute" -> attributes.put(text(xml, "name"), value(xml));
                        case "directive" -> directives.put(text(xml, "name"), text(xml, "value"));
                        default -> {
                            // The repository itself, and what later versions may add.
                        }
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    switch (xml.getLocalName()) {
                        case "capability" -> resources.getLast().offer(namespace, attributes, directives);
                        case "requirement" -> resources.getLast().require(namespace, attributes, directives);
                        default -> {
                            // Ends of elements without content of their own.
                        }
                    }
                }
                default -> {
                    // White space and comments.
                }
            }
        }
        return resources;
    }

    private static String text(XMLStreamReader xml, String attribute) throws XMLStreamException {
        String text = xml.getAttributeValue(null, attribute);
        if (text == null) {
            throw new XMLStreamException("no " + attribute, xml.getLocation());
        }
        return text;
    }

    private static Object value(XMLStreamReader xml) throws XMLStreamException {
        String text = text(xml, "value");
        String type = xml.getAttributeValue(null, "type");
        return switch (type == null ? "String" : type) {
            case "Version" -> Version.parseVersion(text);
            case "Long" -> Long.valueOf(text.strip());
            case "Double" -> Double.valueOf(text.strip());
            case "List<Version>" ->
                Arrays.stream(text.split(",")).map(Version::parseVersion).toList();
            case "List<Long>" ->
                Arrays.stream(text.split(",")).map(Long::valueOf).toList();
            case "List<String>" -> List.of(text.split(","));
            default -> text;
        };
    }
}

package org.margay.nbd.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority, a server and a client, made by the JDK's keytool, as the PEM files that qemu wants. */
final class Certificates {
    private static final String PASSWORD = "secret";

    private Certificates() {}

    /** Makes folders "server" and "client"; the answer is the first. */
    static Path make(Path folder) throws Exception {
        Path store = folder.resolve("keys.p12");
        pair(store, "ca", "CN=authority", "bc:c");
        pair(store, "server", "CN=server");
        pair(store, "client", "CN=client");
        Path server = Files.createDirectory(folder.resolve("server"));
        Path client = Files.createDirectory(folder.resolve("client"));
        keytool(
                store,
                "-exportcert",
                "-rfc",
                "-alias",
                "ca",
                "-file",
                server.resolve("ca-cert.pem").toString());
        Files.copy(server.resolve("ca-cert.pem"), client.resolve("ca-cert.pem"));
        sign(folder, store, "server", server.resolve("server-cert.pem"), "san=ip:127.0.0.1,dns:localhost");
        sign(folder, store, "client", client.resolve("client-cert.pem"), "eku=clientAuth");
        key(store, "server", server.resolve("server-key.pem"));
        key(store, "client", client.resolve("client-key.pem"));
        return server;
    }

    private static void pair(Path store, String alias, String name, String... extensions) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("-genkeypair", "-alias", alias, "-dname", name, "-keyalg", "RSA", "-keysize", "2048"));
        for (String extension : extensions) {
            arguments.addAll(List.of("-ext", extension));
        }
        keytool(store, arguments.toArray(String[]::new));
    }

    private static void sign(Path folder, Path store, String alias, Path certificate, String extension)
            throws Exception {
        String request = folder.resolve(alias + ".csr").toString();
        keytool(store, "-certreq", "-alias", alias, "-file", request);
        keytool(
                store,
                "-gencert",
                "-alias",
                "ca",
                "-infile",
                request,
                "-outfile",
                certificate.toString(),
                "-rfc",
                "-ext",
                extension);
    }

    private static void key(Path store, String alias, Path file) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Key key = keys.getKey(alias, PASSWORD.toCharArray());
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        Files.writeString(file, "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n");
    }

    private static void keytool(Path store, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
        command.addAll(1, List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(output);
        }
    }
}

package org.margay.nbd.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom to trust and who to be, from a URI's parameters, which are libnbd's. A folder holds ca-cert.pem and, for servers that ask for
 * it, client-cert.pem and client-key.pem (PKCS #8): the names that qemu and libnbd have. Without a folder it is the JVM's trust store.
 *
 * @param folder of certificates, or none
 * @param hostname that the server's certificate must be for
 * @param verify false: any certificate will do
 */
record TlsSettings(Optional<Path> folder, String hostname, boolean verify) {
    private static final char[] NO_PASSWORD = new char[0];
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);

    /** Takes its parameters out of those of a URI. */
    static TlsSettings take(Map<String, String> parameters, String host) {
        Optional<Path> folder =
                Optional.ofNullable(parameters.remove("tls-certificates")).map(Path::of);
        String hostname = Optional.ofNullable(parameters.remove("tls-hostname")).orElse(host);
        String verify =
                Optional.ofNullable(parameters.remove("tls-verify-peer")).orElse("true");
        return new TlsSettings(folder, hostname, !verify.equals("false"));
    }

    /**
     * Puts TLS on a connection.
     *
     * @throws IOException when the server is not to be trusted, or does not trust us
     */
    SSLSocket wrap(Socket plain) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), trust(), null);
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, hostname, plain.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            if (verify) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS can't be set up: " + e.getMessage(), e);
        }
    }

    private TrustManager @Nullable [] trust() throws IOException, GeneralSecurityException {
        if (!verify) {
            return new TrustManager[] {new TrustAll()};
        }
        if (folder.isEmpty()) {
            return null;
        }
        KeyStore store = emptyStore();
        int count = 0;
        for (Certificate certificate : certificates(folder.get().resolve("ca-cert.pem"))) {
            store.setCertificateEntry("ca" + count++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private KeyManager @Nullable [] keys() throws IOException, GeneralSecurityException {
        Path key = folder.map(path -> path.resolve("client-key.pem")).orElse(null);
        if (key == null || !Files.exists(key)) {
            return null;
        }
        KeyStore store = emptyStore();
        Certificate[] chain =
                certificates(key.resolveSibling("client-cert.pem")).toArray(Certificate[]::new);
        store.setKeyEntry("client", privateKey(key, chain), NO_PASSWORD, chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    private static PrivateKey privateKey(Path file, Certificate[] chain) throws IOException, GeneralSecurityException {
        Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!pem.find() || chain.length == 0) {
            throw new IOException("%s holds no PKCS #8 private key".formatted(file));
        }
        byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
        return KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    /** tls-verify-peer=false: encrypted, but nobody knows to whom. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return List.<X509Certificate>of().toArray(X509Certificate[]::new);
        }
    }
}

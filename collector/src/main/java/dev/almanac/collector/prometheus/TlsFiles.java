package dev.almanac.collector.prometheus;

import java.nio.file.Path;
import java.util.Optional;

/**
 * PEM files for TLS, read again when they change. Host names are always verified, and TLS is at
 * least 1.2; there is no switch to turn verification off.
 *
 * @param ca whom to trust; empty: the certificates that come with the JDK
 * @param certificate our own certificate chain, with {@code key}
 * @param key the private key of {@code certificate}, PKCS#8 or PKCS#1, not encrypted
 */
public record TlsFiles(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {
  /** Refuses a certificate without a key and a key without a certificate. */
  public TlsFiles {
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException("certificate and key are needed together");
    }
  }

  /** A private certificate authority, no certificate of our own. */
  public static TlsFiles trusting(Path ca) {
    return new TlsFiles(Optional.of(ca), Optional.empty(), Optional.empty());
  }
}

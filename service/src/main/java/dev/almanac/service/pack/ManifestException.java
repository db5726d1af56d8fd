package dev.almanac.service.pack;

/**
 * A manifest that cannot be used; the message names the file, the object, the cause and the fix.
 */
public final class ManifestException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ManifestException(String message) {
    super(message);
  }
}

package dev.almanac.service.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file beside its place and moves it there: a reader finds the old one or the new one. */
public final class WholeFile {
  private WholeFile() {}

  /**
   * Writes the file, in place of one that is there. What a killed process leaves is {@code
   * NAME.part}.
   *
   * @param options as {@link Files#write} takes them; none: as it does by default
   */
  public static void write(Path file, byte[] content, OpenOption... options) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.write(part, content, options);
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}

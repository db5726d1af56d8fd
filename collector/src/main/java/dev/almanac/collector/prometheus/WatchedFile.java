package dev.almanac.collector.prometheus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A small file that is read again when its time, size or inode has changed. */
final class WatchedFile {
  private static final int MAX_BYTES = 1 << 20;

  private record Content(FileTime modified, long size, @Nullable Object inode, byte[] bytes) {
    boolean isOf(BasicFileAttributes now) {
      return modified.equals(now.lastModifiedTime())
          && size == now.size()
          && Objects.equals(inode, now.fileKey());
    }
  }

  private final Path path;
  private volatile @Nullable Content known;

  WatchedFile(Path path) {
    this.path = path;
  }

  /** The content, at most 1 MiB. Not to be written to. */
  byte[] bytes() throws IOException {
    Content content = known;
    // Symbolic links are followed: a mounted Secret changes by its link.
    BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
    return content != null && content.isOf(now) ? content.bytes : load(now).bytes;
  }

  /** Reads it whatever its time says, and tells whether the content differs from {@code used}. */
  boolean differsFrom(byte[] used) throws IOException {
    return !Arrays.equals(used, load(Files.readAttributes(path, BasicFileAttributes.class)).bytes);
  }

  private Content load(BasicFileAttributes before) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("longer than 1 MiB");
      }
      // Stamped with what was seen before reading: a change meanwhile is found the next time.
      Content content =
          new Content(before.lastModifiedTime(), before.size(), before.fileKey(), bytes);
      known = content;
      return content;
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}

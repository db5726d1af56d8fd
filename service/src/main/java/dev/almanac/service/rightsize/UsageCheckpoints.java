package dev.almanac.service.rightsize;

import dev.almanac.service.files.RunLock;
import dev.almanac.service.files.WholeFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * A folder with what was seen of each namespace, a file each, so that samples of one moment grow to
 * a history. One run at a time holds it. A file that cannot be read is an error and stays as it is:
 * history cannot be made again.
 *
 * <p>A cell of 5 minutes takes 8 bytes a container before compression, so two weeks are 32 KB. What
 * VPA keeps in its VerticalPodAutoscalerCheckpoint is a decayed histogram, which is smaller, but
 * has no time of day, no weekly peak, and nothing to replay advice on.
 */
public final class UsageCheckpoints implements AutoCloseable {
  /** Width of a cell, the step of every history here. */
  static final int CELL_SECONDS = 300;

  private static final int MAGIC = 0x414c4d55; // ALMU
  private static final int VERSION = 1;
  private static final String SUFFIX = ".usage";

  /** As long as a namespace can be, at 60 days. */
  private static final long LONGEST = 512L << 20;

  private final Path folder;
  private final int days;
  private final RunLock lock;

  /** What is in a file cannot be, and what that is. */
  static final class Damaged extends IOException {
    private static final long serialVersionUID = 1;

    Damaged(String what) {
      super(what);
    }
  }

  private UsageCheckpoints(Path folder, int days, RunLock lock) {
    this.folder = folder;
    this.days = days;
    this.lock = lock;
  }

  /**
   * Opens a folder, a new one where there is none, and reads through all that is in it.
   *
   * @param days that are kept
   * @throws IOException when it cannot be used, another run holds it, or a file in it is no good
   */
  public static UsageCheckpoints open(Path folder, int days) throws IOException {
    Files.createDirectories(folder);
    RunLock lock = RunLock.take(folder.resolve(".lock"));
    try {
      UsageCheckpoints checkpoints = new UsageCheckpoints(folder, days, lock);
      for (String namespace : checkpoints.namespaces()) {
        checkpoints.read(namespace);
      }
      return checkpoints;
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  /** Namespaces of which something is kept, in order. */
  List<String> namespaces() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .sorted()
          .toList();
    }
  }

  private Path file(String namespace) throws IOException {
    // The API server has no other names; a file is not written elsewhere for what somebody sends.
    if (!namespace.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
      throw new IOException("'%s' is not the name of a namespace".formatted(namespace));
    }
    return folder.resolve(namespace + SUFFIX);
  }

  /** What is kept of a namespace; nothing where there is no file. */
  NamespaceUsage read(String namespace) throws IOException {
    Path file = file(namespace);
    try {
      NamespaceUsage usage = Files.exists(file) ? parse(file, namespace) : new NamespaceUsage();
      usage.days = Math.max(usage.days, days);
      return usage;
    } catch (EOFException e) {
      throw unusable(file, "is cut short", e);
    } catch (ZipException | UTFDataFormatException e) {
      throw unusable(file, "is damaged (%s)".formatted(e.getMessage()), e);
    } catch (Damaged e) {
      throw unusable(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static NamespaceUsage parse(Path file, String namespace) throws IOException {
    if (Files.size(file) > LONGEST) {
      throw new Damaged("is longer than %d MiB".formatted(LONGEST >> 20));
    }
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(
                new GZIPInputStream(Files.newInputStream(file), 1 << 16), 1 << 16))) {
      if (in.readInt() != MAGIC) {
        throw new Damaged("is no checkpoint of almanac rightsize");
      }
      int version = in.readInt();
      if (version != VERSION) {
        throw new Damaged(
            "is of version %d, and this program reads %d".formatted(version, VERSION));
      }
      String of = in.readUTF();
      if (!of.equals(namespace)) {
        throw new Damaged("is of the namespace '%s'".formatted(of));
      }
      NamespaceUsage usage;
      try {
        usage = NamespaceUsage.read(in);
      } catch (Damaged e) {
        throw new Damaged("is damaged (%s)".formatted(e.getMessage()));
      }
      if (in.read() >= 0) { // Reaches the checksum, too.
        throw new Damaged("is damaged (something follows its end)");
      }
      return usage;
    }
  }

  private static IOException unusable(Path file, String why, IOException cause) {
    return new IOException(
        "%s %s; it was left as it is, move it away to begin anew".formatted(file, why), cause);
  }

  /** Keeps what was seen of a namespace. */
  void write(String namespace, NamespaceUsage usage) throws IOException {
    if (usage.containers() > NamespaceUsage.MOST_CONTAINERS) {
      throw new IOException(
          "%s has more than %,d containers: give --prometheus URL, or --namespace without it"
              .formatted(namespace, NamespaceUsage.MOST_CONTAINERS));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(
                new GZIPOutputStream(bytes, 1 << 16) {
                  {
                    def.setLevel(Deflater.BEST_SPEED);
                  }
                },
                1 << 16))) {
      out.writeInt(MAGIC);
      out.writeInt(VERSION);
      out.writeUTF(namespace);
      usage.write(out);
    }
    WholeFile.write(file(namespace), bytes.toByteArray());
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}

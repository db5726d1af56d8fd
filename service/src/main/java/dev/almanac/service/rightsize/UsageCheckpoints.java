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
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;

/**
 * A folder with what was seen of each namespace, a file each, so that samples of one moment grow to
 * a history. One run at a time holds it. A file that is damaged is put aside, which is said, and
 * its namespace begins anew: the others go on, and nothing is lost that a person could still read.
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
  private static final String ASIDE = ".aside-";

  /** Files of one namespace that are put aside; from then on each takes the place of the last. */
  private static final int MOST_ASIDE = 9;

  /** The API server has no other names; a file is not written elsewhere for what somebody sends. */
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  /** As long as a namespace can be, at 60 days. */
  private static final long LONGEST = 512L << 20;

  private final Path folder;
  private final int days;
  private final RunLock lock;

  /** What this run has put aside, and why: a sentence by the name of the file. */
  private final SortedMap<String, String> aside = new TreeMap<>();

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
   * @throws IOException when it cannot be used, another run holds it, or a file in it is of another
   *     version of this program
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
          .filter(name -> NAMESPACE.matcher(name).matches())
          .sorted()
          .toList();
    }
  }

  private Path file(String namespace) throws IOException {
    if (!NAMESPACE.matcher(namespace).matches()) {
      throw new IOException("'%s' is not the name of a namespace".formatted(namespace));
    }
    return folder.resolve(namespace + SUFFIX);
  }

  /** What is kept of a namespace; nothing where there is no file, or none that can be read. */
  NamespaceUsage read(String namespace) throws IOException {
    Path file = file(namespace);
    NamespaceUsage usage;
    try {
      usage = Files.exists(file) ? parse(file, namespace) : new NamespaceUsage();
    } catch (EOFException e) {
      usage = anew(namespace, "is cut short");
    } catch (ZipException | UTFDataFormatException e) {
      usage = anew(namespace, "is damaged (%s)".formatted(e.getMessage()));
    } catch (Damaged e) {
      usage = anew(namespace, String.valueOf(e.getMessage()));
    }
    usage.days = Math.max(usage.days, days);
    return usage;
  }

  private NamespaceUsage anew(String namespace, String why) throws IOException {
    Path file = file(namespace);
    Path to = place(file);
    Files.move(file, to, StandardCopyOption.REPLACE_EXISTING);
    aside.put(
        String.valueOf(to.getFileName()),
        "%s %s: it was moved to %s, and the history of %s begins anew"
            .formatted(file.getFileName(), why, to.getFileName(), namespace));
    return new NamespaceUsage();
  }

  /**
   * Keeps a copy of a file that is about to lose much.
   *
   * @param why a sentence that ends before the place of the copy
   */
  void copyAside(String namespace, String why) throws IOException {
    Path file = file(namespace);
    Path to = place(file);
    Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
    aside.put(
        String.valueOf(to.getFileName()), "%s: a copy is %s".formatted(why, to.getFileName()));
  }

  private static Path place(Path file) {
    int number = 1;
    while (number < MOST_ASIDE && Files.exists(file.resolveSibling(aside(file, number)))) {
      number++;
    }
    return file.resolveSibling(aside(file, number));
  }

  private static String aside(Path file, int number) {
    return file.getFileName() + ASIDE + number;
  }

  /** Sentences about what was put aside by this run, or by an earlier one and is still there. */
  List<String> notes() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.contains(SUFFIX + ASIDE))
          .sorted()
          .map(name ->
              aside.getOrDefault(
                  name, name + " was put aside by an earlier run: remove it when nobody misses it"))
          .toList();
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
        checkSum(in); // A number that is damaged is no version.
        throw new IOException(
            "%s is of version %d, and this program reads %d; it was left as it is"
                .formatted(file.getFileName(), version, VERSION));
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

  /** Reads to the end, where the checksum is. */
  private static void checkSum(DataInputStream in) throws IOException {
    byte[] rest = new byte[1 << 16];
    for (long read = 0, n = 0; n >= 0 && read < LONGEST; read += n) {
      n = in.read(rest);
    }
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

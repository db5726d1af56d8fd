package dev.almanac.service.rightsize;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice;
import dev.almanac.predictor.rightsizing.comparison.Advice;
import dev.almanac.service.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The namespaces that an interrupted run had finished, in a folder {@code .run} beside its report,
 * so that the next one goes on from there with the same end of history. A run that asks something
 * else, or comes more than a day later, begins anew. Files that cannot be read are as if they were
 * not there.
 */
public final class Checkpoint {
  private static final Duration OLDEST = Duration.ofDays(1);
  private static final String RUN = "run.json";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .addMixIn(ContainerAdvice.class, OfContainer.class)
          .addMixIn(Advice.class, OfTool.class)
          .build();

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = ContainerAdvice.Recommended.class, name = "recommended"),
    @JsonSubTypes.Type(value = ContainerAdvice.Refused.class, name = "refused")
  })
  private interface OfContainer {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Advice.Request.class, name = "request"),
    @JsonSubTypes.Type(value = Advice.NotEnoughHistory.class, name = "not_enough_history")
  })
  private interface OfTool {}

  /** What a run asks, and the end of its history. */
  private record Run(String question, Instant to) {}

  private record Finished(List<Row> rows) {}

  private final Path folder;
  private final Instant to;

  private Checkpoint(Path folder, Instant to) {
    this.folder = folder;
    this.to = to;
  }

  /**
   * Goes on with the run in a folder, or begins one.
   *
   * @param out the report's folder
   * @param question everything that makes two runs alike
   * @param to end of history of a run that begins now
   */
  public static Checkpoint open(Path out, String question, Instant to) throws IOException {
    Path folder = out.resolve(".run");
    Optional<Run> last = read(folder.resolve(RUN), Run.class);
    if (last.isPresent()
        && last.get().question().equals(question)
        && !to.isAfter(last.get().to().plus(OLDEST))) {
      return new Checkpoint(folder, last.get().to());
    }
    clear(folder);
    Files.createDirectories(folder);
    write(folder.resolve(RUN), new Run(question, to));
    return new Checkpoint(folder, to);
  }

  /** The end of history of this run. */
  public Instant to() {
    return to;
  }

  /** The rows of a namespace, where it is finished. */
  public Optional<List<Row>> rows(String namespace) {
    return read(file(namespace), Finished.class).map(Finished::rows);
  }

  /** Keeps the rows of a namespace that is finished. */
  public void finished(String namespace, List<Row> rows) throws IOException {
    write(file(namespace), new Finished(rows));
  }

  /** Forgets the run in a folder: its report is written. */
  public static void over(Path out) throws IOException {
    clear(out.resolve(".run"));
  }

  private Path file(String namespace) {
    return folder.resolve("ns-" + namespace.replaceAll("[^A-Za-z0-9._-]", "_") + ".json");
  }

  private static <T> Optional<T> read(Path file, Class<T> type) {
    try {
      return Files.exists(file)
          ? Optional.of(JSON.readValue(Files.readAllBytes(file), type))
          : Optional.empty();
    } catch (IOException e) { // Not JSON, or not of this version, too.
      return Optional.empty();
    }
  }

  private static void write(Path file, Object value) throws IOException {
    WholeFile.write(file, JSON.writeValueAsBytes(value));
  }

  private static void clear(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}

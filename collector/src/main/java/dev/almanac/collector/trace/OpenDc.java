package dev.almanac.collector.trace;

import dev.almanac.collector.trace.Trace.Scale;
import dev.hardwood.InputFile;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnProjection;
import dev.hardwood.schema.ColumnSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Workloads of OpenDC since its version 2: {@code tasks.parquet} says when a task was submitted (ms
 * since the epoch), {@code fragments.parquet} how long it used how many MHz, one fragment after the
 * other. Read is the folder or one of the two files; the other one is taken from beside it.
 *
 * @see <a href="https://github.com/atlarge-research/opendc-traces">the traces</a>
 */
final class OpenDc implements TraceReader {
  private static final int STEP_SECONDS = 300;

  /** A thousand years; times that are added up stay within 64 bits. */
  private static final long LONGEST_MILLIS = 1000L * 366 * 86_400_000;

  private static final String TASKS = "tasks.parquet";
  private static final String FRAGMENTS = "fragments.parquet";
  private static final String FIX = "copy both files of the trace again";
  private static final byte[] MAGIC = {'P', 'A', 'R', '1'};

  /** Kept, so that its level is: the library tells how it decodes, which is not for our users. */
  private static final Logger LIBRARY = Logger.getLogger("dev.hardwood");

  static {
    LIBRARY.setLevel(Level.WARNING);
  }

  @Override
  public boolean recognises(TraceHead head) {
    byte[] b = head.bytes();
    for (int i = 0; i < MAGIC.length; i++) {
      if (b.length <= i || b[i] != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void read(TraceText text, String column, SeriesCollection series) throws IOException {
    Path here = text.path().orElse(Path.of(text.file()));
    String name = String.valueOf(here.getFileName());
    Path tasks = here.resolveSibling(TASKS);
    Path fragments = here.resolveSibling(FRAGMENTS);
    if (!name.equals(TASKS) && !name.equals(FRAGMENTS)) {
      throw text.problem(
          1,
          "this Parquet file is neither %s nor %s".formatted(TASKS, FRAGMENTS),
          "OpenDC's traces of version 2 and later have both, in one folder");
    }
    for (Path file : new Path[] {tasks, fragments}) {
      if (!Files.isRegularFile(file)) {
        throw text.problem(
            1, "there is no %s beside it".formatted(file.getFileName()), "copy both into a folder");
      }
    }
    if (name.equals(TASKS)) {
      if (series.hasGrid()) {
        return; // of a folder, after the fragments, which have read it
      }
      throw text.problem(
          1, "this is but half of it", "name %s, or the folder".formatted(FRAGMENTS));
    }
    series.describe("MHz", Scale.ABSOLUTE, 1);
    try {
      readFragments(text, submissions(text, tasks, series), fragments, series);
    } catch (TraceFormatException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // the library has many for a damaged file
      throw text.problem(
          1,
          "the Parquet cannot be read: " + e.getMessage(),
          "copy the file again; where it is whole, write it with snappy compression");
    }
  }

  /** When each task was submitted, in ms since the epoch. */
  private static Map<String, Long> submissions(TraceText text, Path tasks, SeriesCollection series)
      throws IOException {
    Map<String, Long> submitted = new HashMap<>();
    try (ParquetFileReader file = ParquetFileReader.open(InputFile.of(tasks))) {
      boolean numbers = isNumber(text, file, "id", "submission_time");
      try (RowReader rows =
          file.buildRowReader()
              .projection(ColumnProjection.columns("id", "submission_time"))
              .build()) {
        while (rows.hasNext()) {
          rows.next();
          String id = numbers ? Integer.toString(rows.getInt("id")) : rows.getString("id");
          if (series.wants(id) && rows.getRawValue("submission_time") instanceof Long at) {
            if (submitted.size() == SeriesCollection.MAX_SERIES && !series.isSum()) {
              series.another(id, SeriesCollection.MAX_SERIES, 1);
            }
            submitted.put(id, at);
          }
        }
      }
    }
    return submitted;
  }

  private static void readFragments(
      TraceText text, Map<String, Long> submitted, Path fragments, SeriesCollection series)
      throws IOException {
    Grid grid = series.grid(STEP_SECONDS, Grid.Rule.MEAN);
    try (ParquetFileReader file = ParquetFileReader.open(InputFile.of(fragments))) {
      boolean numbers = isNumber(text, file, "id", "duration", "cpu_usage");
      String id = "";
      int number = 0;
      long row = 0;
      long at = -1;
      try (RowReader rows =
          file.buildRowReader()
              .projection(ColumnProjection.columns("id", "duration", "cpu_usage"))
              .build()) {
        while (rows.hasNext()) {
          rows.next();
          row++;
          String next;
          if (numbers) {
            int same = rows.getInt("id");
            next = row > 1 && same == number ? id : Integer.toString(same);
            number = same;
          } else {
            next = rows.getString("id");
          }
          if (!next.equals(id)) {
            submitted.computeIfPresent(id, endOf(at));
            id = next;
            at = submitted.getOrDefault(id, Long.MIN_VALUE);
          }
          if (at == Long.MIN_VALUE) {
            if (series.wants(id)) {
              throw text.problem(
                  row, "the task %s of fragment %,d is not in %s".formatted(id, row, TASKS), FIX);
            }
            continue;
          }
          long duration = rows.getLong("duration");
          double usage = rows.getDouble("cpu_usage");
          if (duration < 0 || duration > LONGEST_MILLIS || !Double.isFinite(usage)) {
            throw text.problem(
                row, "fragment %,d lasts %,d ms at %s MHz".formatted(row, duration, usage), FIX);
          }
          grid.over(id, at, at + duration, usage, row);
          at += duration;
        }
      }
    }
  }

  /** Where a task's next fragment begins, should more of them come after those of other tasks. */
  private static BiFunction<String, Long, Long> endOf(long at) {
    return (_, _) -> at;
  }

  /** Whether ids are numbers; refuses a file without the columns. */
  private static boolean isNumber(TraceText text, ParquetFileReader file, String... columns)
      throws TraceFormatException {
    Set<String> there = new HashSet<>();
    boolean number = false;
    for (ColumnSchema column : file.getFileSchema().getColumns()) {
      there.add(column.name());
      number |= column.name().equals("id") && column.type() == PhysicalType.INT32;
    }
    for (String column : columns) {
      if (!there.contains(column)) {
        throw text.problem(
            1, "there is no column %s".formatted(column), "it has " + String.join(", ", there));
      }
    }
    return number;
  }
}

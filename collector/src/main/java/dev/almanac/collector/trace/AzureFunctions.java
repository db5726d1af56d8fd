package dev.almanac.collector.trace;

import dev.almanac.collector.trace.Trace.Scale;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code invocations_per_function_md.anon.dNN.csv} of AzurePublicDataset: a row for each function,
 * with the invocations of each minute of day NN. Day 1 is 2019-07-15, in UTC as far as is said.
 *
 * @see <a
 *     href="https://github.com/Azure/AzurePublicDataset/blob/master/AzureFunctionsDataset2019.md">its
 *     description</a>
 */
final class AzureFunctions implements TraceReader {
  /** 2019-07-15T00:00:00Z. */
  private static final long FIRST_DAY = 1_563_148_800;

  private static final Pattern DAY = Pattern.compile("\\.d(\\d\\d)\\b");
  private static final int BEFORE = 4;
  private static final int MINUTES = 1_440;

  @Override
  public boolean recognises(TraceHead head) {
    return head.firstLine().startsWith("HashOwner,HashApp,HashFunction,Trigger,1,");
  }

  @Override
  public void read(TraceText text, String column, SeriesCollection series) throws IOException {
    Table table = new Table(text, ',');
    if (!table.next() || table.column("HashFunction") != 2 || table.cells() != BEFORE + MINUTES) {
      throw text.problem(
          1,
          "the header is not HashOwner,HashApp,HashFunction,Trigger and the minutes 1 to 1440",
          "take a file called invocations_per_function_md.anon.dNN.csv");
    }
    series.describe("invocations a minute", Scale.ABSOLUTE, 1);
    Grid grid = series.grid(60, Grid.Rule.SUM);
    Matcher day = DAY.matcher(text.file());
    long start = FIRST_DAY + (day.find() ? Long.parseLong(day.group(1)) - 1 : 0) * 86_400;
    while (table.next()) {
      if (table.cells() != BEFORE + MINUTES) {
        throw text.problem(
            table.line(),
            "the row has %d cells, not %d".formatted(table.cells(), BEFORE + MINUTES),
            "is the file cut off?");
      }
      String name = table.text(1) + "/" + table.text(2);
      if (!series.wants(name)) {
        continue;
      }
      for (int minute = 0; minute < MINUTES; minute++) {
        double count = table.number(BEFORE + minute, "the count of a minute");
        if (count < 0) {
          throw text.problem(
              table.line(),
              "minute %d has %s invocations".formatted(minute + 1, count),
              "it is a count");
        }
        grid.add(name, start + 60L * minute, count, table.line());
      }
    }
  }
}

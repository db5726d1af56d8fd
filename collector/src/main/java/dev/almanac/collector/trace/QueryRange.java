package dev.almanac.collector.trace;

import dev.almanac.collector.prometheus.AnswerDecoder;
import dev.almanac.collector.prometheus.AnswerDecoder.Defect;
import dev.almanac.collector.promql.PromQl;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the answer of query_range as a trace of one or more series. */
final class QueryRange implements TraceReader {
  private static final String FIX = "save the answer of /api/v1/query_range unchanged";

  @Override
  public boolean recognises(TraceHead head) {
    return head.firstLine().startsWith("{") && !Borg2019.isExport(head);
  }

  @Override
  public void read(TraceText text, String column, SeriesCollection series) throws IOException {
    new Answer(text.file(), series).read(text.bytes());
  }

  private static final class Answer implements AnswerDecoder.Samples {

    private final String file;
    private final SeriesCollection series;
    private final AnswerDecoder answer = new AnswerDecoder(this, Set.of("matrix"));
    private SortedMap<String, String> labels = new TreeMap<>();
    private @Nullable SeriesBuilder builder;
    private long firstLine;
    private @Nullable TraceFormatException problem;

    Answer(String file, SeriesCollection series) {
      this.file = file;
      this.series = series;
    }

    private void read(InputStream text) throws IOException {
      byte[] chunk = new byte[1 << 16];
      boolean wanted = true;
      for (int n = text.read(chunk); n >= 0 && wanted; n = text.read(chunk)) {
        wanted = answer.feed(chunk, 0, n);
      }
      answer.end();
      Optional<String> defect = answer.defect();
      if (problem != null) {
        throw problem;
      }
      if (defect.isPresent()) {
        throw new TraceFormatException(file, answer.line(), defect.get(), FIX);
      }
      if (builder == null) {
        throw new TraceFormatException(
            file, 1, "the answer holds no series", "check the query and its range");
      }
      endSeries(builder);
    }

    @Override
    public void series() throws Defect {
      if (builder != null) {
        try {
          endSeries(builder);
        } catch (TraceFormatException e) {
          throw stop(e);
        }
      }
      labels = new TreeMap<>();
      firstLine = answer.line();
      builder = new SeriesBuilder(file, firstLine, false);
    }

    @Override
    public void label(String name, String value) {
      labels.put(name, value);
    }

    @Override
    public void sample(long epochMillis, double value) throws Defect {
      try {
        if (Double.isInfinite(value)) {
          throw new TraceFormatException(
              file,
              answer.line(),
              "a value is " + value,
              "divide by what cannot be zero, or filter");
        }
        series.row(answer.line());
        if (builder != null) {
          // A query may start within a second: then all its points lie within one by as much.
          builder.add(Math.floorDiv(epochMillis, 1000L), value);
        }
      } catch (TraceFormatException e) {
        throw stop(e);
      }
    }

    private void endSeries(SeriesBuilder ended) throws TraceFormatException {
      // Its labels may come last, so that its name is known only here.
      if (series.wants(name())) {
        series.add(name(), ended, firstLine);
      } else {
        series.dropped(ended.rows());
      }
    }

    private String name() {
      return labels.isEmpty() ? series.nameOfFile() : PromQl.seriesName(labels);
    }

    /** Ends the decoding for a reason of ours, which is then what we throw. */
    private Defect stop(TraceFormatException why) {
      problem = why;
      return new Defect(String.valueOf(why.getMessage()));
    }
  }
}

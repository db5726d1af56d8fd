package dev.almanac.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.almanac.collector.prometheus.RangeDecoder;
import dev.almanac.predictor.metrics.SeriesReading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/** From the bytes of a query_range answer to doubles on the grid. */
final class IngestBenchmark implements Benchmark {
  private static final int POINTS = 10_000;
  private static final int BODIES = 40;
  private static final int CHUNK = 65_536;
  private static final int ROUNDS = 15;
  private static final long START = 1_700_000_000;

  @Override
  public String about() {
    return "Bodies of one series x %,d points in memory, fed in 64 KiB chunks, one thread, median of %d"
            .formatted(POINTS, ROUNDS)
        + "\nrounds after as many to warm up. Shows decoding alone: no socket, no server.";
  }

  @Override
  public Table run(Optional<Path> data) {
    Table table = new Table("values", "decoder", "MB/s", "samples/s", "x databind");
    for (boolean digits : new boolean[] {false, true}) {
      List<byte[]> bodies = bodies(digits);
      double streaming = seconds(bodies, IngestBenchmark::stream);
      double tree = seconds(bodies, IngestBenchmark::databind);
      double megabytes = bodies.stream().mapToLong(b -> b.length).sum() / 1e6;
      double samples = (double) POINTS * BODIES;
      String values = digits ? "17 digits" : "short";
      table.row(
          values,
          "Almanac, streaming",
          megabytes / streaming,
          samples / streaming,
          tree / streaming);
      table.row(values, "Jackson databind tree", megabytes / tree, samples / tree, 1.0);
    }
    return table;
  }

  private static double seconds(List<byte[]> bodies, ToDoubleFunction<byte[]> decode) {
    double[] times = new double[ROUNDS];
    double check = Double.NaN;
    for (int round = -ROUNDS; round < ROUNDS; round++) {
      long from = System.nanoTime();
      double sum = 0;
      for (byte[] body : bodies) {
        sum += decode.applyAsDouble(body);
      }
      if (round >= 0) {
        times[round] = (System.nanoTime() - from) / 1e9;
      }
      if (!Double.isNaN(check) && check != sum) {
        throw new IllegalStateException("two rounds decoded different numbers");
      }
      check = sum;
    }
    java.util.Arrays.sort(times);
    return times[ROUNDS / 2];
  }

  private static double stream(byte[] body) {
    RangeDecoder decoder = new RangeDecoder(START, 60, POINTS);
    for (int at = 0; at < body.length; at += CHUNK) {
      decoder.feed(body, at, Math.min(CHUNK, body.length - at));
    }
    if (!(decoder.finish() instanceof SeriesReading.Present(var series))) {
      throw new IllegalStateException("the body was not decoded");
    }
    double sum = 0;
    for (double value : series.values()) {
      sum += value;
    }
    return sum;
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static double databind(byte[] body) {
    try {
      double sum = 0;
      for (JsonNode sample :
          MAPPER.readTree(body).path("data").path("result").get(0).path("values")) {
        sum += Double.parseDouble(sample.get(1).asText());
      }
      return sum;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("memory cannot fail", e);
    }
  }

  private static List<byte[]> bodies(boolean digits) {
    SplittableRandom random = new SplittableRandom(1);
    List<byte[]> bodies = new ArrayList<>();
    for (int b = 0; b < BODIES; b++) {
      StringBuilder json =
          new StringBuilder(
              "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":"
                  + "{\"job\":\"web\"},\"values\":[");
      for (int i = 0; i < POINTS; i++) {
        double value = random.nextDouble(0, 10_000);
        json.append(i == 0 ? "[" : ",[")
            .append(START + 60L * i)
            .append(",\"")
            .append(digits ? Double.toString(value) : Long.toString(Math.round(value)))
            .append("\"]");
      }
      bodies.add(json.append("]}]}}").toString().getBytes(StandardCharsets.UTF_8));
    }
    return bodies;
  }
}

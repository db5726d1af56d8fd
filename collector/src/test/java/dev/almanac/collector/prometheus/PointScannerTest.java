package dev.almanac.collector.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.collector.prometheus.AnswerDecoder.Defect;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scanner against what it stands in for: {@link Double#parseDouble}, and the JSON parser, which
 * reads every byte when an answer comes byte by byte.
 */
class PointScannerTest {

  /** What the decoder made of an answer. */
  private record Read(List<String> samples, boolean usable) {}

  private static final class Heard implements AnswerDecoder.Samples {
    final List<String> lines = new ArrayList<>();

    @Override
    public void series() {
      lines.add("series");
    }

    @Override
    public void label(String name, String value) {
      lines.add(name + "=" + value);
    }

    @Override
    public void sample(long epochMillis, double value) {
      lines.add(epochMillis + ": " + Long.toHexString(Double.doubleToRawLongBits(value)));
    }
  }

  private static Read read(byte[] body, int chunk) {
    Heard heard = new Heard();
    AnswerDecoder decoder = new AnswerDecoder(heard, Set.of("matrix", "vector", "scalar"));
    boolean more = true;
    for (int at = 0; at < body.length && more; at += chunk) {
      more = decoder.feed(body, at, Math.min(chunk, body.length - at));
    }
    decoder.end();
    // Of an answer with a defect nothing is used: neither what was heard before it matters, nor
    // which
    // of two defects the parser meets first, which depends on its chunks.
    boolean usable = decoder.defect().isEmpty();
    return new Read(usable ? heard.lines : List.of(), usable);
  }

  private static List<String> scanned(String points) throws Defect {
    byte[] bytes = points.getBytes(StandardCharsets.UTF_8);
    Heard heard = new Heard();
    int end = new PointScanner().scan(bytes, 0, bytes.length, heard);
    heard.lines.add("rest " + points.substring(end));
    return heard.lines;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",[1700000040,\"1\"],[1700000100.5,\"-2.25\"]",
        ",[1.123,\"0\"],[99999999999,\"0.000000000000001\"]",
        ",[1700000040,\"999999999999999\"],[1700000100,\"9007199254740993\"]",
        ",[1700000040,\"0.12345678901234567\"],[1700000100,\"4503599627370497.5\"]",
        ",[1700000040,\"123456789012345678\"],[1700000100,\"1234567890123456789.5\"]",
        ",[1700000040,\"NaN\"],[1700000100,\"+Inf\"]",
        ",[1700000040,\"1e-05\"],[1700000100,\"1.7976931348623157e+308\"]"
      })
  void readsWhatStoresWrite(String points) throws Defect {
    assertThat(scanned(points)).hasSize(3).last().isEqualTo("rest ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",[01700000040,\"1\"]",
        ",[-5,\"1\"]",
        ",[1.7e9,\"1\"]",
        ",[1700000040.,\"1\"]",
        ",[1700000040.1234,\"1\"]",
        ",[100000000000,\"1\"]",
        ",[,\"1\"]",
        ", [1700000040,\"1\"]",
        ",[1700000040, \"1\"]",
        ",[1700000040,1]",
        ",[1700000040,\"\\u0031\"]",
        ",[1700000040,\"1\",2]",
        ",[1700000040,\"1\"}",
        ",[1700000040,\"1\"",
        ",[1700000040,\"1",
        ",[1700000040,\"",
        ",[1700000040",
        ",[",
        ",",
        "[1700000040,\"1\"]",
        "]",
        ""
      })
  void leavesTheRestToTheParser(String points) throws Defect {
    assertThat(scanned(points)).containsExactly("rest " + points);
  }

  @Test
  void readsEveryDoubleAsJavaDoes() throws Defect {
    SplittableRandom random = new SplittableRandom(1);
    for (int n = 0; n < 100_000; n++) {
      String text = decimal(random);
      assertThat(scanned(",[1,\"" + text + "\"]").getFirst())
          .as(text)
          .isEqualTo(
              "1000: " + Long.toHexString(Double.doubleToRawLongBits(Double.parseDouble(text))));
    }
  }

  /** Digits with a point anywhere, doubles as they are printed, and points between two doubles. */
  private static String decimal(SplittableRandom random) {
    String sign = random.nextInt(4) == 0 ? "-" : "";
    return switch (random.nextInt(5)) {
      case 0 -> {
        StringBuilder digits = new StringBuilder();
        int length = random.nextInt(1, 22);
        for (int i = 0; i < length; i++) {
          digits.append((char) ('0' + random.nextInt(10)));
        }
        int point = random.nextInt(1, length + 1);
        yield sign + (point == length ? digits : digits.insert(point, '.'));
      }
      case 1 -> sign + random.nextDouble(0, 10_000);
      case 2 -> sign + String.format(Locale.ROOT, "%.3f", random.nextDouble(0, 1e6));
      case 3 -> { // Near the middle of two neighbours, where rounding turns.
        double lower = Math.scalb(random.nextDouble(1, 2), random.nextInt(0, 60));
        BigDecimal middle =
            new BigDecimal(lower).add(new BigDecimal(Math.ulp(lower)).divide(BigDecimal.TWO));
        yield sign + middle.round(new MathContext(random.nextInt(15, 20))).toPlainString();
      }
      default -> {
        double any = Double.longBitsToDouble(random.nextLong());
        yield Double.isFinite(any) ? Double.toString(any) : "0";
      }
    };
  }

  @Test
  void anAnswerIsReadTheSameWhereverItsChunksEnd() {
    SplittableRandom random = new SplittableRandom(2);
    int usable = 0;
    for (int n = 0; n < 2_000; n++) {
      byte[] body = answer(random);
      if (n % 2 == 1) {
        damage(body, random);
      }
      Read byParser = read(body, 1);
      String shown = new String(body, StandardCharsets.ISO_8859_1);
      for (int chunk : new int[] {body.length, 7, random.nextInt(2, 60)}) {
        assertThat(read(body, chunk)).as("%s in chunks of %d", shown, chunk).isEqualTo(byParser);
      }
      usable += byParser.usable ? 1 : 0;
    }
    assertThat(usable).isBetween(1_050, 1_950);
  }

  private static byte[] answer(SplittableRandom random) {
    StringBuilder json =
        new StringBuilder(
            "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[");
    int series = random.nextInt(1, 4);
    for (int s = 0; s < series; s++) {
      json.append(s == 0 ? "" : ",").append("{\"metric\":{\"a\":\"],[1,\\\"2\\\"]\"},\"values\":[");
      int points = random.nextInt(0, 12);
      for (int p = 0; p < points; p++) {
        String blank = random.nextInt(10) == 0 ? " " : "";
        json.append(p == 0 ? "" : "," + blank)
            .append("[")
            .append(random.nextInt(1, 2_000_000_000))
            .append(random.nextInt(4) == 0 ? "." + random.nextInt(1, 1_500) : "")
            .append(",")
            .append(blank)
            .append('"')
            .append(
                switch (random.nextInt(8)) {
                  case 0 -> "NaN";
                  case 1 -> "-Inf";
                  case 2 -> "\\u0031";
                  default -> decimal(random);
                })
            .append("\"]");
      }
      json.append("]}");
    }
    return json.append("]}}").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** One byte becomes another one that means something where points are written. */
  private static void damage(byte[] body, SplittableRandom random) {
    byte[] meaningful = "0123456789.,[]\"{}-+eE\\ n\n".getBytes(StandardCharsets.US_ASCII);
    body[random.nextInt(body.length)] = meaningful[random.nextInt(meaningful.length)];
  }
}

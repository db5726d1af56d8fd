package dev.almanac.service.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.almanac.service.log.LogVerifier.Problem;
import dev.almanac.service.log.LogVerifier.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage of every kind is found, and found where it is. */
class LogVerifierAdversarialTest {
  @TempDir Path folder;

  /**
   * Every byte of a small log with one bit changed, and every third one by another byte altogether
   * and by one that means something in JSON.
   */
  @Test
  void namesLineAndFieldOfEveryChangedByte() throws IOException {
    byte[] sound = log(2);
    Places places = new Places(sound);
    Path file = folder.resolve("damaged.jsonl");
    SplittableRandom random = new SplittableRandom(7);
    int checked = 0;
    for (int i = 0; i < sound.length; i++) {
      byte[] changes = {
        (byte) (sound[i] ^ 1 << random.nextInt(8)),
        (byte) random.nextInt(256),
        (byte) "\",}{]0\n\\ ".charAt(random.nextInt(9))
      };
      for (byte change : i % 3 == 0 ? changes : Arrays.copyOf(changes, 1)) {
        if (change == sound[i]) {
          continue;
        }
        byte[] damaged = sound.clone();
        damaged[i] = change;
        Files.write(file, damaged);
        Verification found = LogVerifier.verify(file);
        String what = "byte %d, %02x -> %02x".formatted(i, sound[i], change);
        assertThat(found.problems()).as(what).hasSize(1);
        assertThat(found.isSound()).as(what).isFalse();
        Problem problem = found.problems().getFirst();
        assertThat(problem.line()).as(what).isEqualTo(places.line(i));
        assertThat(problem.column()).as(what).isEqualTo(places.column(i));
        assertThat(found.records()).as(what).isEqualTo(2);
        if (places.inValue(i)) {
          assertThat(problem.field()).as(what).isEqualTo(places.field(i));
        }
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(sound.length);
  }

  /** Damage of two to forty bytes: always found, in the right line. */
  @Test
  void namesTheLineOfLongerDamage() throws IOException {
    byte[] sound = log(4);
    Places places = new Places(sound);
    Path file = folder.resolve("damaged.jsonl");
    SplittableRandom random = new SplittableRandom(8);
    for (int k = 0; k < 400; k++) {
      byte[] damaged = sound.clone();
      int from = random.nextInt(sound.length - 40);
      int to = from + 2 + random.nextInt(39);
      for (int i = from; i < to; i++) {
        damaged[i] = (byte) random.nextInt(256);
      }
      Files.write(file, damaged);
      Verification found = LogVerifier.verify(file);
      assertThat(found.isSound()).isFalse();
      assertThat(found.problems().getFirst().line()).isBetween(places.line(from), places.line(to));
    }
  }

  /** Bytes put in or taken out anywhere. */
  @Test
  void findsWhatWasPutInOrTakenOut() throws IOException {
    byte[] sound = log(4);
    Places places = new Places(sound);
    Path file = folder.resolve("damaged.jsonl");
    SplittableRandom random = new SplittableRandom(9);
    for (int k = 0; k < 400; k++) {
      int at = random.nextInt(sound.length);
      int length = 1 + random.nextInt(5);
      byte[] damaged;
      if (k % 2 == 0) {
        int end = Math.min(sound.length, at + length);
        damaged = Arrays.copyOf(sound, sound.length - (end - at));
        System.arraycopy(sound, end, damaged, at, sound.length - end);
      } else {
        damaged = Arrays.copyOf(sound, sound.length + length);
        System.arraycopy(sound, at, damaged, at + length, sound.length - at);
        Arrays.fill(damaged, at, at + length, (byte) " 0,}\n".charAt(random.nextInt(5)));
      }
      Files.write(file, damaged);
      Verification found = LogVerifier.verify(file);
      if (at + length >= sound.length && k % 2 == 0) {
        continue; // the end was taken away: a line that is cut off, and no fault
      }
      assertThat(found.isSound()).isFalse();
      assertThat(found.problems().getFirst().line())
          .isBetween(places.line(at) - 1, places.line(at) + 1);
    }
  }

  @Test
  void survivesFilesThatAreNoLogs() throws IOException {
    SplittableRandom random = new SplittableRandom(10);
    byte[] noise = new byte[1 << 16];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (byte) random.nextInt(256);
    }
    byte[][] contents = {
      {},
      {'\n'},
      "\n\n\n\n".getBytes(UTF_8),
      "null\n".getBytes(UTF_8),
      "{}\n[]\n".getBytes(UTF_8),
      "[".repeat(100_000).getBytes(UTF_8),
      ("{\"type\":" + "{\"a\":".repeat(5000) + "\n").getBytes(UTF_8),
      noise,
      new byte[100_000],
    };
    for (byte[] content : contents) {
      Path file = Files.write(folder.resolve("no-log.jsonl"), content);
      Verification found = LogVerifier.verify(file);
      assertThat(found.isSound() && found.notes().isEmpty()).isFalse();
      assertThat(found.records()).isZero();
      assertThat(found.problems()).hasSizeLessThanOrEqualTo(20);
    }
  }

  @Test
  void passesOverALineThatIsTooLong() throws IOException {
    byte[] sound = log(3);
    byte[] damaged = Arrays.copyOf(sound, sound.length + (5 << 20));
    Arrays.fill(damaged, sound.length, damaged.length, (byte) 'x');
    damaged[damaged.length - 1] = '\n';
    Path file = Files.write(folder.resolve("long.jsonl"), damaged);
    Verification found = LogVerifier.verify(file);
    assertThat(found.records()).isEqualTo(3);
    assertThat(found.problems())
        .singleElement()
        .asString()
        .contains("line 6: line has more than 1,048,576 bytes");
  }

  private byte[] log(int records) throws IOException {
    Path logs = folder.resolve("log");
    try (DecisionLog log = Logs.open(logs)) {
      Logs.append(log, new Steps("shop/web").from(4, Steps.stateAfter(4)), records);
    }
    return Files.readAllBytes(Logs.files(logs).getFirst());
  }

  /** Which line, column and field each byte of a sound log belongs to, by a reader of its own. */
  private static final class Places {
    private final byte[] bytes;
    private final int[] lineStart;
    private final long[] line;
    private final Map<Integer, String> fields = new HashMap<>();
    private int at;

    Places(byte[] bytes) {
      this.bytes = bytes;
      lineStart = new int[bytes.length + 1];
      line = new long[bytes.length + 1];
      long number = 1;
      int start = 0;
      for (int i = 0; i <= bytes.length; i++) {
        line[i] = number;
        lineStart[i] = start;
        if (i < bytes.length && bytes[i] == '\n') {
          number++;
          start = i + 1;
        }
      }
      while (at < bytes.length) {
        value("");
        at++; // line break
      }
    }

    long line(int i) {
      return line[i];
    }

    int column(int i) {
      return i - lineStart[i] + 1;
    }

    boolean inValue(int i) {
      return fields.containsKey(i);
    }

    String field(int i) {
      return fields.get(i);
    }

    private void value(String path) {
      switch (bytes[at]) {
        case '{' -> {
          while (bytes[at] != '}') {
            at++; // brace or comma
            if (bytes[at] == '}') {
              break;
            }
            int from = at;
            string();
            String name = new String(bytes, from + 1, at - from - 2, UTF_8);
            at++; // colon
            value(path.isEmpty() ? name : path + "." + name);
          }
          at++;
        }
        case '[' -> {
          int index = 0;
          while (bytes[at] != ']') {
            at++; // bracket or comma
            if (bytes[at] == ']') {
              break;
            }
            value(path + "[" + index++ + "]");
          }
          at++;
        }
        default -> {
          int from = at;
          if (bytes[at] == '"') {
            string();
          } else {
            while (",]}".indexOf(bytes[at]) < 0) {
              at++;
            }
          }
          for (int i = from; i < at; i++) {
            fields.put(i, path);
          }
        }
      }
    }

    private void string() {
      at++;
      while (bytes[at] != '"') {
        at += bytes[at] == '\\' ? 2 : 1;
      }
      at++;
    }
  }
}

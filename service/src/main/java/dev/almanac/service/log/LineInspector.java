package dev.almanac.service.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.almanac.service.log.LineReader.Line;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads lines as they are on disk, damaged ones too. One wrong byte, the usual damage, is found by
 * the line's checksum wherever it is, put right in memory and reported; what is worse is reported
 * as narrowly as the checks of the parts allow.
 */
final class LineInspector {
  private LineInspector() {}

  /** What a line turned out to be. */
  sealed interface Finding {
    /** As it was written. */
    record Sound(LogLine line, byte[] bytes) implements Finding {}

    /** As it was written, once one byte was put right. */
    record Repaired(LogLine line, byte[] bytes, Flaw flaw) implements Finding {}

    /** Nothing that could be used. */
    record Unreadable(Flaw flaw) implements Finding {}

    /** The last line of a file, without its end. */
    record CutOff(int length) implements Finding {}
  }

  /**
   * What is wrong in a line.
   *
   * @param column in bytes from 1, 0 when the damage has no one place
   * @param field its JSON path, empty when it belongs to none
   * @param reason for people
   * @param recorded what the line says, empty when that is nothing readable
   * @param expected what it should say, empty when not known
   */
  record Flaw(int column, String field, String reason, String recorded, String expected) {}

  /** Looks at a line; may take the line after it, or leave a rest of it to come next. */
  static Finding inspect(Line line, LineReader lines) throws IOException {
    byte[] bytes = line.bytes();
    if (line.isTooLong()) {
      String reason = "line has more than %,d bytes".formatted(LineCodec.MAX_BYTES);
      return new Finding.Unreadable(new Flaw(0, "", reason, "", ""));
    }
    if (LineCheck.holds(bytes, bytes.length)) {
      return switch (LineCodec.read(bytes)) {
        case LineCodec.Decoded.Known known -> new Finding.Sound(known.line(), bytes);
        case LineCodec.Decoded.Broken broken -> new Finding.Unreadable(flaw(broken));
      };
    }
    Optional<Finding> repaired = oneByteWrong(bytes, -1).or(() -> lineBreakLost(line, lines));
    if (repaired.isPresent()) {
      return repaired.get();
    }
    if (!line.ended()) {
      return new Finding.CutOff(bytes.length);
    }
    return lineBreakAdded(bytes, lines).orElseGet(() -> new Finding.Unreadable(narrow(bytes)));
  }

  /**
   * The line with one byte put right, if that explains all of the damage.
   *
   * @param onlyAt the one place where it may be, -1 for anywhere
   */
  private static Optional<Finding> oneByteWrong(byte[] bytes, int onlyAt) {
    for (LineCheck.Repair repair : LineCheck.repairs(bytes)) {
      byte[] right = repair.of(bytes);
      if ((onlyAt < 0 || repair.offset() == onlyAt)
          && LineCodec.read(right) instanceof LineCodec.Decoded.Known known
          && wrongPart(known).isEmpty()) {
        JsonField field = JsonField.at(right, repair.offset());
        Flaw flaw =
            new Flaw(
                repair.offset() + 1,
                field.path(),
                "one byte was changed",
                text(bytes, field),
                text(right, field));
        return Optional.of(new Finding.Repaired(known.line(), right, flaw));
      }
    }
    return Optional.empty();
  }

  /** The break between two lines became another byte: the first is sound, the rest comes next. */
  private static Optional<Finding> lineBreakLost(Line line, LineReader lines) {
    byte[] bytes = line.bytes();
    for (int end = LineCheck.TAIL; end < bytes.length; end++) {
      if (LineCheck.holds(bytes, end)) {
        byte[] first = Arrays.copyOf(bytes, end);
        if (LineCodec.read(first) instanceof LineCodec.Decoded.Known known) {
          if (end + 1 < bytes.length) {
            byte[] rest = Arrays.copyOfRange(bytes, end + 1, bytes.length);
            lines.pushBack(new Line(line.number(), rest, line.ended()));
          }
          Flaw flaw = new Flaw(end + 1, "", "the line break was changed", "", "");
          return Optional.of(new Finding.Repaired(known.line(), first, flaw));
        }
      }
    }
    return Optional.empty();
  }

  /** A byte of the line became a line break: what was one line are two. */
  private static Optional<Finding> lineBreakAdded(byte[] bytes, LineReader lines)
      throws IOException {
    Optional<Line> second = lines.peek();
    if (second.isEmpty() || second.get().isTooLong()) {
      return Optional.empty();
    }
    byte[] joined = Arrays.copyOf(bytes, bytes.length + 1 + second.get().bytes().length);
    joined[bytes.length] = '\n';
    System.arraycopy(
        second.get().bytes(), 0, joined, bytes.length + 1, second.get().bytes().length);
    Optional<Finding> found = oneByteWrong(joined, bytes.length);
    if (found.isPresent()) {
      lines.next();
    }
    return found;
  }

  /** As much as can be said about a line that is damaged in more than one byte. */
  private static Flaw narrow(byte[] bytes) {
    return switch (LineCodec.read(bytes)) {
      case LineCodec.Decoded.Broken broken -> flaw(broken);
      case LineCodec.Decoded.Known known ->
          wrongPart(known).orElseGet(() -> formatted(bytes, known));
    };
  }

  private static Flaw flaw(LineCodec.Decoded.Broken broken) {
    return new Flaw(broken.column(), broken.path(), broken.reason(), "", "");
  }

  /** The first part that does not have the check recorded for it. */
  private static Optional<Flaw> wrongPart(LineCodec.Decoded.Known known) {
    byte[] again = LineCodec.bytes(known.line(), Optional.empty());
    if (!(LineCodec.read(again) instanceof LineCodec.Decoded.Known right)) {
      throw new IllegalStateException("what was written must be readable");
    }
    Map<String, String> recorded = new HashMap<>(known.checks());
    recorded.remove("line");
    if (known.line() instanceof LogLine.Entry) {
      recorded.remove("next");
    }
    for (Map.Entry<String, String> check : right.checks().entrySet()) {
      String path = check.getKey();
      if (path.equals("line")) {
        continue;
      }
      String found = recorded.remove(path);
      if (found == null) {
        return Optional.of(new Flaw(0, "check." + path, "missing", "", check.getValue()));
      }
      if (!found.equals(check.getValue())) {
        String reason = "was changed: its checksum is " + check.getValue();
        return Optional.of(new Flaw(0, path, reason, found, check.getValue()));
      }
    }
    return recorded.keySet().stream()
        .findFirst()
        .map(path -> new Flaw(0, "check." + path, "unknown field", "", ""));
  }

  /** All parts are right, so the damage is between them or in the line's own checksum. */
  private static Flaw formatted(byte[] bytes, LineCodec.Decoded.Known known) {
    byte[] again = LineCodec.bytes(known.line(), Optional.empty());
    int place = Arrays.mismatch(bytes, again);
    JsonField field = JsonField.at(bytes, Math.max(0, place));
    String path = field.path().equals("check.next") ? "check.line" : field.path();
    return new Flaw(place + 1, path, "does not match the line's checksum", "", "");
  }

  private static String text(byte[] bytes, JsonField field) {
    int to = Math.min(field.to(), bytes.length);
    return JsonField.brief(
        new String(bytes, field.from(), Math.max(0, to - field.from()), UTF_8)
            .replaceAll("\\p{Cntrl}", "\uFFFD"));
  }
}

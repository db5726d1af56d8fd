package dev.almanac.service.whatif;

import dev.almanac.simulator.whatif.CaseResult;
import dev.almanac.simulator.whatif.Figures;
import dev.almanac.simulator.whatif.Line;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What must not be: {@code short_minutes > 30}, for the answer of every case.
 *
 * @param figure that is asked for
 * @param operator one of {@code > >= < <=}
 * @param limit finite
 */
public record Gate(Figures.Name figure, String operator, double limit) {
  /** As many as a limit may have. */
  private static final int MOST_DECIMALS = 15;

  private static final Pattern FORM =
      Pattern.compile("\\s*([a-z0-9_]+)\\s*(>=|<=|>|<)\\s*(-?[0-9]{1,15}(?:\\.[0-9]{1,15})?)\\s*");

  /** Reads one, or says how one is written. */
  public static Gate parse(String text) throws StudyException {
    Matcher m = FORM.matcher(text);
    String names =
        Arrays.stream(Figures.Name.values())
            .map(Figures.Name::key)
            .collect(Collectors.joining(", "));
    if (!m.matches()) {
      throw new StudyException(
          "'%s' is no gate; write one as 'short_minutes > 30', with one of: %s"
              .formatted(text, names));
    }
    Optional<Figures.Name> figure =
        Arrays.stream(Figures.Name.values()).filter(n -> n.key().equals(m.group(1))).findFirst();
    if (figure.isEmpty()) {
      throw new StudyException(
          "there is no figure '%s'; there are: %s".formatted(m.group(1), names));
    }
    return new Gate(figure.get(), m.group(2), Double.parseDouble(m.group(3)));
  }

  /** What has failed, one line a case. A figure that does not apply fails nothing. */
  public List<String> failures(List<CaseResult> results) {
    List<String> failed = new ArrayList<>();
    for (CaseResult r : results) {
      double value = r.line(Line.ANSWER).get(figure);
      if (fails(value)) {
        failed.add(
            "%s: %s is %s, %s %s"
                .formatted(r.id(), figure.key(), shown(value), operator, Numbers.plain(limit)));
      }
    }
    return failed;
  }

  /** With as few decimals as still fail, at least as many as tables show. */
  private String shown(double value) {
    if (Double.isInfinite(value)) {
      return Numbers.shown(value);
    }
    for (int decimals = 1; decimals < MOST_DECIMALS; decimals++) {
      BigDecimal rounded = BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP);
      if (fails(rounded.doubleValue())) {
        return rounded.stripTrailingZeros().toPlainString();
      }
    }
    return Numbers.plain(value);
  }

  private boolean fails(double value) {
    return switch (operator) {
      case ">" -> value > limit;
      case ">=" -> value >= limit;
      case "<" -> value < limit;
      default -> value <= limit;
    };
  }
}

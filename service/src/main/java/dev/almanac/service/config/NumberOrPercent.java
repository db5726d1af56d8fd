package dev.almanac.service.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** A whole number, or percent of something: Kubernetes' {@code IntOrString}. */
record NumberOrPercent() implements FieldType<YamlBlock.Amount> {
  private static final Pattern SHAPE = Pattern.compile("(0|[1-9][0-9]{0,6})(%?)");
  private static final int ALL = 100;

  @Override
  public String name() {
    return "number or percent";
  }

  @Override
  public String bounds() {
    return "0 to 9,999,999, or 0% to 100%";
  }

  @Override
  public Parsed<YamlBlock.Amount> read(ScalarNode scalar) {
    Matcher m = SHAPE.matcher(scalar.getValue());
    if (!m.matches()) {
      return new Wrong<>(
          "%s is no whole number, and no percent such as 25%%"
              .formatted(Shown.quoted(scalar.getValue())));
    }
    int number = Integer.parseInt(m.group(1));
    boolean percent = !m.group(2).isEmpty();
    return percent && number > ALL
        ? new Wrong<>("%s is out of bounds; allowed: %s".formatted(scalar.getValue(), bounds()))
        : new Right<>(new YamlBlock.Amount(number, percent));
  }
}

package dev.almanac.service.config;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * An amount as the Kubernetes API writes it: {@code 30}, {@code "0.5"}, {@code 500m}, {@code 2k},
 * {@code 1Gi}, {@code 1e3}; quoted or not. Never negative: no field of ours takes a negative one.
 */
record Quantity() implements FieldType<BigDecimal> {
  private static final Pattern SHAPE =
      Pattern.compile(
          "\\+?([0-9]{1,18}(?:\\.[0-9]{0,9})?|\\.[0-9]{1,9})"
              + "([num]|k|[KMGTPE]i|[MGTPE]|[eE][-+]?[0-9]{1,2})?");

  private static final Map<String, BigDecimal> UNITS =
      Map.ofEntries(
          Map.entry("n", new BigDecimal("1e-9")),
          Map.entry("u", new BigDecimal("1e-6")),
          Map.entry("m", new BigDecimal("1e-3")),
          Map.entry("k", new BigDecimal("1e3")),
          Map.entry("M", new BigDecimal("1e6")),
          Map.entry("G", new BigDecimal("1e9")),
          Map.entry("T", new BigDecimal("1e12")),
          Map.entry("P", new BigDecimal("1e15")),
          Map.entry("E", new BigDecimal("1e18")),
          Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
          Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
          Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
          Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
          Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
          Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

  @Override
  public String name() {
    return "quantity";
  }

  @Override
  public String bounds() {
    return "0 or more, as in `0.5`, `500m` or `2k`";
  }

  @Override
  public Parsed<BigDecimal> read(ScalarNode scalar) {
    Matcher parts = SHAPE.matcher(scalar.getValue());
    if (!parts.matches()) {
      return new Wrong<>(
          "%s is not a quantity; write it as in 0.5, 500m or 2k"
              .formatted(Shown.quoted(scalar.getValue())));
    }
    BigDecimal number = new BigDecimal(parts.group(1));
    String unit = parts.group(2);
    if (unit == null) {
      return new Right<>(number);
    }
    BigDecimal factor = UNITS.get(unit);
    return new Right<>(
        factor == null
            ? number.scaleByPowerOfTen(Integer.parseInt(unit.substring(1)))
            : number.multiply(factor));
  }
}

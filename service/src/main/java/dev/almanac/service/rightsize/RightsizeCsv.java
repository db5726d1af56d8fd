package dev.almanac.service.rightsize;

import dev.almanac.predictor.rightsizing.Resource;
import dev.almanac.predictor.rightsizing.ResourceList;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Recommended;
import dev.almanac.predictor.rightsizing.advice.ContainerAdvice.Refused;
import dev.almanac.predictor.rightsizing.advice.Reason;
import dev.almanac.predictor.rightsizing.pod.ContainerResources;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** The report for spreadsheets (RFC 4180): a row a container, numbers bare, unknown ones empty. */
public final class RightsizeCsv {
  private static final ContainerResources NOTHING =
      new ContainerResources(ResourceList.NONE, ResourceList.NONE);

  private RightsizeCsv() {}

  /** All rows under a header. */
  public static String of(RightsizeReport report) {
    StringBuilder out =
        new StringBuilder(
            "namespace,kind,name,container,pods,severity,"
                + "cpu_request_millicores,cpu_advised_millicores,"
                + "memory_request_bytes,memory_advised_bytes,"
                + "cpu_limit_millicores,cpu_limit_advised_millicores,"
                + "memory_limit_bytes,memory_limit_advised_bytes,"
                + "usd_month_now,usd_month_advised,reasons\n");
    report.rows().forEach(row -> out.append(row(row)).append('\n'));
    return out.toString();
  }

  private static String row(Row row) {
    ContainerResources now = row.advice().now().orElse(NOTHING);
    ContainerResources advised = row.advice() instanceof Recommended r ? r.advised() : NOTHING;
    String severity =
        switch (row.advice()) {
          case Recommended r -> r.severity().name();
          case Refused f -> f.why().name();
        };
    String reasons =
        switch (row.advice()) {
          case Recommended r ->
              r.reasons().stream().map(Reason::text).collect(Collectors.joining("; "));
          case Refused f -> f.text();
        };
    return List.of(
            text(row.workload().namespace()),
            text(row.workload().kind()),
            text(row.workload().name()),
            text(row.advice().container()),
            Integer.toString(row.pods()),
            severity.toLowerCase(Locale.ROOT),
            amount(now.requests(), Resource.CPU),
            amount(advised.requests(), Resource.CPU),
            amount(now.requests(), Resource.MEMORY),
            amount(advised.requests(), Resource.MEMORY),
            amount(now.limits(), Resource.CPU),
            amount(advised.limits(), Resource.CPU),
            amount(now.limits(), Resource.MEMORY),
            amount(advised.limits(), Resource.MEMORY),
            usd(row.usdNow()),
            usd(row.usdAdvised()),
            text(reasons))
        .stream()
        .collect(Collectors.joining(","));
  }

  private static String amount(ResourceList list, Resource resource) {
    OptionalLong amount = list.get(resource);
    return amount.isPresent() ? Long.toString(amount.getAsLong()) : "";
  }

  private static String usd(double usd) {
    return Double.isNaN(usd) ? "" : String.format(Locale.ROOT, "%.2f", usd);
  }

  /** Quoted where needed; what a spreadsheet would run as a formula is text. */
  private static String text(String value) {
    String safe =
        !value.isEmpty() && "=+-@\t\r".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
    return safe.matches("(?s).*[\",\r\n].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }
}

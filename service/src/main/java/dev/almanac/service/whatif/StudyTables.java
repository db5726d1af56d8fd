package dev.almanac.service.whatif;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.almanac.simulator.whatif.CaseResult;
import dev.almanac.simulator.whatif.Change;
import dev.almanac.simulator.whatif.Fidelity;
import dev.almanac.simulator.whatif.Figures;
import dev.almanac.simulator.whatif.Figures.Name;
import dev.almanac.simulator.whatif.Line;
import dev.almanac.simulator.whatif.Runway;
import dev.almanac.simulator.whatif.Sweep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The results of a study as text: for terminals, for documents and for programs. */
public final class StudyTables {
  private static final int WIDTH = 80;
  private static final int FIRST = 11;

  /** Ten years; what lies beyond is no date. */
  private static final double MOST_DAYS = 3_653;

  /** Columns of tables for people, with their headings. */
  private enum Column {
    SHORT("short min", Name.SHORT_MINUTES),
    MISSING("missing", Name.SHORT_POD_MINUTES),
    PODS("pod-hours", Name.POD_HOURS),
    PEAK("peak pods", Name.PEAK_REPLICAS),
    NODES("nodes", Name.PEAK_NODES),
    PENDING("pending", Name.PENDING_POD_MINUTES),
    COST("cost", Name.COST);

    private final String heading;
    private final Name name;

    Column(String heading, Name name) {
      this.heading = heading;
      this.name = name;
    }
  }

  private StudyTables() {}

  /** For a terminal of 80 columns. */
  public static String text(Study study, List<CaseResult> results, List<Runway.Limit> limits) {
    StringBuilder out = new StringBuilder();
    out.append(
        "%s: %,d case%s, counted %s to %s%n"
            .formatted(
                shortened(study.name(), 30),
                results.size(),
                results.size() == 1 ? "" : "s",
                study.scoredFrom(),
                study.scoredTo()));
    out.append('\n').append(pad("", FIRST));
    for (Column c : Column.values()) {
      out.append(' ').append(right(c.heading, 8));
    }
    out.append('\n');
    boolean oneSeed = results.stream().mapToLong(CaseResult::seed).distinct().count() < 2;
    Figures[] lastToday = new Figures[1];
    for (CaseResult r : results) {
      Figures today = r.line(Line.TODAY);
      boolean begins = !today.equals(lastToday[0]);
      if (begins) {
        row(out, Line.TODAY.words(), today);
        lastToday[0] = today;
      }
      // A scenario without a change, first in the study, needs no title: it is today.
      boolean same = r.line(Line.ANSWER).equals(today);
      if (begins && same && r.labels().isEmpty() && r.cells().isEmpty()) {
        row(out, Line.HPA.words(), r.line(Line.HPA));
        row(out, Line.FORESIGHT.words(), r.line(Line.FORESIGHT));
        continue;
      }
      String title =
          r.scenario() + (r.labels().isEmpty() ? "" : ": " + String.join(", ", r.labels()));
      out.append('\n')
          .append(shortened(title + (oneSeed ? "" : ", seed " + r.seed()), WIDTH))
          .append('\n');
      row(out, Line.ANSWER.words(), r.line(Line.ANSWER));
      boolean noAction = r.line(Line.ANSWER).equals(r.line(Line.NOTHING));
      if (!noAction) {
        row(out, Line.NOTHING.words(), r.line(Line.NOTHING));
      }
      row(out, Line.HPA.words(), r.line(Line.HPA));
      row(out, Line.FORESIGHT.words(), r.line(Line.FORESIGHT));
      moved(r).forEach(line -> out.append(line).append('\n'));
      asked(study, r).forEach(line -> out.append(line).append('\n'));
      committed(study, r).forEach(line -> out.append(line).append('\n'));
      worst(study, r).forEach(line -> out.append(line).append('\n'));
    }
    out.append(
        """

        short min: workload-minutes with fewer Ready pods than demand needs; missing and
        pending: pod-minutes; foresight: perfect, with the same delays.
        """);
    runway(out, study, limits);
    study.fidelity().forEach(f -> out.append(shortened(words(f), WIDTH)).append('\n'));
    return out.append("result ").append(StudyResults.hash(results)).append('\n').toString();
  }

  private static void runway(StringBuilder out, Study study, List<Runway.Limit> limits) {
    if (study.runway().isEmpty()) {
      return;
    }
    Study.Ahead ahead = study.runway().get();
    out.append(
        "%nrunway at %+.1f %% a month%s (P90 %+.1f %%)%n"
            .formatted(
                100 * ahead.growth().median(),
                ahead.learned() ? ", as learned," : "",
                100 * ahead.growth().p90()));
    out.append("limit                                     growth   likely      P90\n");
    for (Runway.Limit l : limits) {
      out.append(pad(shortened(l.name(), 40), 40))
          .append(right(Double.isInfinite(l.factor()) ? "-" : "x%.2f".formatted(l.factor()), 8))
          .append(right(date(study, l.medianDays()), 12))
          .append(right(date(study, l.p90Days()), 12))
          .append('\n');
    }
    out.append('\n');
  }

  /** What a replay of the past is worth. */
  static String words(Fidelity f) {
    return "fidelity: %s replayed: %.2f replicas off (%.1f %%), pod-hours %+.1f %%"
        .formatted(
            shortened(f.workload(), 20),
            f.meanError(),
            100 * f.relativeError(),
            100 * f.podHoursError());
  }

  /** The day on which a limit binds. */
  static String date(Study study, double days) {
    return days == 0
        ? "today"
        : days > MOST_DAYS
            ? "-"
            : study
                .scoredTo()
                .plus(Duration.ofMinutes((long) (days * 1440)))
                .toString()
                .substring(0, 10);
  }

  private static void row(StringBuilder out, String line, Figures figures) {
    out.append(pad(line, FIRST));
    for (Column c : Column.values()) {
      out.append(' ').append(right(Numbers.shown(figures.get(c.name)), 8));
    }
    out.append('\n');
  }

  /** What pods lost to others, and what they held, where anything was. */
  private static List<String> moved(CaseResult r) {
    Figures f = r.line(Line.ANSWER);
    List<String> lines = new ArrayList<>();
    if (f.get(Name.RECLAIMED_NODES) > 0) {
      lines.add(
          "  reclaimed: %s nodes with %s pods"
              .formatted(
                  Numbers.shown(f.get(Name.RECLAIMED_NODES)),
                  Numbers.shown(f.get(Name.RECLAIMED_PODS))));
    }
    if (f.get(Name.PREEMPTIONS) > 0) {
      lines.add("  preempted: %s pods".formatted(Numbers.shown(f.get(Name.PREEMPTIONS))));
    }
    if (f.get(Name.BUDGET_NODE_MINUTES) > 0) {
      lines.add(
          "  held by disruption budgets: nodes for %s min"
              .formatted(Numbers.shown(f.get(Name.BUDGET_NODE_MINUTES))));
    }
    return lines;
  }

  /** For other requests: what is freed, and what it does to pods. */
  private static List<String> asked(Study study, CaseResult r) {
    if (!has(study, r, Change.SetRequests.class)) {
      return List.of();
    }
    Figures before = r.line(Line.NOTHING);
    Figures after = r.line(Line.ANSWER);
    List<String> lines = new ArrayList<>();
    lines.add(
        "  requested: %s core-hours, were %s; %s GiB-hours, were %s"
            .formatted(
                Numbers.shown(after.get(Name.REQUESTED_CORE_HOURS)),
                Numbers.shown(before.get(Name.REQUESTED_CORE_HOURS)),
                Numbers.shown(after.get(Name.REQUESTED_GIB_HOURS)),
                Numbers.shown(before.get(Name.REQUESTED_GIB_HOURS))));
    List<String> held = new ArrayList<>();
    effect(held, "throttled", " min", Name.THROTTLED_MINUTES, before, after);
    effect(held, "OOM kills", "", Name.OOM_KILLS, before, after);
    List<String> above = new ArrayList<>();
    effect(above, "above its request", " min", Name.OVER_REQUEST_MINUTES, before, after);
    for (List<String> effects : List.of(held, above)) {
      if (!effects.isEmpty()) {
        lines.add("  a pod: " + String.join("; ", effects));
      }
    }
    return lines;
  }

  private static void effect(
      List<String> effects, String what, String unit, Name name, Figures before, Figures after) {
    if (!Double.isNaN(after.get(name))) {
      effects.add(
          "%s %s%s, was %s"
              .formatted(
                  what, Numbers.shown(after.get(name)), unit, Numbers.shown(before.get(name))));
    }
  }

  private static boolean has(Study study, CaseResult r, Class<? extends Change> kind) {
    return study.cases().stream()
        .filter(c -> c.id().equals(r.id()))
        .anyMatch(c -> c.changes().stream().anyMatch(kind::isInstance));
  }

  /** For a commitment: how many nodes it could cover. */
  private static List<String> committed(Study study, CaseResult r) {
    Figures f = r.line(Line.ANSWER);
    return has(study, r, Change.Commit.class)
        ? List.of(
            "  nodes on for 100 %% of the time: %.0f; for 95 %%: %.0f; for 90 %%: %.0f"
                .formatted(
                    f.get(Name.NODES_ON_100_PERCENT),
                    f.get(Name.NODES_ON_95_PERCENT),
                    f.get(Name.NODES_ON_90_PERCENT)))
        : List.of();
  }

  /** The worst instant of each place of a sweep. */
  private static List<String> worst(Study study, CaseResult r) {
    List<String> lines = new ArrayList<>();
    for (int p = 0; p < r.places().size(); p++) {
      int place = p;
      r.cells().stream()
          .filter(c -> c.place() == place)
          .max(
              Comparator.comparingDouble(Sweep.Cell::shortPodMinutes)
                  .thenComparing(Comparator.comparingInt(Sweep.Cell::minute).reversed()))
          .ifPresent(c ->
              lines.add(
                  shortened(
                      "  %s, worst at %s: %s missing, %d pending, whole after %.0f min"
                          .formatted(
                              r.places().get(place),
                              instant(study, r, c),
                              Numbers.shown(c.shortPodMinutes()),
                              c.peakPending(),
                              c.recoveryMinutes()),
                      WIDTH)));
    }
    return lines;
  }

  /** When an outage of a sweep began. */
  static String instant(Study study, CaseResult r, Sweep.Cell cell) {
    return study.cases().stream()
        .filter(c -> c.id().equals(r.id()))
        .findFirst()
        .map(c -> c.today().start().plusSeconds(60L * cell.minute()).toString())
        .map(t -> t.substring(0, 16) + "Z")
        .orElse("minute " + cell.minute());
  }

  /** For documents. */
  public static String markdown(List<CaseResult> results) {
    StringBuilder out = new StringBuilder("| scenario | values | seed | line |");
    for (Column c : Column.values()) {
      out.append(' ').append(c.heading).append(" |");
    }
    out.append("\n|---|---|---:|---|").append("---:|".repeat(Column.values().length)).append('\n');
    for (CaseResult r : results) {
      for (Line line : Line.values()) {
        out.append(
            "| %s | %s | %d | %s |"
                .formatted(
                    cell(r.scenario()),
                    cell(String.join(", ", r.labels())),
                    r.seed(),
                    line.words()));
        for (Column c : Column.values()) {
          out.append(' ').append(Numbers.shown(r.line(line).get(c.name))).append(" |");
        }
        out.append('\n');
      }
    }
    return out.append("\nresult `").append(StudyResults.hash(results)).append("`\n").toString();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  /** For spreadsheets: one row a line, all figures; empty where one does not apply. */
  public static String csv(List<CaseResult> results) {
    StringBuilder out = new StringBuilder("scenario,values,seed,line");
    for (Name name : Name.values()) {
      out.append(',').append(name.key());
    }
    out.append(",hash\n");
    for (CaseResult r : results) {
      for (Line line : Line.values()) {
        out.append(quoted(r.scenario()))
            .append(',')
            .append(quoted(String.join(" ", r.labels())))
            .append(',')
            .append(r.seed())
            .append(',')
            .append(line.name().toLowerCase(Locale.ROOT));
        for (Name name : Name.values()) {
          out.append(',').append(Numbers.plain(r.line(line).get(name)));
        }
        out.append(',').append(r.line(line).hash()).append('\n');
      }
    }
    return out.toString();
  }

  /** RFC 4180; a leading sign of a formula is kept from spreadsheets. */
  private static String quoted(String text) {
    String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    return safe.matches("[^\",\\n\\r]*") ? safe : '"' + safe.replace("\"", "\"\"") + '"';
  }

  /** For programs. */
  public static String json(Study study, List<CaseResult> results, List<Runway.Limit> limits) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("study", study.name());
    root.put("digest", study.digest());
    root.put("scored_from", study.scoredFrom().toString());
    root.put("scored_to", study.scoredTo().toString());
    var cases = root.putArray("cases");
    results.forEach(r -> cases.add(StudyResults.toJson(r)));
    if (study.runway().isPresent()) {
      Study.Ahead ahead = study.runway().get();
      root.putObject("growth_per_month")
          .put("p50", ahead.growth().median())
          .put("p90", ahead.growth().p90())
          .put("learned", ahead.learned());
      var runway = root.putArray("runway");
      for (Runway.Limit l : limits) {
        ObjectNode one = runway.addObject().put("limit", l.name());
        finite(one, "factor", l.factor());
        finite(one, "days_p50", l.medianDays());
        finite(one, "days_p90", l.p90Days());
      }
    }
    for (Fidelity f : study.fidelity()) {
      root.withArray("fidelity")
          .addObject()
          .put("workload", f.workload())
          .put("minutes", f.minutes())
          .put("mean_error", f.meanError())
          .put("relative_error", f.relativeError())
          .put("pod_hours_error", f.podHoursError())
          .put("same_share", f.sameShare());
    }
    root.put("hash", StudyResults.hash(results));
    return root + "\n";
  }

  /** What is never reached is null. */
  private static void finite(ObjectNode to, String key, double value) {
    if (Double.isInfinite(value)) {
      to.putNull(key);
    } else {
      to.put(key, value);
    }
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static String right(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }

  static String shortened(String text, int width) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= width ? line : line.substring(0, width - 1) + "…";
  }
}

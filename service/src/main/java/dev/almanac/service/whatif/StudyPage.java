package dev.almanac.service.whatif;

import dev.almanac.service.report.Html;
import dev.almanac.service.report.ReportPage;
import dev.almanac.simulator.fleet.FitCache;
import dev.almanac.simulator.fleet.FleetReplay;
import dev.almanac.simulator.fleet.FleetScenario;
import dev.almanac.simulator.fleet.Timeline;
import dev.almanac.simulator.whatif.Case;
import dev.almanac.simulator.whatif.CaseResult;
import dev.almanac.simulator.whatif.Fidelity;
import dev.almanac.simulator.whatif.Figures;
import dev.almanac.simulator.whatif.Figures.Name;
import dev.almanac.simulator.whatif.Line;
import dev.almanac.simulator.whatif.Runway;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The results of a study as one page for a browser. */
public final class StudyPage {
  /** Scenarios that are drawn over time; each is replayed once more for it. */
  private static final int MOST_DRAWN = 12;

  /** Cases in a table; more are in CSV and JSON. */
  private static final int MOST_ROWS = 500;

  private static final List<Name> SHOWN =
      List.of(
          Name.SHORT_MINUTES,
          Name.SHORT_POD_MINUTES,
          Name.POD_HOURS,
          Name.PEAK_REPLICAS,
          Name.PEAK_NODES,
          Name.PENDING_POD_MINUTES,
          Name.COST,
          Name.P95_MILLIS,
          Name.MISSED_PERCENT);

  private final Study study;
  private final List<CaseResult> results;
  private final List<Runway.Limit> limits;
  private final StringBuilder out = new StringBuilder();

  private StudyPage(Study study, List<CaseResult> results, List<Runway.Limit> limits) {
    this.study = study;
    this.results = results;
    this.limits = limits;
  }

  /** The page; replays up to {@value #MOST_DRAWN} cases again for their pictures. */
  public static String of(Study study, List<CaseResult> results, List<Runway.Limit> limits) {
    return new StudyPage(study, results, limits).page();
  }

  private String page() {
    out.append("<h1>What if: %s</h1>%n".formatted(Html.escape(study.name())));
    out.append(
        """
        <p>%,d cases over demand from %s to %s. Every answer stands beside doing nothing, a plain
        HPA, and perfect foresight with the same delays: nobody can be better than that.</p>
        """
            .formatted(results.size(), study.scoredFrom(), study.scoredTo()));
    for (Fidelity f : study.fidelity()) {
      out.append("<p>%s.</p>%n".formatted(Html.escape(StudyTables.words(f))));
    }
    table();
    pictures("Cost against short time", StudyPictures.pareto(results));
    pictures("What changes most", StudyPictures.tornado(results));
    pictures("Runway", StudyPictures.runway(study, limits));
    Map<String, CaseResult> drawn = new LinkedHashMap<>();
    for (CaseResult r : results) {
      CaseResult other = drawn.get(r.scenario());
      if (other == null && drawn.size() < MOST_DRAWN
          || other != null && shortTime(r) > shortTime(other)) {
        drawn.put(r.scenario(), r);
      }
    }
    Map<String, Timeline> timelines = new LinkedHashMap<>();
    FitCache fits = new FitCache();
    if (!results.isEmpty()) {
      timelines.put("today", timeline(results.getFirst(), Line.TODAY, fits));
    }
    drawn.forEach((name, r) -> timelines.put(name, timeline(r, Line.ANSWER, fits)));
    if (timelines.values().stream().anyMatch(t -> t.nodes().length > 0)) {
      pictures("Cost by cause", StudyPictures.causes(timelines, offset()));
      out.append(StudyPictures.causesLegend());
    }
    drawn.forEach((name, r) -> section(r, Optional.ofNullable(timelines.get(name)).orElseThrow()));
    out.append("<p class=\"note\">result %s</p>%n".formatted(StudyResults.hash(results)));
    return ReportPage.of("Almanac what-if: " + study.name(), out);
  }

  private static double shortTime(CaseResult r) {
    return r.line(Line.ANSWER).get(Name.SHORT_MINUTES);
  }

  private Case caseOf(CaseResult r) {
    return study.cases().stream().filter(c -> c.id().equals(r.id())).findFirst().orElseThrow();
  }

  private Timeline timeline(CaseResult r, Line line, FitCache fits) {
    Case one = caseOf(r);
    FleetScenario fleet = line == Line.ANSWER ? one.struck(line, r.cells()) : one.fleet(line);
    FleetReplay replay = new FleetReplay(fleet, fits, true);
    replay.runTo(fleet.minutes());
    return replay.timeline().orElseThrow();
  }

  private int offset() {
    return study.cases().getFirst().today().scoreFromMinute();
  }

  private void pictures(String title, String svg) {
    if (!svg.isEmpty()) {
      out.append("<section>%n<h2>%s</h2>%n%s</section>%n".formatted(title, svg));
    }
  }

  private void table() {
    out.append("<div class=\"wide\">\n<table>\n<caption>All cases");
    if (results.size() > MOST_ROWS) {
      out.append(", the first %,d".formatted(MOST_ROWS));
    }
    out.append("</caption>\n<thead><tr><th scope=\"col\">case</th><th scope=\"col\">line</th>");
    List<Name> shown =
        SHOWN.stream()
            .filter(n -> results.stream().anyMatch(r -> !Double.isNaN(r.line(Line.ANSWER).get(n))))
            .toList();
    shown.forEach(n -> out.append("<th scope=\"col\">%s</th>".formatted(words(n))));
    out.append("</tr></thead>\n<tbody>\n");
    if (!results.isEmpty()) {
      row("today", Line.TODAY, results.getFirst().line(Line.TODAY), shown);
    }
    for (CaseResult r : results.stream().limit(MOST_ROWS).toList()) {
      String name = title(r);
      for (Line line : List.of(Line.ANSWER, Line.NOTHING, Line.HPA, Line.FORESIGHT)) {
        if (line != Line.NOTHING || !r.line(Line.ANSWER).equals(r.line(line))) {
          row(name, line, r.line(line), shown);
          name = "";
        }
      }
    }
    out.append("</tbody>\n</table></div>\n");
  }

  private void row(String name, Line line, Figures figures, List<Name> shown) {
    out.append(
        "<tr><th scope=\"row\">%s</th><td>%s</td>".formatted(Html.escape(name), line.words()));
    shown.forEach(n -> out.append("<td>%s</td>".formatted(Numbers.shown(figures.get(n)))));
    out.append("</tr>\n");
  }

  private static String words(Name name) {
    return name.key().replace('_', ' ');
  }

  private String title(CaseResult r) {
    boolean oneSeed = results.stream().mapToLong(CaseResult::seed).distinct().count() < 2;
    return r.scenario()
        + (r.labels().isEmpty() ? "" : ": " + String.join(", ", r.labels()))
        + (oneSeed ? "" : ", seed " + r.seed());
  }

  private void section(CaseResult r, Timeline timeline) {
    out.append("<section>\n<h2>%s</h2>%n".formatted(Html.escape(title(r))));
    long start = study.cases().getFirst().today().start().getEpochSecond();
    out.append(StudyPictures.supply(title(r), timeline, start, offset()));
    out.append(
        """
        <p class="legend">Blue: pods that demand needs, in each column its median, p10 to p90, and
        up to its highest. Green: Ready pods.</p>
        """);
    if (!r.cells().isEmpty()) {
      long caseStart = caseOf(r).today().start().getEpochSecond();
      out.append("<h3>An outage at every instant</h3>\n");
      out.append(StudyPictures.heat(r, caseStart));
      out.append(
          """
          <p class="legend">Each field: pod-minutes missing because of an outage that begins in
          that hour of the week (UTC), the worst of several.</p>
          """);
    }
    if (timeline.nodes().length > 0) {
      List<String> groups =
          caseOf(r).fleet(Line.ANSWER).supply().orElseThrow().groups().stream()
              .map(g -> g.name())
              .toList();
      out.append("<h3>Nodes at their peak</h3>\n");
      out.append(StudyPictures.mosaic(timeline, groups, offset()));
      out.append(
          """
          <p class="legend">Each square is a node; filled to the right: CPU that pods take, filled
          upwards: memory.</p>
          """);
    }
    difference(r);
    out.append("</section>\n");
  }

  private void difference(CaseResult r) {
    Figures a = r.line(Line.ANSWER);
    boolean action = !a.equals(r.line(Line.NOTHING));
    Line against = action ? Line.NOTHING : Line.TODAY;
    Figures b = r.line(against);
    out.append(
        """
        <div class="wide"><table>
        <caption>Difference to %s</caption>
        <thead><tr><th scope="col">figure</th><th scope="col">%s</th><th scope="col">answer</th>
        <th scope="col">difference</th></tr></thead>
        <tbody>
        """
            .formatted(against.words(), against.words()));
    List<Name> names = new ArrayList<>(List.of(Name.values()));
    names.sort(Comparator.comparingInt(Enum::ordinal));
    for (Name n : names) {
      double from = b.get(n);
      double to = a.get(n);
      if (Double.isNaN(from) || Double.isNaN(to) || (from == 0 && to == 0)) {
        continue;
      }
      // All of these are better when they are less.
      String css = to > from ? "worse" : to < from ? "better" : "";
      String share =
          from == 0 || Double.isInfinite(from) || Double.isInfinite(to)
              ? Numbers.shown(to - from)
              : "%+.1f %%".formatted(100 * (to / from - 1));
      out.append(
          "<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td><td class=\"%s\">%s</td></tr>%n"
              .formatted(words(n), Numbers.shown(from), Numbers.shown(to), css, share));
    }
    out.append("</tbody>\n</table></div>\n");
  }
}

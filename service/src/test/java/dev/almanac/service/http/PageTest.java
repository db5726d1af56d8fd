package dev.almanac.service.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.options.ColorScheme;
import dev.almanac.service.report.ReportPage;
import dev.almanac.service.view.SyntheticView;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a real browser. Its pictures are left in {@code target}. */
@Tag("real")
class PageTest {
  private static final List<ColorScheme> THEMES = List.of(ColorScheme.LIGHT, ColorScheme.DARK);

  /**
   * Pixels of a plot, from one share of its width to another, that have a theme's colour laid over
   * another one.
   */
  private static final String COUNT_PIXELS =
      """
      ([plot, over, under, from, to]) => {
        const canvas = document.querySelector(`.plot-${plot} canvas`);
        const probe = document.createElement("span");
        document.body.append(probe);
        const tile = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
        for (const name of [under, over]) {
          probe.style.color = `var(--${name})`;
          tile.fillStyle = getComputedStyle(probe).color;
          tile.fillRect(0, 0, 1, 1);
        }
        probe.remove();
        const want = tile.getImageData(0, 0, 1, 1).data;
        const left = Math.floor(canvas.width * from);
        const width = Math.floor(canvas.width * to) - left;
        const copy = document.createElement("canvas");
        [copy.width, copy.height] = [width, canvas.height];
        const pen = copy.getContext("2d", { willReadFrequently: true });
        pen.drawImage(canvas, -left, 0);
        const { data } = pen.getImageData(0, 0, width, canvas.height);
        let count = 0;
        for (let i = 0; i < data.length; i += 4) {
          const off = Math.abs(data[i] - want[0]) + Math.abs(data[i + 1] - want[1]) + Math.abs(data[i + 2] - want[2]);
          if (data[i + 3] > 200 && off < 12) count++;
        }
        return count;
      }
      """;

  private static Chromium browser;
  private SyntheticView view;
  private Served served;

  @BeforeAll
  static void launch() {
    browser = new Chromium();
  }

  @AfterAll
  static void quit() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void serve() {
    view = SyntheticView.sixWorkloads();
    served = Served.of(view);
  }

  @AfterEach
  void nothingWasComplainedAbout() {
    List<String> complaints = List.copyOf(browser.complaints);
    browser.closeWindows();
    served.close();
    assertThat(complaints).isEmpty();
  }

  private Page open() {
    return open(1440, 900, ColorScheme.LIGHT, "/");
  }

  private Page open(int width, int height, ColorScheme scheme, String path) {
    Page page = browser.open(served.url(path), width, height, scheme);
    assertThat(page.locator("#charts")).hasAttribute("data-points", Pattern.compile("[0-9]+"));
    assertThat(page.locator(".step.binding")).isVisible();
    return page;
  }

  private static int pixels(
      Page page, String plot, String over, String under, double from, double to) {
    return ((Number) page.evaluate(COUNT_PIXELS, List.of(plot, over, under, from, to))).intValue();
  }

  @ParameterizedTest
  @EnumSource(
      value = ColorScheme.class,
      names = {"LIGHT", "DARK"})
  void theFanAndTheLinesAreDrawn(ColorScheme scheme) {
    Page page = open(1440, 900, scheme, "/");

    // Now stands at about seven tenths of the width; the fan is right of it and nowhere else.
    assertThat(pixels(page, "demand", "fan-inner", "future", 0.75, 1)).isGreaterThan(1_500);
    assertThat(pixels(page, "demand", "fan-outer", "future", 0.75, 1)).isGreaterThan(1_500);
    assertThat(pixels(page, "demand", "fan-inner", "future", 0.1, 0.68)).isZero();
    assertThat(pixels(page, "demand", "blue", "future", 0.75, 1)).isGreaterThan(100);
    assertThat(pixels(page, "demand", "ink", "panel", 0.1, 0.68)).isGreaterThan(300);
    assertThat(pixels(page, "replicas", "green", "panel", 0.1, 0.68)).isGreaterThan(30);
    assertThat(pixels(page, "replicas", "blue", "panel", 0.1, 0.68)).isGreaterThan(300);
    assertThat(pixels(page, "replicas", "orange", "panel", 0.1, 0.68)).isGreaterThan(100);
    assertThat(pixels(page, "replicas", "fan-inner", "future", 0.75, 1)).isGreaterThan(1_000);
    assertThat(pixels(page, "short", "red", "panel", 0.1, 0.68)).isGreaterThan(30);
    assertThat(page.locator(".legend")).hasCount(3);

    page.screenshot(
        new ScreenshotOptions()
            .setPath(Path.of("target", "page-" + scheme.name().toLowerCase() + ".png")));
  }

  @Test
  void aDecisionIsExplainedByKeyboardAlone() {
    Page page = open();
    String latest = page.locator("#why-title").innerText();

    page.keyboard().press("d");
    for (int i = 0; i < 9; i++) {
      page.keyboard().press("ArrowDown");
    }
    page.keyboard().press("Enter");

    assertThat(page.locator("#why-title")).isFocused();
    assertThat(page.locator("#why-title")).not().hasText(latest);
    String move = page.locator(".decision[aria-selected=true] .decision-move").innerText();
    assertThat(page.locator(".why-sum")).containsText(move);
    assertThat(page.locator(".step.binding")).hasCount(1);
    assertThat(page.locator(".step.binding .step-name")).containsText("Need ahead");
    assertThat(page.locator(".limit")).containsText("What would have changed it");
    assertThat(page.url()).contains("decision=");

    page.keyboard().press("Escape");
    assertThat(page.locator("#why-title")).hasText(latest);
  }

  @Test
  void aLinkOpensTheSameDecisionAgain() {
    Page first = open();
    first.keyboard().press("d");
    first.keyboard().press("End");
    first.keyboard().press("Enter");
    assertThat(first.locator("#why-title")).isFocused();
    String url = first.url();
    String title = first.locator("#why-title").innerText();

    Page second = open(1440, 900, ColorScheme.LIGHT, url.substring(url.indexOf("/#")));

    assertThat(second.locator("#why-title")).hasText(title);
  }

  @Test
  void workloadsAreFoundAndChosenByKeyboard() {
    Page page = open();
    Locator title = page.locator("#workload-title");
    assertThat(title).hasText("shop/web");

    page.keyboard().press("j");
    assertThat(title).hasText("search/api");
    page.keyboard().press("k");
    assertThat(title).hasText("shop/web");

    page.keyboard().press("/");
    page.keyboard().type("data ing");
    assertThat(page.locator(".row")).hasCount(1);
    page.keyboard().press("Enter");
    assertThat(title).hasText("data/ingest");
    page.keyboard().press("Escape");
    assertThat(page.locator(".row")).hasCount(6);

    page.locator("#namespace").selectOption("shop");
    assertThat(page.locator(".row")).hasCount(2);
    page.locator("#stage").selectOption("FLOOR");
    assertThat(page.locator(".row")).hasCount(1);
    assertThat(page.locator("#workloads-title")).hasText("1 of 6 workloads, by risk");
    page.locator("#search").fill("nothing like it");
    assertThat(page.locator("#rows-none")).containsText("No workload matches.");
    page.locator("#rows-none button").click();
    assertThat(page.locator(".row")).hasCount(6);

    page.keyboard().press("w");
    assertThat(page.locator("#why-title")).isFocused();
  }

  @Test
  void everythingIsReachedByTabAndShowsIt() {
    Page page = open();
    List<String> reached = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      page.keyboard().press("Tab");
      reached.add(
          (String)
              page.evaluate(
                  """
                  () => {
                    const node = document.activeElement;
                    if (node === document.body) return "the browser itself";
                    const style = getComputedStyle(node);
                    const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                    return (seen ? "" : "no outline: ")
                        + (node.id || (node.className === "chart-group" ? "plots" : node.textContent));
                  }
                  """));
    }
    assertThat(reached)
        .contains(
            "keys-open",
            "theme",
            "search",
            "namespace",
            "stage",
            "rows",
            "3 h",
            "12 h",
            "1 d",
            "7 d",
            "Charts",
            "Table",
            "plots",
            "decisions")
        .noneMatch(name -> name.startsWith("no outline"));
  }

  @Test
  void thePlotsAreReadWithArrowKeys() {
    Page page = open();
    page.keyboard().press("c");
    page.keyboard().press("Home");
    String atHome = page.locator("#announce").textContent();
    assertThat(atHome).contains("demand", "ready", "desired", "plain HPA", "in force");

    for (int i = 0; i < 30; i++) {
      page.keyboard().press("ArrowRight");
    }
    assertThat(page.locator(".moment-time")).not().containsText("now");
    page.keyboard().press("+");
    assertThat(page.locator(".moment button")).isVisible();
    page.keyboard().press("Escape");
    assertThat(page.locator(".moment button")).isHidden();
    page.keyboard().press("End");
    assertThat(page.locator("#announce")).containsText("forecast p50");
  }

  @Test
  void draggingZoomsAndTheCursorShowsTheDecisionInForce() {
    Page page = open();
    var box = page.locator(".plot-replicas .u-over").boundingBox();
    double y = box.y + box.height / 2;

    page.mouse().move(box.x + box.width * 0.56, y);
    assertThat(page.locator(".moment-force")).containsText("in force: ");
    page.mouse().click(box.x + box.width * 0.56, y);
    assertThat(page.locator("#why-body button")).hasText("Back to the latest");

    page.mouse().move(box.x + box.width * 0.4, y);
    page.mouse().down();
    page.mouse()
        .move(
            box.x + box.width * 0.6,
            y,
            new com.microsoft.playwright.Mouse.MoveOptions().setSteps(5));
    page.mouse().up();
    assertThat(page.locator(".moment button")).isVisible();
    page.locator(".moment button").click();
    assertThat(page.locator(".moment button")).isHidden();
  }

  @Test
  void theTableHasTheSameData() {
    Page page = open();
    page.keyboard().press("t");

    Locator tables = page.locator(".table-view table");
    assertThat(tables).hasCount(2);
    assertThat(tables.nth(1).locator("tbody tr")).hasCount(12 * 60 + 1);
    assertThat(tables.nth(1).locator("tbody tr").first().locator("td").nth(3)).hasText("37");
    assertThat(tables.first().locator("thead th"))
        .hasText(new String[] {"Time", "p10, req/s", "p50", "p90", "p99"});
    assertThat(page.locator(".table-note")).containsText("One point is 1 min.");
    assertThat(page.locator("#charts")).isHidden();

    page.keyboard().press("t");
    assertThat(page.locator("#charts")).isVisible();
  }

  @Test
  void ticksAreAppendedWithoutAskingForAllAgain() {
    Page page = open();
    assertThat(page.locator(".moment-time")).hasText("now, 12:24");
    browser.requests.clear();

    view.tick(Duration.ofMinutes(1));
    assertThat(page.locator(".moment-time")).hasText("now, 12:25");
    view.tick(Duration.ofMinutes(2));
    assertThat(page.locator(".moment-time")).hasText("now, 12:27");

    assertThat(browser.requests)
        .isNotEmpty()
        .filteredOn(url -> !url.contains("/decisions/"))
        .allMatch(url -> url.contains("since="));
    page.keyboard().press("t");
    assertThat(page.locator(".table-view table").nth(1).locator("tbody tr")).hasCount(721);
  }

  @Test
  void aReplayThatStartsAgainIsShownAnew() {
    Page page = open();
    assertThat(page.locator(".moment-time")).hasText("now, 12:24");

    view.tick(Duration.ofHours(-3));
    assertThat(page.locator(".moment-time")).hasText("now, 09:24");
    page.keyboard().press("t");
    assertThat(page.locator(".table-view table").nth(1).locator("tbody tr")).hasCount(721);
    assertThat(page.locator(".table-view table").nth(1).locator("tbody th").first())
        .containsText("09:24:00");
  }

  @Test
  void aWorkloadWithoutDataSaysWhyAndWhatToDo() {
    Page page = open();
    page.locator(".row", new Page.LocatorOptions().setHasText("jobs/mailer")).click();

    assertThat(page.locator(".row[aria-selected=true] .row-next"))
        .containsText("Hold 4 min: no data from cluster-prometheus");
    assertThat(page.locator(".notice"))
        .containsText("No data from cluster-prometheus: holding 6 replicas for 4 min");
    assertThat(page.locator(".notice")).containsText("connection refused");
    assertThat(page.locator(".notice")).containsText("decisions resume by themselves");
    assertThat(page.locator("#why-title")).containsText("Why hold 6");
    assertThat(page.locator("#cards")).containsText("now –");
  }

  @Test
  void withoutWorkloadsThePageSaysHowToBegin() {
    try (Served empty = Served.of(SyntheticView.empty())) {
      Page page = browser.open(empty.url("/"), 1440, 900, ColorScheme.LIGHT);

      assertThat(page.locator("#detail-none")).containsText("No workloads yet");
      assertThat(page.locator("#detail-none pre")).containsText("kind: PredictiveAutoscaler");
      assertThat(page.locator(".side")).isHidden();
      page.screenshot(new ScreenshotOptions().setPath(Path.of("target", "page-empty.png")));
      browser.closeWindows();
    }
  }

  @Test
  void tenThousandRowsAreDrawnOnlyWhereTheyAreSeen() {
    try (Served many = Served.of(SyntheticView.rows(10_000))) {
      Page page = browser.open(many.url("/"), 1440, 900, ColorScheme.LIGHT);
      assertThat(page.locator("#workloads-title")).hasText("10,000 workloads, by risk");

      page.locator("#rows").focus();
      page.keyboard().press("End");
      assertThat(page.locator(".row[aria-selected=true]")).containsText("service-9999");
      assertThat(page.locator(".row[aria-selected=true]")).hasAttribute("aria-setsize", "10000");
      assertThat(page.locator(".row").count()).isLessThan(40);

      page.locator("#search").fill("service-4242");
      assertThat(page.locator(".row")).hasCount(1);
      // The rows have no workload behind them, and the page says so.
      assertThat(page.locator("#detail-none")).containsText("This workload is gone");
      assertThat(browser.complaints).allMatch(text -> text.contains("404"));
      browser.closeWindows();
    }
  }

  @Test
  void reportsOfOtherRunsAreOneClickAway(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("rightsize"));
    Files.writeString(
        folder.resolve("rightsize/report.html"), ReportPage.of("Requests", "<h1>Requests</h1>"));
    served.close();
    served = Served.withReports(view, folder);

    Page page = open();
    assertThat(page.locator("#views a")).hasText(new String[] {"Scaling", "rightsize"});
    assertThat((List<?>) Chromium.poorContrast(page)).isEmpty();
    page.locator("#views a").nth(1).click();
    assertThat(page.locator("h1")).hasText("Requests");
    // The report's style sheet is in force, and nothing was blocked.
    assertThat((String) page.evaluate("getComputedStyle(document.body).margin")).isEqualTo("0px");
  }

  @Test
  void aLostConnectionIsSaidAndRecovered() {
    int port = served.api.port();
    Page page = open();
    assertThat(page.locator(".pill.good.dot")).hasText("live");

    served.close();
    assertThat(page.locator("#lost")).containsText("Connection lost.");
    assertThat(page.locator(".pill.bad")).hasText("connection lost");
    assertThat(page.locator("#workload-title")).hasText("shop/web");
    assertThat((List<?>) Chromium.poorContrast(page)).isEmpty();
    page.screenshot(new ScreenshotOptions().setPath(Path.of("target", "page-lost.png")));

    view.tick(Duration.ofMinutes(30));
    Vertx vertx = Vertx.vertx();
    HttpApi again =
        HttpApi.start(vertx, new Listen("127.0.0.1", port, Set.of()), view, Served.PROBES);
    // The page tries by itself as well, and takes the button away where that comes first.
    page.evaluate("document.querySelector('#lost button')?.click()");
    assertThat(page.locator(".pill.good.dot")).hasText("live");
    assertThat(page.locator("#lost")).isHidden();
    assertThat(page.locator(".moment-time")).hasText("now, 12:54");

    // The browser itself reports refused connections.
    assertThat(browser.complaints).allMatch(text -> text.contains("net::ERR_"));
    browser.closeWindows();
    again.shutdown(Duration.ofSeconds(1));
    vertx.close().await();
    served = Served.of(view);
  }

  @ParameterizedTest
  @ValueSource(ints = {390, 1024, 1440})
  void itFitsItsWindow(int width) {
    for (ColorScheme scheme : THEMES) {
      Page page = open(width, width == 390 ? 844 : 900, scheme, "/");

      assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
          .as("no horizontal scrolling at %d px", width)
          .isTrue();
      assertThat(pixels(page, "replicas", "blue", "panel", 0.1, 0.68)).isGreaterThan(60);
      assertThat(pixels(page, "demand", "fan-inner", "future", 0.75, 1)).isGreaterThan(400);
      assertThat((List<?>) Chromium.poorContrast(page)).isEmpty();
      page.screenshot(
          new ScreenshotOptions()
              .setFullPage(width < 1200)
              .setPath(
                  Path.of(
                      "target", "page-%d-%s.png".formatted(width, scheme.name().toLowerCase()))));
    }
  }

  @Test
  void aThemeIsChosenAndRemembered() {
    Page page = open();
    Locator button = page.locator("#theme");
    String light =
        (String) page.evaluate("getComputedStyle(document.documentElement).backgroundColor");

    button.click();
    button.click();
    assertThat(button).hasAttribute("aria-label", "Theme: dark. Change to system");
    page.reload();

    assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
    assertThat(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
        .isNotEqualTo(light);
    assertThat(page.locator("#charts")).hasAttribute("data-points", Pattern.compile("[0-9]+"));
    assertThat(pixels(page, "replicas", "blue", "panel", 0.1, 0.68)).isGreaterThan(300);
  }

  @Test
  void numbersAndTimesReadAsTheyShould() {
    Page page = open();
    Object texts =
        page.evaluate(
            """
            async () => {
              const w = await import("/words.js");
              return [
                w.number(null), w.number(NaN), w.number(0), w.number(0.1234), w.number(1.2), w.number(35.26),
                w.number(412.4), w.number(2534), w.number(999.9), w.number(1234567), w.number(-7.25),
                w.signed(3.2), w.signed(-21.94), w.signed(0), w.amount(412, "req/s"), w.amount(null, "req/s"),
                w.duration(12), w.duration(250), w.duration(11400), w.duration(90000), w.duration(null), w.duration(-5),
                w.count(10000), w.move({hold: true, from: 5, to: 5}), w.move({hold: false, from: 5, to: 7}),
                w.reason("SOMETHING_NEW"), w.minutes(null),
              ];
            }
            """);
    assertThat((List<?>) texts)
        .isEqualTo(
            List.of(
                "–",
                "–",
                "0",
                "0.123",
                "1.20",
                "35.3",
                "412",
                "2,530",
                "1,000",
                "1.23\u202fM",
                "\u22127.25",
                "+3.20",
                "\u221221.9",
                "0",
                "412 req/s",
                "–",
                "12 s",
                "4 min",
                "3 h 10 min",
                "1 d 1 h",
                "–",
                "0 s",
                "10,000",
                "hold 5",
                "5 → 7",
                "something new",
                "–"));
  }

  @Test
  void aWeekOfMinutesIsDrawnWhole() {
    Page page = open();
    page.keyboard().press("4");

    assertThat(page.locator("#ranges button[aria-pressed=true]")).hasText("7 d");
    assertThat(page.locator("#charts"))
        .hasAttribute("data-points", String.valueOf(7 * 1440 + 1 + 360));
    assertThat(page.locator(".plot-short")).isVisible();
    assertThat(pixels(page, "short", "red", "panel", 0.1, 0.9)).isGreaterThan(100);
  }
}

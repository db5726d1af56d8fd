package dev.almanac.service.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.options.ColorScheme;
import dev.almanac.predictor.backtest.Backtest;
import dev.almanac.predictor.calendar.DemandCalendar;
import dev.almanac.predictor.forecast.PooledRidgeForecaster;
import dev.almanac.predictor.series.TimeSeries;
import dev.almanac.service.http.Chromium;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report in a real browser, and what hostile names do to it. */
class BacktestPageTest {
  private static final String HOSTILE = "<img src=x onerror=alert(1)>\"'&\u0000{job=\"a\"}";

  @TempDir private Path folder;

  @Test
  void namesAreTextWhateverTheyHold() throws Exception {
    String html = BacktestPage.of(report());
    assertThat(html)
        .doesNotContain("<img")
        .doesNotContain("\u0000")
        .contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp; {job=&quot;a&quot;}");
  }

  @Test
  void aGapLeavesTheLineOpen() throws Exception {
    String html = BacktestPage.of(report());
    int at = html.indexOf("class=\"demand\" d=\"");
    String path = html.substring(at, html.indexOf("\"/>", at));
    assertThat(path.chars().filter(c -> c == 'M').count()).isEqualTo(2);
  }

  @Test
  @Tag("real")
  void aBrowserShowsItWithoutAComplaintInBothThemesAndByKeyboard() throws Exception {
    Path file = Files.writeString(folder.resolve("report.html"), BacktestPage.of(report()));
    try (Chromium browser = new Chromium()) {
      for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        Page page = browser.open(file.toUri().toString(), 1_000, 900, scheme);
        assertThat(browser.complaints).isEmpty();
        assertThat(browser.requests).containsExactly(file.toUri().toString());
        assertThat(page.locator("svg[role=img][aria-label]").count()).isEqualTo(4);
        String paper = "() => getComputedStyle(document.body).backgroundColor";
        assertThat(page.evaluate(paper))
            .isEqualTo(scheme == ColorScheme.LIGHT ? "rgb(255, 255, 255)" : "rgb(20, 23, 28)");
        Locator median = page.locator("svg .median").first();
        assertThat(median.evaluate("e => getComputedStyle(e).stroke"))
            .isEqualTo(scheme == ColorScheme.LIGHT ? "rgb(37, 99, 235)" : "rgb(110, 162, 255)");
        assertThat((double) median.boundingBox().width).isGreaterThan(5);
        page.keyboard().press("Tab");
        assertThat(page.evaluate("() => document.activeElement.getAttribute('href')"))
            .isEqualTo("#s0");
        page.keyboard().press("Enter");
        assertThat(page.url()).endsWith("#s0");
        Object overflow = page.evaluate("() => document.documentElement.scrollWidth > innerWidth");
        assertThat(overflow).isEqualTo(false);
        page.setViewportSize(360, 700);
        assertThat(page.evaluate("() => document.documentElement.scrollWidth > innerWidth"))
            .isEqualTo(false);
        page.setViewportSize(1_000, 900);
        Path target = Path.of("target", "backtest-%s.png".formatted(scheme.name().toLowerCase()));
        page.screenshot(new ScreenshotOptions().setPath(target).setFullPage(true));
        browser.closeWindows();
      }
    }
  }

  /** A week of five minutes with a hole in what is shown, and a series that is too short. */
  private static BacktestReport report() throws InterruptedException {
    Random random = new Random(1);
    double[] values = new double[7 * 288];
    Arrays.setAll(
        values,
        i -> 600 - 500 * Math.cos(2 * Math.PI * i / 288) * (1 + 0.05 * random.nextGaussian()));
    Arrays.fill(values, 6 * 288 + 100, 6 * 288 + 140, Double.NaN);
    SequencedMap<String, TimeSeries> series = new LinkedHashMap<>();
    series.put(HOSTILE, new TimeSeries(1_760_000_400, 300, values));
    series.put("short", new TimeSeries(1_760_000_400, 300, new double[] {1, 2, 3}));
    return BacktestReport.run(
        series,
        new PooledRidgeForecaster(),
        DemandCalendar.empty(),
        new Backtest.Plan(
            List.of(Duration.ofHours(1), Duration.ofHours(6)), Duration.ofMinutes(5), 12),
        true,
        _ -> {});
  }
}

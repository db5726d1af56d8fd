package dev.almanac.service.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.almanac.service.cli.CommandRun;
import dev.almanac.service.http.Chromium;
import dev.almanac.testbed.RealParts;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report of what-if studies in a real browser. Its pictures are left in {@code target}. */
@Tag("real")
class StudyPageRealTest {

  /** Marks that lie outside of their picture, or that a browser could not draw. */
  private static final String OUTSIDE =
      """
      (svg) => {
        const frame = svg.getBoundingClientRect();
        const outside = [];
        for (const mark of svg.querySelectorAll("path, rect, line, circle, polyline, polygon, text")) {
          const box = mark.getBoundingClientRect();
          if (mark.tagName === "text" ? box.width === 0 : box.width === 0 && box.height === 0 && mark.tagName !== "rect") {
            outside.push("empty " + mark.outerHTML.slice(0, 120));
          } else if (box.left < frame.left - 2 || box.right > frame.right + 2
              || box.top < frame.top - 2 || box.bottom > frame.bottom + 2) {
            outside.push(mark.outerHTML.slice(0, 120));
          }
        }
        return outside;
      }
      """;

  /** Pairs of labels of a picture that cover each other. */
  private static final String COVERED =
      """
      (svg) => {
        const texts = [...svg.querySelectorAll("text")].filter(t => t.textContent.trim() !== "");
        const boxes = texts.map(t => t.getBoundingClientRect());
        const covered = [];
        for (let i = 0; i < boxes.length; i++) {
          for (let k = i + 1; k < boxes.length; k++) {
            const [a, b] = [boxes[i], boxes[k]];
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (wide > 2 && high > 3) covered.push(texts[i].textContent + " | " + texts[k].textContent);
          }
        }
        return covered;
      }
      """;

  @TempDir static Path folder;
  private static Chromium browser;

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

  @AfterEach
  void close() {
    browser.closeWindows();
  }

  private static Path report(String study) throws IOException {
    String file = RealParts.root().resolve("docs/guides/whatif/" + study + ".yaml").toString();
    CommandRun run = CommandRun.run("whatif", file, "-o", "html");
    assertThat(run.code()).isZero();
    return Files.writeString(folder.resolve(study + ".html"), run.out());
  }

  /** Studies of the guide, and the pictures that each of them has to have. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "growth    | Cost against short time; What changes most; Cost by cause; Nodes at their peak",
        "lose-zone | An outage at every instant; Cost against short time",
        "runway    | Runway",
        "requests  | Cost by cause; Difference to",
      })
  void everyPictureIsDrawn(String study, String headings) throws IOException {
    Path report = report(study.strip());
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      Page page = browser.open(report.toUri().toString(), 1_100, 900, scheme);
      String text = page.locator("main").innerText();
      for (String heading : headings.strip().split("; *")) {
        assertThat(text).contains(heading);
      }
      Locator pictures = page.locator("svg");
      assertThat(pictures.count()).isPositive();
      for (int i = 0; i < pictures.count(); i++) {
        Locator picture = pictures.nth(i);
        String name = "%s, %s".formatted(picture.getAttribute("aria-label"), scheme);
        assertThat(picture.getAttribute("aria-label")).as("label of picture %d", i).isNotBlank();
        assertThat((List<?>) picture.evaluate(OUTSIDE)).as(name).isEmpty();
        assertThat((List<?>) picture.evaluate(COVERED)).as(name).isEmpty();
        assertThat(colours(picture)).as("colours of %s", name).isGreaterThanOrEqualTo(3);
      }
      assertThat((List<?>) Chromium.poorContrast(page)).as(scheme.toString()).isEmpty();
      page.screenshot(
          new Page.ScreenshotOptions()
              .setFullPage(true)
              .setPath(Path.of("target/whatif-%s-%s.png".formatted(study.strip(), scheme))));
    }
    Page narrow = browser.open(report.toUri().toString(), 390, 800, ColorScheme.LIGHT);
    assertThat(
            (Boolean)
                narrow.evaluate(
                    "() => document.documentElement.scrollWidth <= innerWidth && innerWidth === 390"))
        .as("the page is as wide as a phone")
        .isTrue();
    assertThat(browser.complaints).isEmpty();
    assertThat(browser.requests).allMatch(url -> url.startsWith("file:") && url.endsWith(".html"));
  }

  /** Colours that fill more than a few pixels: background, ink and marks. */
  private static int colours(Locator picture) throws IOException {
    picture.scrollIntoViewIfNeeded();
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture.screenshot()));
    int[] counts = new int[1 << 12];
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        counts[(rgb >> 12 & 0xf00) | (rgb >> 8 & 0xf0) | (rgb >> 4 & 0xf)]++;
      }
    }
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 30) {
        seen.add(i);
      }
    }
    return seen.size();
  }
}

package dev.almanac.service.http;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import dev.almanac.testbed.RealParts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** A Chromium on this machine. It collects what pages complain about. */
public final class Chromium implements AutoCloseable {
  private static final String POOR_CONTRAST =
      """
      () => {
        const tile = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
        const rgba = (colour) => {
          tile.clearRect(0, 0, 1, 1);
          tile.fillStyle = colour;
          tile.fillRect(0, 0, 1, 1);
          return [...tile.getImageData(0, 0, 1, 1).data];
        };
        const luminance = ([r, g, b]) => {
          const part = (c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
          return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
        };
        const behind = (node) => {
          for (let n = node; n !== null; n = n.parentElement) {
            const colour = rgba(getComputedStyle(n).backgroundColor);
            if (colour[3] === 255) return colour;
            if (colour[3] !== 0) throw new Error("half-transparent background: " + n.className);
          }
          return [255, 255, 255];
        };
        const poor = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const node = walker.currentNode.parentElement;
          if (walker.currentNode.data.trim() === "" || node.closest(".unseen, .skip, noscript, option, dialog:not([open])")) continue;
          if (node.checkVisibility && !node.checkVisibility()) continue;
          const style = getComputedStyle(node);
          const [a, b] = [luminance(rgba(style.color)), luminance(behind(node))];
          const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          const size = parseFloat(style.fontSize);
          const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
          if (ratio < (large ? 3 : 4.5)) poor.push(`${walker.currentNode.data.trim()}: ${ratio.toFixed(2)}`);
        }
        return poor;
      }
      """;

  private final Playwright playwright;
  private final Browser chromium;
  private final List<BrowserContext> contexts = new ArrayList<>();

  /** What pages have written to the console as errors and warnings. */
  public final List<String> complaints = Collections.synchronizedList(new ArrayList<>());

  /** Addresses that pages have asked for. */
  public final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /** Starts it; aborts the test where there is none. */
  public Chromium() {
    Path chromiumBinary = RealParts.chromium();
    // The driver is npm's playwright-core; the one on Maven Central would bring three browsers.
    System.setProperty("playwright.cli.dir", RealParts.playwright().toString());
    playwright =
        Playwright.create(
            new Playwright.CreateOptions()
                .setEnv(
                    Map.of(
                        "PLAYWRIGHT_NODEJS_PATH",
                        RealParts.node().toString(),
                        "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD",
                        "1")));
    chromium =
        playwright
            .chromium()
            .launch(
                new LaunchOptions()
                    .setExecutablePath(chromiumBinary)
                    .setArgs(List.of("--no-sandbox", "--disable-gpu")));
  }

  /** A new window on an address, with its own storage, in Berlin. */
  public Page open(String url, int width, int height, ColorScheme scheme) {
    BrowserContext context =
        chromium.newContext(
            new NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(scheme)
                .setTimezoneId("Europe/Berlin")
                .setLocale("en-GB"));
    contexts.add(context);
    context.addInitScript(
        "addEventListener('securitypolicyviolation', e =>"
            + " console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI))");
    context.onConsoleMessage(message -> {
      if (List.of("error", "warning").contains(message.type())) {
        complaints.add(message.text());
      }
    });
    context.onWebError(error -> complaints.add(error.error()));
    context.onRequest(request -> requests.add(request.url()));
    Page page = context.newPage();
    page.setDefaultTimeout(30_000);
    page.navigate(url);
    return page;
  }

  /** Texts whose contrast with what is behind them is below WCAG AA; empty where all are well. */
  public static Object poorContrast(Page page) {
    return page.evaluate(POOR_CONTRAST);
  }

  /** Closes all windows and forgets what was collected. */
  public void closeWindows() {
    contexts.forEach(BrowserContext::close);
    contexts.clear();
    complaints.clear();
    requests.clear();
  }

  @Override
  public void close() {
    closeWindows();
    chromium.close();
    playwright.close();
  }
}

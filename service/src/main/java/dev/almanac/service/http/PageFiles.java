package dev.almanac.service.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The page's files, read once from the class path. What is not in the list is not served, so no
 * path can lead anywhere else.
 */
final class PageFiles {
  static final List<String> NAMES =
      List.of(
          "index.html",
          "page.css",
          "favicon.svg",
          "theme-first.js",
          "main.js",
          "api.js",
          "cards.js",
          "charts.js",
          "decisions.js",
          "dom.js",
          "live.js",
          "status.js",
          "table.js",
          "theme.js",
          "words.js",
          "workloads.js",
          "vendor/uplot-1.6.32/uPlot.iife.min.js",
          "vendor/uplot-1.6.32/uPlot.min.css",
          "vendor/uplot-1.6.32/LICENSE");

  /**
   * One file as it is served.
   *
   * @param caching a vendored file's path names its version, so it may be kept for ever; all others
   *     are asked for again, and mostly answered by 304
   */
  record PageFile(Buffer body, String contentType, String etag, String caching) {}

  private final Map<String, PageFile> byPath = new LinkedHashMap<>();

  PageFiles() {
    for (String name : NAMES) {
      byPath.put("/" + name, read(name));
    }
    PageFile index = byPath.get("/index.html");
    if (index != null) {
      byPath.put("/", index);
    }
  }

  /** The file at a request path, slash first. */
  Optional<PageFile> at(String path) {
    return Optional.ofNullable(byPath.get(path));
  }

  private static PageFile read(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream("/page/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the page's file " + name + " is not on the class path");
      }
      byte[] bytes = in.readAllBytes();
      return new PageFile(
          Buffer.buffer(bytes),
          contentType(name),
          // Weak: the same file may go out compressed.
          "W/\"" + sha256(bytes).substring(0, 20) + '"',
          name.startsWith("vendor/") ? "public, max-age=31536000, immutable" : "no-cache");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the page's file " + name, e);
    }
  }

  private static String contentType(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> "text/plain; charset=utf-8";
    };
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

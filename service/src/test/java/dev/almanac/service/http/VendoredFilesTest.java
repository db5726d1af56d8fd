package dev.almanac.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VendoredFilesTest {
  private static final Pattern ROW = Pattern.compile("\\| (\\S+) \\| ([0-9a-f]{64}) \\|");

  @Test
  void vendoredFilesAreWhatTheirPageSays() {
    Map<String, String> stated = new HashMap<>();
    Matcher rows = ROW.matcher(new String(bytes("vendor/VENDORED.md"), StandardCharsets.UTF_8));
    while (rows.find()) {
      stated.put("vendor/" + rows.group(1), rows.group(2));
    }
    Map<String, String> found = new HashMap<>();
    for (String name : PageFiles.NAMES) {
      if (name.startsWith("vendor/")) {
        found.put(name, PageFiles.sha256(bytes(name)));
      }
    }
    assertThat(found).isNotEmpty().isEqualTo(stated);
  }

  @Test
  void everyFileOfThePageIsServed() throws IOException, URISyntaxException {
    Path folder = Path.of(PageFiles.class.getResource("/page/index.html").toURI()).getParent();
    List<String> files;
    try (Stream<Path> paths = Files.walk(folder)) {
      files =
          paths
              .filter(Files::isRegularFile)
              .map(path -> folder.relativize(path).toString().replace('\\', '/'))
              .filter(name -> !name.endsWith("VENDORED.md"))
              .toList();
    }
    assertThat(PageFiles.NAMES).containsExactlyInAnyOrderElementsOf(files);
  }

  @Test
  void nothingInThePageIsInlineOrFromElsewhere() {
    String index = new String(bytes("index.html"), StandardCharsets.UTF_8);

    assertThat(index).doesNotContainPattern("<script(?![^>]*\\bsrc=)[^>]*>");
    assertThat(index).doesNotContainPattern("\\s(style|on[a-z]+)=");
    assertThat(index).doesNotContainPattern("(?:src|href)=\"(?:https?:)?//");
  }

  private static byte[] bytes(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream("/page/" + name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}

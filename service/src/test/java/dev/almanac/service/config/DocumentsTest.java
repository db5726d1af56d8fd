package dev.almanac.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file of the folders {@code accepted} and {@code rejected} is a case; its comments that
 * start with {@code #>} are the problems that it must come to, all of them and in this order.
 */
class DocumentsTest {
  private static final String EXPECTED = "#> ";

  @ParameterizedTest
  @MethodSource("rejected")
  void comesToTheProblemsThatItNames(Path file) throws IOException {
    List<String> expected =
        Files.readAllLines(file).stream()
            .filter(line -> line.startsWith(EXPECTED))
            .map(line -> line.substring(EXPECTED.length()))
            .toList();
    assertThat(expected).as("expectations in %s", file).isNotEmpty();

    assertThat(Documents.problems(file)).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void isAccepted(Path file) {
    assertThat(Documents.problems(file)).isEmpty();
  }

  static Stream<Path> rejected() throws Exception {
    return files("rejected");
  }

  static Stream<Path> accepted() throws Exception {
    return files("accepted");
  }

  private static Stream<Path> files(String folder) throws IOException, URISyntaxException {
    Path path = Path.of(DocumentsTest.class.getResource(folder).toURI());
    try (Stream<Path> files = Files.list(path)) {
      return files.sorted().toList().stream();
    }
  }
}

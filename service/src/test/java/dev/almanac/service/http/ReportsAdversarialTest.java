package dev.almanac.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.almanac.service.view.SyntheticView;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportsAdversarialTest {
  @TempDir private Path all;
  private Path folder;
  private Served served;

  @BeforeEach
  void serve() throws IOException {
    folder = Files.createDirectories(all.resolve("reports"));
    Files.writeString(all.resolve("secret.html"), "secret");
    served = Served.withReports(SyntheticView.empty(), folder);
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private List<String> listed() {
    return served.json("/api/reports").at("/reports").findValuesAsText("name");
  }

  private Path write(String file, int hour) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, "<p>" + file);
    return Files.setLastModifiedTime(
        path, FileTime.from(Instant.parse("2026-03-02T00:00:00Z").plusSeconds(3_600L * hour)));
  }

  @Test
  void whatIsWrittenLaterIsFoundTheNewestFirst() throws IOException {
    assertThat(listed()).isEmpty();
    write("capacity.html", 3);
    write("rightsize/report.html", 5);
    write("rightsize/report.json", 6);
    write("notes.txt", 7);

    JsonNode reports = served.json("/api/reports").at("/reports");
    assertThat(listed()).containsExactly("rightsize", "capacity");
    assertThat(reports.at("/0/written").asLong())
        .isEqualTo(Instant.parse("2026-03-02T05:00:00Z").toEpochMilli());
    HttpResponse<String> report = served.get("/reports/rightsize");
    assertThat(report.body()).isEqualTo("<p>rightsize/report.html");
    assertThat(report.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
    assertThat(report.headers().allValues("content-security-policy"))
        .singleElement()
        .asString()
        .contains("default-src 'none'", "sandbox")
        .doesNotContain("allow-", "'self'");
    Files.delete(folder.resolve("rightsize/report.html"));
    assertThat(listed()).containsExactly("capacity");
    assertThat(served.get("/reports/rightsize").statusCode()).isEqualTo(404);
  }

  @Test
  void theNewestFiftyAreListed() throws IOException {
    for (int i = 0; i < Reports.MOST + 5; i++) {
      write("r" + i + ".html", i);
    }
    assertThat(listed()).hasSize(Reports.MOST).startsWith("r54", "r53").doesNotContain("r4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/reports/..%2Fsecret",
        "/reports/%2e%2e%2fsecret",
        "/reports/../secret",
        "/reports/..",
        "/reports/.",
        "/reports/.hidden",
        "/reports/a%00b",
        "/reports/%5c..%5csecret",
        "/reports/"
      })
  void noNameLeadsOut(String path) throws IOException {
    write(".hidden.html", 1);
    HttpResponse<String> answer = served.get(path);
    assertThat(answer.statusCode()).isIn(400, 404);
    assertThat(answer.body()).doesNotContain("secret", all.toString());
  }

  @Test
  void noLinkLeadsOutButOneInsideIsFollowed() throws IOException {
    Files.createSymbolicLink(folder.resolve("out.html"), all.resolve("secret.html"));
    Files.createSymbolicLink(folder.resolve("up"), all);
    write("..data/today.html", 1);
    Files.createSymbolicLink(folder.resolve("today.html"), folder.resolve("..data/today.html"));

    assertThat(listed()).containsExactly("today");
    assertThat(served.get("/reports/out").statusCode()).isEqualTo(404);
    assertThat(served.get("/reports/up").statusCode()).isEqualTo(404);
    assertThat(served.get("/reports/today").statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsTooLargeIsRefusedWithoutItsPlace() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("huge.html").toFile(), "rw")) {
      file.setLength(Reports.MOST_BYTES + 1L);
    }
    HttpResponse<String> answer = served.get("/reports/huge");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain(folder.toString());
    assertThat(served.get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void aFolderThatIsGoneHasNone() throws IOException {
    Files.delete(folder);
    assertThat(listed()).isEmpty();
    assertThat(served.get("/reports/any").statusCode()).isEqualTo(404);
  }
}

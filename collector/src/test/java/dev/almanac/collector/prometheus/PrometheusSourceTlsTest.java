package dev.almanac.collector.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.almanac.predictor.metrics.SeriesReading;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrometheusSourceTlsTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_640);

  @TempDir static Path identities;
  private static Vertx vertx;
  private static TestIdentity server;
  private static TestIdentity rotated;
  private static TestIdentity elsewhere;
  private static TestIdentity client;

  @TempDir Path folder;
  private Path ca;

  @BeforeAll
  static void open() throws Exception {
    vertx = Vertx.vertx();
    server = TestIdentity.create(identities, "server", "ip:127.0.0.1");
    rotated = TestIdentity.create(identities, "rotated", "ip:127.0.0.1");
    elsewhere = TestIdentity.create(identities, "elsewhere", "dns:prometheus.example");
    client = TestIdentity.create(identities, "client", "dns:almanac.example");
  }

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  @BeforeEach
  void trustTheServer() throws Exception {
    ca = Files.copy(server.certificate(), folder.resolve("ca.crt"));
  }

  @Test
  void trustsTheAuthorityInTheFile() throws Exception {
    try (ScriptedServer store = serve(server, Optional.empty());
        PrometheusSource source = source(store, TlsFiles.trusting(ca))) {
      assertThat(ask(source)).isInstanceOf(SeriesReading.Present.class);
    }
  }

  @Test
  void trustsNobodyElseAndSendsNothingThen() throws Exception {
    try (ScriptedServer store = serve(rotated, Optional.empty())) {
      for (Optional<Path> trusted : List.of(Optional.of(ca), Optional.<Path>empty())) {
        try (PrometheusSource source =
            source(store, new TlsFiles(trusted, Optional.empty(), Optional.empty()))) {
          assertUnreachable(ask(source));
        }
      }
      assertThat(store.requests).isEmpty();
    }
  }

  @Test
  void verifiesTheNameOfTheHost() throws Exception {
    try (ScriptedServer store = serve(elsewhere, Optional.empty());
        PrometheusSource source = source(store, TlsFiles.trusting(elsewhere.certificate()))) {
      assertUnreachable(ask(source));
      assertThat(store.requests).isEmpty();
    }
  }

  @Test
  void showsItsOwnCertificate() throws Exception {
    try (ScriptedServer store = serve(server, Optional.of(client));
        PrometheusSource known =
            source(
                store,
                new TlsFiles(
                    Optional.of(ca),
                    Optional.of(client.certificate()),
                    Optional.of(client.key())));
        PrometheusSource unknown = source(store, TlsFiles.trusting(ca))) {
      assertThat(ask(known)).isInstanceOf(SeriesReading.Present.class);
      assertUnreachable(ask(unknown));
    }
  }

  @Test
  void usesANewAuthorityWithTheNextRequest() throws Exception {
    try (ScriptedServer before = serve(server, Optional.empty());
        ScriptedServer after = serve(rotated, Optional.empty())) {
      // One name, two servers: the source is asked through a port that we cannot swap, so two
      // sources.
      try (PrometheusSource source = source(before, TlsFiles.trusting(ca));
          PrometheusSource other = source(after, TlsFiles.trusting(ca))) {
        assertThat(ask(source)).isInstanceOf(SeriesReading.Present.class);
        assertUnreachable(ask(other));

        Files.copy(rotated.certificate(), ca, StandardCopyOption.REPLACE_EXISTING);
        assertUnreachable(ask(source));
        assertThat(ask(other)).isInstanceOf(SeriesReading.Present.class);
      }
    }
  }

  @Test
  void aBrokenFileLeavesTheLastGoodOneInUse() throws Exception {
    try (ScriptedServer store = serve(server, Optional.empty());
        PrometheusSource source = source(store, TlsFiles.trusting(ca))) {
      assertThat(ask(source)).isInstanceOf(SeriesReading.Present.class);
      Files.writeString(ca, "-----BEGIN CERTIFICATE-----\nhalf");
      assertThat(ask(source)).isInstanceOf(SeriesReading.Present.class);
      Files.delete(ca);
      assertThat(ask(source)).isInstanceOf(SeriesReading.Present.class);
    }
  }

  @Test
  void withoutAUsableFileNothingIsSentUntilThereIsOne() throws Exception {
    try (ScriptedServer store = serve(server, Optional.empty());
        PrometheusSource source = source(store, TlsFiles.trusting(ca))) {
      Files.writeString(ca, "canary-key-material");
      assertThat(ask(source)).isEqualTo(new SeriesReading.NoData("cannot use " + ca + ": not PEM"));
      Files.delete(ca);
      assertThat(ask(source))
          .isEqualTo(new SeriesReading.NoData("cannot use " + ca + ": no such file"));
      assertThat(store.requests).isEmpty();

      Files.copy(server.certificate(), ca);
      assertThat(ask(source)).isInstanceOf(SeriesReading.Present.class);
    }
  }

  @Test
  void aCertificateNeedsItsKey() {
    assertThatThrownBy(
            () -> new TlsFiles(Optional.empty(), Optional.of(Path.of("a")), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ScriptedServer serve(TestIdentity identity, Optional<TestIdentity> client)
      throws Exception {
    SSLServerSocket socket =
        (SSLServerSocket)
            identity
                .server(client)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    socket.setNeedClientAuth(client.isPresent());
    return ScriptedServer.start(socket, PrometheusSourceTest::answerOnes);
  }

  private static PrometheusSource source(ScriptedServer store, TlsFiles tls) {
    URI url = URI.create("https://127.0.0.1:" + store.url().getPort());
    return new PrometheusSource(vertx, PrometheusOptions.of(url).withTls(tls));
  }

  private static SeriesReading ask(PrometheusSource source) {
    return source.range("up", NOW.minusSeconds(60), NOW, Duration.ofMinutes(1));
  }

  private static void assertUnreachable(SeriesReading reading) {
    assertThat(reading)
        .isInstanceOfSatisfying(
            SeriesReading.NoData.class,
            noData -> assertThat(noData.detail()).startsWith("unreachable: TLS: "));
  }
}

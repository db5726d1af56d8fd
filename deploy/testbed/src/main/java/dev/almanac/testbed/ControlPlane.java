package dev.almanac.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A Kubernetes control plane on this machine: etcd, API server, scheduler, controller manager, and
 * the pod helper that plays the kubelet. Started in seconds, stopped on close.
 */
public final class ControlPlane implements AutoCloseable {
  private final Path folder;
  private final Map<String, String> environment;
  private final HttpClient client;

  private ControlPlane(Path folder) {
    this.folder = folder;
    this.environment = RealParts.environment(folder.resolve("testbed.env"));
    this.client = clientTrusting(Path.of(environment.getOrDefault("CA_CERT", "")));
  }

  /**
   * Starts one.
   *
   * @param folder where its data and logs go
   * @param startUpLag time that pods take from start to Ready
   * @param options more options of {@code up}, for example {@code --flag PART=FLAG}
   */
  public static ControlPlane start(Path folder, Duration startUpLag, String... options) {
    RealParts.controlPlane();
    List<String> command = new ArrayList<>();
    command.add(RealParts.scripts().resolve("up").toString());
    command.add(folder.toString());
    command.add("--lag");
    command.add(startUpLag.toMillis() + "ms");
    command.add("--owner");
    command.add(Long.toString(ProcessHandle.current().pid()));
    command.addAll(List.of(options));
    RealParts.run(command);
    return new ControlPlane(folder);
  }

  /** A kubeconfig of a cluster admin. */
  public Path kubeconfig() {
    return folder.resolve("kubeconfig");
  }

  /** What {@code up} said about itself: API_SERVER, ADMIN_TOKEN and more. */
  public Map<String, String> environment() {
    return environment;
  }

  /**
   * Gets a path of the API as the admin, for tests that ask often: a kubectl takes half a second of
   * a core to start.
   *
   * @param path for example {@code /apis/apps/v1/namespaces/shop/deployments/web}
   * @return the body, whatever the status
   */
  public String get(String path) {
    return send("GET", path, "application/json", "").body();
  }

  /**
   * Calls the API as the admin.
   *
   * @param contentType what the body is; for a PATCH it says of which kind
   */
  public HttpResponse<String> send(String method, String path, String contentType, String body) {
    return call(
        request(path)
            .timeout(Duration.ofSeconds(30))
            .header("content-type", contentType)
            .method(method, HttpRequest.BodyPublishers.ofString(body)),
        HttpResponse.BodyHandlers.ofString());
  }

  /**
   * The events of a watch, a JSON object a line, until the stream or this control plane is closed.
   */
  public Stream<String> watch(String path) {
    return call(request(path), HttpResponse.BodyHandlers.ofLines()).body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(environment.getOrDefault("API_SERVER", "") + path));
  }

  private <T> HttpResponse<T> call(
      HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
    try {
      return client.send(request.header("authorization", "Bearer " + token()).build(), handler);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot call " + request.build().uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in " + request.build().uri(), e);
    }
  }

  private String token() throws IOException {
    return Files.readString(Path.of(environment.getOrDefault("ADMIN_TOKEN", ""))).strip();
  }

  private static HttpClient clientTrusting(Path certificate) {
    try (InputStream in = Files.newInputStream(certificate)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int n = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("ca" + n++, each);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, trust.getTrustManagers(), null);
      return HttpClient.newBuilder().sslContext(tls).build();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot trust " + certificate, e);
    }
  }

  /** Runs kubectl as the admin and returns what it printed; fails when kubectl does. */
  public List<String> kubectl(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(RealParts.controlPlane().resolve("kubectl").toString());
    command.add("--kubeconfig");
    command.add(kubeconfig().toString());
    command.addAll(List.of(arguments));
    return RealParts.run(command);
  }

  @Override
  public void close() {
    client.close();
    RealParts.run(List.of(RealParts.scripts().resolve("down").toString(), folder.toString()));
  }
}

package dev.almanac.actuator.hpa;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.almanac.testbed.ControlPlane;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The three metrics APIs of Kubernetes on one port of this machine: what metrics-server, a custom
 * and an external metrics adapter are in a cluster.
 */
final class MetricsApis implements AutoCloseable {

  /** Group and version by group. */
  static final Map<String, String> VERSIONS =
      Map.of(
          "metrics.k8s.io", "v1beta1",
          "custom.metrics.k8s.io", "v1beta2",
          "external.metrics.k8s.io", "v1beta1");

  private static final Pattern DISCOVERY = Pattern.compile("/apis/([^/]+)/([^/]+)/?");
  private static final Pattern EXTERNAL =
      Pattern.compile("/apis/external.metrics.k8s.io/v1beta1/namespaces/[^/]+/(w\\d+)-(\\d+)");
  private static final Pattern EMITTED =
      Pattern.compile(
          "/apis/external.metrics.k8s.io/v1beta1/namespaces/[^/]+/almanac_emitted_replicas");
  private static final Pattern OBJECT =
      Pattern.compile(
          "/apis/custom.metrics.k8s.io/v1beta2/namespaces/[^/]+/services/[^/]+/(w\\d+)-(\\d+)");
  private static final Pattern PODS =
      Pattern.compile(
          "/apis/custom.metrics.k8s.io/v1beta2/namespaces/[^/]+/pods/\\*/(w\\d+)-(\\d+)");
  private static final Pattern USAGE =
      Pattern.compile("/apis/metrics.k8s.io/v1beta1/namespaces/[^/]+/pods");
  private static final Pattern APP = Pattern.compile("app=(w\\d+)");

  /**
   * A question of the controller.
   *
   * @param app whose HPA asks; of an emitted size the whole query, which has the selector
   * @param metric position in the HPA's list; negative for usage, which has none in its address
   */
  record Question(String app, int metric) {}

  /** An answer of the API. */
  record Answer(int status, String body) {
    static Answer failure(String message) {
      return new Answer(
          500,
          """
          {"kind":"Status","apiVersion":"v1","status":"Failure","code":500,"message":"%s"}
          """
              .formatted(message));
    }
  }

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  MetricsApis(Path certificate, Path key, Function<Question, Answer> answers) {
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
      server.setHttpsConfigurator(new HttpsConfigurator(tls(certificate, key)));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot serve the metrics APIs", e);
    }
    server.setExecutor(threads);
    server.createContext("/", exchange -> reply(exchange, answers));
    server.start();
  }

  /** Makes the aggregation layer send the metrics APIs to this process, and waits until it does. */
  void registerWith(ControlPlane plane) throws InterruptedException {
    create(
        plane,
        "/api/v1/namespaces",
        "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"%s\"}}"
            .formatted(World.NAMESPACE));
    create(
        plane,
        "/api/v1/namespaces/%s/services".formatted(World.NAMESPACE),
        """
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"metrics"},
         "spec":{"type":"ExternalName","externalName":"localhost"}}
        """);
    for (Map.Entry<String, String> api : VERSIONS.entrySet()) {
      create(
          plane,
          "/apis/apiregistration.k8s.io/v1/apiservices",
          """
          {"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"%s"},
           "spec":{"group":"%s","version":"%s","insecureSkipTLSVerify":true,
            "groupPriorityMinimum":100,"versionPriority":100,
            "service":{"namespace":"%s","name":"metrics","port":%d}}}
          """
              .formatted(
                  api.getValue() + "." + api.getKey(),
                  api.getKey(),
                  api.getValue(),
                  World.NAMESPACE,
                  server.getAddress().getPort()));
    }
    for (Map.Entry<String, String> api : VERSIONS.entrySet()) {
      String path = "/apis/%s/%s".formatted(api.getKey(), api.getValue());
      Instant end = Instant.now().plusSeconds(60);
      while (plane.send("GET", path, "application/json", "").statusCode() != 200) {
        assertThat(Instant.now()).as(path + " is served").isBefore(end);
        Thread.sleep(200);
      }
    }
  }

  static void create(ControlPlane plane, String path, String body) {
    HttpResponse<String> response = plane.send("POST", path, "application/json", body);
    assertThat(response.statusCode()).as("%s: %s", path, response.body()).isLessThan(300);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static void reply(HttpExchange exchange, Function<Question, Answer> answers)
      throws IOException {
    Answer answer = answer(exchange.getRequestURI(), answers);
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static Answer answer(URI uri, Function<Question, Answer> answers) {
    String path = uri.getPath();
    for (Pattern pattern : List.of(EXTERNAL, OBJECT, PODS)) {
      Matcher matcher = pattern.matcher(path);
      if (matcher.matches()) {
        return answers.apply(new Question(matcher.group(1), Integer.parseInt(matcher.group(2))));
      }
    }
    if (EMITTED.matcher(path).matches()) {
      return answers.apply(new Question(String.valueOf(uri.getQuery()), 0));
    }
    Matcher app = APP.matcher(String.valueOf(uri.getQuery()));
    if (USAGE.matcher(path).matches() && app.find()) {
      return answers.apply(new Question(app.group(1), -1));
    }
    Matcher discovery = DISCOVERY.matcher(path);
    if (discovery.matches() && VERSIONS.containsKey(discovery.group(1))) {
      return new Answer(200, resources(discovery.group(1), discovery.group(2)));
    }
    return new Answer(
        404, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":404}");
  }

  private static String resources(String group, String version) {
    String pods =
        group.equals("metrics.k8s.io")
            ? "{\"name\":\"pods\",\"singularName\":\"\",\"namespaced\":true,\"kind\":\"PodMetrics\",\"verbs\":[\"get\",\"list\"]}"
            : "";
    return """
    {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"%s/%s","resources":[%s]}
    """
        .formatted(group, version, pods);
  }

  private static SSLContext tls(Path certificate, Path key)
      throws IOException, GeneralSecurityException {
    String pem = Files.readString(key).replaceAll("-----[A-Z ]+-----|\\s", "");
    PrivateKey secret =
        KeyFactory.getInstance("RSA")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    Certificate own;
    try (InputStream in = new ByteArrayInputStream(Files.readAllBytes(certificate))) {
      own = CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setKeyEntry("own", secret, new char[0], new Certificate[] {own});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}

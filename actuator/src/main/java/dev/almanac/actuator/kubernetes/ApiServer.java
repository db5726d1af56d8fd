package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.Pair;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to one API server, within the budget and the time limits. A write is sent at most
 * once: what failed is the caller's to repeat, out of the same budget. A read is sent again when
 * the connection that was kept for it turns out to be dead.
 *
 * <p>Two clients with their own connections, one for requests and lists and one for watches: a
 * watch connection that has died without a sound must not hold up a write. Calls block; at most
 * {@link #MOST_IN_FLIGHT} single requests are under way at a time. Redirects are not followed,
 * because they would carry our credentials elsewhere.
 */
final class ApiServer implements AutoCloseable {
  static final int MOST_IN_FLIGHT = 64;

  /** Longest answer to a single request: an object in etcd is at most 1.5 MiB. */
  static final int ANSWER_LIMIT = 4 << 20;

  /** Objects in one answer; a list goes on behind them. */
  private static final int PAGE = 500;

  private static final int ERROR_LIMIT = 64 << 10;
  private static final int MESSAGE_LIMIT = 200;
  private static final Duration LIST_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration RENEW_PAUSE = Duration.ofSeconds(10);
  private static final byte[] NOTHING = {};
  private static final String[] AUTHENTICATION = {"BearerToken"};

  /** Reads a body while it comes. */
  interface BodyReader {
    void read(InputStream body) throws IOException;
  }

  /** Reads one item of a list; the parser stands at it. */
  interface ItemReader {
    void item(JsonParser p) throws IOException;
  }

  private final KubernetesAccess.Connection requests;
  private final KubernetesAccess.Connection watches;
  private final OkHttpClient writes;
  private final RequestBudget budget;
  private final LongSupplier nanoTime;
  private final Semaphore inFlight = new Semaphore(MOST_IN_FLIGHT);
  private final Map<KubernetesAccess.Connection, Long> renewedAt = new ConcurrentHashMap<>();

  ApiServer(KubernetesAccess access, KubernetesOptions options, LongSupplier nanoTime)
      throws IOException {
    this.nanoTime = nanoTime;
    this.budget = new RequestBudget(options.requests(), nanoTime);
    this.requests = access.connect();
    this.watches = access.connect();
    RequestLimits limits = options.requests();
    configure(requests.client(), limits, limits.readTimeout(), limits.callTimeout());
    this.writes = reads().newBuilder().retryOnConnectionFailure(false).build();
    WatchTimes times = options.watch();
    Duration longest = times.serverTimeout().plus(WatchTimes.GRACE);
    configure(watches.client(), limits, times.silence(), longest);
  }

  private static void configure(
      ApiClient client, RequestLimits limits, Duration read, Duration call) {
    client.setUserAgent("almanac");
    client.setHttpClient(
        client
            .getHttpClient()
            .newBuilder()
            .connectTimeout(limits.connectTimeout())
            .readTimeout(read)
            .writeTimeout(limits.readTimeout())
            .callTimeout(call)
            .followRedirects(false)
            .followSslRedirects(false)
            .addNetworkInterceptor(ApiServer::withoutSecondTry)
            .build());
  }

  /** OkHttp sends a request again by itself when a 503 says "Retry-After: 0". */
  private static Response withoutSecondTry(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    return response.code() == 503
        ? response.newBuilder().removeHeader("Retry-After").build()
        : response;
  }

  RequestBudget budget() {
    return budget;
  }

  /** Reads one object. */
  Answer get(String path) {
    return get(path, List.of());
  }

  /** Reads what is found with a query. */
  Answer get(String path, List<Pair> query) {
    return send(
        budget.takeRead(), reads(), () -> request(requests, "GET", path, query, "", NOTHING));
  }

  /** Asks a question that is put as an object, such as an access review. Counts as a read. */
  Answer ask(String path, byte[] body) {
    return send(
        budget.takeRead(),
        reads(),
        () -> request(requests, "POST", path, List.of(), "application/json", body));
  }

  /** Changes what the body names and nothing else. */
  Answer mergePatch(String path, String fieldManager, byte[] body) {
    // "application/json", which the client would send by itself, is answered with 415.
    return patch(path, List.of(new Pair("fieldManager", fieldManager)), "merge", body);
  }

  /**
   * The same, where elements of lists that have a name are changed one by one; only kinds that are
   * built in take it.
   *
   * @param dryRun only whether it would be taken
   */
  Answer strategicPatch(String path, String fieldManager, byte[] body, boolean dryRun) {
    List<Pair> query = new ArrayList<>(List.of(new Pair("fieldManager", fieldManager)));
    if (dryRun) {
      query.add(new Pair("dryRun", "All"));
    }
    return patch(path, query, "strategic-merge", body);
  }

  private Answer patch(String path, List<Pair> query, String how, byte[] body) {
    String type = "application/%s-patch+json".formatted(how);
    return send(
        budget.takeWrite(), writes, () -> request(requests, "PATCH", path, query, type, body));
  }

  /** Reads a list of any length. */
  void list(String path, List<Pair> query, BodyReader reader) throws IOException {
    Call call = reads().newCall(request(requests, "GET", path, query, "", NOTHING));
    call.timeout().timeout(LIST_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
    stream(requests, call, reader);
  }

  /** Reads the items of a list of any length, a page at a time. */
  void items(String path, ItemReader reader) throws IOException {
    String[] next = {""};
    do {
      List<Pair> query = new ArrayList<>(List.of(new Pair("limit", Integer.toString(PAGE))));
      if (!next[0].isEmpty()) {
        query.add(new Pair("continue", next[0]));
      }
      next[0] = "";
      list(
          path,
          query,
          body -> {
            try (JsonParser p = Json.parser(body)) {
              p.nextToken();
              Json.eachField(
                  p,
                  name -> {
                    switch (name) {
                      case "metadata" ->
                          Json.eachField(
                              p,
                              field -> {
                                if (field.equals("continue")) {
                                  next[0] = Json.text(p);
                                }
                              });
                      case "items" -> Json.eachElement(p, () -> reader.item(p));
                      default -> {}
                    }
                  });
            }
          });
    } while (!next[0].isEmpty());
  }

  /** Reads a watch until somebody ends it. */
  void watch(String path, List<Pair> query, BodyReader reader) throws IOException {
    Request request = request(watches, "GET", path, query, "", NOTHING);
    stream(watches, watches.client().getHttpClient().newCall(request), reader);
  }

  private OkHttpClient reads() {
    return requests.client().getHttpClient();
  }

  private void stream(KubernetesAccess.Connection connection, Call call, BodyReader reader)
      throws IOException {
    try (Response response = call.execute()) {
      if (!response.isSuccessful()) {
        throw new RefusedException(refused(connection, response));
      }
      reader.read(response.body().byteStream());
    }
  }

  /** Makes a request; its credentials are added on the way out. */
  private interface RequestSource {
    Request make() throws IOException;
  }

  private Answer send(Duration pause, OkHttpClient http, RequestSource request) {
    if (!pause.isZero()) {
      String why = budget.held().isZero() ? "our own rate limit" : "the server asked us to wait";
      return new Answer.NotSent(pause, why);
    }
    if (!inFlight.tryAcquire()) {
      return new Answer.NotSent(
          RequestBudget.DEFAULT_HOLD, MOST_IN_FLIGHT + " requests are waiting for an answer");
    }
    try (Response response = http.newCall(request.make()).execute()) {
      if (!response.isSuccessful()) {
        return refused(requests, response);
      }
      byte[] answer = response.body().byteStream().readNBytes(ANSWER_LIMIT + 1);
      return answer.length > ANSWER_LIMIT
          ? new Answer.Unanswered("the answer is longer than %d bytes".formatted(ANSWER_LIMIT))
          : new Answer.Ok(answer);
    } catch (IOException | RuntimeException e) {
      // Runtime exceptions come from the client's credential plugins.
      return new Answer.Unanswered(problem(e));
    } finally {
      inFlight.release();
    }
  }

  private static Request request(
      KubernetesAccess.Connection connection,
      String method,
      String path,
      List<Pair> query,
      String contentType,
      byte[] body)
      throws IOException {
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", "application/json");
    // Our own decompression of what a neighbour sends would cost more than it saves.
    headers.put("Accept-Encoding", "identity");
    if (!contentType.isEmpty()) {
      headers.put("Content-Type", contentType);
    }
    try {
      return connection
          .client()
          .buildRequest(
              null,
              path,
              method,
              query,
              List.of(),
              body,
              headers,
              new HashMap<>(),
              new HashMap<>(),
              AUTHENTICATION,
              null);
    } catch (ApiException e) {
      throw new IOException("cannot build %s %s: %s".formatted(method, path, e.getMessage()), e);
    }
  }

  private Answer.Refused refused(KubernetesAccess.Connection connection, Response response) {
    int code = response.code();
    Duration retryAfter = retryAfter(code, response.header("Retry-After"));
    if (code == 429) {
      budget.hold(retryAfter);
    } else if (code == 401) {
      renewCredentials(connection);
    }
    return new Answer.Refused(code, message(response), retryAfter);
  }

  /** A token may have been replaced before its time; but a plugin is not run for every refusal. */
  private void renewCredentials(KubernetesAccess.Connection connection) {
    long now = nanoTime.getAsLong();
    Long last = renewedAt.get(connection);
    if (last == null || now - last >= RENEW_PAUSE.toNanos()) {
      renewedAt.put(connection, now);
      connection.forgetToken().run();
    }
  }

  private static Duration retryAfter(int code, @Nullable String header) {
    try {
      long seconds = header == null ? -1 : Long.parseLong(header.strip());
      if (seconds >= 0) {
        return RequestBudget.bounded(Duration.ofSeconds(seconds));
      }
    } catch (NumberFormatException e) {
      // A date, which no API server sends.
    }
    return code == 429 ? RequestBudget.DEFAULT_HOLD : Duration.ZERO;
  }

  private static String message(Response response) {
    try {
      byte[] body = response.body().byteStream().readNBytes(ERROR_LIMIT);
      return statusMessage(body).orElse("no explanation");
    } catch (IOException e) {
      return "no explanation";
    }
  }

  /** The message of a Status object; nothing else of a body is ever shown. */
  static Optional<String> statusMessage(byte[] body) {
    String[] message = {""};
    String[] kind = {""};
    try (JsonParser p = Json.parser(body)) {
      Json.eachField(
          p,
          name -> {
            switch (name) {
              case "kind" -> kind[0] = Json.text(p);
              case "message" -> message[0] = Json.text(p);
              default -> {}
            }
          });
    } catch (IOException e) {
      return Optional.empty();
    }
    boolean usable = kind[0].equals("Status") && !message[0].isBlank();
    return usable ? Optional.of(oneLine(message[0])) : Optional.empty();
  }

  /** At most 200 characters without control characters, for logs and conditions. */
  static String oneLine(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .limit(4L * MESSAGE_LIMIT)
        .map(c -> Character.isISOControl(c) || Character.isWhitespace(c) ? ' ' : c)
        .filter(c -> c != ' ' || (!line.isEmpty() && line.charAt(line.length() - 1) != ' '))
        .takeWhile(c -> line.length() + Character.charCount(c) <= MESSAGE_LIMIT)
        .forEach(line::appendCodePoint);
    return line.toString().strip();
  }

  /** An exception in one line. */
  static String problem(Exception e) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    return oneLine(e.getClass().getSimpleName() + ": " + message);
  }

  /** Ends every call that is under way. */
  @Override
  public void close() {
    for (ApiClient client : List.of(requests.client(), watches.client())) {
      OkHttpClient http = client.getHttpClient();
      http.dispatcher().cancelAll();
      http.dispatcher().executorService().shutdown();
      http.connectionPool().evictAll();
    }
  }

  @Override
  public String toString() {
    return requests.client().getBasePath();
  }
}

package dev.almanac.actuator.kubernetes;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An API server on a socket whose every answer a test can spoil: for faults that the real one
 * cannot be made to show. It knows Deployments, StatefulSets and pods, lists in pages, watches,
 * single reads and patches of /scale, and no more; what a real server does is decided by the tests
 * against one.
 */
final class FakeApiServer implements AutoCloseable {
  static final String DEPLOYMENTS = "/apis/apps/v1/deployments";
  static final String STATEFUL_SETS = "/apis/apps/v1/statefulsets";
  static final String PODS = "/api/v1/pods";

  private static final Pattern SCALE =
      Pattern.compile("/apis/apps/v1/namespaces/shop/deployments/([^/]+)(/scale)?");
  private static final Pattern PATCHED_VERSION = Pattern.compile("\"resourceVersion\":\"(\\d+)\"");
  private static final Pattern PATCHED_REPLICAS = Pattern.compile("\"replicas\":(\\d+)");

  /** A request as it came in; header names in lower case. */
  record Request(
      String method,
      String path,
      Map<String, String> query,
      Map<String, String> headers,
      String body) {

    boolean isWatch(String collection) {
      return path.equals(collection) && query.containsKey("watch");
    }

    boolean isList(String collection) {
      return path.equals(collection) && !query.containsKey("watch");
    }

    boolean isWrite() {
      return method.equals("PATCH");
    }

    static Predicate<Request> watchOf(String collection) {
      return request -> request.isWatch(collection);
    }

    static Predicate<Request> listOf(String collection) {
      return request -> request.isList(collection);
    }
  }

  /** Answers a request, well or badly. */
  interface Behaviour {
    void answer(Request request, Connection connection) throws IOException, InterruptedException;
  }

  private record Rule(Predicate<Request> which, Behaviour behaviour, boolean once) {}

  private record Event(long version, String type, String object) {}

  private static final class Collection {
    final Map<String, String> objects = new TreeMap<>();
    final List<Event> events = new ArrayList<>();
  }

  private final ServerSocket socket;
  private final List<Connection> connections = new CopyOnWriteArrayList<>();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Map<String, Collection> collections = new HashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private long version = 1000;
  private long forgotten;
  private UnaryOperator<String> disguise = UnaryOperator.identity();

  FakeApiServer() throws IOException {
    for (String path : List.of(DEPLOYMENTS, STATEFUL_SETS, PODS)) {
      collections.put(path, new Collection());
    }
    socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  /** A kubeconfig for it. */
  Path kubeconfig(Path folder) throws IOException {
    Path file = folder.resolve("kubeconfig-" + socket.getLocalPort());
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: fake, cluster: {server: "%s"}}]
        users: [{name: us, user: {token: canary-token-4711}}]
        contexts: [{name: fake, context: {cluster: fake, user: us}}]
        current-context: fake
        """
            .formatted(url()));
    return file;
  }

  // ---------------------------------------------------------------- what is in it

  /** Creates or changes a Deployment in namespace shop whose pods are all Ready. */
  String deployment(String name, int replicas) {
    return put(DEPLOYMENTS, name, deploymentJson(name, replicas));
  }

  static String deploymentJson(String name, int replicas) {
    return """
    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%s","namespace":"shop",\
    "uid":"uid-%s","resourceVersion":"@VERSION@","generation":1,\
    "managedFields":[{"manager":"x","fieldsV1":{"f:spec":{"f:replicas":{"a":1}}}}]},\
    "spec":{"replicas":%d,"selector":{"matchLabels":{"app":"%s"}},\
    "template":{"spec":{"containers":[{"name":"main","image":"x"}]}}},\
    "status":{"observedGeneration":1,"replicas":%d,"readyReplicas":%d,"updatedReplicas":%d,\
    "conditions":[{"type":"Progressing","status":"True","reason":"NewReplicaSetAvailable"}]}}\
    """
        .formatted(name, name, replicas, name, replicas, replicas, replicas);
  }

  /**
   * Creates or changes an object; {@code @VERSION@} in it becomes its version, which is returned.
   */
  synchronized String put(String path, String name, String json) {
    Collection collection = collections.get(path);
    String type = collection.objects.containsKey(name) ? "MODIFIED" : "ADDED";
    version++;
    String object = json.replace("@VERSION@", Long.toString(version));
    collection.objects.put(name, object);
    collection.events.add(new Event(version, type, object));
    notifyAll();
    return Long.toString(version);
  }

  synchronized void delete(String path, String name) {
    Collection collection = collections.get(path);
    String last = collection.objects.remove(name);
    version++;
    String object =
        last.replaceFirst(
            "\"resourceVersion\":\"\\d+\"", "\"resourceVersion\":\"%d\"".formatted(version));
    collection.events.add(new Event(version, "DELETED", object));
    notifyAll();
  }

  /** Changes nothing but the version, as an event that was sent late would. */
  synchronized void bookmark(String path) {
    version++;
    String object =
        "{\"kind\":\"Bookmark\",\"metadata\":{\"resourceVersion\":\"%d\"}}".formatted(version);
    collections.get(path).events.add(new Event(version, "BOOKMARK", object));
    notifyAll();
  }

  /** From now on nothing older can be watched from: 410. */
  synchronized void forgetEvents() {
    version++;
    forgotten = version;
    collections.values().forEach(collection -> collection.events.clear());
  }

  /** Every document passes through this on its way out. */
  void disguise(UnaryOperator<String> how) {
    disguise = how;
  }

  // ---------------------------------------------------------------- faults

  void when(Predicate<Request> which, Behaviour behaviour) {
    rules.add(new Rule(which, behaviour, false));
  }

  /** The same, before all other rules. */
  void prefer(Predicate<Request> which, Behaviour behaviour) {
    rules.addFirst(new Rule(which, behaviour, false));
  }

  void once(Predicate<Request> which, Behaviour behaviour) {
    rules.add(new Rule(which, behaviour, true));
  }

  void behave() {
    rules.clear();
  }

  List<Request> requests(Predicate<Request> which) {
    return requests.stream().filter(which).toList();
  }

  /** A Status object, as every error of an API server is. */
  static String status(int code, String message) {
    return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"%s\",\"code\":%d}"
        .formatted(message, code);
  }

  /** Ends all connections that are open now, as a load balancer would. */
  void cutConnections() {
    connections.forEach(Connection::close);
  }

  // ---------------------------------------------------------------- normal behaviour

  void normally(Request request, Connection connection) throws IOException, InterruptedException {
    Matcher single = SCALE.matcher(request.path());
    if (collections.containsKey(request.path())) {
      if (request.query().containsKey("watch")) {
        watch(request, connection);
      } else {
        list(request, connection);
      }
    } else if (single.matches()) {
      String name = single.group(1);
      if (request.isWrite()) {
        patch(name, request, connection);
      } else {
        get(name, connection);
      }
    } else {
      connection.json(404, status(404, "the server could not find the requested resource"));
    }
  }

  private void list(Request request, Connection connection) throws IOException {
    String answer;
    synchronized (this) {
      Collection collection = collections.get(request.path());
      List<String> names = new ArrayList<>(collection.objects.keySet());
      int from = Integer.parseInt(request.query().getOrDefault("continue", "0"));
      int limit = Integer.parseInt(request.query().getOrDefault("limit", "1000000"));
      int to = Math.min(names.size(), from + limit);
      List<String> items = names.subList(from, to).stream().map(collection.objects::get).toList();
      String next = to < names.size() ? Integer.toString(to) : "";
      answer =
          "{\"kind\":\"TheList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"%d\",\"continue\":\"%s\"},\"items\":[%s]}"
              .formatted(version, next, String.join(",", items));
    }
    connection.json(200, disguise.apply(answer));
  }

  private void watch(Request request, Connection connection)
      throws IOException, InterruptedException {
    long from = Long.parseLong(request.query().get("resourceVersion"));
    connection.open();
    synchronized (this) {
      if (from < forgotten) {
        connection.event("ERROR", status(410, "too old resource version"));
        connection.end();
        return;
      }
    }
    while (true) {
      List<Event> news = new ArrayList<>();
      synchronized (this) {
        while (news.isEmpty()) {
          for (Event event : collections.get(request.path()).events) {
            if (event.version() > from) {
              news.add(event);
            }
          }
          if (closing.getCount() == 0) {
            return;
          }
          if (news.isEmpty()) {
            wait();
          }
        }
      }
      for (Event event : news) {
        connection.event(event.type(), event.object());
        from = event.version();
      }
    }
  }

  private void get(String name, Connection connection) throws IOException {
    String object;
    synchronized (this) {
      object = collections.get(DEPLOYMENTS).objects.get(name);
    }
    if (object == null) {
      connection.json(404, status(404, "deployments.apps not found"));
    } else {
      connection.json(200, disguise.apply(object));
    }
  }

  private void patch(String name, Request request, Connection connection) throws IOException {
    int code;
    String answer;
    synchronized (this) {
      String object = collections.get(DEPLOYMENTS).objects.get(name);
      Matcher wanted = PATCHED_VERSION.matcher(request.body());
      Matcher replicas = PATCHED_REPLICAS.matcher(request.body());
      if (object == null) {
        code = 404;
        answer = status(404, "deployments.apps not found");
      } else if (!"application/merge-patch+json".equals(request.headers().get("content-type"))) {
        code = 415;
        answer = status(415, "the body of the request was in an unknown format");
      } else if (!wanted.find() || !replicas.find()) {
        code = 400;
        answer = status(400, "no version or no replicas in the patch");
      } else if (!object.contains("\"resourceVersion\":\"" + wanted.group(1) + "\"")) {
        code = 409;
        answer = status(409, "the object has been modified");
      } else {
        String written = deployment(name, Integer.parseInt(replicas.group(1)));
        code = 200;
        answer = disguise.apply(scaleJson(written, Integer.parseInt(replicas.group(1))));
      }
    }
    connection.json(code, answer);
  }

  static String scaleJson(String version, int replicas) {
    return "{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/v1\",\"metadata\":{\"name\":\"x\",\"resourceVersion\":\"%s\"},\"spec\":{\"replicas\":%d},\"status\":{\"replicas\":1,\"selector\":\"app=x\"}}"
        .formatted(version, replicas);
  }

  // ---------------------------------------------------------------- HTTP/1.1, as far as needed

  private void accept() {
    try {
      while (true) {
        Connection connection = new Connection(socket.accept());
        connections.add(connection);
        Thread.ofVirtual().start(connection::serve);
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  /** One connection of a client. */
  final class Connection implements Closeable {
    private final Socket client;
    private final OutputStream out;

    Connection(Socket client) throws IOException {
      this.client = client;
      this.out = client.getOutputStream();
    }

    private void serve() {
      try (client) {
        InputStream in = new BufferedInputStream(client.getInputStream());
        while (true) {
          Request request = read(in);
          requests.add(request);
          behaviourFor(request).answer(request, this);
        }
      } catch (IOException | InterruptedException e) {
        // The client or the test has ended it.
      } finally {
        connections.remove(this);
      }
    }

    private Behaviour behaviourFor(Request request) {
      for (Rule rule : rules) {
        if (rule.which().test(request) && (!rule.once() || rules.remove(rule))) {
          return rule.behaviour();
        }
      }
      return FakeApiServer.this::normally;
    }

    private Request read(InputStream in) throws IOException {
      String[] line = line(in).split(" ");
      if (line.length < 2) {
        throw new IOException("no request");
      }
      Map<String, String> headers = new HashMap<>();
      for (String header = line(in); !header.isEmpty(); header = line(in)) {
        int colon = header.indexOf(':');
        headers.put(
            header.substring(0, colon).toLowerCase(Locale.ROOT),
            header.substring(colon + 1).strip());
      }
      int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
      String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      String[] target = line[1].split("\\?", 2);
      Map<String, String> query = new HashMap<>();
      if (target.length == 2) {
        for (String pair : target[1].split("&")) {
          String[] parts = pair.split("=", 2);
          query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
      }
      return new Request(line[0], target[0], query, headers, body);
    }

    private String line(InputStream in) throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new IOException("closed");
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }

    /** A whole answer; headers as name, value, name, value. */
    void json(int code, String body, String... headers) throws IOException {
      answer(code, "application/json", body, headers);
    }

    void answer(int code, String type, String body, String... headers) throws IOException {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      StringBuilder head = new StringBuilder("HTTP/1.1 " + code + " X\r\nContent-Type: " + type);
      for (int i = 0; i < headers.length; i += 2) {
        head.append("\r\n").append(headers[i]).append(": ").append(headers[i + 1]);
      }
      head.append("\r\nContent-Length: ").append(bytes.length).append("\r\n\r\n");
      write(head.toString());
      out.write(bytes);
      out.flush();
    }

    /** Begins a watch. */
    void open() throws IOException {
      write(
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    void event(String type, String object) throws IOException {
      line("{\"type\":\"%s\",\"object\":%s}".formatted(type, object), true);
    }

    /** A line of a watch, as it is. */
    void line(String text, boolean disguised) throws IOException {
      String sent = (disguised ? disguise.apply(text) : text) + "\n";
      int length = sent.getBytes(StandardCharsets.UTF_8).length;
      write(Integer.toHexString(length) + "\r\n" + sent + "\r\n");
    }

    void end() throws IOException {
      write("0\r\n\r\n");
    }

    private void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    /** Says nothing until the test is over or the client has had enough. */
    void hang() throws InterruptedException {
      closing.await();
    }

    /** Ends the connection with a TCP reset. */
    void reset() throws IOException {
      client.setSoLinger(true, 0);
      client.close();
    }

    @Override
    public void close() {
      try {
        client.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    closing.countDown();
    synchronized (this) {
      cutConnections();
      notifyAll();
    }
  }
}

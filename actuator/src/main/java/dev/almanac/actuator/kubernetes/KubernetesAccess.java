package dev.almanac.actuator.kubernetes;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.Config;
import io.kubernetes.client.util.KubeConfig;
import io.kubernetes.client.util.credentials.Authentication;
import io.kubernetes.client.util.credentials.KubeconfigAuthentication;
import io.kubernetes.client.util.credentials.RefreshAuthentication;
import io.kubernetes.client.util.credentials.TokenFileAuthentication;
import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the API server is and who we are to it: a kubeconfig, or the service account of the pod we
 * run in. Also answers {@code doctor}'s two questions: does it answer, and what may we do.
 *
 * <p>Credentials that expire (a token file, an exec plugin) are read again before they do, and once
 * more when the server answers 401. Nothing is ever written to the kubeconfig.
 */
public final class KubernetesAccess {
  private static final Logger LOG = LoggerFactory.getLogger(KubernetesAccess.class);

  /**
   * The kubelet replaces a projected token long before it expires; reading a file costs nothing.
   */
  private static final Duration TOKEN_FILE_REFRESH = Duration.ofSeconds(30);

  /** An exec plugin starts a process; the tokens of the usual clouds live for 15 min or more. */
  private static final Duration PLUGIN_REFRESH = Duration.ofMinutes(5);

  /** Where a pod finds its service account: {@code token} and {@code ca.crt}. */
  private static final Path SERVICE_ACCOUNT = Path.of(Config.SERVICEACCOUNT_ROOT);

  /** What the product asks for, in the order in which it is missed. */
  private static final List<Permission.Action> NEEDED =
      List.of(
          new Permission.Action("list", "apps", "deployments"),
          new Permission.Action("watch", "apps", "deployments"),
          new Permission.Action("get", "apps", "deployments"),
          new Permission.Action("patch", "apps", "deployments/scale"),
          new Permission.Action("list", "apps", "statefulsets"),
          new Permission.Action("watch", "apps", "statefulsets"),
          new Permission.Action("get", "apps", "statefulsets"),
          new Permission.Action("patch", "apps", "statefulsets/scale"),
          new Permission.Action("list", "", "pods"),
          new Permission.Action("watch", "", "pods"));

  /** Makes a client with connections of its own. */
  private interface Connector {
    ClientBuilder builder() throws IOException;
  }

  /** One client, and how to make it read its credentials again. */
  record Connection(ApiClient client, Runnable forgetToken) {}

  private final String origin;
  private final Connector connector;

  private KubernetesAccess(String origin, Connector connector) {
    this.origin = origin;
    this.connector = connector;
  }

  /**
   * Looks where kubectl looks: the given file, else the first file of {@code KUBECONFIG}, else
   * {@code ~/.kube/config}, else the service account of this pod.
   *
   * @param kubeconfig the file that the user named, if any
   * @param environment the process's environment variables: KUBECONFIG, HOME,
   *     KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are read
   * @throws IOException when there is none, or the one there is cannot be used; the message says
   *     what to do and holds no secret
   */
  public static KubernetesAccess find(Optional<Path> kubeconfig, Map<String, String> environment)
      throws IOException {
    return find(kubeconfig, environment, SERVICE_ACCOUNT);
  }

  static KubernetesAccess find(
      Optional<Path> kubeconfig, Map<String, String> environment, Path serviceAccount)
      throws IOException {
    if (kubeconfig.isPresent()) {
      return kubeconfig(kubeconfig.get());
    }
    String named = environment.getOrDefault("KUBECONFIG", "").split(File.pathSeparator, 2)[0];
    if (!named.isBlank()) {
      return kubeconfig(Path.of(named));
    }
    String home = environment.getOrDefault("HOME", "");
    Path usual = Path.of(home, ".kube", "config");
    if (!home.isBlank() && Files.exists(usual)) {
      return kubeconfig(usual);
    }
    if (environment.containsKey("KUBERNETES_SERVICE_HOST")) {
      return inCluster(environment, serviceAccount);
    }
    throw new IOException(
        "no cluster is known: name a kubeconfig, set KUBECONFIG, or run in a pod with a service"
            + " account");
  }

  /**
   * The current context of a kubeconfig.
   *
   * @throws IOException when it cannot be used, with what is wrong with it
   */
  public static KubernetesAccess kubeconfig(Path file) throws IOException {
    var access = new KubernetesAccess("kubeconfig " + file, () -> fromKubeconfig(file));
    access.connect(); // An unusable file is the user's error, and told at once.
    return access;
  }

  /** The service account of the pod we run in. */
  private static KubernetesAccess inCluster(Map<String, String> environment, Path mount)
      throws IOException {
    String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    String address = host.contains(":") ? "[" + host + "]" : host;
    Path token = mount.resolve("token");
    Path authority = mount.resolve("ca.crt");
    if (!Files.isReadable(token) || !Files.isReadable(authority)) {
      throw new IOException("this pod has no service account token: mount one at " + mount);
    }
    Connector connector =
        () ->
            new ClientBuilder()
                .setBasePath("https://" + address + ":" + port)
                .setCertificateAuthority(Files.readAllBytes(authority))
                .setAuthentication(
                    new TokenFileAuthentication(token.toString(), TOKEN_FILE_REFRESH));
    return new KubernetesAccess("service account of this pod", connector);
  }

  private static ClientBuilder fromKubeconfig(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException("kubeconfig " + file + " does not exist or may not be read");
    }
    try (Reader reader = Files.newBufferedReader(file)) {
      KubeConfig config = KubeConfig.loadKubeConfig(reader);
      config.setFile(file.toFile());
      if (!config.verifySSL()) {
        LOG.warn("kubeconfig {} switches the check of the server's certificate off", file);
      }
      return ClientBuilder.kubeconfig(config, PLUGIN_REFRESH);
    } catch (IOException e) {
      throw new IOException("kubeconfig " + file + " cannot be used: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      // The client casts and dereferences what it finds there without looking.
      throw new IOException(
          "kubeconfig %s cannot be used: it needs a current-context whose cluster and user exist (%s)"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }

  Connection connect() throws IOException {
    ClientBuilder builder = connector.builder();
    Authentication authentication = builder.getAuthentication();
    if (authentication instanceof KubeconfigAuthentication of) {
      authentication = of.getDelegateAuthentication();
    }
    Runnable forgetToken =
        authentication instanceof RefreshAuthentication refreshed
            ? () -> refreshed.setExpiry(Instant.MIN)
            : () -> {};
    try {
      return new Connection(builder.build(), forgetToken);
    } catch (RuntimeException e) {
      throw new IOException(
          "%s cannot be used: certificate or key is unreadable (%s)"
              .formatted(origin, ApiServer.problem(e)),
          e);
    }
  }

  /** Where this was found, for people: {@code kubeconfig /home/x/.kube/config}. */
  public String origin() {
    return origin;
  }

  /**
   * Asks the server who it is. Blocks for at most the call time-out of the limits.
   *
   * @param nanoTime a monotonic clock in nanoseconds
   */
  public ServerHealth health(LongSupplier nanoTime) {
    return ask(nanoTime, ServerHealth.Down::new, AccessQuestions::version);
  }

  /**
   * Asks the server what we may do, one access review for each action in each namespace. Blocks for
   * at most the call time-out for each of them; after an answer that never came, the rest is {@link
   * Permission.Verdict#UNKNOWN} without a question.
   *
   * @param namespaces all: one question for the whole cluster
   * @param nanoTime a monotonic clock in nanoseconds
   */
  public List<Permission> permissions(Namespaces namespaces, LongSupplier nanoTime) {
    return permissions(namespaces, List.of(), nanoTime);
  }

  /**
   * The same, and what only some workloads need.
   *
   * @param more for example {@link Permission#USAGE} or {@link Permission#FLOORS}
   */
  public List<Permission> permissions(
      Namespaces namespaces, List<Permission.Action> more, LongSupplier nanoTime) {
    List<Permission.Action> needed = new ArrayList<>(NEEDED);
    needed.addAll(more);
    return permissionsFor(needed, namespaces, nanoTime);
  }

  /**
   * The same for actions of one's own choice, without those that observing and scaling need.
   *
   * @param needed for example {@link Permission#RESIZES}
   */
  public List<Permission> permissionsFor(
      List<Permission.Action> needed, Namespaces namespaces, LongSupplier nanoTime) {
    List<Permission> asked = new ArrayList<>();
    List<String> places =
        switch (namespaces) {
          case Namespaces.All _ -> List.of("");
          case Namespaces.Only(var names) -> List.copyOf(new TreeSet<>(names));
        };
    return ask(
        nanoTime,
        why -> unknown(places, needed, why),
        api -> {
          for (String place : places) {
            for (Permission.Action action : needed) {
              boolean silent =
                  !asked.isEmpty() && asked.getLast().verdict() == Permission.Verdict.UNKNOWN;
              asked.add(
                  silent
                      ? unknown(action, place, asked.getLast().detail())
                      : AccessQuestions.mayWe(api, action, place));
            }
          }
          return List.copyOf(asked);
        });
  }

  private static List<Permission> unknown(
      List<String> places, List<Permission.Action> needed, String why) {
    return places.stream()
        .flatMap(place -> needed.stream().map(action -> unknown(action, place, why)))
        .toList();
  }

  private static Permission unknown(Permission.Action action, String place, String why) {
    return new Permission(action, place, Permission.Verdict.UNKNOWN, why);
  }

  private <T> T ask(
      LongSupplier nanoTime, Function<String, T> failed, Function<ApiServer, T> question) {
    // As many questions as there are, at once: a person is waiting.
    RequestLimits limits = RequestLimits.DEFAULT.withReads(100, 10 * Namespaces.MOST);
    KubernetesOptions options = KubernetesOptions.defaults().with(limits);
    try (ApiServer api = new ApiServer(this, options, nanoTime)) {
      return question.apply(api);
    } catch (IOException e) {
      return failed.apply(ApiServer.problem(e));
    }
  }
}

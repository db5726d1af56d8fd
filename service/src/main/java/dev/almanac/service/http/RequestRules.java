package dev.almanac.service.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What holds for every request, before any path is looked at. */
final class RequestRules {
  /**
   * Nothing inline, nothing from elsewhere, no string turned into markup. uPlot sets styles through
   * the CSSOM, which this allows.
   */
  static final String CONTENT_SECURITY_POLICY =
      "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'; require-trusted-types-for 'script'";

  /** For a file that a job wrote: its own style, and nothing else. */
  static final String REPORT_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'; sandbox";

  private static final Pattern IP_LITERAL = Pattern.compile("\\[?[0-9a-fA-F:.]+]?");

  private final Listen listen;
  private final boolean loopbackOnly;

  RequestRules(Listen listen) {
    this.listen = listen;
    this.loopbackOnly = isLoopback(listen.address());
  }

  /** Sets the headers of every answer, and refuses what no path may serve. */
  void check(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    MultiMap headers = ctx.response().headers();
    headers.set("content-security-policy", CONTENT_SECURITY_POLICY);
    headers.set("x-content-type-options", "nosniff");
    headers.set("referrer-policy", "no-referrer");
    headers.set("cross-origin-resource-policy", "same-origin");
    headers.set("cross-origin-opener-policy", "same-origin");
    Optional<Refusal> refusal = refusal(request);
    if (refusal.isEmpty()) {
      ctx.next();
      return;
    }
    if (refusal.get().status == 405) {
      headers.set("allow", "GET, HEAD");
    }
    headers.set("connection", "close");
    // A body that nobody reads would be taken for the next request, or block it.
    Answers.error(ctx, refusal.get().status, refusal.get().message)
        .onComplete(_ -> request.connection().close());
  }

  private record Refusal(int status, String message) {}

  private Optional<Refusal> refusal(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      return Optional.of(new Refusal(405, "this service only answers GET and HEAD"));
    }
    String length = request.getHeader("content-length");
    if (request.headers().contains("transfer-encoding")
        || (length != null && !length.equals("0"))) {
      return Optional.of(new Refusal(400, "no request here has a body"));
    }
    if (loopbackOnly && !answersTo(request)) {
      return Optional.of(
          new Refusal(
              421, "not a name of this service: ask for localhost, or name the host when serving"));
    }
    String site = request.getHeader("sec-fetch-site");
    if (request.path() != null
        && request.path().startsWith("/api/")
        && ("cross-site".equals(site) || "same-site".equals(site))) {
      return Optional.of(new Refusal(403, "this API is read by its own page, not by others"));
    }
    return Optional.empty();
  }

  private boolean answersTo(HttpServerRequest request) {
    var authority = request.authority();
    if (authority == null) {
      return false;
    }
    String host = authority.host().toLowerCase(Locale.ROOT);
    return host.equals("localhost") || isLoopback(host) || listen.hosts().contains(host);
  }

  /** Whether this is a loopback address written out; no name is ever resolved. */
  private static boolean isLoopback(String host) {
    if (host.equals("localhost")) {
      return true;
    }
    if (!IP_LITERAL.matcher(host).matches() || !(host.contains(".") || host.contains(":"))) {
      return false;
    }
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}

package dev.almanac.collector.prometheus;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP client for the certificates as they are in their files now. When a file changes, the
 * next request goes over a new client, and the old one ends with its last request. Files that
 * cannot be used leave the client that works in place.
 */
final class HttpClients implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpClients.class);

  /** A client and the bytes it was made of: CA, certificate, key. */
  private record Made(List<byte[]> from, HttpClientAgent client) {}

  private final Vertx vertx;
  private final Context context;
  private final PrometheusOptions options;
  private final Optional<WatchedFile> ca;
  private final Optional<WatchedFile> certificate;
  private final Optional<WatchedFile> key;
  private final ReentrantLock making = new ReentrantLock();
  private volatile @Nullable Made made;
  private List<byte[]> rejected = List.of();

  HttpClients(Vertx vertx, Context context, PrometheusOptions options) {
    this.vertx = vertx;
    this.context = context;
    this.options = options;
    this.ca = watch(options.tls().flatMap(TlsFiles::ca));
    this.certificate = watch(options.tls().flatMap(TlsFiles::certificate));
    this.key = watch(options.tls().flatMap(TlsFiles::key));
  }

  private static Optional<WatchedFile> watch(Optional<Path> file) {
    return file.map(WatchedFile::new);
  }

  /** The client for the next request. */
  HttpClientAgent current() throws UnusableFile {
    Made now = made;
    List<byte[]> files;
    try {
      files = read();
    } catch (UnusableFile e) {
      if (now == null) {
        throw e;
      }
      return now.client; // Half-way through a rotation.
    }
    if (now != null && same(files, now.from)) {
      return now.client;
    }
    making.lock();
    try {
      return make(files);
    } finally {
      making.unlock();
    }
  }

  private HttpClientAgent make(List<byte[]> files) throws UnusableFile {
    Made old = made;
    if (old != null && (same(files, old.from) || same(files, rejected))) {
      return old.client;
    }
    HttpClientOptions http =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_1_1)
            .setConnectTimeout((int) options.timeout().toMillis())
            .setVerifyHost(true);
    try {
      int next = 0;
      if (ca.isPresent()) {
        PemTrustOptions trust =
            new PemTrustOptions().addCertValue(Buffer.buffer(files.get(next++)));
        check(ca.get(), () -> trust.getTrustManagerFactory(vertx));
        http.setTrustOptions(trust);
      }
      if (certificate.isPresent()) {
        PemKeyCertOptions own =
            new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(files.get(next++)))
                .addKeyValue(Buffer.buffer(files.get(next)));
        check(certificate.get(), () -> own.getKeyManagerFactory(vertx));
        http.setKeyCertOptions(own);
      }
    } catch (UnusableFile e) {
      if (old == null) {
        throw e;
      }
      rejected = files;
      log.warn("{}; the certificates read before stay in use", e.getMessage());
      return old.client;
    }
    HttpClientAgent client = build(http);
    made = new Made(files, client);
    if (old != null) {
      old.client.shutdown(options.timeout());
    }
    return client;
  }

  /**
   * Builds on our own event loop: a client built on a verticle's context ends with that verticle.
   */
  private HttpClientAgent build(HttpClientOptions http) {
    CompletableFuture<HttpClientAgent> built = new CompletableFuture<>();
    context.runOnContext(_ -> {
      try {
        built.complete(
            vertx
                .httpClientBuilder()
                .with(http)
                .with(new PoolOptions().setHttp1MaxSize(options.maxConcurrent()))
                .build());
      } catch (RuntimeException e) {
        built.completeExceptionally(e);
      }
    });
    return built.orTimeout(options.timeout().toMillis(), TimeUnit.MILLISECONDS).join();
  }

  private List<byte[]> read() throws UnusableFile {
    List<byte[]> files = new ArrayList<>();
    for (Optional<WatchedFile> file : List.of(ca, certificate, key)) {
      if (file.isPresent()) {
        try {
          files.add(file.get().bytes());
        } catch (IOException e) {
          throw new UnusableFile(file.get().toString(), e);
        }
      }
    }
    return files;
  }

  private interface Check {
    void run() throws Exception;
  }

  private static void check(WatchedFile file, Check check) throws UnusableFile {
    try {
      check.run();
    } catch (Exception e) {
      throw new UnusableFile(file.toString(), new IOException("not PEM", e));
    }
  }

  private static boolean same(List<byte[]> a, List<byte[]> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!Arrays.equals(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    Made last = made;
    if (last != null) {
      last.client.close();
    }
  }
}

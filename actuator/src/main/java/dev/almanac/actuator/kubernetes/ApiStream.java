package dev.almanac.actuator.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Decodes the bodies of lists and watches object by object, so that memory does not grow with their
 * length. A body that is something else is an {@link IOException}, never an empty list: an empty
 * list means that everything was deleted.
 */
final class ApiStream {
  /** An object in etcd is at most 1.5 MiB; JSON is longer than what is stored. */
  static final int OBJECT_LIMIT = 8 << 20;

  private ApiStream() {}

  /** Reads one object that the parser stands at. Must not throw for anything that is valid JSON. */
  interface ObjectReader<T extends ApiObject> {
    T read(JsonParser p) throws IOException;
  }

  /** Where the events of a watch go. */
  interface EventSink<T extends ApiObject> {
    /** It is there, new or changed. */
    void present(T object);

    /** It was deleted; this is how it was at last. */
    void deleted(T object);

    /** A sign of life: everything up to this version has been said. */
    void reached(String resourceVersion);
  }

  /**
   * The end of one page of a list.
   *
   * @param resourceVersion the state that the list shows
   * @param next token of the next page; empty on the last one
   */
  record Page(String resourceVersion, String next) {}

  /** Reads a page, handing each object over as soon as it is read. */
  static <T extends ApiObject> Page readPage(
      InputStream body, ObjectReader<T> reader, Consumer<T> sink) throws IOException {
    var limited = new LimitedStream(body);
    var page = new PageDraft();
    try (JsonParser p = Json.parser(limited)) {
      if (p.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the answer is no list");
      }
      Json.eachField(
          p,
          name -> {
            switch (name) {
              case "kind" -> page.kind = Json.text(p);
              case "metadata" -> page.readMetadata(p);
              case "items" -> {
                // Go writes an empty slice that was never made as null.
                page.hasItems =
                    p.currentToken() == JsonToken.START_ARRAY
                        || p.currentToken() == JsonToken.VALUE_NULL;
                Json.eachElement(p, () -> readItem(p, limited, reader, sink));
              }
              default -> {}
            }
          });
    }
    return page.finished();
  }

  private static <T extends ApiObject> void readItem(
      JsonParser p, LimitedStream limited, ObjectReader<T> reader, Consumer<T> sink)
      throws IOException {
    limited.nextObject();
    T object = reader.read(p);
    if (!object.id().isEmpty() && !object.resourceVersion().isEmpty()) {
      sink.accept(object); // One broken object must not hide the others.
    }
  }

  /** A page as far as it has been read. */
  private static final class PageDraft {
    String kind = "";
    String resourceVersion = "";
    String next = "";
    boolean hasItems;

    void readMetadata(JsonParser p) throws IOException {
      Json.eachField(
          p,
          name -> {
            switch (name) {
              case "resourceVersion" -> resourceVersion = Json.text(p);
              case "continue" -> next = Json.text(p);
              default -> {}
            }
          });
    }

    Page finished() throws IOException {
      if (!kind.endsWith("List") || !hasItems || resourceVersion.isEmpty()) {
        throw new IOException("the answer is no list");
      }
      return new Page(resourceVersion, next);
    }
  }

  /**
   * Reads events until the stream ends.
   *
   * @throws RefusedException for an ERROR event, which also ends it
   * @throws IOException for anything that is no event
   */
  static <T extends ApiObject> void readEvents(
      InputStream body, ObjectReader<T> reader, EventSink<T> sink) throws IOException {
    var limited = new LimitedStream(body);
    try (JsonParser p = Json.parser(limited)) {
      while (true) {
        limited.nextObject();
        JsonToken token = p.nextToken();
        if (token == null) {
          return;
        }
        var event = new EventDraft<>(reader, sink);
        Json.eachField(p, name -> event.readField(p, name));
        if (!event.understood) {
          throw new GapException("a line of the watch is no event");
        }
      }
    }
  }

  /** An event as far as it has been read. */
  private static final class EventDraft<T extends ApiObject> {
    private final ObjectReader<T> reader;
    private final EventSink<T> sink;
    private String type = "";
    boolean understood;

    EventDraft(ObjectReader<T> reader, EventSink<T> sink) {
      this.reader = reader;
      this.sink = sink;
    }

    void readField(JsonParser p, String name) throws IOException {
      if (name.equals("type")) {
        type = Json.text(p);
      } else if (name.equals("object") && p.currentToken() == JsonToken.START_OBJECT) {
        // Servers write the type first; without it the object means nothing.
        understood = !type.isEmpty();
        switch (type) {
          case "ADDED", "MODIFIED" -> sink.present(named(reader.read(p)));
          case "DELETED" -> sink.deleted(named(reader.read(p)));
          case "BOOKMARK" -> sink.reached(versioned(reader.read(p)).resourceVersion());
          case "ERROR" -> throw new RefusedException(error(p));
          default -> {} // A newer server's invention; the state of an object is in the others.
        }
      }
    }
  }

  private static <T extends ApiObject> T named(T object) throws IOException {
    if (object.id().isEmpty()) {
      throw new GapException("an event is about an object without a name");
    }
    return versioned(object);
  }

  private static <T extends ApiObject> T versioned(T object) throws IOException {
    if (object.resourceVersion().isEmpty()) {
      throw new GapException("an event has no resource version");
    }
    return object;
  }

  private static Answer.Refused error(JsonParser p) throws IOException {
    int[] code = {500};
    String[] message = {""};
    Json.eachField(
        p,
        name -> {
          switch (name) {
            case "code" -> code[0] = (int) Math.clamp(Json.number(p).orElse(500), 0, 999);
            case "message" -> message[0] = Json.text(p);
            default -> {}
          }
        });
    return new Answer.Refused(code[0], ApiServer.oneLine(message[0]), Duration.ZERO);
  }

  /** The watch can no longer be relied on: something may have been missed, so list again. */
  static final class GapException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String what;

    GapException(String what) {
      super(what);
      this.what = what;
    }

    String what() {
      return what;
    }
  }

  /** Ends a body whose current object is longer than any can be. */
  private static final class LimitedStream extends FilterInputStream {
    private long left = OBJECT_LIMIT;

    LimitedStream(InputStream in) {
      super(in);
    }

    void nextObject() {
      left = OBJECT_LIMIT;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left <= 0) {
        throw new IOException("an object is longer than %d bytes".formatted(OBJECT_LIMIT));
      }
      int n = super.read(bytes, offset, (int) Math.min(length, left));
      left -= Math.max(0, n);
      return n;
    }
  }
}

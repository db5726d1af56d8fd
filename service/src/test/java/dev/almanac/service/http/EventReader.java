package dev.almanac.service.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Reads an event stream as a browser does, one event at a time. */
final class EventReader implements AutoCloseable {
  private final Socket socket;
  private final BufferedReader reader;
  final String head;

  EventReader(Served served) {
    try {
      socket = served.socket();
      // HTTP/1.0 has no chunks between the lines.
      socket
          .getOutputStream()
          .write(
              "GET /api/events HTTP/1.0\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      StringBuilder lines = new StringBuilder();
      for (String line = reader.readLine(); line != null && !line.isEmpty(); ) {
        lines.append(line).append('\n');
        line = reader.readLine();
      }
      head = lines.toString();
    } catch (IOException e) {
      throw new UncheckedIOException("no event stream", e);
    }
  }

  /** One event; a comment has the name {@code :}. */
  record Event(String id, String name, String data) {
    JsonNode json() {
      return Served.parse(data);
    }
  }

  Event next() {
    try {
      String id = "";
      String name = ":";
      StringBuilder data = new StringBuilder();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.isEmpty()) {
          return new Event(id, name, data.toString());
        } else if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data.append(line.substring(6));
        }
      }
      return new Event("", "end", "");
    } catch (IOException e) {
      throw new UncheckedIOException("the event stream broke", e);
    }
  }

  Event next(String name) {
    Event event = next();
    while (!event.name.equals(name) && !event.name.equals("end")) {
      event = next();
    }
    return event;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close", e);
    }
  }
}

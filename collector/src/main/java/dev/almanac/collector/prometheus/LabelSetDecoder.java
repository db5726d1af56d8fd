package dev.almanac.collector.prometheus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.almanac.collector.prometheus.BulkAnswer.Labelled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the answer of {@code /api/v1/series}: an array of label sets. */
final class LabelSetDecoder implements StoreClient.Body {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(8).maxStringLength(1 << 16).build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();
  private static final int[] NO_POINTS = {};
  private static final double[] NO_VALUES = {};

  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  @Override
  public boolean feed(byte[] bytes, int offset, int length) {
    body.write(bytes, offset, length);
    return true;
  }

  BulkAnswer finish() {
    List<Labelled> series = new ArrayList<>();
    try (JsonParser json = JSON.createParser(body.toByteArray())) {
      boolean good = false;
      require(json.nextToken() == JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        if (field.equals("status")) {
          good = "success".equals(json.getText());
        } else if (field.equals("data")) {
          require(value == JsonToken.START_ARRAY);
          labelSets(json, series);
        } else {
          json.skipChildren();
        }
      }
      require(good && json.currentToken() == JsonToken.END_OBJECT);
    } catch (IOException e) {
      return new BulkAnswer.Refused("the answer is not a list of series");
    }
    return new BulkAnswer.Present(series, body.size(), List.of());
  }

  private static void labelSets(JsonParser json, List<Labelled> series) throws IOException {
    Map<String, String> texts = new HashMap<>();
    while (json.nextToken() == JsonToken.START_OBJECT) {
      Map<String, String> labels = new HashMap<>();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        require(json.nextToken() == JsonToken.VALUE_STRING);
        labels.put(
            texts.computeIfAbsent(name, t -> t), texts.computeIfAbsent(json.getText(), t -> t));
      }
      series.add(new Labelled(labels, NO_POINTS, NO_VALUES));
    }
    require(json.currentToken() == JsonToken.END_ARRAY);
  }

  private static void require(boolean fits) throws IOException {
    if (!fits) {
      throw new IOException("not the shape of an answer");
    }
  }
}

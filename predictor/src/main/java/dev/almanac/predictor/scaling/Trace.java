package dev.almanac.predictor.scaling;

import java.util.ArrayList;
import java.util.List;

/** Hears what each stage of a step concluded. Explanations are traced runs of the same step. */
public interface Trace {

  /** Hears nothing and costs nothing. */
  Trace NONE =
      new Trace() {
        @Override
        public boolean isOn() {
          return false;
        }

        @Override
        public void note(StageName stage, String text, int replicas) {}
      };

  /** Whether it is worth building the text of a note. */
  boolean isOn();

  /**
   * A conclusion.
   *
   * @param stage who concluded
   * @param text with numbers and units, for people
   * @param replicas the size as it stands after this stage
   */
  void note(StageName stage, String text, int replicas);

  /**
   * One line of an explanation.
   *
   * @param stage who concluded
   * @param text with numbers and units, for people
   * @param replicas the size as it stands after this stage
   */
  record Line(StageName stage, String text, int replicas) {}

  /** Keeps all notes in order. */
  final class Recorder implements Trace {
    private final List<Line> lines = new ArrayList<>();

    @Override
    public boolean isOn() {
      return true;
    }

    @Override
    public void note(StageName stage, String text, int replicas) {
      lines.add(new Line(stage, text, replicas));
    }

    /** The notes so far. */
    public List<Line> lines() {
      return List.copyOf(lines);
    }
  }
}

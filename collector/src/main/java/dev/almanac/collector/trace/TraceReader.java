package dev.almanac.collector.trace;

import java.io.IOException;

/** How files of one layout are recognised and read. */
interface TraceReader {

  /** Whether a file that begins so is one of these. */
  boolean recognises(TraceHead head);

  /**
   * Reads a file to its end.
   *
   * @param column what is read of it, one of {@link TraceFormat#columns}
   */
  void read(TraceText text, String column, SeriesCollection series) throws IOException;
}

package dev.almanac.simulator.packing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Groups that may use the same types are one class: for volumes they are the same fluid.
 *
 * @param of class of each group
 * @param masks types that each class may use
 */
@SuppressWarnings("ArrayRecordComponent") // shared by reference, never compared
record Classes(int[] of, List<boolean[]> masks) {

  static Classes of(boolean[][] allowed) {
    Map<Row, Integer> numbers = new HashMap<>();
    List<boolean[]> masks = new ArrayList<>();
    int[] of = new int[allowed.length];
    for (int g = 0; g < allowed.length; g++) {
      boolean[] mask = allowed[g];
      if (!masks.isEmpty() && Arrays.equals(mask, masks.getLast())) {
        of[g] = masks.size() - 1;
        continue;
      }
      Integer number = numbers.putIfAbsent(new Row(mask), masks.size());
      if (number == null) {
        of[g] = masks.size();
        masks.add(mask);
      } else {
        of[g] = number;
      }
    }
    return new Classes(of, masks);
  }

  private record Row(boolean[] mask) {
    @Override
    public boolean equals(Object o) {
      return o instanceof Row row && Arrays.equals(mask, row.mask);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(mask);
    }
  }
}

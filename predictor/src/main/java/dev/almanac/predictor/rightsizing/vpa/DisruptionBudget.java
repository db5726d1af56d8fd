package dev.almanac.predictor.rightsizing.vpa;

/**
 * How many pods of one controller may be disrupted at a time ({@code
 * updater/restriction/pods_restriction_factory.go}).
 *
 * <p>Not thread safe; one for each pass of the updater.
 */
public final class DisruptionBudget {
  /** Share of the replicas that may be away; the default of the updater. */
  public static final double DEFAULT_TOLERANCE = 0.5;

  /** Replicas below which nothing is evicted; the default of the updater. */
  public static final int DEFAULT_MIN_REPLICAS = 2;

  private final int configured;
  private final int tolerated;
  private final int running;
  private final boolean tooFew;
  private int disrupted;

  /**
   * A budget with nothing disrupted yet.
   *
   * @param configured replicas that the controller should have
   * @param running live pods that are not pending
   * @param pending live pods that are
   * @param tolerance share of the replicas that may be away, 0 to 1
   * @param minReplicas live pods below which none is disrupted
   */
  public DisruptionBudget(
      int configured, int running, int pending, double tolerance, int minReplicas) {
    if (!(tolerance >= 0 && tolerance <= 1)) {
      throw new IllegalArgumentException("a tolerance must be in [0, 1], was " + tolerance);
    }
    this.configured = configured;
    this.running = running;
    tolerated = (int) (configured * tolerance);
    tooFew = running + pending < minReplicas;
  }

  /**
   * Whether a running pod may be disrupted now: enough others are left, or, where the tolerance is
   * less than one pod, all run and none has been disrupted yet.
   */
  public boolean allows() {
    boolean enough = running - disrupted > configured - tolerated;
    boolean onlyOne = tolerated == 0 && configured == running && disrupted == 0;
    return !tooFew && (enough || onlyOne);
  }

  /** Whether a pod may be evicted; a pending one always may, unless there are too few pods. */
  public boolean allows(boolean pending) {
    return pending ? !tooFew : allows();
  }

  /** Evicts a pod, where the budget allows it, and counts it. */
  public boolean evict(boolean pending) {
    if (!allows(pending)) {
      return false;
    }
    if (!pending) {
      disrupted++;
    }
    return true;
  }
}

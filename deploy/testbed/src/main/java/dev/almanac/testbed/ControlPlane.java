package dev.almanac.testbed;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Kubernetes control plane on this machine: etcd, API server, scheduler, controller manager, and
 * the pod helper that plays the kubelet. Started in seconds, stopped on close.
 */
public final class ControlPlane implements AutoCloseable {
  private final Path folder;
  private final Map<String, String> environment;

  private ControlPlane(Path folder) {
    this.folder = folder;
    this.environment = RealParts.environment(folder.resolve("testbed.env"));
  }

  /**
   * Starts one.
   *
   * @param folder where its data and logs go
   * @param startUpLag time that pods take from start to Ready
   */
  public static ControlPlane start(Path folder, Duration startUpLag) {
    RealParts.controlPlane();
    List<String> command = new ArrayList<>();
    command.add(RealParts.scripts().resolve("up").toString());
    command.add(folder.toString());
    command.add("--lag");
    command.add(startUpLag.toMillis() + "ms");
    command.add("--owner");
    command.add(Long.toString(ProcessHandle.current().pid()));
    RealParts.run(command);
    return new ControlPlane(folder);
  }

  /** A kubeconfig of a cluster admin. */
  public Path kubeconfig() {
    return folder.resolve("kubeconfig");
  }

  /** What {@code up} said about itself: API_SERVER, ADMIN_TOKEN and more. */
  public Map<String, String> environment() {
    return environment;
  }

  /** Runs kubectl as the admin and returns what it printed; fails when kubectl does. */
  public List<String> kubectl(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(RealParts.controlPlane().resolve("kubectl").toString());
    command.add("--kubeconfig");
    command.add(kubeconfig().toString());
    command.addAll(List.of(arguments));
    return RealParts.run(command);
  }

  @Override
  public void close() {
    RealParts.run(List.of(RealParts.scripts().resolve("down").toString(), folder.toString()));
  }
}

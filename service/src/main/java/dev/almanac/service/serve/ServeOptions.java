package dev.almanac.service.serve;

import dev.almanac.service.clock.ServiceClock;
import dev.almanac.service.http.Listen;
import dev.almanac.service.log.DecisionLog;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the service is started.
 *
 * @param config file or folder of the documents
 * @param data folder of the decision log
 * @param listen where the page and the API are served
 * @param log how much the decision log may take
 * @param kubeconfig the file that the user named, if any
 * @param reports folder with HTML reports that the page shows, if any
 * @param killSwitch while this file exists nothing is written
 * @param clock the wall clock, or a rehearsal
 */
public record ServeOptions(
    Path config,
    Path data,
    DecisionLog.Limits log,
    Listen listen,
    Optional<Path> kubeconfig,
    Optional<Path> reports,
    Path killSwitch,
    ServiceClock clock) {}

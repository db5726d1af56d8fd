// The stream of ticks, and its return after a loss.

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
// The service sends something every 15 s, whatever happens; after three misses nobody is there.
const SILENCE_MS = 50_000;

/**
 * Keeps one event stream open while the page is seen.
 *
 * `onHello({revision})` comes once a connection, `onTick(tick)` after each tick, and
 * `onState({state, retryAt})` with state "connecting", "live" or "lost".
 */
export function live({ onHello, onTick, onState }) {
  let source = null;
  let failures = 0;
  let retry = 0;
  let watchdog = 0;

  function open() {
    close();
    onState({ state: failures === 0 ? "connecting" : "lost", retryAt: null });
    source = new EventSource("api/events");
    source.addEventListener("hello", (event) => {
      failures = 0;
      heard();
      onState({ state: "live", retryAt: null });
      onHello(JSON.parse(event.data));
    });
    source.addEventListener("tick", (event) => {
      heard();
      onTick(JSON.parse(event.data));
    });
    // EventSource's own retry has no growing pauses, and none at all after an error status.
    source.addEventListener("error", lost);
    heard();
  }

  function heard() {
    clearTimeout(watchdog);
    watchdog = setTimeout(lost, SILENCE_MS);
  }

  function lost() {
    close();
    failures++;
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
    const wait = longest * (0.5 + 0.5 * Math.random());
    retry = setTimeout(open, wait);
    onState({ state: "lost", retryAt: Date.now() + wait });
  }

  function close() {
    clearTimeout(retry);
    clearTimeout(watchdog);
    source?.close();
    source = null;
  }

  // Hidden tabs would use up the few connections that a browser allows to one host.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else if (source === null) open();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => {
    if (event.persisted) open();
  });

  open();
  return { retryNow: open };
}

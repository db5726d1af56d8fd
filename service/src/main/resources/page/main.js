// Wires the parts: what is shown, where it comes from, and the keys.

import * as api from "./api.js";
import { ApiError } from "./api.js";
import { showCards, showHead, showLedger, showNotice, showPromise } from "./cards.js";
import { charts as newCharts } from "./charts.js";
import { decisionPanels } from "./decisions.js";
import { byId, el } from "./dom.js";
import { live } from "./live.js";
import { showLost, showStatus } from "./status.js";
import { showTable } from "./table.js";
import { theme } from "./theme.js";
import * as words from "./words.js";
import { workloadList } from "./workloads.js";

const RANGES = [
  { key: "3h", label: "3 h", iso: "PT3H", seconds: 3 * 3600 },
  { key: "12h", label: "12 h", iso: "PT12H", seconds: 12 * 3600 },
  { key: "1d", label: "1 d", iso: "P1D", seconds: 24 * 3600 },
  { key: "7d", label: "7 d", iso: "P7D", seconds: 7 * 24 * 3600 },
];
// Ticks of a fast replay come many times a second; a picture a second is enough.
const APPEND_EVERY_MS = 1_000;

const state = {
  revision: null,
  fleet: null,
  rows: new Map(),
  selected: null,
  range: RANGES[1],
  asTable: false,
  /** {workload, resolution} as last shown, or null while it is not the one selected. */
  shown: null,
  connection: { state: "connecting", retryAt: null },
  arrivedMs: null,
};

const list = workloadList({ onSelect: select });
const decisions = decisionPanels({ onPin: pinned });
const plots = newCharts({ onPick: pick, inForce: decisions.inForce });
theme(() => plots.recolour());

// ---- the fleet --------------------------------------------------------------------------------

let wholeRequest = null;

/** Takes the whole overview, once at a time. */
function loadFleet() {
  wholeRequest ??= takeFleet().finally(() => (wholeRequest = null));
  return wholeRequest;
}

async function takeFleet() {
  try {
    const whole = await api.overview();
    state.revision = whole.revision;
    state.rows = new Map(whole.rows.map((row) => [words.nameOf(row.workload), keyed(row)]));
    fleetArrived(whole.fleet);
  } catch (failure) {
    if (!(failure instanceof ApiError)) throw failure;
    if (state.fleet === null) {
      nothing("Almanac does not answer", `${capital(failure.message)}. The page goes on trying.`, ["Try now", loadFleet]);
    }
  }
}

const keyed = (row) => ({ ...row, key: words.nameOf(row.workload) });
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function ticked(tick) {
  if (tick.revision === state.revision) return;
  if (tick.previous !== state.revision) {
    loadFleet().then(appendSoon);
    return;
  }
  state.revision = tick.revision;
  for (const row of tick.rows) state.rows.set(words.nameOf(row.workload), keyed(row));
  for (const gone of tick.removed) state.rows.delete(words.nameOf(gone));
  fleetArrived(tick.fleet);
  appendSoon();
}

function fleetArrived(fleet) {
  state.fleet = fleet;
  state.arrivedMs = Date.now();
  showStatus(state.fleet, state.connection);
  list.setRows(state.rows.values(), fleet.now);
  if (state.rows.size === 0) {
    state.selected = null;
    nothing("No workloads yet", "Almanac watches what a PredictiveAutoscaler names. Give it one, in the cluster or in the folder of --config:", null, SAMPLE);
  } else if (state.selected === null || !list.has(words.nameOf(state.selected))) {
    const wanted = fromHash();
    list.choose(wanted !== null && list.has(wanted) ? wanted : list.first() ?? state.rows.keys().next().value, true);
  }
}

const SAMPLE = `apiVersion: almanac.dev/v1alpha1
kind: PredictiveAutoscaler
metadata: {name: web, namespace: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 40
  demand:
    source: cluster-prometheus
    query: sum(rate(http_requests_total{deployment="$name"}[1m]))
    perReplica: 120
  stage: Shadow`;

// ---- reports ----------------------------------------------------------------------------------

/** Links to what other runs have written; without an answer there are none, and the next load asks again. */
async function showReports() {
  try {
    const { reports } = await api.reports();
    const links = reports.map(({ name, written }) =>
      el("a", { href: `reports/${encodeURIComponent(name)}`, title: `Report written ${words.full(written)}` }, name));
    byId("views").append(...links);
  } catch (failure) {
    if (!(failure instanceof ApiError)) throw failure;
  }
}

// ---- the workload -----------------------------------------------------------------------------

let detailRequest = null;
let appendTimer = 0;
let appendedMs = 0;

function select(workload) {
  const changed = state.selected === null || words.nameOf(state.selected) !== words.nameOf(workload);
  state.selected = workload;
  if (changed) {
    decisions.preset(pinFromHash(words.nameOf(workload)));
    toHash();
    loadDetail();
  }
}

function setRange(range) {
  if (range === state.range) return;
  state.range = range;
  toHash();
  showToolbar();
  if (state.selected !== null) loadDetail();
}

/** Loads all of the selected workload's range. */
async function loadDetail() {
  const { selected, range } = state;
  detailRequest?.abort();
  clearTimeout(appendTimer);
  const request = new AbortController();
  detailRequest = request;
  const same = state.shown !== null && words.nameOf(state.shown.workload.workload) === words.nameOf(selected);
  if (!same) state.shown = null;
  // A quick answer should not flash bones before it.
  const bones = setTimeout(() => byId("detail").classList.add("loading"), 150);
  try {
    const answer = await api.workload(selected, range.iso, null, request.signal);
    if (detailRequest !== request) return;
    state.shown = answer;
    showDetail(false);
  } catch (failure) {
    if (detailRequest !== request || request.signal.aborted) return;
    if (!(failure instanceof ApiError)) throw failure;
    state.shown = null;
    nothing(
      failure.status === 404 ? "This workload is gone" : "This workload cannot be shown",
      failure.status === 404 ? "Nothing names it any more." : `${capital(failure.message)}.`,
      ["Try again", loadDetail],
    );
  } finally {
    clearTimeout(bones);
    if (detailRequest === request) {
      detailRequest = null;
      byId("detail").classList.remove("loading");
    }
  }
}

function appendSoon() {
  clearTimeout(appendTimer);
  appendTimer = setTimeout(append, Math.max(0, appendedMs + APPEND_EVERY_MS - Date.now()));
}

/** Asks only for what is new since the last point shown, which itself may still have grown. */
async function append() {
  const before = state.shown;
  if (before === null || detailRequest !== null || state.connection.state === "lost") return;
  appendedMs = Date.now();
  const request = new AbortController();
  detailRequest = request;
  try {
    const { history } = before.workload;
    const since = history.startEpochSecond + Math.max(0, history.demand.length - 1) * history.stepSeconds;
    const answer = await api.workload(before.workload.workload, state.range.iso, since, request.signal);
    if (detailRequest !== request || state.shown !== before) return;
    const joined = join(before, answer, state.range.seconds);
    detailRequest = null;
    if (joined === null) {
      loadDetail();
    } else {
      state.shown = joined;
      showDetail(true);
    }
  } catch (failure) {
    // What is shown stays; the next tick asks again.
    if (!request.signal.aborted && !(failure instanceof ApiError)) throw failure;
  } finally {
    if (detailRequest === request) detailRequest = null;
  }
}

const LINES = ["demand", "issuedP90", "needed", "ready", "desired", "plainHpa", "shortNow", "plainHpaShort"];

/** One answer from two whose histories touch or overlap; null when they do not fit. */
export function join(before, after, rangeSeconds) {
  // Time that went back is another run of a replay.
  if (after.workload.now < before.workload.now) return null;
  const old = before.workload.history;
  const fresh = after.workload.history;
  if (fresh.demand.length === 0) return { ...after, workload: { ...after.workload, history: old, decisions: newest(before, after) } };
  const offset = (fresh.startEpochSecond - old.startEpochSecond) / old.stepSeconds;
  if (old.stepSeconds !== fresh.stepSeconds || !Number.isInteger(offset) || offset < 0 || offset > old.demand.length) return null;
  const first = after.workload.now / 1000 - rangeSeconds;
  const drop = Math.min(offset, Math.max(0, Math.ceil((first - old.startEpochSecond) / old.stepSeconds)));
  const history = { startEpochSecond: old.startEpochSecond + drop * old.stepSeconds, stepSeconds: old.stepSeconds };
  for (const line of LINES) history[line] = old[line].slice(drop, offset).concat(fresh[line]);
  return { ...after, workload: { ...after.workload, history, decisions: newest(before, after) } };
}

function newest(before, after) {
  const known = new Set(after.workload.decisions.map((d) => d.at));
  return [...after.workload.decisions, ...before.workload.decisions.filter((d) => !known.has(d.at))].slice(0, 200);
}

function showDetail(keep) {
  const { workload, resolution } = state.shown;
  byId("detail-none").hidden = true;
  document.body.classList.remove("without");
  showHead(workload);
  showNotice(workload);
  showCards(workload);
  showPromise(workload);
  showLedger(workload);
  decisions.show(workload);
  byId("charts").hidden = state.asTable;
  byId("table").hidden = !state.asTable;
  if (!state.asTable) plots.show(workload, state.range.seconds, decisions.pinned(), keep);
  else if (!keep) showTable(workload, resolution);
  byId("detail").dataset.shown = words.nameOf(workload.workload);
}

/** Says in the detail's place why there is nothing, and what to do. */
function nothing(title, text, action, sample = null) {
  byId("detail").classList.remove("loading");
  document.body.classList.toggle("without", state.selected === null);
  byId("workload-title").replaceChildren(state.selected === null ? "" : words.nameOf(state.selected));
  byId("workload-state").replaceChildren();
  byId("notice").replaceChildren();
  byId("cards").replaceChildren();
  byId("charts").hidden = true;
  byId("table").hidden = true;
  byId("promise").hidden = true;
  byId("ledger").hidden = true;
  decisions.clear();
  const place = byId("detail-none");
  place.hidden = false;
  place.replaceChildren(
    el("p", { class: "none-title" }, title),
    el("p", {}, text),
    ...(sample === null ? [] : [el("pre", { tabindex: "0" }, sample)]),
    ...(action === null ? [] : [el("button", { class: "plain", type: "button", on: { click: action[1] } }, action[0])]),
  );
}

// ---- decisions --------------------------------------------------------------------------------

function pick(ms, focus) {
  const decision = decisions.inForce(ms);
  if (decision !== null) decisions.pin(decision.at, { focus });
}

function pinned(at) {
  plots.pin(at);
  toHash();
}

// ---- toolbar ----------------------------------------------------------------------------------

const segments = [
  ...RANGES.map((range) => segment("ranges", range.label, () => state.range === range, () => setRange(range))),
  segment("shapes", "Charts", () => !state.asTable, () => showAs(false)),
  segment("shapes", "Table", () => state.asTable, () => showAs(true)),
];

function segment(place, label, pressed, onClick) {
  const button = el("button", { type: "button", on: { click: onClick } }, label);
  byId(place).append(button);
  return { button, pressed };
}

function showToolbar() {
  for (const { button, pressed } of segments) button.setAttribute("aria-pressed", String(pressed()));
}

function showAs(table) {
  if (state.asTable === table) return;
  state.asTable = table;
  showToolbar();
  if (state.shown !== null) showDetail(false);
}

// ---- the address, so that a view can be sent to somebody ----------------------------------------

function hash() {
  return new URLSearchParams(location.hash.slice(1));
}

const fromHash = () => hash().get("workload");

function pinFromHash(name) {
  const at = Number(hash().get("decision"));
  return fromHash() === name && Number.isSafeInteger(at) && at > 0 ? at : null;
}

function toHash() {
  if (state.selected === null) return;
  const parts = new URLSearchParams({ workload: words.nameOf(state.selected), range: state.range.key });
  if (decisions.pinned() !== null) parts.set("decision", String(decisions.pinned()));
  history.replaceState(null, "", `#${parts.toString().replaceAll("%2F", "/")}`);
}

function followHash() {
  const range = RANGES.find((r) => r.key === hash().get("range"));
  if (range !== undefined) setRange(range);
  const wanted = fromHash();
  if (wanted !== null && state.selected !== null && wanted !== words.nameOf(state.selected)) list.choose(wanted);
}

addEventListener("hashchange", followHash);

// ---- keys -------------------------------------------------------------------------------------

const KEYS = {
  "/": () => list.focusSearch(),
  j: () => list.step(1),
  k: () => list.step(-1),
  w: () => decisions.focusWhy(),
  d: () => decisions.focusList(),
  c: () => {
    showAs(false);
    plots.focus();
  },
  t: () => showAs(!state.asTable),
  "?": () => byId("keys").showModal(),
  Escape: () => (plots.zoomed() ? plots.unzoom() : decisions.pinned() !== null && decisions.pin(null)),
  1: () => setRange(RANGES[0]),
  2: () => setRange(RANGES[1]),
  3: () => setRange(RANGES[2]),
  4: () => setRange(RANGES[3]),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
  if (event.target.closest("input, textarea, select")) return;
  const action = KEYS[event.key];
  if (action === undefined) return;
  event.preventDefault();
  action();
});

byId("keys-open").addEventListener("click", KEYS["?"]);
byId("keys-close").addEventListener("click", () => byId("keys").close());

// ---- start ------------------------------------------------------------------------------------

byId("zone").textContent = `Times in ${words.zone()}`;
const wantedRange = RANGES.find((r) => r.key === hash().get("range"));
if (wantedRange !== undefined) state.range = wantedRange;
showToolbar();
showStatus(null, state.connection);
loadFleet();
showReports();

const stream = live({
  onHello({ revision }) {
    if (revision !== state.revision) loadFleet().then(appendSoon);
  },
  onTick: ticked,
  onState(connection) {
    state.connection = connection;
    showStatus(state.fleet, connection);
    showLost(connection, state.arrivedMs, retryNow);
  },
});

function retryNow() {
  stream.retryNow();
}

setInterval(() => {
  if (state.connection.state === "lost") showLost(state.connection, state.arrivedMs, retryNow);
}, 1000);

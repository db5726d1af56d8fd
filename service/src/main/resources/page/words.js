// Numbers, times and names as people read them. Absent is "–", never zero.

export const ABSENT = "–";

const MINUS = "\u2212";
const NARROW = "\u202f";

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const three = new Intl.NumberFormat("en-US", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
const threeGrouped = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

const absent = (value) => value === null || value === undefined || !Number.isFinite(value);

/** At most three significant digits. */
export function number(value) {
  if (absent(value)) return ABSENT;
  const size = Math.abs(value);
  const [scaled, suffix] =
    size >= 999.5e6 ? [value / 1e9, "G"] : size >= 999.5e3 ? [value / 1e6, "M"] : [value, ""];
  // Digits that do not change make a column restless when they come and go: 1 to 100 have all three.
  const fixed = !Number.isInteger(scaled) && Math.abs(scaled) >= 0.995 && Math.abs(scaled) < 99.95;
  const text = (fixed ? three : Math.abs(scaled) < 0.0005 ? grouped : threeGrouped).format(scaled);
  return (suffix ? text + NARROW + suffix : text).replace("-", MINUS);
}

/** A number of things, exact. */
export function count(value) {
  return absent(value) ? ABSENT : grouped.format(value).replace("-", MINUS);
}

/** A number with its unit. */
export function amount(value, unit) {
  return absent(value) || !unit ? number(value) : number(value) + " " + unit;
}

/** A difference: always with its sign, save for nothing. */
export function signed(value) {
  if (absent(value)) return ABSENT;
  return (value > 0 ? "+" : "") + number(value);
}

/** Minutes as minutes, whatever their number: they are compared with a budget in minutes. */
export const minutes = (value) => (absent(value) ? ABSENT : number(value) + " min");

/** A length of time in at most two units. */
export function duration(seconds) {
  if (absent(seconds)) return ABSENT;
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400) return two(Math.floor(s / 3600), "h", Math.floor((s % 3600) / 60), "min");
  return two(Math.floor(s / 86400), "d", Math.floor((s % 86400) / 3600), "h");
}

function two(big, bigUnit, small, smallUnit) {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

const clockFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const secondsFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayFormat = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });
const dateFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const fullFormat = new Intl.DateTimeFormat("en-GB", {
  year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short",
});

/** Time of day in the viewer's zone. */
export const clock = (ms) => (absent(ms) ? ABSENT : clockFormat.format(ms));

/** The same, with seconds where there are some. */
export const exactClock = (ms) => (ms % 60000 === 0 ? clockFormat : secondsFormat).format(ms);

/** A day in the viewer's zone. */
export const day = (ms) => (absent(ms) ? ABSENT : dayFormat.format(ms));

/** Time of day, with the day where it is not that of now. */
export function when(ms, nowMs) {
  if (absent(ms)) return ABSENT;
  return day(ms) === day(nowMs) ? clock(ms) : `${day(ms)} ${clock(ms)}`;
}

/** The day without its name, or the time of day where it is today. */
export const shortDay = (ms, nowMs) => (day(ms) === day(nowMs) ? clock(ms) : dateFormat.format(ms));

/** Day, time and zone, for titles and tables. */
export const full = (ms) => (absent(ms) ? ABSENT : fullFormat.format(ms));

export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

const STAGES = { SHADOW: "Shadow", FLOOR: "Floor", FULL: "Full" };

const STAGE_MEANINGS = {
  SHADOW: "the forecast is recorded, nothing is written",
  FLOOR: "the forecast may raise the size, never lower it",
  FULL: "the forecast sets the size, down to what demand needs now",
};

const TRUST_CAUSES = {
  EARNED: "its windows came true as often as they said",
  NOT_SCORED: "too little has been forecast to judge by",
  STALE: "too little demand is known of the last day",
  NO_GAIN: "plain HPA would have done as well at its cost",
  COVERAGE: "demand went beyond its quantiles too often",
  TOO_LOW: "demand was nearly always above its middle",
  TOO_HIGH: "demand was nearly always below its middle",
  SURPRISED: "demand of the last hours was far from what it said",
  SATURATED: "pods are as busy as they can be",
  CAPACITY_UNKNOWN: "nobody knows yet what a replica serves",
};

const REASONS = {
  STEADY: "steady",
  REACTIVE: "reactive rule",
  FORECAST: "forecast",
  STABILIZED: "fall waits",
  DEMAND_NOW: "demand now",
  NO_DATA: "no data",
  STALE: "data too old to fall",
  PARTIAL: "data incomplete",
  CLOCK_SKEW: "clocks disagree",
  INVALID: "data unusable",
  IMPLAUSIBLE: "demand hard to believe",
  LOW_COVERAGE: "too few pods report",
  DOWN_VETOED: "trouble: no fall",
  FORECAST_MISSING: "no forecast",
  SHADOW: "recorded only",
  SCHEDULE: "floor by calendar",
  PAUSED: "paused",
  KILL_SWITCH: "kill switch",
  CONFLICT: "another writer",
  ROLLOUT: "rollout in progress",
  DIRECTION_LOCK: "direction locked",
  CAPACITY_BLOCKED: "no node for pods",
  PODS_NOT_READY: "pods not Ready",
  QUOTA: "quota",
  MIN_REPLICAS: "lower bound",
  MAX_REPLICAS: "upper bound",
  STEP_CAP_UP: "step cap, up",
  STEP_CAP_DOWN: "step cap, down",
  FLEET_BUDGET: "fleet budget",
};

const STEPS = {
  EVIDENCE: "Evidence",
  REACTIVE: "Reactive (HPA v2)",
  NEED: "Need ahead",
  HOLD: "Hold band",
  MERGE: "Stage of trust",
  SCHEDULE: "Schedule",
  GUARDS: "Guards",
};

const EVIDENCE = {
  FRESH: "fresh",
  STALE: "stale",
  PARTIAL: "incomplete",
  SKEWED: "clocks disagree",
  NO_DATA: "no data",
  INVALID: "unusable",
};

// A name from a newer service still reads as words.
const named = (table, code) => table[code] ?? String(code).toLowerCase().replaceAll("_", " ");

export const stageName = (code) => named(STAGES, code);
export const stageMeaning = (code) => STAGE_MEANINGS[code] ?? "";
export const trustCause = (code) => named(TRUST_CAUSES, code);
export const reason = (code) => named(REASONS, code);
export const stepName = (code) => named(STEPS, code);
export const evidence = (code) => named(EVIDENCE, code);

export const nameOf = (workload) => `${workload.namespace}/${workload.name}`;

/** What a decision did: "28 → 31", or "hold 5". */
export function move(decision) {
  if (decision.hold) return `hold ${count(decision.from)}`;
  return decision.from === decision.to
    ? `stay at ${count(decision.to)}`
    : `${count(decision.from)} → ${count(decision.to)}`;
}

/** Why nothing is decided: "Hold 4 min: no data from cluster-prometheus". */
export function hold(state, nowMs) {
  return state.since === null
    ? `Hold: ${state.words}`
    : `Hold ${duration((nowMs - state.since) / 1000)}: ${state.words}`;
}

/** What comes next: "peaks 12:40". */
export function next(state, nowMs) {
  return state.at === null ? state.words : `${state.words} ${when(state.at, nowMs)}`;
}

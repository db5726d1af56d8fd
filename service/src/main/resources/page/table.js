// The charts' data as tables, for screen readers and for copying.

import { announce, byId, el } from "./dom.js";
import * as words from "./words.js";

// More rows than this make a browser slow and nobody reads them; copying takes all.
const SHOWN_ROWS = 1000;

/** Draws both tables. */
export function showTable(detail, resolution) {
  const place = byId("table");
  const past = pastRows(detail);
  const future = futureRows(detail);
  const unit = detail.demandUnit || "demand";
  const note = [
    past.length > SHOWN_ROWS ? `The newest ${words.count(SHOWN_ROWS)} of ${words.count(past.length)} points; Copy takes all.` : `${words.count(past.length)} points.`,
    `One point is ${words.duration(resolution.pointSeconds)}.`,
    resolution.coarsening ? `There were too many samples: ${resolution.coarsening}.` : "",
  ].join(" ");
  place.replaceChildren(
    el("div", { class: "table-head" },
      el("p", { class: "table-note" }, note),
      el("button", { class: "plain", type: "button", on: { click: () => copy(past, future, unit) } }, "Copy")),
    el("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Data" },
      table("Forecast", FUTURE(unit), future.slice(0, SHOWN_ROWS)),
      table("Measured, newest first", PAST(unit), past.slice(0, SHOWN_ROWS))),
  );
}

const PAST = (unit) => ["Time", `Demand, ${unit}`, "p90 issued before", "Replicas needed", "Ready", "Desired", "Plain HPA ready", "Short", "HPA short"];
const FUTURE = (unit) => ["Time", `p10, ${unit}`, "p50", "p90", "p99"];

function pastRows({ history: h }) {
  const rows = [];
  for (let i = h.demand.length - 1; i >= 0; i--) {
    const known = h.needed[i] !== null && h.ready[i] !== null;
    rows.push([
      (h.startEpochSecond + i * h.stepSeconds) * 1000,
      h.demand[i], h.issuedP90[i], h.needed[i], h.ready[i], h.desired[i], h.plainHpa[i],
      known ? (h.shortNow[i] ? "short" : "no") : null,
      h.plainHpa[i] !== null && h.needed[i] !== null ? (h.plainHpaShort[i] ? "short" : "no") : null,
    ]);
  }
  return rows;
}

function futureRows({ fan }) {
  if (fan === null) return [];
  return fan.p50.map((p50, i) => [(fan.startEpochSecond + i * fan.stepSeconds) * 1000, fan.p10[i], p50, fan.p90[i], fan.p99[i]]);
}

function table(caption, heads, rows) {
  return el("table", {},
    el("caption", {}, caption),
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, rows.map((row) =>
      el("tr", {}, el("th", { scope: "row" }, words.full(row[0])), row.slice(1).map((cell) =>
        el("td", { class: cell === "short" ? "short" : false }, typeof cell === "string" ? cell : words.number(cell)))))));
}

/** All points as tab-separated values, times in UTC, absent cells empty. */
export function separated(past, future, unit) {
  const line = (row) => [new Date(row[0]).toISOString(), ...row.slice(1).map((cell) => cell ?? "")].join("\t");
  return [PAST(unit).join("\t"), ...past.map(line), "", FUTURE(unit).join("\t"), ...future.map(line), ""].join("\n");
}

async function copy(past, future, unit) {
  try {
    await navigator.clipboard.writeText(separated(past, future, unit));
    announce("Copied.");
    note("Copied, tab-separated.");
  } catch {
    // Browsers give the clipboard only to pages from localhost or over HTTPS.
    getSelection().selectAllChildren(byId("table").querySelector(".table-scroll"));
    note("The browser keeps its clipboard from this page. The shown rows are selected: copy them by hand.");
  }
}

function note(text) {
  byId("table").querySelector(".table-note").textContent = text;
}

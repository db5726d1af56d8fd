// Over and beside the charts: what this is, what is wrong, whether it pays.

import { byId, el } from "./dom.js";
import * as words from "./words.js";
import { sizes } from "./workloads.js";

/** Title, stage and sizes. */
export function showHead(detail) {
  byId("workload-title").replaceChildren(
    el("span", { class: "namespace" }, `${detail.workload.namespace}/`),
    detail.workload.name,
  );
  const { replicas } = detail;
  byId("workload-state").replaceChildren(
    el("span", { class: `stage stage-${detail.stage.toLowerCase()}`, title: words.stageMeaning(detail.stage) }, words.stageName(detail.stage)),
    ...earned(detail),
    el("span", { class: "size", title: "replicas ready, and desired where that differs" },
      replicas === null ? "target not seen yet" : `${sizes(replicas)} replicas`),
    el("span", { class: "bounds" }, `of ${words.count(detail.minReplicas)} to ${words.count(detail.maxReplicas)}`),
  );
}

/** The stage that the forecast has earned, where that is not the policy's. */
function earned({ stage, trust }) {
  if (trust === null || trust.stage === stage) return [];
  return [el("span", { class: "earned", title: words.trustCause(trust.cause) }, `has earned ${words.stageName(trust.stage)}`)];
}

/** What a person should do something about. */
export function showNotice(detail) {
  const place = byId("notice");
  if (detail.notice === null) {
    place.replaceChildren();
    return;
  }
  const { what, since, cause, fix } = detail.notice;
  const lasting = since === null ? "" : ` for ${words.duration((detail.now - since) / 1000)}`;
  place.replaceChildren(
    el("div", { class: "notice", role: "note" },
      el("p", { class: "notice-what" }, what, el("span", { class: "notice-since" }, lasting)),
      el("p", {}, el("b", {}, "Cause"), el("span", {}, cause)),
      el("p", {}, el("b", {}, "Fix"), el("span", {}, fix))),
  );
}

/** Is it worth it: four figures. */
export function showCards(detail) {
  const { cards, demandUnit: unit } = detail;
  const since = cards.since === null ? "" : ` since ${words.shortDay(cards.since, detail.now)}`;
  byId("cards").replaceChildren(
    card(`Short${since}`, words.minutes(cards.shortMinutes.almanac), `plain HPA ${words.minutes(cards.shortMinutes.plainHpa)}`, bars(cards.shortMinutes)),
    card("Pod-hours against HPA", cards.podHoursAgainstHpaPercent === null ? words.ABSENT : `${words.signed(cards.podHoursAgainstHpaPercent)} %`, moreOrFewer(cards.podHoursAgainstHpaPercent)),
    card("Peak within 1 h, p95", words.amount(cards.nextHourP95, unit), `now ${words.number(cards.demandNow)}`),
    card("Demand within p95", percent(cards.p95HeldPercent), `p90 ${percent(cards.p90HeldPercent)}`),
  );
}

const percent = (value) => (value === null ? words.ABSENT : `${words.number(value)} %`);

function moreOrFewer(percentage) {
  if (percentage === null) return "";
  return percentage < 0 ? "fewer" : percentage > 0 ? "more" : "the same";
}

function card(label, value, aside, extra = null) {
  return el("div", { class: "card" },
    el("dt", {}, label),
    el("dd", {}, el("span", { class: "card-value" }, value), aside ? el("span", { class: "card-aside" }, aside) : null, extra));
}

/** Two bars to one scale; without words, because the words stand beside them. */
function bars({ almanac, plainHpa }) {
  if (almanac === null || plainHpa === null || almanac + plainHpa === 0) return null;
  const most = Math.max(almanac, plainHpa);
  const bar = (value, kind) => {
    const node = el("span", { class: `bar ${kind}` });
    node.style.width = `${(100 * value) / most}%`;
    return node;
  };
  return el("span", { class: "bars", "aria-hidden": "true" }, bar(almanac, "ours"), bar(plainHpa, "theirs"));
}

/** The promise with its pace. */
export function showPromise(detail) {
  const { promise } = detail;
  byId("promise").hidden = promise === null;
  if (promise === null) return;
  const used = promise.usedMinutes === null ? 0 : Math.min(1, promise.usedMinutes / promise.budgetMinutes);
  const meter = el("span", { class: `meter ${promise.paceMinutes !== null && promise.paceMinutes > promise.budgetMinutes ? "over" : ""}`, "aria-hidden": "true" }, el("span"));
  meter.firstChild.style.width = `${100 * used}%`;
  byId("promise-body").replaceChildren(
    el("p", { class: "promise-words" },
      el("b", {}, words.minutes(promise.usedMinutes)), ` of ${words.minutes(promise.budgetMinutes)} short a month used; on pace for `,
      el("b", {}, words.minutes(promise.paceMinutes))),
    meter,
  );
}

/** What was held, beside what others would have held. */
export function showLedger(detail) {
  const { ledger, replicaHourPrice: price } = detail;
  const money = price !== null;
  byId("ledger").hidden = ledger.since === null;
  if (ledger.since === null) return;
  const row = (name, meaning, column) =>
    el("tr", {},
      el("th", { scope: "row", title: meaning }, name),
      el("td", {}, words.number(column.replicaHours)),
      ...(money ? [el("td", {}, words.number(price * column.replicaHours))] : []),
      el("td", {}, words.minutes(column.shortMinutes)));
  byId("ledger-body").replaceChildren(
    el("table", {},
      el("caption", {}, `${words.duration(3600 * ledger.hours)} counted since ${words.shortDay(ledger.since, detail.now)}`),
      el("thead", {}, el("tr", {},
        el("th", {}), el("th", { scope: "col" }, "replica-hours"),
        ...(money ? [el("th", { scope: "col" }, "price")] : []), el("th", { scope: "col" }, "short"))),
      el("tbody", {},
        row("Held", "what was held, whoever decided", ledger.held),
        row("Plain HPA", "at the policy's target utilization", ledger.hpa),
        row("Forecast alone", "as if it had earned all trust", ledger.forecast),
        row("Foresight", "the cheapest plan that is never short, with the same lead time", ledger.foresight))),
  );
}

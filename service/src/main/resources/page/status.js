// The line at the top: is it safe, and is what is shown still true.

import { byId, el } from "./dom.js";
import * as words from "./words.js";

// A sample's age says little before a few scrape intervals have passed.
const FRESH_SECONDS = 120;

/** Draws the fleet's state. `connection` is what live.js last said. */
export function showStatus(fleet, connection) {
  byId("status").replaceChildren(...pills(fleet, connection));
}

function pills(fleet, connection) {
  const list = [];
  if (fleet !== null) {
    if (fleet.paused) list.push(pill("paused", "warn", "A person has switched all writing off"));
    const { shadow, floor, full } = fleet.stages;
    if (shadow + floor + full > 0) list.push(evidence(fleet));
    list.push(pill(`${words.count(shadow)} Shadow · ${words.count(floor)} Floor · ${words.count(full)} Full`, "", "Workloads by stage of trust"));
    list.push(leader(fleet));
    if (fleet.replay !== null || fleet.speed !== 1) {
      const speed = fleet.speed === 1 ? "" : ` ×${words.number(fleet.speed)}`;
      list.push(pill(`${fleet.replay ?? "replay"}${speed}`, "", `The loop's time is ${words.full(fleet.now)}`));
    }
  }
  if (connection.state === "live") list.push(pill("live", "good dot", "Each tick is shown as it happens"));
  else if (connection.state === "connecting") list.push(pill("connecting", "", ""));
  else list.push(pill("connection lost", "bad dot", "What is shown is the last that arrived"));
  return list;
}

function evidence(fleet) {
  if (fleet.evidenceAge === null) return pill("no evidence", "warn", "A workload has never had a sample");
  const age = words.duration(fleet.evidenceAge);
  return fleet.evidenceAge <= FRESH_SECONDS
    ? pill(`evidence fresh, ${age}`, "good", "Age of the oldest newest sample")
    : pill(`evidence ${age} old`, "warn", "A workload has had no new sample for so long");
}

function leader(fleet) {
  if (fleet.leader === null) return pill("no leader", "warn", "Nobody writes until one is elected");
  return fleet.leading
    ? pill(`leader ${fleet.leader}`, "", "This process decides and writes")
    : pill(`follower of ${fleet.leader}`, "", "Another process writes; this one watches");
}

function pill(text, kind, title) {
  return el("li", { class: `pill ${kind}`, title: title || false }, text);
}

/** The line under the top while nothing arrives. */
export function showLost(connection, lastArrivedMs, retryNow) {
  const banner = byId("lost");
  if (connection.state !== "lost") {
    banner.hidden = true;
    banner.replaceChildren();
    document.body.classList.remove("outdated");
    return;
  }
  const parts = [el("strong", {}, "Connection lost. ")];
  parts.push(lastArrivedMs === null ? "Nothing has arrived yet. " : `What is shown is from ${words.duration((Date.now() - lastArrivedMs) / 1000)} ago. `);
  const wait = connection.retryAt === null ? 0 : Math.max(0, (connection.retryAt - Date.now()) / 1000);
  parts.push(el("span", { "aria-hidden": "true" }, wait < 0.5 ? "Trying again … " : `Trying again in ${words.duration(Math.ceil(wait))}. `));
  if (banner.hidden) {
    banner.hidden = false;
    banner.replaceChildren(el("span", { class: "lost-words" }), el("button", { class: "plain", type: "button", on: { click: retryNow } }, "Try now"));
  }
  banner.querySelector(".lost-words").replaceChildren(...parts);
  document.body.classList.add("outdated");
}

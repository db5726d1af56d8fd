// On the right: the list of decisions, and how the chosen one came about.

import { ApiError } from "./api.js";
import * as api from "./api.js";
import { announce, byId, el } from "./dom.js";
import * as words from "./words.js";

/**
 * Wires both panels. `onPin(at)` is called with the instant of the decision that a person opened,
 * or null when the latest is followed again.
 */
export function decisionPanels({ onPin }) {
  const box = byId("decisions");
  let workload = null;
  let decisions = [];
  let now = 0;
  let pinned = null;
  let current = null;
  let shownWhy = null;
  let asking = null;

  /** The workload's decisions, newest first. Another workload starts at its latest. */
  function show(detail) {
    const same = workload !== null && words.nameOf(workload) === words.nameOf(detail.workload);
    workload = detail.workload;
    now = detail.now;
    const before = decisions[0]?.at;
    decisions = detail.decisions;
    if (!same) {
      shownWhy = null;
      current = null;
      box.scrollTop = 0;
    }
    draw();
    const wanted = pinned ?? decisions[0]?.at ?? null;
    if (wanted === null) noWhy();
    else if (wanted !== shownWhy || (pinned === null && before !== decisions[0]?.at)) explain(wanted);
  }

  function clear() {
    workload = null;
    decisions = [];
    shownWhy = null;
    box.replaceChildren();
    byId("why-title").replaceChildren("Why");
    byId("why-body").replaceChildren(el("p", { class: "none" }, words.ABSENT));
  }

  function draw() {
    if (decisions.length === 0) {
      box.replaceChildren(el("p", { class: "none" }, "Nothing has changed yet."));
      box.removeAttribute("aria-activedescendant");
      return;
    }
    const open = pinned ?? decisions[0].at;
    const old = new Map([...box.children].map((node) => [node.dataset.at, node]));
    const nodes = decisions.map((decision) => {
      const node = old.get(String(decision.at)) ?? newRow(decision);
      node.setAttribute("aria-selected", decision.at === open);
      node.classList.toggle("current", decision.at === (current ?? open));
      node.firstChild.textContent = words.when(decision.at, now);
      return node;
    });
    if (nodes.length !== box.children.length || nodes.some((node, i) => node !== box.children[i])) box.replaceChildren(...nodes);
    box.setAttribute("aria-activedescendant", `decision-${current ?? open}`);
  }

  function newRow(decision) {
    const direction = decision.hold ? "held" : decision.to > decision.from ? "up" : decision.to < decision.from ? "down" : "same";
    return el("div",
      { class: `decision ${direction}`, role: "option", id: `decision-${decision.at}`, data: { at: decision.at }, title: `${decision.text} (${words.full(decision.at)})`, on: { click: () => pin(decision.at) } },
      el("time", { datetime: new Date(decision.at).toISOString() }),
      el("span", { class: "decision-move" }, words.move(decision)),
      el("span", { class: "decision-reason" }, words.reason(decision.reason)),
      el("span", { class: "decision-text" }, decision.text));
  }

  /** Opens a decision's chain and stays there; null follows the latest again. */
  function pin(at, { focus = false } = {}) {
    pinned = at !== null && decisions[0]?.at === at ? null : at;
    current = null;
    draw();
    const wanted = pinned ?? decisions[0]?.at ?? null;
    if (wanted !== null) explain(wanted, true).then(() => focus && byId("why-title").focus());
    onPin(pinned);
  }

  /** Shows how a decision came about; says it aloud only when a person asked. */
  async function explain(at, asked = false) {
    asking?.abort();
    const request = new AbortController();
    asking = request;
    shownWhy = at;
    try {
      const why = await api.why(workload, at, request.signal);
      if (asking !== request) return;
      showWhy(why, asked);
    } catch (failure) {
      if (asking !== request || request.signal.aborted) return;
      shownWhy = null;
      if (!(failure instanceof ApiError)) throw failure;
      byId("why-title").replaceChildren("Why");
      byId("why-body").replaceChildren(
        el("p", { class: "none" }, failure.status === 404 ? "The record of this decision is gone." : `No explanation: ${failure.message}.`),
        el("button", { class: "plain", type: "button", on: { click: () => explain(at, true) } }, "Try again"));
    }
  }

  function noWhy() {
    byId("why-title").replaceChildren("Why");
    byId("why-body").replaceChildren(el("p", { class: "none" }, "No decision has been made yet."));
  }

  function showWhy(why, asked) {
    byId("why-title").replaceChildren(
      `Why ${why.hold ? `hold ${words.count(why.from)}` : words.count(why.to)}`,
      el("span", { class: "why-when", title: words.full(why.at) }, `at ${words.when(why.at, now)}`),
    );
    const parts = [
      el("p", { class: "why-sum" }, `${words.move(why)}, ${words.reason(why.reason)}`),
      el("ol", { class: "steps" }, ...why.lines.map(step)),
    ];
    if (why.nearestLimit !== null) {
      parts.push(el("p", { class: "limit" }, el("b", {}, "What would have changed it "), why.nearestLimit));
    }
    if (pinned !== null) {
      parts.push(el("button", { class: "plain", type: "button", on: { click: () => pin(null) } }, "Back to the latest"));
    }
    byId("why-body").replaceChildren(...parts);
    // The list is as high as this panel leaves it.
    reveal(pinned ?? why.at);
    if (!asked) return;
    const binding = why.lines.find((line) => line.binding);
    announce(`Why ${words.move(why)} at ${words.clock(why.at)}: ${binding ? `${words.stepName(binding.stage)}, ${binding.text}` : words.reason(why.reason)}`);
  }

  /** Scrolls the list, and never the page around it. */
  function reveal(at) {
    const node = byId(`decision-${at}`);
    if (node === null) return;
    const top = node.offsetTop;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + node.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = top + node.offsetHeight - box.clientHeight;
  }

  function step(line) {
    return el("li", { class: line.binding ? "step binding" : "step", "aria-current": line.binding ? "step" : false },
      el("span", { class: "step-name" }, words.stepName(line.stage), line.binding ? el("span", { class: "tag" }, "decided") : null),
      el("span", { class: "step-size" }, words.count(line.replicas)),
      el("span", { class: "step-text" }, line.text.replaceAll("->", "→")));
  }

  function move(by) {
    if (decisions.length === 0) return;
    const from = decisions.findIndex((d) => d.at === (current ?? pinned ?? decisions[0].at));
    const to = Math.min(decisions.length - 1, Math.max(0, from + by));
    current = decisions[to].at;
    draw();
    reveal(current);
    announce(`${words.when(current, now)}, ${words.move(decisions[to])}, ${words.reason(decisions[to].reason)}`);
  }

  box.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -Infinity, End: Infinity }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      move(by);
    } else if ((event.key === "Enter" || event.key === " ") && decisions.length > 0) {
      event.preventDefault();
      pin(current ?? pinned ?? decisions[0].at, { focus: true });
    }
  });
  box.addEventListener("blur", () => {
    current = null;
    draw();
  });

  return {
    show,
    clear,
    pin,
    pinned: () => pinned,
    /** Sets what to open with the next workload shown. */
    preset(at) {
      pinned = at;
    },
    /** The decision in force at an instant, or null when it is older than the list. */
    inForce: (ms) => decisions.find((decision) => decision.at <= ms) ?? null,
    focusWhy: () => byId("why-title").focus(),
    focusList: () => box.focus(),
  };
}

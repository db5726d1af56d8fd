// The list on the left. Only the rows that are seen exist, so that 10,000 stay quick.

import { announce, byId, el, setText } from "./dom.js";
import * as words from "./words.js";

const ROW_PX = 60;
const SPARE_ROWS = 6;

/** Wires the list; `onSelect(name)` is called with the name of the row that became current. */
export function workloadList({ onSelect }) {
  const box = byId("rows");
  const search = byId("search");
  const namespace = byId("namespace");
  const stage = byId("stage");
  const spacer = el("div", { class: "spacer", role: "presentation" });
  box.append(spacer);

  let all = [];
  let shown = [];
  let now = 0;
  let selected = null;
  let frame = 0;

  function setRows(rows, nowMs) {
    now = nowMs;
    all = [...rows].sort((a, b) => a.riskOrder - b.riskOrder || compare(a.key, b.key));
    const names = [...new Set(all.map((row) => row.workload.namespace))].sort();
    if (namespace.options.length !== names.length + 1 || names.some((n, i) => namespace.options[i + 1].value !== n)) {
      const chosen = namespace.value;
      namespace.replaceChildren(el("option", { value: "" }, "All namespaces"), ...names.map((n) => el("option", { value: n }, n)));
      namespace.value = names.includes(chosen) ? chosen : "";
    }
    box.setAttribute("aria-busy", "false");
    filter();
  }

  function filter() {
    const terms = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = all.filter(
      (row) =>
        (namespace.value === "" || row.workload.namespace === namespace.value) &&
        (stage.value === "" || row.stage === stage.value) &&
        terms.every((term) => row.key.includes(term)),
    );
    const few = shown.length !== all.length;
    setText(byId("workloads-title"), few
      ? `${words.count(shown.length)} of ${words.count(all.length)} workloads, by risk`
      : all.length === 0 ? "Workloads" : `${words.count(all.length)} ${all.length === 1 ? "workload" : "workloads"}, by risk`);
    showNone(few);
    spacer.style.height = `${shown.length * ROW_PX}px`;
    draw();
  }

  function showNone(filtered) {
    const none = byId("rows-none");
    none.hidden = shown.length > 0;
    box.hidden = shown.length === 0;
    if (none.hidden) return;
    none.replaceChildren(
      ...(filtered
        ? [el("p", {}, "No workload matches."), el("button", { class: "plain", type: "button", on: { click: clear } }, "Show all")]
        : [el("p", {}, "No workloads yet.")]),
    );
  }

  function clear() {
    search.value = "";
    namespace.value = "";
    stage.value = "";
    filter();
  }

  function draw() {
    frame = 0;
    const first = Math.max(0, Math.floor(box.scrollTop / ROW_PX) - SPARE_ROWS);
    const last = Math.min(shown.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW_PX) + SPARE_ROWS);
    const old = new Map([...spacer.children].map((node) => [node.dataset.key, node]));
    const nodes = [];
    for (let i = first; i < last; i++) {
      const row = shown[i];
      const node = old.get(row.key) ?? newRow(row.key);
      fill(node, row, i);
      nodes.push(node);
    }
    if (nodes.length !== spacer.children.length || nodes.some((node, i) => node !== spacer.children[i])) {
      spacer.replaceChildren(...nodes);
    }
    const current = nodes.find((node) => node.dataset.key === selected);
    if (current) box.setAttribute("aria-activedescendant", current.id);
    else box.removeAttribute("aria-activedescendant");
  }

  function newRow(key) {
    return el(
      "div",
      { class: "row", role: "option", id: `row-${key.replace("/", "_")}`, data: { key }, on: { click: () => choose(key) } },
      el("span", { class: "row-name" }),
      el("span", { class: "row-size" }),
      el("span", { class: "row-next" }),
      el("span", { class: "row-short" }, el("span"), el("span", { class: "word" }, " short")),
    );
  }

  function fill(node, row, index) {
    const [name, size, next, short] = node.children;
    node.style.transform = `translateY(${index * ROW_PX}px)`;
    node.setAttribute("aria-posinset", index + 1);
    node.setAttribute("aria-setsize", shown.length);
    node.setAttribute("aria-selected", row.key === selected);
    node.classList.toggle("attention", row.hold !== null || row.evidence.kind !== "FRESH");
    setText(name, row.key);
    setText(size, sizes(row.replicas));
    const line = lineOf(row, now);
    setText(next, line);
    next.title = line;
    setText(short.firstChild, words.minutes(row.shortMinutes.almanac));
    short.title = `short so far; plain HPA ${words.minutes(row.shortMinutes.plainHpa)}`;
  }

  function choose(key, quiet = false) {
    if (!all.some((row) => row.key === key)) return;
    selected = key;
    const row = all.find((r) => r.key === key);
    if (!quiet) announce(`${key}, ${words.stageName(row.stage)}, ${sizes(row.replicas)} replicas, ${lineOf(row, now)}`);
    reveal();
    draw();
    onSelect(row.workload);
  }

  /** Moves by so many rows among those shown. */
  function step(by) {
    if (shown.length === 0) return;
    const at = shown.findIndex((row) => row.key === selected);
    const to = at < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, at + by));
    if (to !== at) choose(shown[to].key);
  }

  function reveal() {
    const at = shown.findIndex((row) => row.key === selected);
    if (at < 0) return;
    const top = at * ROW_PX;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + ROW_PX > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW_PX - box.clientHeight;
  }

  const later = () => (frame ||= requestAnimationFrame(draw));
  box.addEventListener("scroll", later, { passive: true });
  new ResizeObserver(later).observe(box);
  search.addEventListener("input", filter);
  namespace.addEventListener("change", filter);
  stage.addEventListener("change", filter);
  byId("filters").addEventListener("submit", (event) => {
    event.preventDefault();
    if (shown.length > 0) choose(shown[0].key);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      if (search.value === "") box.focus();
      search.value = "";
      filter();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      box.focus();
      step(selected === null ? 0 : 1);
    }
  });
  box.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.floor(box.clientHeight / ROW_PX) - 1);
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      step(by);
    } else if (event.key === "Enter") {
      byId("detail").focus();
    }
  });

  return {
    setRows,
    choose,
    step,
    first: () => shown[0]?.key ?? null,
    has: (key) => all.some((row) => row.key === key),
    row: (key) => all.find((row) => row.key === key) ?? null,
    focusSearch() {
      search.focus();
      search.select();
    },
  };
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** "28 → 31", ready before desired, or one number where they agree. */
export function sizes(replicas) {
  if (replicas === null) return words.ABSENT;
  return replicas.ready === replicas.desired
    ? words.count(replicas.ready)
    : `${words.count(replicas.ready)} → ${words.count(replicas.desired)}`;
}

function lineOf(row, nowMs) {
  const stage = words.stageName(row.stage);
  if (row.hold !== null) return words.hold(row.hold, nowMs);
  if (row.evidence.kind !== "FRESH") {
    const age = row.evidence.newest === null ? "" : `, ${words.duration((nowMs - row.evidence.newest) / 1000)}`;
    return `${stage} · evidence ${words.evidence(row.evidence.kind)}${age}`;
  }
  return `${stage} · ${row.next === null ? words.reason(row.reason) : words.next(row.next, nowMs)}`;
}

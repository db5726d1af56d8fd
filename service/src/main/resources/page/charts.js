// Demand over replicas over shortages: three plots, one time axis, one cursor.

import { announce, byId, el, setText, svg } from "./dom.js";
import { colours } from "./theme.js";
import * as words from "./words.js";

/* global uPlot */

const COLOURS = [
  "ink", "muted", "grid", "panel", "future", "fan-inner", "fan-outer",
  "blue", "green", "green-fill", "orange", "red", "red-hatch", "red-tint", "red-faint",
];
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];
const SHORTEST_ZOOM_SECONDS = 300;

// A sample of each line for the legend: a path in a box of 22 by 10.
const SWATCHES = {
  line: ["path", { d: "M1 5H21" }],
  dash: ["path", { d: "M1 5H21", "stroke-dasharray": "5 3" }],
  dots: ["path", { d: "M1 5H21", "stroke-dasharray": "2 3" }],
  steps: ["path", { d: "M1 8.5H8V5H15V1.5H21" }],
  area: ["rect", { x: 1, y: 1, width: 20, height: 8, rx: 1.5 }],
};

const LEGENDS = {
  demand: [
    ["demand", "demand", "line", "ink"],
    ["issuedP90", "p90 as issued", "dots", "blue"],
    ["p50", "forecast p50", "line", "blue"],
    ["inner", "p10–p90", "area", "fan-inner"],
    ["p99", "–p99", "area", "fan-outer"],
  ],
  replicas: [
    ["ready", "ready", "area", "green"],
    ["desired", "desired", "steps", "blue"],
    ["plainHpa", "plain HPA", "dash", "orange"],
    ["needed", "needed by demand", "line", "ink"],
  ],
};

/**
 * Three plots in the page's place for them. `onPick(ms)` is called with the instant that a person
 * clicked or pressed Enter on; `inForce(ms)` gives the decision in force then, or null.
 */
export function charts({ onPick, inForce }) {
  const host = byId("charts");
  const frame = build(host);
  const sync = uPlot.sync("almanac");
  let colour = colours(COLOURS);
  let hatch = null;
  let model = null;
  let zoom = null;
  let cursorSeconds = null;
  let plots = null;

  // ---- data ---------------------------------------------------------------------------------

  /** Everything the plots need, in columns; `seconds` covers history and fan. */
  function columns(detail, rangeSeconds) {
    const { history: h, fan } = detail;
    const n = h.demand.length;
    const shownFuture = fan === null ? 0 : Math.min(fan.p50.length, Math.floor(rangeSeconds / 2.4 / fan.stepSeconds));
    const seconds = new Array(n + shownFuture);
    for (let i = 0; i < n; i++) seconds[i] = h.startEpochSecond + i * h.stepSeconds;
    // A coarse last point may stand for time up to now and after the first point of the fan.
    const last = n > 0 ? seconds[n - 1] : -Infinity;
    let skipped = 0;
    while (skipped < shownFuture && fan.startEpochSecond + skipped * fan.stepSeconds <= last) skipped++;
    seconds.length = n + shownFuture - skipped;
    for (let i = skipped; i < shownFuture; i++) seconds[n + i - skipped] = fan.startEpochSecond + i * fan.stepSeconds;
    const total = seconds.length;
    const past = (values) => values.concat(new Array(total - n).fill(null));
    const future = (values) => new Array(n).fill(null).concat(values.slice(skipped, shownFuture));
    const none = new Array(total).fill(null);
    const path = (level) => (fan === null ? none : future(fan[level]));
    const scaled = (values) => (detail.perReplica === null ? none : values.map((v) => (v === null ? null : v / detail.perReplica)));
    const data = {
      seconds, n,
      demand: past(h.demand), issuedP90: past(h.issuedP90),
      p10: path("p10"), p50: path("p50"), p90: path("p90"), p99: path("p99"),
      ready: past(h.ready), desired: past(h.desired), plainHpa: past(h.plainHpa), needed: past(h.needed),
      shortNow: h.shortNow, plainHpaShort: h.plainHpaShort, stepSeconds: h.stepSeconds,
    };
    for (const level of ["p10", "p50", "p90", "p99"]) data[`needed-${level}`] = scaled(data[level]);
    return data;
  }

  /** What is seen without zoom: the range, cut to where data begin, and the fan. */
  function wholeWindow() {
    const { data, detail, rangeSeconds } = model;
    const now = detail.now / 1000;
    let first = data.seconds.findIndex((_, i) => i < data.n && (data.demand[i] !== null || data.ready[i] !== null));
    first = first < 0 ? now - rangeSeconds : data.seconds[first];
    const from = Math.max(now - rangeSeconds, Math.min(first, now - Math.min(1800, rangeSeconds)));
    const to = data.seconds.length > data.n ? data.seconds[data.seconds.length - 1] : now + (now - from) * 0.02;
    return [from, to];
  }

  // ---- plots --------------------------------------------------------------------------------

  const narrow = () => host.clientWidth < 560;
  const font = () => `${narrow() ? 10 : 11}px ${FONT}`;
  const axisSize = () => (narrow() ? 44 : 60);

  function axes(y) {
    const grid = { stroke: () => colour.grid, width: 1 };
    const plain = { stroke: () => colour.muted, font: font(), grid, ticks: { show: false } };
    return [
      { ...plain, show: true, size: y.times ? 34 : 0, gap: 6, space: narrow() ? 56 : 72, values: y.times ? timeLabels : () => [] },
      { ...plain, size: axisSize(), gap: 6, ...y.axis },
    ];
  }

  function options(y, series, bands, hooks) {
    const [from, to] = wholeWindow();
    return {
      width: Math.max(200, y.place.clientWidth),
      height: Math.max(40, y.place.clientHeight),
      padding: [y.top ?? 10, 12, y.times ? 0 : 7, 0],
      legend: { show: false },
      scales: { x: { time: true, auto: false, min: from, max: to }, y: { range: y.range } },
      series: [{}, ...series],
      bands,
      axes: axes(y),
      cursor: {
        sync: { key: sync.key, setSeries: false },
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: 8 },
        y: false,
        bind: { dblclick: () => () => setZoom(null) },
      },
      hooks: {
        drawClear: [shadeFuture],
        setCursor: [cursorMoved],
        setSelect: [selected],
        ...hooks,
      },
    };
  }

  const stepped = uPlot.paths.stepped({ align: 1 });
  const invisible = { stroke: "transparent", width: 0, points: { show: false } };
  const line = (stroke, width, more = {}) => ({ stroke: () => colour[stroke], width, points: { show: false }, spanGaps: false, ...more });

  function fanSeries() {
    return [
      { ...invisible }, // p99
      { ...invisible }, // p90
      { ...invisible }, // p10
    ];
  }

  const fanBands = () => [
    { series: [1, 2], fill: () => colour["fan-outer"] },
    { series: [2, 3], fill: () => colour["fan-inner"] },
  ];

  function create() {
    const demand = new uPlot(
      options(
        { place: frame.demand, range: (_, min, max) => [0, Math.max(1e-9, (max ?? 1) * 1.06)], axis: { values: (_, splits) => splits.map(words.number), space: 42 } },
        [...fanSeries(), line("blue", 1.75), line("blue", 1.25, { dash: [2, 3] }), line("ink", 1.75)],
        fanBands(),
        { draw: [drawNow, drawPinned] },
      ),
      demandData(),
      frame.demand,
    );
    const replicas = new uPlot(
      options(
        { place: frame.replicas, range: replicaRange, axis: { incrs: WHOLE_STEPS, values: (_, splits) => splits.map(words.count), space: 36 } },
        [
          ...fanSeries(), line("blue", 1.25, { dash: [4, 3] }),
          line("green", 1.75, { paths: stepped, fill: () => colour["green-fill"] }),
          line("ink", 1.1),
          line("orange", 1.75, { paths: stepped, dash: [6, 4] }),
          line("blue", 2, { paths: stepped }),
        ],
        fanBands(),
        { drawAxes: [drawBounds, drawShortAreas], draw: [drawNow, drawPinned] },
      ),
      replicaData(),
      frame.replicas,
    );
    const short = new uPlot(
      options(
        {
          place: frame.short, times: true, top: 2, range: () => [0, 2],
          axis: { splits: () => [0.5, 1.5], values: () => (narrow() ? ["HPA", "ours"] : ["plain HPA", "Almanac"]), grid: { show: false } },
        },
        [{ ...invisible }],
        [],
        { draw: [drawShortLanes, drawNow] },
      ),
      [model.data.seconds, model.data.seconds.map(() => null)],
      frame.short,
    );
    plots = { demand, replicas, short };
  }

  function demandData() {
    const d = model.data;
    return [d.seconds, d.p99, d.p90, d.p10, d.p50, d.issuedP90, d.demand];
  }

  function replicaData() {
    const d = model.data;
    return [d.seconds, d["needed-p99"], d["needed-p90"], d["needed-p10"], d["needed-p50"], d.ready, d.needed, d.plainHpa, d.desired];
  }

  /** From zero; up to the upper bound where it is near enough to matter. */
  function replicaRange(_, min, max) {
    const high = Math.max(1, max ?? 1);
    const bound = model.detail.maxReplicas;
    return [0, (bound < high * 1.5 ? Math.max(bound, high) : high) * 1.08];
  }

  const dayOf = (seconds) => new Date(seconds * 1000).getDate();

  function timeLabels(_, splits) {
    return splits.map((s, i) => {
      const label = words.clock(s * 1000);
      return i === 0 || dayOf(s) !== dayOf(splits[i - 1]) ? `${label}\n${words.day(s * 1000)}` : label;
    });
  }

  // ---- what uPlot does not draw by itself ---------------------------------------------------

  const px = () => devicePixelRatio || 1;
  const nowSeconds = () => model.detail.now / 1000;

  function shadeFuture(u) {
    const { ctx, bbox } = u;
    const x = clampX(u, nowSeconds());
    ctx.save();
    ctx.fillStyle = colour.future;
    ctx.fillRect(x, bbox.top, bbox.left + bbox.width - x, bbox.height);
    ctx.restore();
  }

  const clampX = (u, seconds) => Math.min(u.bbox.left + u.bbox.width, Math.max(u.bbox.left, u.valToPos(seconds, "x", true)));

  function vertical(u, seconds, stroke, dash) {
    const { ctx, bbox } = u;
    const x = Math.round(u.valToPos(seconds, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) return null;
    ctx.save();
    ctx.strokeStyle = stroke;
    ctx.lineWidth = 1.25 * px();
    ctx.setLineDash(dash.map((d) => d * px()));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
    return x;
  }

  function drawNow(u) {
    const x = vertical(u, nowSeconds(), colour.ink, [3, 3]);
    if (x === null || u !== plots?.demand && plots !== null) return;
    label(u, x, "now", colour.ink);
  }

  function label(u, x, text, background) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.font = `600 ${11 * px()}px ${FONT}`;
    const width = ctx.measureText(text).width + 10 * px();
    const left = Math.min(bbox.left + bbox.width - width, Math.max(bbox.left, x - width / 2));
    ctx.fillStyle = background;
    ctx.beginPath();
    ctx.roundRect(left, bbox.top - 2 * px(), width, 16 * px(), 4 * px());
    ctx.fill();
    ctx.fillStyle = colour.panel;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(text, left + width / 2, bbox.top + 6.5 * px());
    ctx.restore();
  }

  function drawPinned(u) {
    if (model.pinned === null) return;
    const x = vertical(u, model.pinned / 1000, colour.blue, []);
    if (x !== null && u === plots?.demand) label(u, x, words.clock(model.pinned), colour.blue);
  }

  function drawBounds(u) {
    const { ctx, bbox } = u;
    const draw = (replicas, name) => {
      const y = Math.round(u.valToPos(replicas, "y", true));
      const above = y < bbox.top;
      ctx.save();
      ctx.fillStyle = ctx.strokeStyle = colour.muted;
      ctx.font = `${10.5 * px()}px ${FONT}`;
      const room = bbox.left + bbox.width - clampX(u, nowSeconds());
      const right = room > 64 * px() || room === 0;
      ctx.textAlign = right ? "right" : "left";
      if (!above) {
        ctx.lineWidth = px();
        ctx.setLineDash([1 * px(), 3 * px()]);
        ctx.beginPath();
        ctx.moveTo(bbox.left, y);
        ctx.lineTo(bbox.left + bbox.width, y);
        ctx.stroke();
      }
      ctx.textBaseline = above ? "top" : "bottom";
      const text = above ? `${name} ${replicas} ↑` : `${name} ${replicas}`;
      const at = [right ? bbox.left + bbox.width - 5 * px() : bbox.left + 5 * px(), above ? bbox.top + 2 * px() : y - 2 * px()];
      ctx.setLineDash([]);
      ctx.lineJoin = "round";
      ctx.lineWidth = 3 * px();
      ctx.strokeStyle = right && room > 0 ? colour.future : colour.panel;
      ctx.strokeText(text, ...at);
      ctx.fillText(text, ...at);
      ctx.restore();
    };
    draw(model.detail.minReplicas, "min");
    draw(model.detail.maxReplicas, "max");
  }

  /** Between what was there and what was needed: hatched for plain HPA, solid for us. */
  function drawShortAreas(u) {
    const d = model.data;
    tint(u, d.plainHpaShort, colour["red-faint"]);
    tint(u, d.shortNow, colour["red-tint"]);
    shortArea(u, d.plainHpaShort, d.plainHpa, hatching(u.ctx));
    shortArea(u, d.shortNow, d.ready, colour.red);
  }

  function shortArea(u, flags, serving, fill) {
    const { ctx, bbox } = u;
    const d = model.data;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.fillStyle = fill;
    eachShort(u, flags, (i, left, right) => {
      if (serving[i] === null || d.needed[i] === null) return;
      const top = u.valToPos(d.needed[i], "y", true);
      const bottom = u.valToPos(serving[i], "y", true);
      ctx.fillRect(left, top, right - left, Math.max(1, bottom - top));
    });
    ctx.restore();
  }

  /** The whole height of those minutes, so that a thin area is not overlooked. */
  function tint(u, flags, fill) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    eachShort(u, flags, (_, left, right) => {
      const from = Math.max(bbox.left, left);
      ctx.rect(from, bbox.top, Math.min(bbox.left + bbox.width, right) - from, bbox.height);
    });
    ctx.fillStyle = fill;
    ctx.fill();
    ctx.restore();
  }

  function eachShort(u, flags, draw) {
    const d = model.data;
    for (let i = 0; i < d.n; i++) {
      if (!flags[i]) continue;
      const left = u.valToPos(d.seconds[i], "x", true);
      const right = u.valToPos(d.seconds[i] + d.stepSeconds, "x", true);
      if (right >= u.bbox.left && left <= u.bbox.left + u.bbox.width) draw(i, left, Math.max(right, left + 1.5 * px()));
    }
  }

  function drawShortLanes(u) {
    const { ctx, bbox } = u;
    const half = bbox.height / 2;
    const bar = Math.min(half - 4 * px(), 12 * px());
    ctx.save();
    for (const [flags, lane, fill] of [[model.data.shortNow, 0, colour.red], [model.data.plainHpaShort, 1, hatching(ctx)]]) {
      const top = bbox.top + lane * half + (half - bar) / 2;
      ctx.fillStyle = colour.grid;
      ctx.fillRect(bbox.left, top + bar / 2 - px() / 2, bbox.width, px());
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
      ctx.save();
      ctx.clip();
      // A minute in a week is less than a pixel wide: neighbours are joined, and none is lost.
      let from = -Infinity;
      let to = -Infinity;
      const flush = () => {
        if (to > from) {
          ctx.fillStyle = fill;
          ctx.fillRect(from, top, to - from, bar);
          if (lane === 1) {
            ctx.strokeStyle = colour.red;
            ctx.lineWidth = px();
            ctx.strokeRect(from + px() / 2, top + px() / 2, Math.max(px(), to - from - px()), bar - px());
          }
        }
      };
      eachShort(u, flags, (_, left, right) => {
        right = Math.max(right, left + 2.5 * px());
        if (left > to) {
          flush();
          from = left;
        }
        to = Math.max(to, right);
      });
      flush();
      ctx.restore();
    }
    ctx.restore();
  }

  function hatching(ctx) {
    if (hatch !== null) return hatch;
    const size = Math.round(5 * px());
    const tile = document.createElement("canvas");
    tile.width = tile.height = size;
    const pen = tile.getContext("2d");
    pen.fillStyle = colour["red-hatch"];
    pen.fillRect(0, 0, size, size);
    pen.strokeStyle = colour.red;
    pen.lineWidth = 1.1 * px();
    pen.beginPath();
    for (const shift of [-size, 0, size]) {
      pen.moveTo(shift, size);
      pen.lineTo(shift + size, 0);
    }
    pen.stroke();
    hatch = ctx.createPattern(tile, "repeat");
    return hatch;
  }

  // ---- cursor, zoom and keyboard ------------------------------------------------------------

  function cursorMoved(u) {
    if (u !== plots?.demand) return;
    const { left } = u.cursor;
    cursorSeconds = left === null || left === undefined || left < 0 ? null : u.posToVal(left, "x");
    showValues();
  }

  /** Index of the last point at or before an instant; -1 before the first. */
  function indexAt(seconds) {
    const xs = model.data.seconds;
    let low = 0;
    let high = xs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (xs[middle] <= seconds) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  function showValues() {
    if (model === null) return;
    const { data, detail } = model;
    const at = cursorSeconds ?? nowSeconds();
    const i = Math.min(indexAt(at), cursorSeconds === null ? data.n - 1 : Infinity);
    const value = (name) => (i < 0 ? null : data[name][i]);
    const set = (name, text) => setText(frame.values[name], text);
    const isFuture = i >= data.n;
    set("demand", isFuture ? "" : words.number(value("demand")));
    set("issuedP90", isFuture ? "" : words.number(value("issuedP90")));
    set("p50", isFuture ? words.number(value("p50")) : "");
    set("inner", isFuture ? `${words.number(value("p10"))} to ${words.number(value("p90"))}` : "");
    set("p99", isFuture ? words.number(value("p99")) : "");
    set("ready", isFuture ? "" : words.count(value("ready")));
    set("desired", isFuture ? "" : words.count(value("desired")));
    set("plainHpa", isFuture ? "" : words.count(value("plainHpa")));
    set("needed", isFuture ? `${words.number(value("needed-p10"))} to ${words.number(value("needed-p90"))}` : words.number(value("needed")));
    setText(frame.time, cursorSeconds === null ? `now, ${words.when(detail.now, detail.now)}` : words.when((i < 0 ? at : data.seconds[i]) * 1000, detail.now));
    showInForce(isFuture ? null : at * 1000);
    const missing = [];
    if (!isFuture && i >= 0 && data.shortNow[i]) missing.push("Almanac short");
    if (!isFuture && i >= 0 && data.plainHpaShort[i]) missing.push("plain HPA short");
    setText(frame.missing, missing.join(", "));
  }

  function showInForce(ms) {
    const decision = ms === null ? null : inForce(ms);
    setText(frame.force, decision === null
      ? ms === null ? "forecast" : "decision older than the list"
      : `in force: ${words.move(decision)}, ${words.reason(decision.reason)}, since ${words.when(decision.at, model.detail.now)}`);
  }

  function selected(u) {
    const { left, width } = u.select;
    if (width < 8 || model === null) return;
    const from = u.posToVal(left, "x");
    const to = u.posToVal(left + width, "x");
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (u === plots.demand) setZoom([from, to]);
  }

  function setZoom(window) {
    zoom = window;
    if (zoom !== null) {
      const [low, high] = wholeWindow();
      const width = Math.min(high - low, Math.max(SHORTEST_ZOOM_SECONDS, zoom[1] - zoom[0]));
      const from = Math.min(high - width, Math.max(low, (zoom[0] + zoom[1] - width) / 2));
      zoom = width >= high - low ? null : [from, from + width];
    }
    frame.unzoom.hidden = zoom === null;
    applyWindow();
  }

  function applyWindow() {
    if (plots === null) return;
    const [min, max] = zoom ?? wholeWindow();
    for (const u of Object.values(plots)) u.setScale("x", { min, max });
    showShortCounts(min, max);
  }

  function showShortCounts(from, to) {
    const { data } = model;
    const minutes = (flags) => {
      let sum = 0;
      for (let i = 0; i < data.n; i++) if (flags[i] && data.seconds[i] >= from && data.seconds[i] <= to) sum++;
      return words.minutes((sum * data.stepSeconds) / 60);
    };
    setText(frame.values.shortNow, minutes(data.shortNow));
    setText(frame.values.plainHpaShort, minutes(data.plainHpaShort));
  }

  function zoomBy(factor) {
    const [from, to] = zoom ?? wholeWindow();
    const centre = cursorSeconds ?? Math.min(to, nowSeconds());
    setZoom([centre - (centre - from) * factor, centre + (to - centre) * factor]);
  }

  function moveCursor(seconds) {
    const [from, to] = zoom ?? wholeWindow();
    const at = Math.min(to, Math.max(from, seconds));
    for (const u of Object.values(plots)) u.setCursor({ left: u.valToPos(at, "x"), top: 1 });
    announce(summaryAt());
  }

  function summaryAt() {
    const legend = ["demand", "p50", "inner", "ready", "desired", "plainHpa"]
      .filter((name) => frame.values[name].textContent !== "")
      .map((name) => `${frame.names[name]} ${frame.values[name].textContent}`);
    return [frame.time.textContent, ...legend, frame.missing.textContent, frame.force.textContent].filter(Boolean).join(", ");
  }

  frame.group.addEventListener("keydown", (event) => {
    if (plots === null || event.target !== frame.group) return;
    const [from, to] = zoom ?? wholeWindow();
    const step = Math.max(model.data.stepSeconds, (to - from) / 120) * (event.shiftKey ? 10 : 1);
    const at = cursorSeconds ?? nowSeconds();
    const actions = {
      ArrowLeft: () => moveCursor(at - step),
      ArrowRight: () => moveCursor(at + step),
      Home: () => moveCursor(from),
      End: () => moveCursor(to),
      Enter: () => onPick(at * 1000, true),
      "+": () => zoomBy(0.5),
      "=": () => zoomBy(0.5),
      "-": () => zoomBy(2),
      Escape: () => setZoom(null),
    };
    if (actions[event.key] === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && zoom === null) return;
    event.preventDefault();
    event.stopPropagation();
    actions[event.key]();
  });
  frame.group.addEventListener("blur", () => {
    if (plots !== null) for (const u of Object.values(plots)) u.setCursor({ left: -10, top: -10 });
  });
  frame.unzoom.addEventListener("click", () => setZoom(null));

  let pressedAt = null;
  frame.group.addEventListener("mousedown", (event) => (pressedAt = event.clientX));
  frame.group.addEventListener("click", (event) => {
    const still = pressedAt !== null && Math.abs(event.clientX - pressedAt) < 4;
    if (still && cursorSeconds !== null && event.target.closest(".u-over")) onPick(cursorSeconds * 1000, false);
  });

  // ---- life ---------------------------------------------------------------------------------

  function resize() {
    if (plots === null || host.hidden) return;
    if (frame.wasNarrow !== narrow()) {
      rebuild();
      return;
    }
    for (const [name, u] of Object.entries(plots)) {
      const width = Math.max(200, frame[name].clientWidth);
      const height = Math.max(40, frame[name].clientHeight);
      if (u.width !== width || u.height !== height) u.setSize({ width, height });
    }
  }

  function rebuild() {
    if (plots !== null) for (const u of Object.values(plots)) u.destroy();
    plots = null;
    hatch = null;
    frame.wasNarrow = narrow();
    create();
    applyWindow();
    // The first drawing ran before `plots` was there.
    for (const u of Object.values(plots)) u.redraw(false);
    showValues();
  }

  // Legends wrap as their values change, and take their height from the plots.
  const observer = new ResizeObserver(resize);
  for (const name of ["demand", "replicas", "short"]) observer.observe(frame[name]);

  return {
    /** Shows a workload; keeps zoom and cursor when it is the same one with newer data. */
    show(detail, rangeSeconds, pinned, keep) {
      model = { detail, rangeSeconds, pinned, data: columns(detail, rangeSeconds) };
      if (!keep) zoom = null;
      frame.unzoom.hidden = zoom === null;
      if (plots === null) {
        rebuild();
      } else {
        plots.demand.setData(demandData());
        plots.replicas.setData(replicaData());
        plots.short.setData([model.data.seconds, model.data.seconds.map(() => null)]);
        applyWindow();
        showValues();
      }
      setText(frame.demandTitle, detail.demandUnit ? `Demand, ${detail.demandUnit}` : "Demand");
      frame.group.setAttribute("aria-label", describe(model));
      host.dataset.points = String(model.data.seconds.length);
    },
    /** Marks the decision whose chain is open. */
    pin(ms) {
      if (model === null) return;
      model.pinned = ms;
      if (plots !== null) for (const u of Object.values(plots)) u.redraw(false);
    },
    recolour() {
      colour = colours(COLOURS);
      hatch = null;
      if (plots !== null) for (const u of Object.values(plots)) u.redraw(false);
    },
    resize,
    zoomed: () => zoom !== null,
    unzoom: () => setZoom(null),
    focus: () => frame.group.focus(),
  };
}

/** The picture in a sentence or two. */
function describe({ detail, data, rangeSeconds }) {
  const unit = detail.demandUnit;
  let highest = -1;
  for (let i = 0; i < data.n; i++) if (data.demand[i] !== null && (highest < 0 || data.demand[i] > data.demand[highest])) highest = i;
  let peak = -1;
  for (let i = data.n; i < data.seconds.length; i++) if (data.p50[i] !== null && (peak < 0 || data.p50[i] > data.p50[peak])) peak = i;
  const parts = [`Demand and replicas of ${words.nameOf(detail.workload)}, last ${words.duration(rangeSeconds)}`];
  if (highest >= 0) parts.push(`highest demand ${words.amount(data.demand[highest], unit)} at ${words.when(data.seconds[highest] * 1000, detail.now)}`);
  if (peak >= 0) parts.push(`forecast p50 highest ${words.amount(data.p50[peak], unit)} at ${words.when(data.seconds[peak] * 1000, detail.now)}, p10 to p90 there ${words.number(data.p10[peak])} to ${words.number(data.p90[peak])}`);
  else parts.push("no forecast");
  parts.push("arrow keys read values, Enter explains, the table has all of it");
  return parts.join("; ") + ".";
}

/** The frame around the plots: titles with live values, and a line for the moment under the cursor. */
function build(host) {
  const frame = { values: {}, names: {}, wasNarrow: null };
  const legend = (items) =>
    el("ul", { class: "legend" }, items.map(([key, name, shape, paint]) => {
      frame.names[key] = name;
      frame.values[key] = el("b", {});
      return el("li", {}, swatch(shape, paint), name, frame.values[key]);
    }));
  frame.time = el("span", { class: "moment-time" });
  frame.force = el("span", { class: "moment-force" });
  frame.missing = el("span", { class: "moment-missing" });
  frame.unzoom = el("button", { class: "plain small", type: "button", hidden: true }, "Zoom out");
  frame.demandTitle = el("h3", {}, "Demand");
  frame.demand = el("div", { class: "plot plot-demand" });
  frame.replicas = el("div", { class: "plot plot-replicas" });
  frame.short = el("div", { class: "plot plot-short" });
  frame.group = el("div", { class: "chart-group", role: "group", tabindex: "0", "aria-keyshortcuts": "c" },
    el("div", { class: "chart-title" }, frame.demandTitle, legend(LEGENDS.demand)),
    frame.demand,
    el("div", { class: "chart-title" }, el("h3", {}, "Replicas"), legend(LEGENDS.replicas)),
    frame.replicas,
    el("div", { class: "chart-title" }, el("h3", {}, "Minutes short"), legend([
      ["shortNow", "Almanac", "area", "red"],
      ["plainHpaShort", "plain HPA", "hatched", "red"],
    ])),
    frame.short);
  host.append(el("p", { class: "moment" }, frame.time, frame.force, frame.missing, frame.unzoom), frame.group);
  return frame;
}

function swatch(shape, paint) {
  const box = svg("svg", { viewBox: "0 0 22 10", class: `swatch swatch-${shape} paint-${paint}`, "aria-hidden": "true" });
  if (shape === "hatched") {
    box.append(svg("rect", { x: 1, y: 1, width: 20, height: 8 }), svg("path", { d: "M3 9L9 1M9 9L15 1M15 9L20 2" }));
  } else {
    const [tag, attributes] = SWATCHES[shape];
    box.append(svg(tag, attributes));
  }
  return box;
}

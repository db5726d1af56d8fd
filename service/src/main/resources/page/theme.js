// Light, dark, or as the system has it.

import { byId, svg } from "./dom.js";

const ORDER = ["system", "light", "dark"];
const PATHS = {
  system: "M12 4a8 8 0 1 0 0 16a8 8 0 1 0 0-16zM12 4v16M12 8.5h6.8M12 12.5h8M12 16.5h6.6",
  light: "M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5",
  dark: "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z",
};

/** Wires the button; `onChange` is called whenever the colours have become others. */
export function theme(onChange) {
  const button = byId("theme");
  let chosen = document.documentElement.dataset.theme ?? "system";

  function show() {
    if (chosen === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    const next = ORDER[(ORDER.indexOf(chosen) + 1) % ORDER.length];
    const label = `Theme: ${chosen}. Change to ${next}`;
    button.setAttribute("aria-label", label);
    button.title = label;
    button.replaceChildren(
      svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: `glyph glyph-${chosen}` }, svg("path", { d: PATHS[chosen] })),
    );
  }

  button.addEventListener("click", () => {
    chosen = ORDER[(ORDER.indexOf(chosen) + 1) % ORDER.length];
    try {
      localStorage.setItem("almanac.theme", chosen);
    } catch {
      // It holds until the page is closed.
    }
    show();
    onChange();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", onChange);
  show();
}

/** Colours as the canvas needs them: custom properties resolved for the present theme. */
export function colours(names) {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const found = {};
  for (const name of names) {
    probe.style.color = `var(--${name})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}

// Building the document without markup strings: text is always text.

/**
 * An element. Attributes that are false, null or undefined are left out; `on` maps event names to
 * listeners; `data` maps names to data attributes.
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  apply(node, attributes);
  node.append(...present(children));
  return node;
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  apply(node, attributes);
  node.append(...present(children));
  return node;
}

function apply(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "data") {
      Object.assign(node.dataset, value);
    } else {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
}

function present(children) {
  return children.flat().filter((c) => c !== null && c !== undefined && c !== false);
}

export const byId = (id) => document.getElementById(id);

/** Sets text only when it differs: an untouched node keeps selection and layout. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Tells screen readers, at most the last of what is said in one go. */
export function announce(text) {
  setText(byId("announce"), text);
}

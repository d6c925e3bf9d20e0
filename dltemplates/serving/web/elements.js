// Elements of the page. Text becomes text nodes and never HTML: labels and files are not trusted.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element. Attributes that are functions listen to the event of their name. */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** An SVG element, likewise. */
export function drawn(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

/** A table in a box of its own, in which it scrolls. Columns of numbers are given by their places. */
export function table(header, rows, numeric = []) {
  const cells = (tag, row) =>
    row.map((cell, place) =>
      element(tag, { class: numeric.includes(place) ? "number" : null }, cell),
    );
  return element(
    "div",
    { class: "scroll", tabindex: 0 },
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, cells("th", header))),
      element("tbody", {}, rows.map((row) => element("tr", {}, cells("td", row)))),
    ),
  );
}

/** A link that saves `text` as a file. */
export function download(name, text, kind, ...children) {
  const address = () => URL.createObjectURL(new Blob([text], { type: kind }));
  const save = (event) => {
    const link = event.currentTarget;
    URL.revokeObjectURL(link.href);
    link.href = address();
  };
  return element("a", { href: "#", download: name, class: "button", click: save }, ...children);
}

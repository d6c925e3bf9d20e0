// The words of the page, in the reader's language; all that is shown follows when it changes.

import { WORDS } from "./words.js";

const spoken = new WeakMap();
let current = preferred();

export const languages = Object.keys(WORDS);

export function language() {
  return current;
}

/** A sentence as plain text. Numbers among its values are written as the language does. */
export function text(word, values = {}) {
  return WORDS[current][word].replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

/** A sentence as an element. */
export function say(word, values = {}) {
  return spokenBy(document.createElement("span"), null, word, values);
}

/** Makes a sentence the text of `node`, or the value of one of its attributes. */
export function spokenBy(node, attribute, word, values = {}) {
  const all = spoken.get(node) ?? [];
  spoken.set(node, [...all.filter((each) => each.attribute !== attribute), { attribute, word, values }]);
  node.setAttribute("data-word", "");
  speak(node);
  return node;
}

export function setLanguage(chosen) {
  current = chosen;
  document.documentElement.lang = chosen;
  document.querySelectorAll("[data-word]").forEach(speak);
}

/** Keeps the language for the next time. */
export function rememberLanguage() {
  try {
    localStorage.setItem("language", current);
  } catch {
    // A browser that keeps nothing asks its own settings the next time.
  }
}

/** A number with as many digits as a reader needs. */
export function number(value, digits = 5) {
  if (Number.isNaN(value)) return "–";
  return value.toLocaleString(current, { maximumSignificantDigits: digits });
}

/** A probability, always with a decimal, so that several stand below one another. */
export function percent(share) {
  const one = { maximumFractionDigits: 1, minimumFractionDigits: 1 };
  return share.toLocaleString(current, { style: "percent", ...one });
}

/** A share that somebody chose, such as a rate: 1 %, 0.05 %. */
export function roundPercent(share) {
  return share.toLocaleString(current, { style: "percent", maximumSignificantDigits: 3 });
}

/** A large number in few characters: 10K, 1만. */
export function compact(value) {
  return value.toLocaleString(current, { notation: "compact" });
}

function speak(node) {
  for (const { attribute, word, values } of spoken.get(node) ?? []) {
    if (attribute === null) node.textContent = text(word, values);
    else node.setAttribute(attribute, text(word, values));
  }
}

function shown(value) {
  return typeof value === "number" ? value.toLocaleString(current) : String(value);
}

function preferred() {
  let kept = null;
  try {
    kept = localStorage.getItem("language");
  } catch {
    // Nothing is kept here.
  }
  const wanted = [kept, ...navigator.languages].filter(Boolean).map((each) => each.slice(0, 2));
  return wanted.find((each) => each in WORDS) ?? "en";
}

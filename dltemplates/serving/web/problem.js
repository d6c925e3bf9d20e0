// What the page shows when something is not as it should be.

import { element } from "./elements.js";
import { say } from "./language.js";

/** What is wrong, by the name of a sentence in words.js. */
export class Problem extends Error {
  constructor(word, values = {}) {
    super(word);
    this.word = word;
    this.values = values;
  }
}

/** What the server refused, in its own words, with the status that it gave. */
export class Refusal extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** The box that says so; anything that is no Problem or Refusal is a fault of this page. */
export function problemBox(error) {
  if (error instanceof Problem) return box(say(error.word, error.values));
  if (error instanceof Refusal) return box(say("refused"), " ", element("code", {}, error.message));
  console.error(error);
  return box(say("fault"), " ", element("code", {}, String(error)));
}

export function noteBox(...children) {
  return element("p", { class: "note" }, ...children);
}

function box(...children) {
  return element("p", { class: "note problem", role: "alert" }, ...children);
}

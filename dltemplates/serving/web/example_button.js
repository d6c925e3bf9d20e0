import { element } from "./elements.js";
import { say } from "./language.js";

/** Fills in a sample, so that an answer can be seen without any data. */
export function exampleButton(example) {
  return element("button", { type: "button", click: example }, say("example"));
}

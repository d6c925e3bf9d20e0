// A place where files can be dropped, chosen or pasted.

import { element } from "./elements.js";
import { say } from "./language.js";

/**
 * @param {object} options
 * @param {string} options.word The sentence inside.
 * @param {string} options.accept Kinds of files, as in HTML.
 * @param {boolean} options.multiple Whether several files may come at once.
 * @param {function(File[])} options.onFiles Takes them.
 */
export function fileInput({ word, accept, multiple, onFiles }) {
  const input = element("input", { type: "file", accept, multiple, class: "unseen" });
  const zone = element("label", { class: "drop" }, input, say(word));
  const give = (files) => files.length && onFiles(multiple ? [...files] : [files[0]]);
  input.addEventListener("change", () => {
    give(input.files);
    input.value = ""; // so that the same file can be chosen again
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone.classList.remove("over");
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    give(event.dataTransfer.files);
  });
  addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) give(event.clipboardData.files);
  });
  return zone;
}

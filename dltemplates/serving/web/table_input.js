// A table to ask about: pasted, typed, dropped or chosen.

import { element } from "./elements.js";
import { exampleButton } from "./example_button.js";
import { fileInput } from "./file_input.js";
import { say, spokenBy } from "./language.js";
import { problemBox } from "./problem.js";

const EDITABLE = 200_000; // characters that a text box handles well

/**
 * @param {object} options
 * @param {string} options.verb The sentence on the button that asks.
 * @param {function(string): Promise<Node[]>} options.answer From the table's text to what is shown.
 * @param {function(): string} options.example Makes a table.
 */
export function tableInput({ verb, answer, example }) {
  const box = element("textarea", { id: "table", rows: 7, spellcheck: "false", wrap: "off", class: "code" });
  const loaded = element("p", { class: "faint" });
  const answers = element("div", { class: "answers", "aria-live": "polite" });
  let large = null;

  const take = (text, name) => {
    large = text.length > EDITABLE ? text : null;
    box.value = large ? text.slice(0, text.indexOf("\n", 2_000)) + "\n…" : text;
    box.readOnly = large !== null;
    if (name) loaded.replaceChildren(say(large ? "large_file" : "file", { name }));
    else loaded.replaceChildren();
  };
  const ask = async () => {
    answers.setAttribute("aria-busy", "true");
    answers.replaceChildren(element("p", { class: "faint" }, say("asking")));
    try {
      answers.replaceChildren(...(await answer(large ?? box.value)));
    } catch (error) {
      answers.replaceChildren(problemBox(error));
    }
    answers.removeAttribute("aria-busy");
  };
  const onFiles = async ([file]) => {
    take(await file.text(), file.name);
    await ask();
  };
  const shown = () => {
    take(example());
    loaded.replaceChildren(say("made_up"));
    return ask();
  };
  spokenBy(box, "placeholder", "paste_table");
  const accept = ".csv,.tsv,.txt,text/csv,text/plain";
  return {
    view: [
      fileInput({ word: "drop_table", accept, multiple: false, onFiles }),
      element("label", { for: "table" }, say("table")),
      box,
      loaded,
      element(
        "div",
        { class: "row" },
        element("button", { type: "button", class: "main", click: ask }, say(verb)),
        exampleButton(shown),
      ),
      answers,
    ],
    example: shown,
  };
}

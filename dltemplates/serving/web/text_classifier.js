// Asks a text classifier while its reader types.

import { answerFoot } from "./answer_foot.js";
import { bars } from "./bars.js";
import { element } from "./elements.js";
import { exampleButton } from "./example_button.js";
import { language, say, spokenBy } from "./language.js";
import { noteBox, problemBox } from "./problem.js";

const PAUSE = 400; // milliseconds without a key, after which the text is taken as finished
const SHOWN = 12; // classes
const EXAMPLES = {
  en: "The story was a little long, but the acting was great and I laughed a lot.",
  ko: "이야기는 조금 길었지만 배우들 연기가 정말 좋고 많이 웃었어요.",
};

export function textClassifier(model) {
  if (model.metadata.tokenisation === "subword") return { view: [subwordNote(model)] };
  const box = element("textarea", { id: "text", rows: 5, spellcheck: "false" });
  spokenBy(box, "placeholder", "type_text");
  const answers = element("div", { class: "answers", "aria-live": "polite" });
  let pause, question;

  const ask = async () => {
    clearTimeout(pause);
    question?.abort();
    if (!box.value.trim()) return answers.replaceChildren();
    question = new AbortController();
    answers.setAttribute("aria-busy", "true");
    try {
      answers.replaceChildren(...answered(model, await model.predict([box.value], question.signal)));
    } catch (error) {
      if (error.name === "AbortError") return;
      answers.replaceChildren(problemBox(error));
    }
    answers.removeAttribute("aria-busy");
  };
  box.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(ask, PAUSE);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask();
  });
  const example = () => {
    box.value = EXAMPLES[language()];
    return ask();
  };
  const button = element("button", { type: "button", class: "main", click: ask }, say("classify"));
  return {
    view: [
      element("label", { for: "text" }, say("text")),
      box,
      element("div", { class: "row" }, button, exampleButton(example)),
      answers,
    ],
    example,
  };
}

function answered(model, given) {
  const [{ probabilities, labels }] = given.predictions;
  const several = model.metadata.multi_label;
  const said = new Set(labels);
  const classes = model.metadata.class_names
    .map((label, place) => ({ label, probability: probabilities[place], chosen: said.has(label) }))
    .sort((one, other) => other.probability - one.probability);
  if (!several) classes[0].chosen = true;
  const chosen = classes.filter((each) => each.chosen).map((each) => each.label);
  return [
    element("h2", {}, chosen.length ? chosen.join(", ") : say("no_label")),
    several ? element("p", { class: "faint" }, say("several_labels")) : null,
    bars(classes.slice(0, SHOWN)),
    answerFoot(given),
  ].filter(Boolean);
}

function subwordNote(model) {
  return noteBox(
    say("subwords"),
    element("pre", { tabindex: 0 }, `python -m ${model.name} predict "…"`),
  );
}

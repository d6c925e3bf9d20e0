// Asks a model of a kind that this page does not know, in plain JSON.

import { answerFoot } from "./answer_foot.js";
import { element } from "./elements.js";
import { parse, stringify } from "./json.js";
import { say } from "./language.js";
import { Problem, problemBox } from "./problem.js";

export function anyModel(model) {
  const box = element("textarea", { id: "instances", rows: 7, spellcheck: "false", class: "code" });
  box.value = "[]";
  const answers = element("div", { class: "answers", "aria-live": "polite" });
  const ask = async () => {
    try {
      const answer = await model.predict(instancesOf(box.value));
      const predictions = answer.predictions.map((each) => stringify(each)).join("\n");
      answers.replaceChildren(element("pre", { tabindex: 0 }, predictions), answerFoot(answer));
    } catch (error) {
      answers.replaceChildren(problemBox(error));
    }
  };
  return {
    view: [
      element("p", {}, say("unknown_kind")),
      element("label", { for: "instances" }, say("instances")),
      box,
      element("div", { class: "row" }, element("button", { type: "button", class: "main", click: ask }, say("ask"))),
      answers,
    ],
  };
}

function instancesOf(text) {
  let instances;
  try {
    instances = parse(text);
  } catch {
    throw new Problem("no_json");
  }
  if (!Array.isArray(instances)) throw new Problem("no_json");
  return instances;
}

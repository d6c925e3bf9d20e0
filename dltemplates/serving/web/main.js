// The page of a served model: what it is, and a way to ask it that fits its kind.

import { anomalyDetector } from "./anomaly_detector.js";
import { anyModel } from "./any_model.js";
import { element } from "./elements.js";
import { forecaster } from "./forecaster.js";
import { imageClassifier } from "./image_classifier.js";
import { language, languages, rememberLanguage, say, setLanguage, spokenBy } from "./language.js";
import { Model } from "./model.js";
import { problemBox } from "./problem.js";
import { textClassifier } from "./text_classifier.js";
import { NAMES } from "./words.js";

const VIEWS = {
  "image classifier": imageClassifier,
  "text classifier": textClassifier,
  forecaster,
  "anomaly detector": anomalyDetector,
};

async function start() {
  setLanguage(language());
  const header = document.getElementById("header");
  const main = document.getElementById("main");
  header.replaceChildren(element("h1", {}, say("model")), languageSwitch());
  try {
    const model = await Model.load();
    document.title = model.name;
    header.replaceChildren(heading(model), languageSwitch());
    const { view, example } = (VIEWS[model.kind] ?? anyModel)(model);
    main.replaceChildren(...view, about(model));
    if (location.hash === "#example") await example?.();
  } catch (error) {
    main.replaceChildren(problemBox(error));
  }
}

function heading({ name, version, kind }) {
  const values = { version: String(version) };
  const what = kind in VIEWS ? say(kind.replace(" ", "_"), values) : say("version", values);
  return element("div", {}, element("h1", {}, name), element("p", { class: "faint" }, what));
}

function languageSwitch() {
  const choice = (each) => {
    const press = () => {
      setLanguage(each);
      rememberLanguage();
      for (const other of group.children) other.setAttribute("aria-pressed", other.lang === each);
    };
    const pressed = String(each === language());
    return element("button", { type: "button", lang: each, "aria-pressed": pressed, click: press }, NAMES[each]);
  };
  const group = element("div", { class: "languages", role: "group" }, languages.map(choice));
  return spokenBy(group, "aria-label", "language");
}

/** Everything that the model carries about itself. */
function about({ metadata }) {
  const { kind, subword_model: skipped, ...facts } = metadata;
  const written = (value) => (Array.isArray(value) ? value.join(", ") : String(value)) || "–";
  const entries = Object.entries(facts).flatMap(([name, value]) => [
    element("dt", {}, name),
    element("dd", {}, written(value)),
  ]);
  if (!entries.length) return "";
  return element("details", { class: "about" }, element("summary", {}, say("about")), element("dl", {}, entries));
}

start();

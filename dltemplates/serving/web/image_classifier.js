// Asks an image classifier about image files.

import { answerFoot, imageCommand } from "./answer_foot.js";
import { bars } from "./bars.js";
import { element } from "./elements.js";
import { exampleButton } from "./example_button.js";
import { exampleImage } from "./example_image.js";
import { fileInput } from "./file_input.js";
import { say } from "./language.js";
import { problemBox } from "./problem.js";

const SHOWN = 50; // answers that are kept on the page

export function imageClassifier(model) {
  const answers = element("div", { class: "answers", "aria-live": "polite" });
  const ask = async (files) => {
    for (const file of files) {
      const card = element("article", { class: "card image" });
      answers.prepend(card);
      while (answers.childElementCount > SHOWN) answers.lastElementChild.remove();
      await answer(model, file, card);
    }
  };
  const input = fileInput({ word: "drop_images", accept: "image/*", multiple: true, onFiles: ask });
  const example = async () => ask([await exampleImage(model.metadata.class_names)]);
  return {
    view: [input, element("div", { class: "row" }, exampleButton(example)), answers],
    example,
  };
}

async function answer(model, file, card) {
  const picture = element("img", { src: URL.createObjectURL(file), alt: file.name });
  const heading = element("h2", {}, file.name);
  card.replaceChildren(element("div", { class: "picture" }, picture), element("div", {}, heading));
  picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
  picture.addEventListener("error", () => picture.replaceWith(say("no_preview")));
  try {
    const given = await model.predict([{ b64: await base64(file) }]);
    const [{ label, top_labels: labels, top_probabilities: probabilities }] = given.predictions;
    const classes = labels.map((each, place) => ({
      label: each,
      probability: probabilities[place],
      chosen: each === label,
    }));
    const command = imageCommand(file.name, given.address);
    card.lastElementChild.append(bars(classes), answerFoot(given, { command }));
  } catch (error) {
    card.lastElementChild.append(problemBox(error));
  }
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

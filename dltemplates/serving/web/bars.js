// Probabilities as bars.

import { element } from "./elements.js";
import { percent } from "./language.js";

/** A list of `{label, probability, chosen}`, each with a bar. */
export function bars(classes) {
  return element(
    "ul",
    { class: "bars" },
    classes.map(({ label, probability, chosen }) => {
      const bar = element("i", {});
      bar.style.inlineSize = `${100 * probability}%`;
      return element(
        "li",
        { class: chosen ? "chosen" : null },
        element("span", { class: "label" }, label),
        element("span", { class: "share" }, percent(probability)),
        element("span", { class: "bar", "aria-hidden": "true" }, bar),
      );
    }),
  );
}

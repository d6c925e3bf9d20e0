// The scores of single rows, strangest first.

import { strongest } from "./anomaly_request.js";
import { writeTable } from "./csv.js";
import { download, element, table } from "./elements.js";
import { number, percent, say } from "./language.js";

const SHOWN = 100; // rows

/** What to show of a table's answer. */
export function rowScores({ names }, { columns }, { scores, alarms, attribution }) {
  const count = alarms.filter(Boolean).length;
  const order = [...scores.keys()].sort((one, other) => scores[other] - scores[one]);
  const reason = (row) => ([place, share]) =>
    element("span", { class: "reason" }, `${names[place]} ${percent(share)} (${number(columns[place][row])})`);
  const rows = order
    .slice(0, SHOWN)
    .map((row) => [
      number(row + 1),
      number(scores[row], 6),
      alarms[row] ? element("strong", { class: "alarm" }, say("alarm")) : "",
      element("span", {}, ...strongest(attribution[row]).map(reason(row))),
    ]);
  const all = scores.map((score, row) => [row + 1, score, String(alarms[row]), ...attribution[row]]);
  const saved = writeTable(["row", "score", "alarm", ...names], all);
  return [
    element("h2", {}, count ? say("row_alarms", { count, rows: scores.length }) : say("no_alarms")),
    scores.length > SHOWN ? element("p", { class: "faint" }, say("strangest_rows", { shown: SHOWN })) : "",
    table([say("row"), say("score"), "", say("features_and_values")], rows, [0, 1]),
    element("div", { class: "row" }, download("scores.csv", saved, "text/csv", say("save_scores"))),
  ];
}

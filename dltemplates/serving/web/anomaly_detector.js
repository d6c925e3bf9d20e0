// Asks an anomaly detector about a log of sensors, or about the rows of a table.

import { answerFoot } from "./answer_foot.js";
import { detectorTable, exampleTable, judged } from "./anomaly_request.js";
import { logScores } from "./log_scores.js";
import { element } from "./elements.js";
import { roundPercent, say } from "./language.js";
import { noteBox } from "./problem.js";
import { rowScores } from "./row_scores.js";
import { tableInput } from "./table_input.js";

export function anomalyDetector(model) {
  const { metadata } = model;
  const input = tableInput({
    verb: "look_for_anomalies",
    example: () => exampleTable(metadata),
    answer: async (given) => {
      const log = detectorTable(given, metadata);
      const answer = await judged(model, log.columns);
      const foot = { ...answer.last, milliseconds: answer.milliseconds };
      return [
        ...log.notes.map(([word, values]) => noteBox(say(word, values))),
        ...(metadata.window ? logScores : rowScores)(metadata, log, answer),
        answerFoot(foot, { times: answer.parts }),
      ];
    },
  });
  return { view: [wanted(metadata), ...input.view], example: input.example };
}

function wanted({ names, window, false_alarm_rate: rate }) {
  const columns = names.flatMap((name) => [element("code", {}, name), " "]);
  return element(
    "div",
    { class: "wanted" },
    element("p", {}, window ? say("wanted_log", { window }) : say("wanted_table")),
    element("p", {}, say(window ? "wanted_sensors" : "wanted_features"), " ", columns),
    element("p", {}, say("rate", { rate: roundPercent(rate) })),
  );
}

// Asks an anomaly detector about the rows of a table, in parts that a server takes.

import { checkColumns, numbersOf, readTable } from "./csv.js";
import { ignored, quotedName } from "./forecast_request.js";
import { Problem } from "./problem.js";
import { continued, isUneven, timesOf, timeWriter } from "./times.js";

const PART = 2_000; // rows of a question
const CALM = 0.2; // how far an example strays, and how far where it is disturbed, in standard deviations
const WILD = 8;

/**
 * What a detector takes of a table.
 *
 * @returns {{columns: number[][], x: number[], isTime: boolean, rowName: function, notes: Array}}
 *   `columns` are the values of each sensor or feature.
 */
export function detectorTable(text, { names, window }) {
  const table = readTable(text);
  checkColumns(table, names);
  if (table.rows.length < window) throw new Problem("window_too_long", { rows: table.rows.length, window });
  const columns = names.map((name) => numbersOf(table, name));
  const times = window ? timesOf(table, names) : null;
  const taken = Object.fromEntries(names.map((name) => [name, true]));
  const uneven = times && times.seconds.length > 2 && isUneven(times.seconds);
  return {
    columns,
    x: times?.seconds ?? table.rows.map((_, row) => row + 1),
    isTime: times !== null,
    rowName: times ? timeWriter(times.seconds) : String,
    notes: [...ignored(table, taken, times), ...(uneven ? [["uneven_times", {}]] : [])],
  };
}

/**
 * Scores of all rows that have one: of a series those from the end of the first window on.
 *
 * @returns {Promise<{scores: number[], alarms: boolean[], attribution: number[][], last: Answer,
 *   parts: number, milliseconds: number}>}
 */
export async function judged(model, columns) {
  const { window } = model.metadata;
  const count = columns[0].length;
  const whole = { scores: [], alarms: [], attribution: [], parts: 0, milliseconds: 0 };
  const overlap = Math.max(0, window - 1);
  for (let start = 0; start + overlap < count; start += PART) {
    const end = Math.min(start + PART + overlap, count);
    const rows = Array.from({ length: end - start }, (_, row) => columns.map((values) => values[start + row]));
    const answer = await model.predict(window ? [rows] : rows);
    const parts = window ? answer.predictions[0] : byColumn(answer.predictions);
    append(whole.scores, parts.score);
    append(whole.alarms, parts.alarm);
    append(whole.attribution, parts.attribution);
    whole.milliseconds += answer.milliseconds;
    whole.parts += 1;
    whole.last = answer;
  }
  return whole;
}

/** A made-up table: a wave in each sensor, disturbed for a while. */
export function exampleTable({ names, mean, scale, window, frequency }) {
  const rows = window ? Math.min(8 * window, 1_000) : 40;
  const start = Date.UTC(2025, 0, 1) / 1000;
  const times = continued([start], rows - 1, frequency || "min");
  const written = timeWriter(times);
  const disturbed = (row) => row >= Math.floor(0.7 * rows) && row < Math.floor(0.75 * rows);
  const lines = Array.from({ length: rows }, (_, row) => {
    const values = names.map((_, place) => {
      const size = scale?.[place] ?? 1;
      const wave = (mean?.[place] ?? 10) + CALM * size * Math.sin((row * Math.PI) / 30);
      return (disturbed(row) && place === 0 ? wave + WILD * size : wave).toPrecision(6);
    });
    return (window ? [written(times[row]), ...values] : values).join(",");
  });
  const header = [...(window ? ["time"] : []), ...names].map(quotedName).join(",");
  return [header, ...lines].join("\n") + "\n";
}

/** The sensors that have most to do with an error, largest first: pairs of place and share. */
export function strongest(shares, count = 3) {
  const ranked = [...shares.entries()].sort((one, other) => other[1] - one[1]);
  return ranked.slice(0, count).filter(([, share]) => share > 0.01);
}

function byColumn(predictions) {
  const of = (name) => predictions.map((each) => each[name]);
  return { score: of("score"), alarm: of("alarm"), attribution: of("attribution") };
}

function append(all, more) {
  for (const each of more) all.push(each);
}

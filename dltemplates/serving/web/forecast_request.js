// From a table to what a forecaster takes, see dltemplates.export.forecaster.

import { checkColumns, numbersOf, readTable } from "./csv.js";
import { Problem } from "./problem.js";
import { continued, isUneven, timesOf, timeWriter } from "./times.js";

/**
 * The last rows of a table as an instance of the model's, and what is needed to show the answer.
 *
 * @returns {{instance: object, history: number[][], x: number[], isTime: boolean, rowName: function,
 *   notes: Array}} `history` has the values of each series, `x` the place of each of its rows and of
 *   each row to come; `rowName` names a row of `x`.
 */
export function forecastRequest(text, metadata) {
  const { series, past, known, calendar, lookback, horizon, frequency } = metadata;
  const table = readTable(text);
  checkColumns(table, [...series, ...past, ...known]);
  const columns = Object.fromEntries(
    [...series, ...past, ...known].map((name) => [name, numbersOf(table, name)]),
  );
  const times = timesOf(table, [...series, ...past, ...known]);
  const end = lastValue(series.map((name) => columns[name])) + 1;
  if (end < lookback) throw new Problem("too_few_rows", { rows: end, lookback });
  if (known.length && table.rows.length < end + horizon) {
    const rest = { known: known.join(", "), horizon, rows: table.rows.length - end };
    throw new Problem("known_too_short", rest);
  }
  if (calendar.length && !times) throw new Problem("times_needed", { calendar: calendar.join(", ") });

  const all = times ? timesUntil(times.seconds, end + horizon, frequency) : [...Array(end + horizon).keys()];
  const first = end - lookback;
  const side = (names, from, to) =>
    Array.from({ length: to - from }, (_, row) => names.map((name) => columns[name][from + row]));
  const instance = { values: side(series, first, end) };
  if (past.length) instance.past = side(past, first, end);
  if (known.length) instance.known = side(known, first, end + horizon);
  if (calendar.length) instance.times = all.slice(first, end + horizon);
  return {
    instance,
    history: series.map((name) => columns[name].slice(first, end)),
    x: all.slice(first).map((at) => (times ? at : at + 1)),
    isTime: times !== null,
    rowName: times ? timeWriter(all) : String,
    notes: [...ignored(table, columns, times), ...(times && isUneven(times.seconds) ? [["uneven_times", {}]] : [])],
  };
}

/** A made-up table in the right shape: a wave in each series, as long as the model looks back. */
export function exampleTable({ series, mean, scale, past, known, lookback, horizon, frequency }) {
  const names = ["time", ...series, ...past, ...known];
  const rows = lookback + (known.length ? horizon : 0);
  const start = Date.UTC(2025, 0, 1) / 1000;
  const times = continued([start], rows - 1, frequency);
  const written = timeWriter(times);
  const lines = Array.from({ length: rows }, (_, row) => {
    const wave = (column) => (mean?.[column] ?? 100) + (scale?.[column] ?? 10) * Math.sin((row * Math.PI) / 12 + column);
    const behind = [...series, ...past].map((_, column) => (row < lookback ? wave(column).toPrecision(6) : ""));
    return [written(times[row]), ...behind, ...known.map(() => "0")].join(",");
  });
  return [names.map(quotedName).join(","), ...lines].join("\n") + "\n";
}

export function quotedName(name) {
  return /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

/** The columns that the model does not take, as a note. */
export function ignored({ names }, columns, times) {
  const others = names.filter((name) => !(name in columns) && name !== times?.name);
  return others.length ? [["ignored_columns", { columns: others.join(", ") }]] : [];
}

function lastValue(columns) {
  let row = columns[0].length - 1;
  while (row >= 0 && columns.every((values) => Number.isNaN(values[row]))) row--;
  return row;
}

function timesUntil(seconds, rows, frequency) {
  if (seconds.length >= rows) return seconds.slice(0, rows);
  return continued(seconds, rows - seconds.length, frequency);
}

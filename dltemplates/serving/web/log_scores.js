// The scores of a log of sensors: a time-line, its alarms, and the values below.

import { strongest } from "./anomaly_request.js";
import { legend, lineChart } from "./chart.js";
import { writeTable } from "./csv.js";
import { download, element, table } from "./elements.js";
import { compact, number, percent, roundPercent, say, text } from "./language.js";

const RAREST = 6; // where the time-line ends: one normal row in a million
const SHOWN = 30; // alarms

/** What to show of a log's answer. */
export function logScores({ names, window, false_alarm_rate: rate }, log, { scores, alarms, attribution }) {
  const first = window - 1;
  const events = eventsOf(scores, alarms, attribution);
  const ranked = [...events].sort((one, other) => other.score - one.score);
  const spans = events.map(({ from, to }) => [from + first, to + first]);
  const values = element("div");
  const choice = element("select", { id: "sensor", change: () => show(choice.selectedIndex) });
  choice.append(...names.map((name) => element("option", {}, name)));
  const show = (place) => {
    choice.selectedIndex = place;
    values.replaceChildren(valueChart(names[place], log, log.columns[place], spans));
  };
  show(ranked.length ? (strongest(ranked[0].shares)[0]?.[0] ?? 0) : 0);
  const rowName = (place) => log.rowName(log.x[place + first]);
  return [
    element("h2", {}, events.length ? say("alarms", { events: events.length, rows: scores.length }) : say("no_alarms")),
    scoreChart(log, scores, rate, first, spans),
    legend([["c0", say("score")], ["threshold", say("threshold", { rate: roundPercent(rate) })], ["span", say("alarm")]]),
    element("div", { class: "row" }, element("label", { for: "sensor" }, say("sensor")), choice),
    values,
    events.length ? eventTable(ranked.slice(0, SHOWN), names, rowName, show) : "",
    element("div", { class: "row" }, saved(names, log, scores, alarms, attribution, rowName)),
  ];
}

function scoreChart({ x, isTime, rowName }, scores, rate, first, spans) {
  const rarity = (score) => Math.min(RAREST, -Math.log10(Math.max(1 - score, 10 ** -RAREST)));
  const heights = [...Array(RAREST + 1).keys()];
  return lineChart({
    summary: text("score_summary", { rows: scores.length, events: spans.length }),
    x,
    isTime,
    heights,
    heightText: (at) => (at ? `1/${compact(10 ** at)}` : "1"),
    lines: [{ values: [...Array(first).fill(NaN), ...scores.map(rarity)], style: "c0" }],
    levels: [{ at: Math.min(RAREST, -Math.log10(rate)), style: "threshold" }],
    spans,
    reading: (place) => {
      const score = scores[place - first];
      return `${rowName(x[place])}: ${score === undefined ? text("no_score") : number(score, 6)}`;
    },
  });
}

function valueChart(name, { x, isTime, rowName }, values, spans) {
  return lineChart({
    summary: name,
    x,
    isTime,
    lines: [{ values, style: "c2" }],
    spans,
    reading: (place) => `${rowName(x[place])}: ${number(values[place])}`,
  });
}

/** Stretches of alarms: first and last row, highest score, and the sensors' mean shares of the error. */
function eventsOf(scores, alarms, attribution) {
  const events = [];
  alarms.forEach((alarm, row) => {
    if (!alarm) return;
    if (events.at(-1)?.to !== row - 1) events.push({ from: row, to: row, score: 0, shares: null });
    const event = events.at(-1);
    event.to = row;
    event.score = Math.max(event.score, scores[row]);
    event.shares = attribution[row].map((share, place) => (event.shares?.[place] ?? 0) + share);
  });
  for (const event of events) {
    event.shares = event.shares.map((share) => share / (event.to - event.from + 1));
  }
  return events;
}

function eventTable(events, names, rowName, show) {
  const button = ([place, share]) =>
    element("button", { type: "button", class: "quiet", click: () => show(place) }, `${names[place]} ${percent(share)}`);
  const rows = events.map(({ from, to, score, shares }) => [
    rowName(from),
    rowName(to),
    number(score, 6),
    element("span", {}, ...strongest(shares).map(button)),
  ]);
  return table([say("from"), say("to"), say("highest_score"), say("strongest")], rows, [2]);
}

function saved(names, { x }, scores, alarms, attribution, rowName) {
  const rows = scores.map((score, place) => [
    rowName(place),
    score,
    String(alarms[place]),
    ...attribution[place],
  ]);
  const header = [x.length ? "time" : "row", "score", "alarm", ...names];
  return download("scores.csv", writeTable(header, rows), "text/csv", say("save_scores"));
}

// Asks a forecaster what comes after the last row of a table.

import { answerFoot } from "./answer_foot.js";
import { legend, lineChart } from "./chart.js";
import { writeTable } from "./csv.js";
import { download, element, table } from "./elements.js";
import { exampleTable, forecastRequest } from "./forecast_request.js";
import { number, roundPercent, say, text } from "./language.js";
import { noteBox } from "./problem.js";
import { tableInput } from "./table_input.js";

const SHOWN = 2; // horizons of history in the chart, at least

export function forecaster(model) {
  const { metadata } = model;
  const input = tableInput({
    verb: "forecast",
    example: () => exampleTable(metadata),
    answer: async (given) => {
      const request = forecastRequest(given, metadata);
      const answer = await model.predict([request.instance]);
      return [
        ...request.notes.map(([word, values]) => noteBox(say(word, values))),
        ...forecasts(model, request, answer.predictions[0]),
        answerFoot(answer),
      ];
    },
  });
  return { view: [wanted(metadata), ...input.view], example: input.example };
}

function wanted({ series, past, known, lookback, horizon }) {
  const columns = (names) => names.map((name) => element("code", {}, name)).flatMap((each) => [each, " "]);
  return element(
    "div",
    { class: "wanted" },
    element("p", {}, say("wanted_rows", { lookback, horizon })),
    element("p", {}, say("wanted_series"), " ", columns(series)),
    past.length ? element("p", {}, say("wanted_past"), " ", columns(past)) : null,
    known.length ? element("p", {}, say("wanted_known", { horizon }), " ", columns(known)) : null,
  );
}

function forecasts(model, request, prediction) {
  const { series, lookback } = model.metadata;
  const of = (name, place) => prediction[name]?.map((row) => row[place]);
  const result = series.map((name, place) => ({
    name,
    history: request.history[place],
    forecast: of("forecast", place),
    lower: of("lower", place),
    upper: of("upper", place),
  }));
  const shown = element("div");
  const choice = element("select", {
    id: "series",
    change: () => shown.replaceChildren(...oneSeries(model, request, result[choice.selectedIndex])),
  });
  choice.append(...series.map((name) => element("option", {}, name)));
  shown.append(...oneSeries(model, request, result[0]));
  const all = result.flatMap(({ name, forecast, lower, upper }) =>
    forecast.map((value, step) => {
      const at = request.rowName(request.x[lookback + step]);
      return [name, at, value, ...(lower ? [lower[step], upper[step]] : [])];
    }),
  );
  const header = ["series", request.isTime ? "time" : "row", "forecast", ...(result[0].lower ? ["lower", "upper"] : [])];
  const several = element("div", { class: "row" }, element("label", { for: "series" }, say("series")), choice);
  return [
    series.length > 1 ? several : "",
    shown,
    element("div", { class: "row" }, download("forecast.csv", writeTable(header, all), "text/csv", say("save_forecast"))),
  ];
}

function oneSeries(model, { x, isTime, rowName }, { name, history, forecast, lower, upper }) {
  const { horizon, lookback, coverage } = model.metadata;
  const before = Math.min(lookback, Math.max(SHOWN * horizon, 48));
  const past = history.slice(-before);
  const nothing = (count) => Array(count).fill(NaN);
  const joined = past.at(-1); // the forecast's line begins at the last value
  const places = x.slice(lookback - before);
  const lines = [
    { values: [...past, ...nothing(horizon)], style: "c0" },
    { values: [...nothing(before - 1), joined, ...forecast], style: "c1" },
  ];
  const band = lower && {
    lower: [...nothing(before - 1), joined, ...lower],
    upper: [...nothing(before - 1), joined, ...upper],
    style: "c1",
  };
  const reading = (place) => {
    const step = place - before;
    const when = rowName(places[place]);
    if (step < 0) return `${when}: ${number(past[place])}`;
    const range = lower ? ` (${number(lower[step])} – ${number(upper[step])})` : "";
    return `${when}: ${number(forecast[step])}${range}`;
  };
  const interval = lower && say("interval", { coverage: roundPercent(coverage) });
  return [
    lineChart({
      summary: text("forecast_summary", { name, first: number(forecast[0]), last: number(forecast.at(-1)) }),
      x: places,
      isTime,
      lines,
      bands: band ? [band] : [],
      reading,
    }),
    legend([["c0", say("values")], ["c1", say("forecast_noun")], ...(lower ? [["c1 pale", interval]] : [])]),
    element(
      "details",
      {},
      element("summary", {}, say("as_table")),
      forecastTable({ forecast, lower, upper }, x.slice(lookback).map(rowName), isTime),
    ),
  ];
}

function forecastTable({ forecast, lower, upper }, names, isTime) {
  const header = [say(isTime ? "time" : "row"), say("forecast_noun"), ...(lower ? [say("lower"), say("upper")] : [])];
  const rows = forecast.map((value, step) => [
    names[step],
    number(value),
    ...(lower ? [number(lower[step]), number(upper[step])] : []),
  ]);
  return table(header, rows, [1, 2, 3]);
}

// Line charts, as wide as the place they stand in.

import { roundMarks, timeMarks, timeText } from "./axes.js";
import { drawn, element } from "./elements.js";
import { number } from "./language.js";

const HEIGHT = 260;
const LEFT = 52;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 26;
const FINEST = 2; // points that a pixel gets at most

/**
 * A chart that is drawn anew when its width changes.
 *
 * @param {object} chart
 * @param {string} chart.summary What it shows, for who cannot see it.
 * @param {number[]} chart.x Where the points are: seconds since 1970, or numbers of rows.
 * @param {boolean} chart.isTime Which of the two.
 * @param {{values: number[], style: string}[]} chart.lines As long as `x`; NaN is a gap.
 * @param {{lower: number[], upper: number[], style: string}[]} [chart.bands]
 * @param {{at: number, style: string}[]} [chart.levels] Lines at a height.
 * @param {number[][]} [chart.spans] Pairs of places in `x`, between which the ground is marked.
 * @param {number[]} [chart.heights] Where the marks of the upright axis stand; default: round numbers.
 * @param {function(number): string} [chart.heightText] What is written there.
 * @param {function(number): string} [chart.reading] What to say of a point, by its place in `x`.
 */
export function lineChart(chart) {
  const frame = element("div", { class: "chart" });
  const says = element("p", { class: "reading faint", "aria-live": "polite" }, "\u00a0");
  let width = 0;
  const draw = () => {
    if (frame.clientWidth === width || !frame.clientWidth) return;
    width = frame.clientWidth;
    const scale = scales(chart, width);
    const picture = drawn(
      "svg",
      { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", tabindex: 0 },
      drawn("title", {}, chart.summary),
      upright(chart, scale, width),
      level(chart, scale, width),
      (chart.spans ?? []).map(([from, to]) => span(scale, chart.x[from], chart.x[to])),
      (chart.bands ?? []).map((band) => area(chart.x, band, scale)),
      (chart.levels ?? []).map(({ at, style }) => {
        const ends = { x1: LEFT, x2: width - RIGHT, y1: scale.y(at), y2: scale.y(at) };
        return drawn("line", { class: `level ${style}`, ...ends });
      }),
      chart.lines.map(({ values, style }) => trace(chart.x, values, style, scale, width)),
    );
    frame.replaceChildren(picture, says);
    if (chart.reading) makeReadable(picture, chart, scale, says);
  };
  new ResizeObserver(draw).observe(frame);
  return frame;
}

/** Names of what is drawn, each beside its colour. */
export function legend(entries) {
  const entry = ([style, name]) => element("li", {}, element("i", { class: style }), name);
  return element("ul", { class: "legend" }, entries.map(entry));
}

function scales({ x, lines, bands = [], levels = [], heights }, width) {
  const values = [
    ...lines.flatMap((line) => line.values),
    ...bands.flatMap((band) => [...band.lower, ...band.upper]),
    ...levels.map((each) => each.at),
    ...(heights ?? []),
  ];
  let [low, high] = extent(values);
  const room = heights ? 0 : 0.05 * (high - low) || Math.abs(low) || 1;
  [low, high] = [low - room, high + room];
  const [first, last] = [x[0], x.at(-1)];
  return {
    low,
    high,
    x: (at) => LEFT + ((at - first) / (last - first || 1)) * (width - LEFT - RIGHT),
    y: (at) => TOP + ((high - at) / (high - low || 1)) * (HEIGHT - TOP - BOTTOM),
  };
}

function extent(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}

function upright({ heights, heightText = (at) => number(at, 4) }, scale, width) {
  return (heights ?? roundMarks(scale.low, scale.high, 5)).flatMap((at) => [
    drawn("line", { class: "axis", x1: LEFT, x2: width - RIGHT, y1: scale.y(at), y2: scale.y(at) }),
    drawn("text", { x: LEFT - 6, y: scale.y(at) + 4, "text-anchor": "end" }, heightText(at)),
  ]);
}

function level({ x, isTime }, scale, width) {
  const [first, last] = [x[0], x.at(-1)];
  const count = Math.max(2, Math.floor((width - LEFT) / 90));
  const marks = isTime ? timeMarks(first, last, count) : roundMarks(first, last, count);
  return marks.map((at) => {
    const place = scale.x(at);
    const anchor = place > width - 34 ? "end" : "middle";
    const name = isTime ? timeText(at, last - first) : number(at, 6);
    return drawn("text", { x: anchor === "end" ? width - 2 : place, y: HEIGHT - 6, "text-anchor": anchor }, name);
  });
}

function span(scale, from, to) {
  const left = scale.x(from) - 1;
  const width = Math.max(3, scale.x(to) + 1 - left);
  return drawn("rect", { class: "span", x: left, y: TOP, width, height: HEIGHT - TOP - BOTTOM });
}

function trace(x, values, style, scale, width) {
  let path = "";
  let pen = "M";
  let lonely = [];
  for (const place of telling(values, FINEST * width)) {
    if (!Number.isFinite(values[place])) {
      pen = "M";
      continue;
    }
    path += `${pen}${scale.x(x[place]).toFixed(1)} ${scale.y(values[place]).toFixed(1)}`;
    if (pen === "M" && !Number.isFinite(values[place + 1])) lonely.push(place);
    pen = "L";
  }
  lonely = lonely.map((place) =>
    drawn("circle", { class: `dot ${style}`, cx: scale.x(x[place]), cy: scale.y(values[place]), r: 2 }),
  );
  return [drawn("path", { class: `trace ${style}`, d: path }), ...lonely];
}

/** Places of the values to draw: all, or the lowest and highest of each stretch if there are many. */
function telling(values, most) {
  if (values.length <= most) return values.keys();
  const length = Math.ceil((2 * values.length) / most);
  const places = [];
  for (let start = 0; start < values.length; start += length) {
    let [low, high] = [start, start];
    for (let place = start; place < Math.min(start + length, values.length); place++) {
      if (values[place] < values[low] || Number.isNaN(values[low])) low = place;
      if (values[place] > values[high] || Number.isNaN(values[high])) high = place;
    }
    places.push(Math.min(low, high), Math.max(low, high));
  }
  return places;
}

function area(x, { lower, upper, style }, scale) {
  const point = (values) => (place) => `${scale.x(x[place]).toFixed(1)} ${scale.y(values[place]).toFixed(1)}`;
  const places = [...x.keys()].filter((place) => Number.isFinite(lower[place] + upper[place]));
  const points = [...places.map(point(upper)), ...places.reverse().map(point(lower))];
  return drawn("path", { class: `area ${style}`, d: `M${points.join("L")}Z` });
}

/** Says what is under the pointer; the arrow keys go from point to point. */
function makeReadable(picture, { x, reading }, scale, says) {
  const line = drawn("line", { class: "pointer", y1: TOP, y2: HEIGHT - BOTTOM, visibility: "hidden" });
  picture.append(line);
  let place = x.length - 1;
  const show = (wanted) => {
    place = Math.min(x.length - 1, Math.max(0, wanted));
    const at = scale.x(x[place]);
    for (const name of ["x1", "x2"]) line.setAttribute(name, at);
    line.setAttribute("visibility", "visible");
    says.textContent = reading(place);
  };
  picture.addEventListener("pointermove", (event) => {
    const at = event.clientX - picture.getBoundingClientRect().left;
    let nearest = x.findIndex((each) => scale.x(each) >= at);
    if (nearest < 0) nearest = x.length - 1;
    if (nearest > 0 && at - scale.x(x[nearest - 1]) < scale.x(x[nearest]) - at) nearest--;
    show(nearest);
  });
  picture.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };
    if (!(event.key in step)) return;
    event.preventDefault();
    show(place + step[event.key]);
  });
  picture.addEventListener("focus", () => show(place));
}

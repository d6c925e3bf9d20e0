// Where the marks of an axis stand, and what is written there.

import { language } from "./language.js";

const SECOND = 1;
const DAY = 86_400;
const STEPS = [
  ...[1, 5, 15, 30, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200].map((each) => each * SECOND),
  ...[1, 2, 7, 14, 30.4375, 91.3125, 182.625, 365.25].map((each) => each * DAY),
];

/** Round numbers from `low` to `high`, about `count` of them. */
export function roundMarks(low, high, count) {
  const rough = (high - low) / Math.max(1, count) || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough);
  const marks = [];
  for (let mark = Math.ceil(low / step) * step; mark <= high + step * 1e-9; mark += step) marks.push(mark);
  return marks.map((mark) => (Math.abs(mark) < step * 1e-9 ? 0 : mark));
}

/** Times from `low` to `high` in seconds, at most `count` of them, at round hours, days, months or years. */
export function timeMarks(low, high, count) {
  const step = STEPS.find((each) => (high - low) / each <= count) ?? roundMarks(0, high - low, count)[1];
  if (step <= 14 * DAY) {
    const marks = [];
    for (let mark = Math.ceil(low / step) * step; mark <= high; mark += step) marks.push(mark);
    return marks;
  }
  return monthMarks(low, high, Math.max(1, Math.round(step / (30.4375 * DAY))));
}

/** How a time is written beside others that are `span` seconds apart in all. */
export function timeText(seconds, span) {
  const parts =
    span < 2 * DAY
      ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }
      : span < 120 * DAY
        ? { month: "short", day: "numeric" }
        : { year: "numeric", month: "short" };
  return new Date(seconds * 1000).toLocaleString(language(), { ...parts, timeZone: "UTC" });
}

function monthMarks(low, high, months) {
  const first = new Date(low * 1000);
  let month = first.getUTCFullYear() * 12 + Math.ceil((first.getUTCMonth() + 1) / months) * months;
  const marks = [];
  for (;;) {
    const mark = Date.UTC(Math.floor(month / 12), month % 12) / 1000;
    if (mark > high) return marks;
    marks.push(mark);
    month += months;
  }
}

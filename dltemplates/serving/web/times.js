// Times of rows, in seconds since 1970; those without a zone are taken as they read.

import { Problem } from "./problem.js";

const FORMAT =
  /^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;
const SECONDS = { s: 1, min: 60, h: 3_600, D: 86_400, W: 604_800 };
const MONTHS = { M: 1, Q: 3, Y: 12 };

/**
 * The first column, if it is none that the model knows and holds times.
 *
 * @returns {?{name: string, seconds: number[], texts: string[]}}
 */
export function timesOf({ names, rows }, known) {
  if (known.includes(names[0]) || parsed(rows[0][0]) === null) return null;
  const texts = rows.map((row) => row[0]);
  const seconds = texts.map((text, place) => {
    const time = parsed(text);
    if (time === null) throw new Problem("no_time", { row: place + 2, cell: text });
    return time;
  });
  const back = seconds.findIndex((time, place) => place > 0 && time <= seconds[place - 1]);
  if (back >= 0) throw new Problem("times_go_back", { row: back + 2, cell: texts[back] });
  return { name: names[0], seconds, texts };
}

/** Whether the rows are not as far apart as most are; months may have 28 to 31 days. */
export function isUneven(seconds) {
  const steps = seconds.slice(1).map((time, place) => time - seconds[place]);
  const usual = [...steps].sort((one, other) => one - other)[steps.length >> 1];
  const days = usual / SECONDS.D;
  const slack = days >= 28 ? 0.1 * usual : 0;
  return steps.some((step) => Math.abs(step - usual) > slack);
}

/**
 * The times with `count` more, a step of the grid apart.
 *
 * @param {string} frequency The step as pandas writes it; of one not known here, or of none, the last
 *   step is repeated.
 */
export function continued(seconds, count, frequency) {
  const all = [...seconds];
  const last = seconds.length > 1 ? seconds.at(-1) - seconds.at(-2) : SECONDS.h;
  const next = stepper(frequency) ?? ((time) => time + last);
  while (all.length < seconds.length + count) all.push(next(all.at(-1)));
  return all;
}

/** How these times are written in CSV: without what is 0 in all of them. */
export function timeWriter(all) {
  const length = all.every((time) => time % SECONDS.D === 0) ? 10 : all.every((time) => time % 60 === 0) ? 16 : 19;
  return (seconds) => new Date(seconds * 1000).toISOString().slice(0, length).replace("T", " ");
}

function stepper(frequency) {
  const [, many, unit] = /^(\d*)([A-Za-z]+)/.exec(frequency) ?? [];
  const count = Number(many || 1);
  if (unit in SECONDS) return (time) => time + count * SECONDS[unit];
  const months = MONTHS[unit?.[0]] * count;
  if (!months || !/^(M|Q|Y)[SE]?$/.test(unit)) return null;
  const atEnd = !unit.endsWith("S");
  return (time) => {
    const date = new Date(time * 1000);
    const month = date.getUTCMonth() + months + (atEnd ? 1 : 0);
    const day = atEnd ? 0 : date.getUTCDate();
    return Date.UTC(date.getUTCFullYear(), month, day, date.getUTCHours()) / 1000;
  };
}

function parsed(text) {
  const match = FORMAT.exec(text.trim());
  if (!match) return null;
  const [year, month, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) => part && Number(part));
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  if (Number.isNaN(time) || new Date(time).getUTCMonth() !== month - 1) return null;
  const zone = match[7];
  if (!zone || zone === "Z") return time / 1000;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  return time / 1000 - (zone[0] === "-" ? -1 : 1) * (hours * 3_600 + minutes * 60);
}

// Tables as text: CSV, or with semicolons or tabs, as spreadsheets write and copy them.

import { Problem } from "./problem.js";

const MISSING = new Set(["", "-", "na", "n/a", "nan", "null", "none"]);

/** A table of texts: `names` of the columns, and `rows`, without those that are empty. */
export function readTable(text) {
  const content = text.replace(/^\uFEFF/, "");
  const delimiter = delimiterOf(content);
  const [header, ...rows] = cellsOf(content, delimiter).filter((row) => row.some((cell) => cell !== ""));
  if (!header || !rows.length) throw new Problem("empty_table");
  if (header.every((cell) => cell === "" || Number.isFinite(Number(cell)))) throw new Problem("no_header");
  const uneven = rows.findIndex((row) => row.length !== header.length);
  if (uneven >= 0) {
    const values = { row: uneven + 2, found: rows[uneven].length, expected: header.length };
    throw new Problem("uneven_row", values);
  }
  return { names: header, rows, decimalComma: delimiter === ";" };
}

/** A column as numbers, NaN where a cell is empty; `from` and `to` are rows. */
export function numbersOf({ names, rows, decimalComma }, name, from = 0, to = rows.length) {
  const place = names.indexOf(name);
  return rows.slice(from, to).map((row, offset) => {
    const cell = row[place];
    if (MISSING.has(cell.toLowerCase())) return NaN;
    const value = Number(decimalComma ? cell.replace(",", ".") : cell);
    if (Number.isNaN(value)) throw new Problem("no_number", { row: from + offset + 2, column: name, cell });
    return value;
  });
}

/**
 * Says which of the `wanted` columns are not there.
 *
 * @throws {Problem} Some are not.
 */
export function checkColumns({ names }, wanted) {
  const twice = names.find((name, place) => wanted.includes(name) && names.indexOf(name) !== place);
  if (twice !== undefined) throw new Problem("column_twice", { column: twice });
  const missing = wanted.filter((name) => !names.includes(name));
  if (!missing.length) return;
  throw new Problem("missing_columns", { missing: missing.join(", "), found: names.join(", ") });
}

/** A table as CSV text. */
export function writeTable(header, rows) {
  const cell = (value) => {
    if (typeof value === "number") return Number.isNaN(value) ? "" : String(value);
    return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  };
  return [header, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
}

function delimiterOf(content) {
  const first = content.slice(0, content.search(/[\r\n]|$/));
  const count = (mark) => first.split(mark).length;
  return ["\t", ";"].find((mark) => count(mark) > count(",")) ?? ",";
}

function cellsOf(content, delimiter) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  const endCell = () => {
    rows.at(-1).push(cell.trim());
    cell = "";
  };
  for (let place = 0; place < content.length; place++) {
    const mark = content[place];
    if (quoted) {
      if (mark !== '"') cell += mark;
      else if (content[place + 1] === '"') cell += content[++place];
      else quoted = false;
    } else if (mark === '"' && cell.trim() === "") {
      quoted = true;
      cell = "";
    } else if (mark === delimiter) endCell();
    else if (mark === "\n" || mark === "\r") {
      if (mark === "\r" && content[place + 1] === "\n") place++;
      endCell();
      rows.push([]);
    } else cell += mark;
  }
  if (quoted) throw new Problem("open_quote");
  endCell();
  return rows;
}

// JSON as TensorFlow Serving speaks it: with the bare tokens NaN, Infinity and -Infinity.

const TOKENS = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;
const MARK = "\u0000number ";

export function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    const quoted = text.replace(TOKENS, (token) =>
      token.startsWith('"') ? token : JSON.stringify(MARK + token),
    );
    return JSON.parse(quoted, (_, value) =>
      typeof value === "string" && value.startsWith(MARK) ? Number(value.slice(MARK.length)) : value,
    );
  }
}

export function stringify(value) {
  if (typeof value === "number") return String(value); // NaN and Infinity too
  if (Array.isArray(value)) return `[${value.map(stringify).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}:${stringify(each)}`);
  return `{${members.join(",")}}`;
}

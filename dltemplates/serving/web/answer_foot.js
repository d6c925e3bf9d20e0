// What stands below every answer: who gave it, how fast, and how to ask again without this page.

import { download, element } from "./elements.js";
import { say, spokenBy, text } from "./language.js";

const LONGEST = 1_500; // characters that a command line should have

/** @param {Answer} answer What `Model.predict` returned. `command` replaces the usual curl line. */
export function answerFoot({ name, version, milliseconds, body, address }, { command = null, times = 1 } = {}) {
  const short = body.length <= LONGEST;
  const line = command ?? `curl -d ${short ? quoted(body) : "@request.json"} ${quoted(address)}`;
  const values = { name, version: String(version), ms: Math.round(milliseconds) };
  return element(
    "footer",
    { class: "foot" },
    element("p", {}, say(times > 1 ? "answered_in_parts" : "answered", { ...values, times })),
    element(
      "details",
      {},
      element("summary", {}, say("same_by_curl")),
      element("pre", { tabindex: 0 }, line),
      element(
        "div",
        { class: "row" },
        copyButton(line),
        command || short
          ? null
          : download("request.json", body, "application/json", say("save_request")),
      ),
    ),
  );
}

/** The curl line that asks about an image file. */
export function imageCommand(file, address) {
  return (
    `printf '{"instances":[{"b64":"%s"}]}' "$(base64 < ${quoted(file)} | tr -d '\\n')" |\n` +
    `  curl -d @- ${quoted(address)}`
  );
}

function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function copyButton(line) {
  const button = element("button", { type: "button" });
  spokenBy(button, null, "copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(line);
      button.textContent = text("copied");
    } catch {
      button.textContent = text("not_copied"); // no https and not this machine
    }
  });
  return button;
}

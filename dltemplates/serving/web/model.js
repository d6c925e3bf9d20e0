// The model behind this page, asked by TensorFlow Serving's REST protocol.

import { parse, stringify } from "./json.js";
import { Problem, Refusal } from "./problem.js";

export class Model {
  /** The one that is served now: its name, version, kind and metadata. */
  static async load() {
    const model = new Model();
    await model.refresh();
    return model;
  }

  async refresh() {
    const { name, version, kind, metadata } = await asked("about");
    Object.assign(this, { name, version, kind, metadata: metadata ?? {} });
  }

  /**
   * Asks this very version, or the one that has come in its place.
   *
   * @param {Array} instances One for each item.
   * @param {AbortSignal} [signal] Gives the question up.
   * @returns {Promise<Answer>}
   */
  async predict(instances, signal) {
    const body = stringify({ instances });
    try {
      return await this.asked(body, signal);
    } catch (error) {
      const before = this.version;
      if (error.status === 404) await this.refresh();
      if (this.version === before) throw error;
      return this.asked(body, signal);
    }
  }

  async asked(body, signal) {
    const address = this.address();
    const { name, version } = this;
    const started = performance.now();
    const { predictions } = await asked(address, { method: "POST", body, signal });
    return { predictions, milliseconds: performance.now() - started, body, address, name, version };
  }

  address() {
    const path = `v1/models/${encodeURIComponent(this.name)}/versions/${this.version}:predict`;
    return new URL(path, document.baseURI).href;
  }
}

async function asked(address, options = {}) {
  let response, body;
  try {
    response = await fetch(address, options);
    body = await response.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("unreachable");
  }
  let answer;
  try {
    answer = parse(body);
  } catch {
    throw new Refusal(`${response.status} ${body.slice(0, 500)}`, response.status);
  }
  if (!response.ok) throw new Refusal(answer.error ?? `${response.status}`, response.status);
  return answer;
}

// Scores, the last word, and the list of those before it.

import { clockOf } from "./timeline.js";

const FRESH = 1_400; // ms in which a word has the accent's colour
const MOST_LISTED = 1_000;
const QUIET = 4_000; // ms between two announcements to a screen reader

export class Panel {
  /** @param {(event) => void} onPick told which detection was chosen in the list */
  constructor(onPick) {
    const element = (id) => document.getElementById(id);
    [this.word, this.facts, this.announce, this.scores, this.list] = ["word", "word-facts", "announce", "scores", "detections"].map(element);
    Object.assign(this, { onPick, events: [] });
  }

  /** A stream begins, or is about to. */
  reset(model) {
    for (const timer of [this.fading, this.speaking]) clearTimeout(timer);
    [this.speaking, this.waiting, this.events] = [null, [], []];
    this.said = model.channels ? "" : "said "; // nobody says a heartbeat
    const words = model.labels.filter((label) => !model.background.includes(label));
    const or = [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" or ");
    this.word.textContent = model.channels ? `Watches ${model.channels.map(({ name }) => name).join(", ")} for ${or}.` : `Say ${or}.`;
    this.word.style.fontSize = "";
    this.word.className = "hint";
    this.facts.textContent = this.announce.textContent = "";
    this.list.replaceChildren();
    this.scores.replaceChildren(...model.labels.map((label, i) => this.row(label, model.background.includes(label), model.thresholds[i])));
    this.bars = [...this.scores.querySelectorAll(".bar > div")];
    this.values = [...this.scores.querySelectorAll(".value")];
  }

  row(label, background, threshold) {
    const row = make("li", label);
    row.className = background ? "background" : "";
    const bar = make("div");
    bar.className = "bar";
    bar.setAttribute("aria-hidden", "true");
    bar.append(make("div"));
    if (threshold !== null) {
      const mark = make("i");
      mark.style.left = `${100 * threshold}%`;
      bar.append(mark);
      row.title = `threshold ${threshold}`;
    }
    const value = make("span", "0.00");
    value.className = "value";
    row.append(bar, value);
    return row;
  }

  /** @param {Uint8Array} scores 255 is 1 */
  showScores(scores) {
    scores.forEach((score, i) => {
      this.bars[i].style.transform = `scaleX(${score / 255})`;
      this.values[i].textContent = (score / 255).toFixed(2);
    });
  }

  /** @param {number} heardAt when the word was over, on the clock of performance.now() */
  showDetection(event, heardAt) {
    const { label, score, end, time, landmark } = event;
    this.events.push(event);
    const at = clockOf(landmark ?? end, 2);
    const row = make("li");
    const button = make("button");
    button.type = "button";
    button.append(make("b", label), make("span", score.toFixed(2)), make("span", at));
    button.onclick = () => {
      for (const other of this.list.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
      button.setAttribute("aria-current", "true");
      this.onPick(event);
    };
    row.append(button);
    Object.assign(row.dataset, { label, score, time });
    this.list.prepend(row);
    if (this.list.children.length > MOST_LISTED) this.list.lastChild.remove();
    if (this.events.length > MOST_LISTED) this.events.shift();
    this.word.textContent = label;
    this.word.className = "fresh";
    this.word.style.fontSize = label.length > 8 ? "2.9rem" : ""; // it has one line
    clearTimeout(this.fading);
    this.fading = setTimeout(() => { this.word.className = ""; }, FRESH);
    this.facts.textContent = `score ${score.toFixed(2)}, ${this.said}at ${at}`;
    this.tell(label, score);
    requestAnimationFrame(() => setTimeout(() => { // now it is on the screen: how late is for the tests to read
      Object.assign(row.dataset, { shown: performance.now(), origin: heardAt - 1000 * end });
    }));
  }

  /** The first one at once; those of the next seconds together, or heartbeats would drown everything else. */
  tell(label, score) {
    if (this.speaking) return this.waiting.push(label);
    this.announce.textContent = `${label}, score ${score.toFixed(2)}`;
    this.speaking = setTimeout(() => this.tellWaiting(), QUIET);
  }

  tellWaiting() {
    this.speaking = null;
    const counts = Map.groupBy(this.waiting, (label) => label);
    this.waiting = [];
    if (counts.size === 0) return;
    this.announce.textContent = [...counts].map(([label, { length }]) => (length > 1 ? `${label} ${length} times` : label)).join(", ");
    this.speaking = setTimeout(() => this.tellWaiting(), QUIET);
  }
}

function make(tag, text) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  return element;
}

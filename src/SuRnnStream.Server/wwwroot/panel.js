// Scores, the last word, and the list of those before it.

const FRESH = 1_400; // ms in which a word has the accent's colour
const MOST_LISTED = 100;

export class Panel {
  constructor() {
    const element = (id) => document.getElementById(id);
    [this.word, this.facts, this.announce, this.scores, this.list] = ["word", "word-facts", "announce", "scores", "detections"].map(element);
  }

  /** A stream begins, or is about to. */
  reset(model) {
    const words = model.labels.filter((label) => !model.background.includes(label));
    const or = [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" or ");
    this.word.textContent = model.channels ? `Watches ${model.channels.map(({ name }) => name).join(", ")} for ${or}.` : `Say ${or}.`;
    this.word.style.fontSize = "";
    this.word.className = "hint";
    this.facts.textContent = "";
    this.list.replaceChildren();
    this.scores.replaceChildren(...model.labels.map((label) => this.row(label, model.background.includes(label))));
    this.bars = [...this.scores.querySelectorAll(".bar > div")];
    this.values = [...this.scores.querySelectorAll(".value")];
  }

  row(label, background) {
    const row = make("li", label);
    row.className = background ? "background" : "";
    const bar = make("div");
    bar.className = "bar";
    bar.setAttribute("aria-hidden", "true");
    bar.append(make("div"));
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
  showDetection({ label, score, end, time, landmark }, heardAt) {
    const row = make("li");
    row.append(make("b", label), make("span", score.toFixed(2)), make("span", clock(landmark ?? time)));
    Object.assign(row.dataset, { label, score, time });
    this.list.prepend(row);
    if (this.list.children.length > MOST_LISTED) this.list.lastChild.remove();
    this.word.textContent = label;
    this.word.className = "fresh";
    this.word.style.fontSize = label.length > 8 ? "2.9rem" : ""; // it has one line
    clearTimeout(this.fading);
    this.fading = setTimeout(() => { this.word.className = ""; }, FRESH);
    this.facts.textContent = `score ${score.toFixed(2)}, ${landmark === undefined ? "said " : ""}at ${clock(landmark ?? end)}`;
    this.announce.textContent = `${label}, score ${score.toFixed(2)}`;
    requestAnimationFrame(() => setTimeout(() => { // now it is on the screen: how late is for the tests to read
      Object.assign(row.dataset, { shown: performance.now(), origin: heardAt - 1000 * end });
    }));
  }
}

function make(tag, text) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  return element;
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(2).padStart(5, "0")}`;

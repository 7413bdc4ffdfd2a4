// What the last ten seconds cost.

const SECONDS = 10;
const PAUSE = 250; // ms between two changes of the numbers: they are to be read
const RESTING = 10; // frames without an open switch after which the network is said to rest

export class Meter {
  constructor() {
    this.fields = Object.fromEntries(["skipped", "gauge", "open-share", "frames-skipped", "frame-cost", "activity"].map((id) => [id, document.getElementById(id)]));
  }

  reset(model) {
    this.model = model;
    this.neurons = model.neurons.reduce((a, b) => a + b);
    this.frames = []; // of the last ten seconds
    [this.last, this.costs] = [{ frames: 0, seconds: 0 }, []]; // the server's clock, and seconds a frame of the last messages
    [this.drawn, this.still] = [0, 0];
    for (const [id, field] of Object.entries(this.fields)) if (id !== "gauge") field.textContent = id === "activity" ? "" : "–";
    this.fields.gauge.style.transform = "scaleX(0)";
  }

  add({ frames, computedFrames, computeSeconds }) {
    for (const { macs, open } of frames) {
      this.frames.push({ macs, open: open.reduce((sum, byte) => sum + bits(byte), 0) });
      this.still = this.frames.at(-1).open > 0 ? 0 : this.still + 1;
    }
    const most = SECONDS / this.model.hop;
    if (this.frames.length > most) this.frames.splice(0, this.frames.length - most);
    const count = computedFrames - this.last.frames;
    if (count > 0) this.costs.push((computeSeconds - this.last.seconds) / count);
    if (this.costs.length > most / frames.length) this.costs.shift();
    this.last = { frames: computedFrames, seconds: computeSeconds };
    if (performance.now() < this.drawn + PAUSE) return;
    this.drawn = performance.now();
    this.draw();
  }

  draw() {
    const count = this.frames.length;
    if (count === 0) return;
    const sum = (value) => this.frames.reduce((total, frame) => total + value(frame), 0);
    const skipped = Math.max(0, 1 - sum((frame) => frame.macs) / (count * this.model.macsDense)); // a first frame makes its past too
    const set = (id, text) => { this.fields[id].textContent = text; };
    set("skipped", percent(skipped));
    set("open-share", percent(sum((frame) => frame.open) / (count * this.neurons)));
    set("frames-skipped", percent(sum((frame) => frame.open === 0) / count));
    this.fields.gauge.style.transform = `scaleX(${skipped})`;
    set("activity", this.still >= RESTING ? "at rest" : "at work");
    this.fields.activity.classList.toggle("rests", this.still >= RESTING);
    const seconds = this.costs.toSorted((a, b) => a - b)[this.costs.length >> 1]; // the first frames of a session take a hundred times as long
    if (seconds > 0) set("frame-cost", `${Number((seconds * 1e6).toPrecision(2)).toLocaleString("en")} µs`);
  }
}

const percent = (part) => `${(100 * part).toFixed(1)} %`;

const bits = (byte) => byte.toString(2).replaceAll("0", "").length;

// What the last ten seconds cost.

const SECONDS = 10;
const PAUSE = 250; // ms between two changes of the numbers: they are to be read

export class Meter {
  constructor() {
    this.fields = Object.fromEntries(["skipped", "gauge", "open-share", "frames-skipped", "frame-cost", "streams"].map((id) => [id, document.getElementById(id)]));
  }

  reset(model) {
    this.model = model;
    this.neurons = model.neurons.reduce((a, b) => a + b);
    this.frames = []; // of the last ten seconds
    this.costs = [{ frames: 0, seconds: 0 }]; // the server's clock, at the start of them and since
    this.drawn = 0;
    for (const [id, field] of Object.entries(this.fields)) if (id !== "gauge") field.textContent = "–";
    this.fields.gauge.style.transform = "scaleX(0)";
  }

  add({ frames, computedFrames, computeSeconds }) {
    for (const { macs, open } of frames) this.frames.push({ macs, open: open.reduce((sum, byte) => sum + bits(byte), 0) });
    const most = SECONDS / this.model.hop;
    if (this.frames.length > most) this.frames.splice(0, this.frames.length - most);
    this.costs.push({ frames: computedFrames, seconds: computeSeconds });
    while (this.costs.length > 2 && computedFrames - this.costs[0].frames > most) this.costs.shift();
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
    this.fields.gauge.style.transform = `scaleX(${1 - skipped})`; // what was done

    const [from, to] = [this.costs[0], this.costs.at(-1)];
    const seconds = (to.seconds - from.seconds) / (to.frames - from.frames);
    if (!(seconds > 0)) return;
    set("frame-cost", `${Math.round(seconds * 1e6)} µs`);
    set("streams", Math.floor(this.model.hop / seconds).toLocaleString("en"));
  }
}

const percent = (part) => `${(100 * part).toFixed(1)} %`;

const bits = (byte) => byte.toString(2).replaceAll("0", "").length;

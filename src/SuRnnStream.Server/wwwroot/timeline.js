// Waveform, spectrogram, raster and work over the same seconds. Frames are kept as they come and drawn when the browser draws.

import { CAPACITY, Colors, ImageLane, LineLane, ShapeLane } from "./lanes.js";

const GRACE = 6; // frames that the picture may be behind the newest one, so that it flows although they come in bundles
const FARTHEST = 50; // frames behind which it jumps
const MOST_MARKS = 50;

export class Timeline {
  constructor(element) {
    const canvas = (id) => element.querySelector(`#${id}`);
    this.element = element;
    this.wave = new ShapeLane(canvas("wave"), "wave");
    this.line = new LineLane(canvas("wave"), "wave"); // in its place, of sensors
    this.spectrogram = new ImageLane(canvas("spectrogram"), (colors) => ["quiet", "soft", "loud", "loudest"].map((name) => colors.rgb(name)));
    this.raster = new ImageLane(canvas("raster"), (colors) => [colors.rgb("shut"), colors.rgb("lit")]);
    this.work = new ShapeLane(canvas("work"), "lit");
    this.lanes = [this.wave, this.line, this.spectrogram, this.raster, this.work];
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolor());
    new ResizeObserver(() => this.fit()).observe(element);
    this.recolor();
    this.fit();
  }

  /** A stream begins. @param {[number, number]} [range] that the wave shows, of sensors */
  reset(model, range) {
    this.model = model;
    this.range = range;
    this.element.classList.toggle("of-sensors", Boolean(model.channels));
    this.fit();
    this.neurons = model.neurons.reduce((a, b) => a + b);
    this.wave.reset();
    this.line.reset(model.rate * model.hop);
    this.work.reset();
    this.spectrogram.reset(model.bands);
    this.raster.reset(this.neurons);
    [this.newest, this.shown, this.marks, this.waveColumn] = [0, 0, [], -1];
    this.request();
  }

  /** Sound that was sent; columns are the model's frames whatever the rate. */
  addSound(counter, samples, rate) {
    if (this.model.channels) return this.addMoments(counter, samples);
    const scale = samples instanceof Int16Array ? 1 / 32768 : 1;
    for (let i = 0; i < samples.length; i++) {
      const column = Math.floor((counter + i) / (rate * this.model.hop));
      const sample = height(Math.max(-1, Math.min(1, samples[i] * scale)));
      if (column !== this.waveColumn) [this.waveColumn, this.low, this.high] = [column, sample, sample];
      this.low = Math.min(this.low, sample);
      this.high = Math.max(this.high, sample);
      this.wave.set(column, this.low, this.high);
    }
  }

  /** The first channel, as a line. */
  addMoments(counter, samples) {
    const channels = this.model.channels.length;
    const [low, high] = this.range;
    for (let i = 0; i < samples.length; i += channels) this.line.set((counter + i) / channels, 0.06 + (0.88 * (samples[i] - low)) / (high - low));
  }

  addFrame({ end, macs, bands, scores, open }) {
    const column = Math.round((end - this.model.window) / this.model.hop);
    for (let missing = Math.max(this.newest, column - CAPACITY); missing < column; missing++) this.setFrame(missing, () => 0, () => 0, 0);
    this.setFrame(column, (row) => bands[row], (row) => 255 * ((open[row >> 3] >> (row & 7)) & 1), macs / this.model.macsDense);
    this.newest = column + 1;
    this.request();
  }

  setFrame(column, band, open, work) {
    this.spectrogram.set(column, band);
    this.raster.set(column, open);
    this.work.set(column, 0, work);
  }

  /** Marks an event where it was. */
  mark({ label, start, end, landmark }) {
    const column = (seconds) => Math.max(0, (seconds - this.model.window) / this.model.hop);
    if (landmark !== undefined) [start, end] = [landmark - this.model.hop, landmark + this.model.hop];
    this.marks.push({ label, start: column(start), end: column(end) + 1 });
    if (this.marks.length > MOST_MARKS) this.marks.shift();
  }

  recolor() {
    const colors = new Colors();
    for (const lane of this.lanes) lane.recolor(colors);
    [this.markColor, this.textColor] = [colors.css("mark"), colors.css("accent")];
    this.request();
  }

  fit() {
    for (const lane of this.lanes) lane.fit();
    this.request();
  }

  /** Draws once, and goes on while the picture is behind. */
  request() {
    this.requested ??= requestAnimationFrame((now) => {
      this.requested = undefined;
      if (!this.model) return;
      this.advance(now);
      this.draw();
      if (this.shown < this.newest) this.request();
      else this.last = undefined;
    });
  }

  advance(now) {
    const behind = this.newest - this.shown;
    if (this.still.matches || behind > FARTHEST) this.shown = this.newest - (this.still.matches ? 0 : GRACE);
    const passed = (now - (this.last ?? now)) / 1000 / this.model.hop;
    this.last = now;
    this.shown = Math.min(this.newest, this.shown + passed * (behind > GRACE ? 1 + (behind - GRACE) / 20 : 0.97));
  }

  draw() {
    const width = this.wave.canvas.width;
    const size = Math.max(1, Math.round(width / 500)); // whole pixels: a column looks the same wherever it stands
    const count = Math.ceil(width / size) + 1;
    const head = Math.floor(this.shown * size); // pixels from the start of the stream to the right edge
    const first = Math.floor((head - width) / size);
    const shift = head - width - first * size;
    const unused = this.model.channels ? this.wave : this.line;
    for (const lane of this.lanes) if (lane !== unused) lane.draw(first, Math.min(count, Math.ceil(this.shown) - first), size, shift);
    this.drawMarks(this.wave, (column) => (column - first) * size - shift);
  }

  drawMarks({ context, canvas }, x) {
    context.font = `600 ${13 * devicePixelRatio}px system-ui, sans-serif`;
    for (const { label, start, end } of this.marks) {
      if (x(end) < -canvas.width / 4 || x(start) > canvas.width) continue;
      context.fillStyle = this.markColor;
      context.fillRect(x(start), 0, x(end) - x(start), canvas.height);
      context.fillStyle = this.textColor;
      context.fillText(label, x(start) + 4 * devicePixelRatio, 16 * devicePixelRatio);
    }
  }
}

/** Where a sample stands in its lane: quiet sounds are raised, or only shouting would be seen. */
const height = (sample) => (1 + Math.sign(sample) * Math.abs(sample) ** (2 / 3)) / 2;

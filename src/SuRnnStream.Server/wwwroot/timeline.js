// Waveform, spectrogram, raster and work over the same seconds. Frames are kept as they come and drawn when the browser draws.

import { CAPACITY, Colors, ImageLane, LineLane, ShapeLane } from "./lanes.js";

const GRACE = 6; // frames that the picture may be late, so that it flows although they come in bundles
const FARTHEST = 50; // frames after which it jumps
const PACE = 30; // ms between two pictures that flow: more of them cost a core more than the detector does
const MOST_MARKS = 4_000;
const MOST_ANSWERS = 8; // that frames still to come may belong to: a message of frames may come after them
const CLOSEST = 4, WIDEST = 1 / 64; // times the usual width of a column
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300]; // seconds between two ticks of the axis

export class Timeline {
  /** @param {() => void} onView told when the picture leaves the newest frame or comes back to it */
  constructor(element, onView) {
    const canvas = (id) => element.querySelector(`#${id}`);
    [this.element, this.onView] = [element, onView];
    this.wave = new ShapeLane(canvas("wave"), "wave", true);
    this.line = new LineLane(canvas("wave"), "wave"); // in its place, of sensors
    this.spectrogram = new ImageLane(canvas("spectrogram"), (colors) => ["quiet", "soft", "loud", "loudest"].map((name) => colors.rgb(name)));
    this.raster = new ImageLane(canvas("raster"), (colors) => [colors.rgb("shut"), colors.rgb("lit")]);
    this.work = new ShapeLane(canvas("work"), "lit", false);
    this.looks = new ShapeLane(canvas("look"), "lit", false);
    this.lanes = [this.wave, this.line, this.spectrogram, this.raster, this.looks, this.work];
    this.axis = canvas("axis");
    this.zoom = 1;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolor());
    new ResizeObserver(() => this.fit()).observe(element);
    this.watchHands();
    this.recolor();
    this.fit();
  }

  /** A stream begins. @param {[number, number][]} [ranges] of the channels, of sensors */
  reset(model, ranges) {
    [this.model, this.ranges] = [model, ranges];
    this.element.classList.toggle("of-sensors", Boolean(model.channels));
    this.element.querySelector("#look-lane").hidden = !model.secondLook;
    this.looks.reset();
    [this.answers, this.asked, this.agreed] = [[], 0, 0];
    this.countAnswers();
    this.fit();
    this.neurons = model.neurons.reduce((a, b) => a + b);
    this.wave.reset();
    this.line.reset(model.rate * model.hop, model.channels?.length ?? 1);
    this.work.reset();
    this.spectrogram.reset(model.bands);
    this.raster.reset(this.neurons);
    [this.newest, this.shown, this.marks, this.waveColumn, this.zoom, this.chosen] = [0, 0, [], -1, 1, null];
    this.follow();
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

  /** Every channel, as a line of its own. */
  addMoments(counter, samples) {
    const channels = this.model.channels.length;
    for (let i = 0; i < samples.length; i++) {
      const [low, high] = this.ranges[i % channels];
      this.line.set(i % channels, Math.floor((counter + i) / channels), 0.06 + (0.88 * (samples[i] - low)) / (high - low));
    }
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
    this.looks.set(column, 0, this.answers.find(({ from, to }) => column >= from && column <= to)?.height ?? 0);
  }

  /** The second look was asked about a burst, and has answered. */
  addAnswer({ start, time }, agreed) {
    if (!this.model.secondLook) return;
    const column = (seconds) => Math.max(0, Math.round((seconds - this.model.window) / this.model.hop));
    const answer = { from: column(start), to: column(time), height: agreed ? 1 : 0.4 };
    this.answers.push(answer);
    if (this.answers.length > MOST_ANSWERS) this.answers.shift();
    for (let at = answer.from; at <= Math.min(answer.to, this.newest - 1); at++) this.looks.set(at, 0, answer.height);
    this.asked++;
    if (agreed) this.agreed++;
    this.countAnswers();
    this.request();
  }

  countAnswers() { this.element.querySelector("#look-count").textContent = `; asked ${this.asked}, agreed ${this.agreed}`; }

  /** Marks an event where it was. */
  mark(event) { this.addMark({ event, label: event.label, ...this.placeOf(event) }); }

  /** Marks what nearly was an event, faintly and with its reason. */
  markCandidate(event) { this.addMark({ event, label: `${event.label} ${event.score.toFixed(2)}, ${event.outcome}`, faint: true, ...this.placeOf(event) }); }

  addMark(mark) {
    this.marks.push(mark);
    if (this.marks.length > MOST_MARKS) this.marks.shift();
    this.request();
  }

  placeOf({ start, end, landmark }) {
    const column = (seconds) => Math.max(0, (seconds - this.model.window) / this.model.hop);
    if (landmark !== undefined) [start, end] = [landmark - this.model.hop, landmark + this.model.hop];
    return { start: column(start), end: column(end) + 1 };
  }

  /** Brings an event to the middle, and marks it as the chosen one. */
  show(event) {
    const { start, end } = this.placeOf(event);
    this.chosen = event;
    this.look((start + end) / 2 + this.columns / 2);
  }

  /** The newest frame stays at the right edge. */
  follow() {
    this.right = null;
    this.onView();
    this.request();
  }

  get follows() { return this.right === null; }

  /** Column at the right edge. */
  look(right) {
    const most = this.newest, least = Math.min(most, Math.max(0, most - CAPACITY) + this.columns);
    this.right = Math.max(least, Math.min(most, right));
    this.onView();
    this.request();
  }

  /** Columns that fit. */
  get columns() { return this.wave.canvas.width / this.size; }

  /** Pixels a column; whole ones where there is room, so that a column looks the same wherever it is. */
  get size() {
    const usual = Math.max(1, Math.round(this.wave.canvas.width / 500));
    return usual * this.zoom;
  }

  /** @param {number} times wider columns */
  scale(times) {
    const middle = (this.right ?? this.newest) - this.columns / 2;
    this.zoom = Math.min(CLOSEST, Math.max(WIDEST, this.zoom * times));
    if (this.follows) this.request();
    else this.look(middle + this.columns / 2);
  }

  pan(columns) {
    const right = (this.right ?? this.newest) + columns;
    if (right >= this.newest) this.follow();
    else this.look(right);
  }

  /** Wheel, pointer and keys. */
  watchHands() {
    const { element } = this;
    element.addEventListener("wheel", (event) => {
      if (!this.model || !(event.ctrlKey || event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))) return; // else the page scrolls
      event.preventDefault();
      if (event.ctrlKey) this.scale(event.deltaY < 0 ? 2 : 0.5);
      else this.pan(((event.deltaX || event.deltaY) * devicePixelRatio) / this.size);
    }, { passive: false });
    let held = null;
    element.addEventListener("pointerdown", (event) => {
      if (event.button === 0 && event.target instanceof HTMLCanvasElement) held = event.clientX;
    });
    addEventListener("pointermove", ({ clientX }) => {
      if (held === null || !this.model || clientX === held) return;
      this.pan(((held - clientX) * devicePixelRatio) / this.size);
      held = clientX;
    });
    for (const over of ["pointerup", "pointercancel"]) addEventListener(over, () => { held = null; });
    element.addEventListener("keydown", (event) => {
      if (event.target !== element || !this.model) return;
      const keys = {
        ArrowLeft: () => this.pan(-this.columns / 4), ArrowRight: () => this.pan(this.columns / 4), PageUp: () => this.pan(-this.columns), PageDown: () => this.pan(this.columns),
        Home: () => this.look(0), End: () => this.follow(), "+": () => this.scale(2), "-": () => this.scale(0.5),
      };
      if (!Object.hasOwn(keys, event.key)) return;
      event.preventDefault();
      keys[event.key]();
    });
  }

  recolor() {
    const colors = new Colors();
    for (const lane of this.lanes) lane.recolor(colors);
    [this.markColor, this.textColor, this.mutedColor] = [colors.css("mark"), colors.css("accent"), colors.css("muted")];
    this.request();
  }

  fit() {
    for (const lane of this.lanes) lane.fit();
    this.axis.width = this.wave.canvas.width;
    this.axis.height = Math.round(this.axis.clientHeight * devicePixelRatio);
    this.request();
  }

  /** Draws once, and goes on while the picture is late. */
  request() {
    this.requested ??= requestAnimationFrame((now) => {
      this.requested = undefined;
      if (!this.model) return;
      if (this.shown < this.newest && now - this.drawn < PACE) return this.request();
      this.drawn = now;
      this.advance(now);
      this.draw();
      if (this.shown < this.newest) this.request();
      else this.last = undefined;
    });
  }

  advance(now) {
    const late = this.newest - this.shown;
    if (this.still.matches || late > FARTHEST) this.shown = this.newest - (this.still.matches ? 0 : GRACE);
    const passed = (now - (this.last ?? now)) / 1000 / this.model.hop;
    this.last = now;
    this.shown = Math.min(this.newest, this.shown + passed * (late > GRACE ? 1 + (late - GRACE) / 20 : 0.97));
  }

  draw() {
    const { size, wave: { canvas: { width } } } = this;
    const right = this.right ?? this.shown;
    const count = Math.ceil(width / size) + 1;
    const head = Math.floor(right * size); // pixels from the start of the stream to the right edge
    const first = Math.floor((head - width) / size);
    const shift = head - width - first * size;
    const unused = this.model.channels ? this.wave : this.line;
    for (const lane of this.lanes) if (lane !== unused) lane.draw(first, Math.min(count, Math.ceil(right) - first), size, shift);
    const x = (column) => (column - first) * size - shift;
    this.drawMarks(this.wave, x);
    this.drawAxis(x, first, first + count);
  }

  /** Where events were. A label that would lie over another one, of a rarer event, is left out: its colour stays. */
  drawMarks({ context, canvas }, x) {
    const scale = devicePixelRatio;
    const seen = this.marks.filter(({ start, end }) => x(end) >= 0 && x(start) <= canvas.width);
    const often = Map.groupBy(seen, ({ label, faint }) => (faint ? "" : label)); // candidates come last
    const rank = ({ label, faint }) => (faint ? Infinity : often.get(label).length);
    const taken = [];
    for (const { event, label, start, end, faint } of seen.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))) {
      context.fillStyle = faint ? this.mutedColor : this.markColor;
      if (faint) context.fillRect(x(start), canvas.height - 3 * scale, Math.max(scale, x(end) - x(start)), 3 * scale);
      else context.fillRect(x(start), 0, Math.max(scale, x(end) - x(start)), canvas.height);
      if (event === this.chosen) {
        context.strokeStyle = this.textColor;
        context.lineWidth = 2 * scale;
        context.strokeRect(x(start), scale, Math.max(2 * scale, x(end) - x(start)), canvas.height - 2 * scale);
      }
      context.font = faint ? `${11 * scale}px system-ui, sans-serif` : `600 ${13 * scale}px system-ui, sans-serif`;
      const wide = context.measureText(label).width + 8 * scale;
      const at = Math.max(0, Math.min(x(start), canvas.width - wide)); // whole, at either edge
      const row = faint ? 1 : 0;
      if (taken.some(([line, from, to]) => line === row && at < to && at + wide > from)) continue;
      taken.push([row, at, at + wide]);
      context.fillStyle = faint ? this.mutedColor : this.textColor;
      context.fillText(label, at + 4 * scale, faint ? canvas.height - 7 * scale : 16 * scale);
    }
  }

  drawAxis(x, first, last) {
    const { axis, model: { hop, window } } = this;
    const [context, scale] = [axis.getContext("2d"), devicePixelRatio];
    context.clearRect(0, 0, axis.width, axis.height);
    context.font = `${11 * scale}px system-ui, sans-serif`;
    context.fillStyle = this.mutedColor;
    const step = STEPS.find((seconds) => (seconds / hop) * this.size >= 64 * scale) ?? STEPS.at(-1);
    for (let tick = Math.max(0, Math.ceil((first * hop + window) / step)); tick * step <= last * hop + window; tick++) {
      const at = x((tick * step - window) / hop);
      if (at + 24 * scale > axis.width) break; // there is no room for its label
      context.fillRect(at, 0, scale, 4 * scale);
      context.fillText(clockOf(tick * step, step < 1 ? 1 : 0), at + 3 * scale, 13 * scale);
    }
  }
}

/** Minutes and seconds. */
export const clockOf = (seconds, digits) => {
  const whole = Number(seconds.toFixed(digits));
  return `${Math.floor(whole / 60)}:${(whole % 60).toFixed(digits).padStart(digits ? 3 + digits : 2, "0")}`;
};

/** Where a sample is in its lane: quiet sounds are raised, or only shouting would be seen. */
const height = (sample) => (1 + Math.sign(sample) * Math.abs(sample) ** (2 / 3)) / 2;

// The Label tab: a table of a sensor, dropped or recorded here, with marks where something has ended. Saved as surnn label saves it: NAME.csv and NAME.labels.csv.

import { save } from "./history.js";
import { Colors } from "./lanes.js";
import { findMovements } from "./movements.js";
import { decodeTable, sensorOf } from "./table.js";

const AROUND = 1.2; // seconds shown before and after a movement
const SHOWN = 10; // seconds shown of a recording that goes on
const STEP = 0.05, LEAST = 0.5; // seconds that an arrow key moves the cursor, and of the closest view
const LATE = 2_000; // ms without a moment after which there is no sensor
const MOTION = ["acc x [m/s2]", "acc y [m/s2]", "acc z [m/s2]", "gyro x [deg/s]", "gyro y [deg/s]", "gyro z [deg/s]"];

const HTML = `
  <div class="row">
    <button id="label-open" type="button" class="primary">Open a table …</button>
    <input id="label-file" type="file" accept=".csv,.tsv" hidden aria-label="Table to label">
    <label>Sensor <select id="label-source"><option value="motion">this device's motion</option></select></label>
    <button id="label-record" type="button">Record</button>
    <label>Labels of the keys 1 to 9 <input id="label-names" value="gesture" autocomplete="off"></label>
  </div>
  <section aria-label="Signal">
    <p id="label-ask" role="status">Open or drop a recorded table, or record one. What moves is found; you say what it was.</p>
    <div id="label-keys" class="row" role="group" aria-label="Answers"></div>
    <canvas id="label-signal" tabindex="0" role="img" aria-label="Signal of every channel. Arrow keys move the cursor, plus and minus change the scale, the keys 1 to 9 set a mark at the cursor."></canvas>
    <ol id="label-marks" aria-label="Marks"></ol>
    <p class="row"><button id="label-csv" type="button" disabled>Table (CSV)</button> <button id="label-labels" type="button" disabled>Labels (CSV)</button></p>
  </section>`;

export class Labels {
  /** @param {HTMLElement} panel @param {(text: string, warning?: boolean) => void} say @param {[string, string][]} samples addresses of shipped tables, and what they are of */
  constructor(panel, say, samples) {
    panel.innerHTML = HTML;
    const element = (id) => document.getElementById(`label-${id}`);
    [this.ask, this.keys, this.canvas, this.list, this.names, this.source, this.recorder, this.csv, this.saveLabels] = ["ask", "keys", "signal", "marks", "names", "source", "record", "csv", "labels"].map(element);
    Object.assign(this, { panel, say, table: null, rows: null, marks: [], found: [], answers: [], cursor: null, view: [0, SHOWN], dropText: "Drop a table of a sensor to label it", drop: ([file]) => this.read(file), open: () => this.begin(), leave: () => this.stop() });
    this.source.append(...samples.map(([address, of]) => new Option(`simulated: ${of}`, address)));
    const file = element("file");
    element("open").onclick = () => file.click();
    file.onchange = () => {
      if (file.files[0]) this.read(file.files[0]);
      file.value = "";
    };
    this.recorder.onclick = () => (this.rows ? this.stop() : this.record());
    this.names.onchange = () => this.askNext();
    this.csv.onclick = () => save(new Blob([this.table.text], { type: "text/csv" }), `${this.table.name}.csv`);
    this.saveLabels.onclick = () => save(new Blob([this.labelTable()], { type: "text/csv" }), `${this.table.name}.labels.csv`);
    this.canvas.onclick = ({ offsetX }) => {
      this.cursor = this.view[0] + (offsetX / this.canvas.clientWidth) * (this.view[1] - this.view[0]);
      this.draw();
    };
    document.addEventListener("keydown", (event) => {
      if (panel.hidden || event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement || event.ctrlKey || event.metaKey || event.altKey || !this.press(event.key)) return;
      event.preventDefault();
    });
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  get labels() { return this.names.value.split(",").map((name) => name.trim()).filter(Boolean).slice(0, 9); }

  begin() {
    this.say("What is opened or recorded here stays in this page.");
    this.draw();
  }

  async read(file) {
    this.stop();
    try {
      this.take(await file.text(), file.name.replace(/\.[^.]*$/, ""));
      this.say(`${file.name}: ${this.seconds.toFixed(1)} s, ${this.table.channels.map(({ name }) => name).join(", ")}.`);
    } catch (error) {
      this.say(`${file.name} cannot be labelled: ${error.message}.`, true);
    }
  }

  /** A whole table. @param {{seconds: number, label: string}[]} marks that were set while it was recorded */
  take(text, name, marks = []) {
    const sensor = sensorOf(text);
    const { samples, gaps } = decodeTable(text, sensor);
    const values = sensor.channels.map(() => []);
    let next = 0;
    for (let at = 0; at < samples.length; at += values.length) {
      if (gaps[next]?.at === at) for (let lost = gaps[next++].lost; lost > 0; lost -= values.length) for (const channel of values) channel.push(NaN);
      values.forEach((channel, c) => channel.push(samples[at + c]));
    }
    this.table = { text, name, rate: sensor.rate, channels: sensor.channels, values: values.map((channel) => Float32Array.from(channel)) };
    Object.assign(this, { marks, answers: [], found: findMovements(this.table.values, sensor.rate), cursor: null, view: [0, this.seconds] });
    const own = labelIn(name);
    if (marks.length === 0 && own !== "none" && !this.labels.includes(own)) this.names.value = own;
    this.askNext();
  }

  get seconds() { return this.table.values[0].length / this.table.rate; }

  /** The movement that is asked about, or what is there. */
  askNext() {
    if (this.rows || !this.table) return this.draw();
    const one = this.found[this.answers.length];
    const [first] = this.labels;
    const answers = one ? [["y", first], ["n", "no"], ...this.labels.map((label, i) => [String(i + 1), label]).slice(1), ["a", "all that are left"], ["b", "back"]] : this.labels.map((label, i) => [String(i + 1), label]);
    this.keys.replaceChildren(...answers.map(([key, text]) => Object.assign(document.createElement("button"), { type: "button", textContent: `${key} ${text}`, onclick: () => this.press(key) })));
    if (one) {
      const [from, to] = [one.from / this.table.rate, one.to / this.table.rate];
      this.view = [Math.max(0, from - AROUND), Math.min(this.seconds, to + AROUND)];
      this.ask.textContent = `Movement ${this.answers.length + 1} of ${this.found.length}, ${from.toFixed(2)} to ${to.toFixed(2)} s: is it ${first}?`;
    } else {
      this.view = [0, this.seconds];
      this.ask.textContent = `${this.found.length === 0 ? "No movement stands out." : `${this.answers.filter(Boolean).length} of ${this.found.length} movements labelled.`} Click where something ended and press a key for another mark, or save.`;
    }
    this.draw();
  }

  /** @returns {boolean} it is a key here */
  press(key) {
    const label = this.labels[Number(key) - 1];
    const asked = !this.rows && this.answers.length < this.found.length;
    if (label && this.rows) this.marks.push({ seconds: this.rows.at(-1)?.[0] ?? 0, label });
    else if (label && this.cursor !== null) this.marks.push({ seconds: this.cursor, label });
    else if (label && asked) this.answers.push(label);
    else if (key === "y" && asked) this.answers.push(this.labels[0]);
    else if (key === "n" && asked) this.answers.push(null);
    else if (key === "a" && asked) while (this.answers.length < this.found.length) this.answers.push(this.labels[0]);
    else if (key === "b" && this.answers.length > 0) this.answers.pop();
    else return this.move(key);
    this.cursor = null;
    this.askNext();
    return true;
  }

  move(key) {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[key], scale = { "+": 0.5, "-": 2 }[key];
    if (!this.table || !(step || scale)) return false;
    const middle = (this.view[0] + this.view[1]) / 2;
    if (step) this.cursor = Math.min(this.seconds, Math.max(0, (this.cursor ?? middle) + step));
    const long = Math.min(this.seconds, Math.max(LEAST, (this.view[1] - this.view[0]) * (scale ?? 1)));
    const at = this.cursor ?? middle;
    if (scale || at < this.view[0] || at > this.view[1]) {
      const from = Math.min(this.seconds - long, Math.max(0, at - long / 2));
      this.view = [from, from + long];
    }
    this.draw();
    return true;
  }

  /** All marks by time; those of movements have no place in this.marks. */
  get all() {
    const answered = this.answers.map((label, i) => ({ seconds: this.found[i].to / this.table.rate, label, answer: i })).filter(({ label }) => label);
    return [...this.marks, ...answered].sort((a, b) => a.seconds - b.seconds);
  }

  labelTable() { return ["time,label", ...this.all.map(({ seconds, label }) => `${+seconds.toFixed(3)},${label}`), ""].join("\n"); }

  async record() {
    const bad = this.labels.find((label) => !/^[\p{L}\p{N}. -]+$/u.test(label));
    if (bad) return this.say(`"${bad}" is no label: letters, digits, blanks, dots and dashes.`, true);
    try {
      const [address, of] = [this.source.value, this.source.selectedOptions[0].textContent];
      this.close = address === "motion" ? await this.hearMotion() : await this.simulate(address);
      Object.assign(this, { table: null, rows: [], marks: [], found: [], answers: [], cursor: null });
      this.recorder.textContent = "Stop";
      this.say(`Recording (${of}).`);
      this.ask.textContent = "Press a label's key when it has just ended.";
      this.keys.replaceChildren(...this.labels.map((label, i) => Object.assign(document.createElement("button"), { type: "button", textContent: `${i + 1} ${label}`, onclick: () => this.press(String(i + 1)) })));
      this.draw();
    } catch (error) {
      this.say(`Nothing can be recorded: ${error.message}.`, true);
    }
  }

  /** What a phone or tablet says of its motion. @returns {Promise<() => void>} ends it */
  async hearMotion() {
    if (!globalThis.DeviceMotionEvent) throw new Error("this browser tells pages nothing of motion");
    if (await DeviceMotionEvent.requestPermission?.() === "denied") throw new Error("the motion sensor was refused");
    const hear = ({ timeStamp, accelerationIncludingGravity: acc, rotationRate: turn }) => {
      if (acc?.x == null) return; // a browser without a sensor sends one event that says so
      clearTimeout(late);
      this.start ??= timeStamp;
      this.add([(timeStamp - this.start) / 1000, acc.x, acc.y, acc.z, turn?.beta ?? NaN, turn?.gamma ?? NaN, turn?.alpha ?? NaN]);
    };
    const late = setTimeout(() => {
      this.stop();
      this.say("This device tells of no motion: use a phone or a tablet, over https.", true);
    }, LATE);
    [this.start, this.heads] = [undefined, MOTION];
    addEventListener("devicemotion", hear);
    return () => {
      removeEventListener("devicemotion", hear);
      clearTimeout(late);
    };
  }

  /** The shipped table, without end, in real time. */
  async simulate(address) {
    const text = await (await fetch(address)).text();
    const sensor = sensorOf(text);
    const { samples } = decodeTable(text, sensor);
    const [channels, began] = [sensor.channels.length, performance.now()];
    this.heads = sensor.channels.map(({ name, unit }) => (unit ? `${name} [${unit}]` : name));
    let sent = 0;
    const timer = setInterval(() => {
      for (const due = ((performance.now() - began) / 1000) * sensor.rate; sent < due; sent++) {
        const at = (sent * channels) % samples.length;
        this.add([sent / sensor.rate, ...samples.subarray(at, at + channels)]);
      }
    }, 40);
    return () => clearInterval(timer);
  }

  add(row) {
    if (!this.rows) return;
    this.rows.push(row);
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = undefined;
      this.draw();
    });
  }

  /** What was recorded is a table like any other. */
  stop() {
    if (!this.rows) return;
    this.close();
    const { rows, marks, heads } = this;
    this.rows = null;
    this.recorder.textContent = "Record";
    if (rows.length < 3) return this.ask.textContent = "Nothing was recorded.";
    const number = (value) => (Number.isFinite(value) ? String(+value.toPrecision(7)) : "");
    this.take([["time [s]", ...heads].join(","), ...rows.map(([seconds, ...values]) => [+seconds.toFixed(6), ...values.map(number)].join(",")), ""].join("\n"), "recording-1", marks);
    this.say(`Recorded ${this.seconds.toFixed(1)} s.`);
  }

  draw() {
    const { canvas, rows, table } = this;
    for (const button of [this.csv, this.saveLabels]) button.disabled = !table;
    const listed = table ? this.all : this.marks;
    this.list.replaceChildren(...listed.map((mark) => {
      const row = document.createElement("li");
      row.textContent = `${mark.label} ${mark.seconds.toFixed(2)} s`;
      row.append(Object.assign(document.createElement("button"), { type: "button", textContent: "×", ariaLabel: `Remove ${row.textContent}`, onclick: () => this.remove(mark) }));
      return row;
    }));
    if (this.panel.hidden || canvas.clientWidth === 0) return;
    const scale = devicePixelRatio;
    [canvas.width, canvas.height] = [canvas.clientWidth * scale, canvas.clientHeight * scale];
    if (!rows?.length && !table) return;
    if (rows) this.view = [Math.max(0, rows.at(-1)[0] - SHOWN), Math.max(SHOWN, rows.at(-1)[0])];
    const [context, colors, [from, to]] = [canvas.getContext("2d"), new Colors(), this.view];
    const x = (seconds) => ((seconds - from) / (to - from)) * canvas.width;
    const band = (start, end, color) => {
      context.fillStyle = colors.css(color);
      context.fillRect(x(start), 0, Math.max(2 * scale, x(end) - x(start)), canvas.height);
    };
    this.found.forEach((one, i) => { if (i >= this.answers.length) band(one.from / table.rate, one.to / table.rate, i === this.answers.length ? "mark" : "quiet"); });
    this.lines(context, colors, x);
    for (const { seconds } of listed) band(seconds, seconds, "lit");
    if (this.cursor !== null) band(this.cursor, this.cursor, "ink");
  }

  /** Every channel between its own least and largest value in view, with its name. */
  lines(context, colors, x) {
    const { rows, table, canvas, view: [from, to] } = this;
    const names = table ? table.channels.map(({ name }) => name) : this.heads.map((head) => head.replace(/ \[.*/, ""));
    const first = table ? Math.max(0, Math.floor(from * table.rate)) : Math.max(0, rows.findLastIndex(([seconds]) => seconds < from));
    const last = table ? Math.min(table.values[0].length, Math.ceil(to * table.rate) + 1) : rows.length;
    const tall = canvas.height / names.length;
    const scale = devicePixelRatio;
    context.lineWidth = 1.5 * scale;
    context.font = `${11 * scale}px system-ui, sans-serif`;
    names.forEach((name, c) => {
      const value = table ? (m) => table.values[c][m] : (m) => rows[m][c + 1];
      let [low, high] = [Infinity, -Infinity];
      for (let m = first; m < last; m++) if (Number.isFinite(value(m))) [low, high] = [Math.min(low, value(m)), Math.max(high, value(m))];
      const y = (v) => (c + 1) * tall - (0.08 + (0.84 * (v - low)) / (high - low || 1)) * tall;
      context.strokeStyle = colors.css("wave");
      context.beginPath();
      for (let m = first, drawn = false; m < last; m++) {
        const v = value(m);
        if (Number.isFinite(v)) context[drawn ? "lineTo" : "moveTo"](x(table ? m / table.rate : rows[m][0]), y(v));
        drawn = Number.isFinite(v);
      }
      context.stroke();
    });
    const write = (text, left, bottom) => { // on the lane's colour, so that lines do not cross it
      const wide = context.measureText(text).width;
      context.fillStyle = colors.css("lane");
      context.fillRect(left ? 0 : canvas.width - wide - 8 * scale, bottom - 12 * scale, wide + 8 * scale, 15 * scale);
      context.fillStyle = colors.css("muted");
      context.fillText(text, left ? 4 * scale : canvas.width - wide - 4 * scale, bottom);
    };
    names.forEach((name, c) => write(name, true, c * tall + 13 * scale));
    write(`${from.toFixed(1)} s`, true, canvas.height - 4 * scale);
    write(`${to.toFixed(1)} s`, false, canvas.height - 4 * scale);
  }

  remove({ answer, seconds, label }) {
    if (answer === undefined) this.marks.splice(this.marks.findIndex((one) => one.seconds === seconds && one.label === label), 1);
    else this.answers[answer] = null;
    this.askNext();
  }
}

/** The label that a name says: of wave-12, anna_wave-3 and wave it is wave; SensorTable.cs has the same. */
function labelIn(name) {
  const own = name.slice(name.indexOf("_") + 1);
  return own.match(/^(.+)-[0-9]+$/)?.[1] ?? own;
}

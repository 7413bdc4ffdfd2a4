// The Teach tab: takes of a word of one's own, judged and enrolled by the server, tried live and downloaded. The recordings are in this page alone; the server forgets what it was sent.

import { History, save } from "./history.js";
import { Colors } from "./lanes.js";
import { microphoneTrouble, openMicrophone } from "./microphone.js";
import { TeachWire } from "./teach.wire.js";
import { clockOf } from "./timeline.js";
import { decodeSound } from "./wav.js";

const WANTED = 10; // good takes that are asked for
const RATE = 16_000;
const LOWEST = -70, CLIPPED = 0.99; // dBFS at which the meter begins; of full scale
const KINDS = { talk: { seconds: 120, text: "two minutes of talk", now: "Talk about anything, but do not say the word" }, room: { seconds: 60, text: "one minute of the room", now: "Be quiet: the room as it is" } };
const MOST_LISTED = 40;

const element = (id) => document.getElementById(`teach-${id}`);
const make = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });

export class Teach {
  /** @param {HTMLElement} panel @param {(text: string, warning?: boolean) => void} say */
  constructor(panel, say) {
    Object.assign(this, { say, takes: [], own: { talk: null, room: null }, history: new History(), number: 0, waiting: new Map(), settings: [] });
    this.wire = new TeachWire({
      onClose: (reason) => this.broken(reason), take: (take) => this.judged(take), speaking: ({ on }) => this.prompt(on ? "…" : this.next, true), refused: ({ text }) => this.refuse(text),
      enrolled: (made) => this.enrolled(made), model: ({ word, file }) => save(new Blob([file], { type: "application/octet-stream" }), `${word.replace(/[^\p{L}\p{N}._-]+/gu, "-")}.surnn`),
      detection: (event) => this.found(event), candidate: (event) => this.nearly(event),
    });
    document.head.append(make("link", "", { rel: "stylesheet", href: "teach.css" }));
    this.ready = this.show(panel);
    addEventListener("pagehide", () => this.wire.close());
  }

  async show(panel) {
    panel.innerHTML = await (await fetch("teach.html")).text();
    element("privacy").textContent = `Recordings are kept in this page alone. ${location.host} is sent them to judge and to enrol; it holds them in its memory until then, writes them to no file and no log, and forgets the model when you leave this page.`;
    element("record").onclick = () => (this.live ? this.stop() : this.recordTakes());
    element("add").onclick = () => element("files").click();
    element("files").onchange = ({ target }) => {
      this.drop([...target.files]);
      target.value = "";
    };
    for (const kind of Object.keys(KINDS)) {
      element(kind).onclick = () => (this.live ? this.stop() : this.recordOwn(kind));
      element(`${kind}-drop`).onclick = () => this.keepOwn(kind, null);
    }
    element("only").onchange = ({ target }) => { element("only-fine").hidden = !target.checked; };
    element("word").oninput = () => this.update();
    element("enrol").onclick = () => this.enrol();
    element("threshold").oninput = () => this.choose();
    element("try").onclick = () => (this.live ? this.stop() : this.try());
    element("save").onclick = () => this.wire.say({ type: "model", threshold: this.setting.threshold });
    for (const canvas of [element("curve")]) new ResizeObserver(() => this.drawCurve()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
    addEventListener("resize", () => this.redraw());
  }

  get word() { return element("word").value.trim(); }

  get good() { return this.takes.filter(({ usable }) => usable); }

  get next() { return `Take ${this.good.length + 1} of ${WANTED}: say “${this.word}” now.`; }

  prompt(text, now = false) {
    element("prompt").textContent = text;
    element("prompt").classList.toggle("now", now);
  }

  /** One microphone at a time. @param {HTMLElement} button that ends it @param {(block) => void} onBlock @param {() => void} onStop */
  async listen(button, text, onBlock, onStop) {
    this.stop();
    const live = this.live = { button, text: button.textContent, onStop };
    this.history.reset();
    try {
      this.say("Asking for the microphone …");
      const microphone = await openMicrophone(RATE, ({ counter, samples }) => {
        if (this.live !== live) return;
        live.base ??= counter;
        this.meter(samples);
        this.history.add(counter - live.base, samples, microphone.rate);
        onBlock(counter - live.base, samples, microphone.rate);
      }, () => this.fail("The microphone is gone. Plug it in and begin again."), (interrupted) => this.say(interrupted ? "The microphone is interrupted: what is said now is lost." : text, interrupted));
      if (this.live !== live) return microphone.close();
      Object.assign(live, { microphone });
      button.textContent = "Stop";
      button.classList.add("on");
      this.say(text);
      this.update();
      return microphone;
    } catch (error) {
      if (this.live === live) this.fail(microphoneTrouble(error).replace(", or open a sound file", ", or add files"));
    }
  }

  stop() {
    const { live } = this;
    if (!live) return;
    this.live = null;
    live.microphone?.close();
    live.button.textContent = live.text;
    live.button.classList.remove("on");
    live.onStop?.();
    this.say("Stopped.");
    element("level").style.transform = "";
    this.prompt(this.good.length >= WANTED ? `${this.good.length} good takes: enough.` : "");
    this.update();
  }

  fail(text) {
    this.stop();
    this.say(text, true);
  }

  meter(samples) {
    let [sum, peak] = [0, 0];
    for (const sample of samples) [sum, peak] = [sum + sample * sample, Math.max(peak, Math.abs(sample))];
    const level = 10 * Math.log10(sum / samples.length / 32768 ** 2 + 1e-12);
    element("level").style.transform = `scaleX(${Math.min(1, Math.max(0, 1 - level / LOWEST))})`;
    element("level").parentElement.classList.toggle("loud", peak >= CLIPPED * 32768);
  }

  async recordTakes() {
    if (!this.word) return this.ask("Type the word first: it is what you will be asked to say.");
    try {
      await this.wire.open();
    } catch (error) {
      return this.say(`Takes cannot be recorded: ${error.message}`, true);
    }
    const begin = (rate) => this.wire.say({ type: "record", kind: "takes", name: "take", rate, format: "s16" });
    let begun = false;
    const microphone = await this.listen(element("record"), "Listening for takes.", (counter, samples, rate) => {
      if (!begun) begin(rate);
      begun = true;
      this.wire.live(counter, samples);
    }, () => this.wire.say({ type: "stop" }));
    if (microphone) this.prompt(this.next, true);
  }

  ask(text) {
    this.say(text, true);
    element("word").focus();
  }

  /** A take was cut out of the microphone's sound, or a file was judged. */
  judged({ name, good, usable, sentence, start, end, wordStart, wordEnd }) {
    const file = this.waiting.get(name);
    this.waiting.delete(name);
    const { rate, samples } = file ?? { rate: this.history.rate, samples: this.history.cut(start, end) };
    if (!samples) return;
    const take = { name: file ? name : `take ${++this.number}`, rate, samples, sentence, usable: file ? usable : good, doubtful: !good, word: [wordStart - start, wordEnd - start] };
    this.takes.unshift(take);
    if (this.takes.length > MOST_LISTED + WANTED) this.takes.splice(this.takes.findLastIndex((one) => !one.usable), 1);
    this.list();
    if (this.live?.button !== element("record")) return;
    if (this.good.length >= WANTED && !file) return this.stop();
    this.prompt(`${take.usable ? `Good. ${this.next}` : `Not kept: ${sentence}. ${this.next}`}`, true);
  }

  list() {
    element("takes").replaceChildren(...this.takes.map((take) => {
      const row = document.createElement("li");
      row.className = take.usable ? "" : "refused";
      const line = document.createElement("p");
      line.append(make("b", take.usable ? take.name : `${take.name}, not used`), `: ${take.sentence}`);
      const buttons = make("div", "", { className: "row" });
      buttons.append(make("button", "Play", { type: "button", ariaLabel: `Play ${take.name}`, onclick: () => this.play(take) }), make("button", "Remove", { type: "button", ariaLabel: `Remove ${take.name}`, onclick: () => this.remove(take) }));
      row.append(make("canvas", "", { ariaLabel: `Waveform of ${take.name}`, role: "img" }), line, buttons);
      return row;
    }));
    this.redraw();
    this.update();
  }

  redraw() {
    const colors = new Colors();
    for (const [i, canvas] of [...document.querySelectorAll("#teach-takes canvas")].entries()) drawTake(canvas, this.takes[i], colors);
    this.drawCurve();
  }

  play({ samples, rate }) {
    const player = new History();
    player.reset();
    player.add(0, samples, rate);
    player.play(0, samples.length / rate);
  }

  remove(take) {
    this.takes = this.takes.filter((one) => one !== take);
    this.list();
  }

  /** Recordings of the word, a file each. */
  async drop(files) {
    await this.ready;
    try {
      await this.wire.open();
    } catch (error) {
      return this.say(`Files cannot be judged: ${error.message}`, true);
    }
    this.stop();
    for (const file of files) {
      try {
        const { rate, samples } = await decodeSound(await file.arrayBuffer());
        const name = unique(file.name.slice(0, 50), (one) => this.waiting.has(one) || this.takes.some((take) => take.name === one));
        const take = { name, rate, samples: samples instanceof Int16Array ? samples : Int16Array.from(samples, (sample) => 32767 * Math.max(-1, Math.min(1, sample))) };
        this.waiting.set(name, take);
        this.wire.sound("check", take);
      } catch (error) {
        this.say(`${file.name} cannot be used: ${error.message}.`, true);
      }
    }
  }

  async recordOwn(kind) {
    const { seconds, now } = KINDS[kind];
    const blocks = [];
    let rate = 0, length = 0;
    const keep = () => { if (length > 0) this.keepOwn(kind, { name: `your ${kind}`, rate, samples: this.history.cut(0, length / rate) }); };
    await this.listen(element(kind), `${now}.`, (counter, samples, at) => {
      blocks.push(samples);
      [rate, length] = [at, counter + samples.length];
      this.prompt(`${now}: ${clockOf(Math.max(0, seconds - length / rate), 0)} left.`, true);
      if (length >= seconds * rate) this.stop();
    }, keep);
  }

  /** @param {{name, rate, samples} | null} sound */
  keepOwn(kind, sound) {
    this.own[kind] = sound;
    element(`${kind}-drop`).hidden = !sound;
    element(kind).textContent = sound ? `Record the ${kind} again (${Math.round(sound.samples.length / sound.rate)} s so far)` : `Record ${KINDS[kind].text}`;
  }

  async enrol() {
    if (!this.word) return this.ask("Type the word first.");
    this.stop();
    try {
      const { mostTakes } = await this.wire.open();
      if (this.good.length > mostTakes) return this.refuse(`${mostTakes} takes are enough: remove some.`);
      for (const take of this.good.toReversed()) this.wire.sound("take", take);
      for (const [kind, sound] of Object.entries(this.own)) if (sound) this.wire.sound(kind, sound);
      this.wire.say({ type: "enrol", word: this.word, onlyMe: element("only").checked, falseAlarmsPerHour: Number(element("budget").value) });
      this.busy = true;
      this.update();
      element("remarks").replaceChildren();
      element("summary").textContent = "Enrolling …";
    } catch (error) {
      this.say(`The word cannot be enrolled: ${error.message}`, true);
    }
  }

  enrolled({ word, summary, remarks, settings, ownNegatives, takes, seconds }) {
    Object.assign(this, { busy: false, settings, made: { word, ownNegatives, takes } });
    element("summary").textContent = `“${word}” is enrolled, in ${seconds.toFixed(1)} s: ${summary}.`;
    element("remarks").replaceChildren(...remarks.map((text) => make("li", sentenceOf(text))));
    element("5").hidden = false;
    element("events").replaceChildren();
    element("word-said").textContent = "";
    const slider = element("threshold");
    slider.max = settings.length - 1;
    slider.value = settings.findIndex(({ threshold }) => threshold === 0.5);
    this.say(`“${word}” is enrolled. Try it, then download the model.`);
    this.update();
    this.choose();
  }

  refuse(text) {
    this.busy = false;
    element("summary").textContent = "";
    element("remarks").replaceChildren(make("li", sentenceOf(text)));
    this.say(this.made ? "That could not be done: see below." : "The word is not enrolled: see below.", true);
    this.update();
  }

  get setting() { return this.settings[element("threshold").value]; }

  /** The slider was moved: what that is worth, here and in what listens. */
  choose() {
    const { threshold, foundLeftOut, falseAlarmsPerHour, falseAlarmsAtMost, ownNegativesAccepted } = this.setting;
    const { takes, ownNegatives } = this.made;
    element("value").textContent = threshold.toFixed(2);
    element("misses").textContent = `misses ${takes - foundLeftOut} of ${takes} takes`;
    element("alarms").textContent = `${rateOf(falseAlarmsPerHour)} false alarms an hour, at most ${rateOf(falseAlarmsAtMost)}`;
    element("own").textContent = ownNegatives > 0 ? `${ownNegativesAccepted} of ${ownNegatives} sounds of your own talk and room accepted` : "";
    element("threshold").setAttribute("aria-valuetext", `${threshold.toFixed(2)}: ${element("misses").textContent}, ${element("alarms").textContent}`);
    this.wire.say({ type: "threshold", threshold });
    this.drawCurve();
  }

  async try() {
    element("events").replaceChildren();
    let begun = false;
    const microphone = await this.listen(element("try"), `Say “${this.made.word}”, and other words.`, (counter, samples, rate) => {
      if (!begun) this.wire.say({ type: "record", kind: "try", rate, format: "s16", threshold: this.setting.threshold });
      begun = true;
      this.wire.live(counter, samples);
    }, () => this.wire.say({ type: "stop" }));
    if (microphone) this.prompt("");
  }

  found({ label, score, end }) {
    element("word-said").textContent = `“${label}” detected, score ${score.toFixed(2)}.`;
    this.event(`${label} ${score.toFixed(2)} at ${clockOf(end, 1)}`, "");
  }

  nearly({ label, score, end, outcome }) {
    if (score >= 0.01 && outcome === "below threshold") this.event(`not ${label}: ${score.toFixed(2)} at ${clockOf(end, 1)}`, "near");
  }

  event(text, className) {
    element("events").prepend(make("li", text, { className }));
    if (element("events").children.length > MOST_LISTED) element("events").lastChild.remove();
  }

  /** What may be pressed now. */
  update() {
    const [count, all] = [this.good.length, this.takes.length];
    element("count").textContent = all === 0 ? "no take yet" : `${count} good ${count === 1 ? "take" : "takes"}${all > count ? `, ${all - count} not used` : ""}`;
    element("enrol").disabled = this.busy || count < 3 || !this.word;
    element("needs").textContent = count < 3 ? "Record three good takes first." : !this.word ? "Type the word first." : this.busy ? "This takes some seconds." : count < 5 ? "Five takes or more are better." : "";
    element("try").disabled = element("save").disabled = this.busy || !this.made;
  }

  /** The server has gone, or has had enough. Takes are here; what was enrolled is not there any more. */
  broken(reason) {
    this.stop();
    [this.busy, this.made] = [false, null];
    this.waiting.clear();
    if (element("summary")) {
      element("5").hidden = true;
      element("summary").textContent = "";
      this.update();
    }
    this.say(`The connection broke${reason ? `: ${reason}` : "."} Your takes are still here: go on, and enrol again.`, true);
  }

  leave() { this.stop(); }

  /** Misses as a part of the takes, and false alarms an hour by their logarithm, over the settings; the chosen one is marked. */
  drawCurve() {
    const canvas = element("curve");
    if (!canvas || canvas.clientWidth === 0 || this.settings.length === 0 || !this.made) return;
    const [scale, colors, context] = [devicePixelRatio, new Colors(), canvas.getContext("2d")];
    [canvas.width, canvas.height] = [canvas.clientWidth * scale, canvas.clientHeight * scale];
    const [left, top, high] = [10 * scale, 26 * scale, canvas.height - 44 * scale];
    const x = (i) => left + (i * (canvas.width - 2 * left)) / (this.settings.length - 1);
    const alarms = this.settings.map(({ falseAlarmsPerHour }) => Math.log10(Math.min(100, Math.max(0.01, falseAlarmsPerHour))));
    context.lineWidth = 2 * scale;
    context.font = `${11 * scale}px system-ui, sans-serif`;
    const line = (values, color) => {
      context.strokeStyle = colors.css(color);
      context.beginPath();
      values.forEach((value, i) => context[i ? "lineTo" : "moveTo"](x(i), top + high * (1 - value)));
      context.stroke();
    };
    context.fillStyle = colors.css("mark");
    context.fillRect(x(Number(element("threshold").value)) - 4 * scale, 0, 8 * scale, canvas.height);
    line(this.settings.map(({ foundLeftOut }) => 1 - foundLeftOut / this.made.takes), "loud");
    line(alarms.map((value) => (value + 2) / 4), "lit");
    context.fillStyle = colors.css("loud");
    context.fillText("takes missed", left, 14 * scale);
    context.fillStyle = colors.css("accent");
    context.fillText("false alarms an hour, 0.01 to 100", left + 90 * scale, 14 * scale);
    context.fillStyle = colors.css("muted");
    for (const [i, text] of [[0, "accepts more"], [this.settings.length - 1, "is surer"]]) context.fillText(text, i ? canvas.width - context.measureText(text).width - left : left, canvas.height - 6 * scale);
  }
}

const rateOf = (rate) => (rate < 0.01 ? "less than 0.01" : String(Number(rate.toPrecision(2))));

const sentenceOf = (text) => `${text.replace(/\.$/, "")}.`; // names of files stay as they are

function unique(name, taken) {
  for (let n = 1, one = name; ; one = `${name} (${++n})`) if (!taken(one)) return one;
}

/** The sound of a take, with the word's part in the accent's colour. */
function drawTake(canvas, { samples, rate, word }, colors) {
  const scale = devicePixelRatio;
  [canvas.width, canvas.height] = [canvas.clientWidth * scale, canvas.clientHeight * scale];
  const [context, middle] = [canvas.getContext("2d"), canvas.height / 2];
  for (let column = 0; column < canvas.width; column++) {
    const [from, to] = [0, 1].map((more) => Math.floor(((column + more) * samples.length) / canvas.width));
    let most = 0;
    for (let i = from; i < to; i++) most = Math.max(most, Math.abs(samples[i]));
    const tall = Math.max(scale, (most / 32768) ** (2 / 3) * canvas.height);
    context.fillStyle = colors.css(from >= word[0] * rate && from <= word[1] * rate ? "lit" : "wave");
    context.fillRect(column, middle - tall / 2, 1, tall);
  }
}

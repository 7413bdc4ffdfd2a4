// The page: what the buttons do, and where what the server says goes.

import { Live } from "./live.js";
import { Meter } from "./meter.js";
import { microphoneTrouble } from "./microphone.js";
import { Panel } from "./panel.js";
import { Replay } from "./replay.js";
import { decodeTable } from "./table.js";
import { Timeline } from "./timeline.js";
import { decodeSound } from "./wav.js";

const [listen, open, file, pace, modelChoice, status, drop] =
  ["listen", "open", "file", "pace", "model", "status", "drop"].map((id) => document.getElementById(id));
const [timeline, meter, panel] = [new Timeline(document.getElementById("timeline")), new Meter(), new Panel()];

let models = []; // the server's
let usual = ""; // name of its default
let run = null; // the Live or the Replay that is on
let again = null; // starts it anew

const say = (text, warning = false) => {
  status.textContent = text;
  status.classList.toggle("warning", warning);
};

const model = () => models.find(({ name }) => name === modelChoice.value);

/** What the page can say of a model before it hears anything. */
function introduce(model) {
  panel.reset(model);
  const { channels } = model;
  document.getElementById("wave-caption").textContent = channels ? nameOf(channels[0]) : "sound";
  document.getElementById("wave").ariaLabel = channels ? `Line of ${channels[0].name}` : "Waveform of the sound";
  document.getElementById("band-caption").textContent = channels ? `${model.bands} numbers a frame` : `${model.bands} mel bands`;
  open.textContent = channels ? "Open a table …" : "Open a sound …";
  if (!run) listen.textContent = startText();
  document.getElementById("neuron-count").textContent = model.neurons.join(" + ");
  const rules = { bursts: "; an event is judged when they rest", talk: "; an event is confirmed when they rest" };
  document.getElementById("rule").textContent = rules[model.rule] ?? "";
  document.getElementById("rule").parentElement.title = modelChoice.title = model.settings;
}

const nameOf = ({ name, unit }) => (unit ? `${name} [${unit}]` : name);

const startText = () => (model().channels ? "Simulate" : "Listen");

const hint = () => (model().channels
  ? "Press Simulate for a sensor that is played from the shipped sample, or drop a table (CSV) on this page."
  : "Press Listen and speak, or drop a sound file on this page.");

/** @param {[number, number]} [range] of the first channel, of sensors */
const handlers = (running, range) => ({
  onWelcome: ({ model }) => {
    for (const view of [timeline, meter, panel]) view.reset(model, range);
    say(running);
  },
  onSound: (counter, samples, rate) => timeline.addSound(counter, samples, rate),
  onFrames: (message) => {
    for (const frame of message.frames) timeline.addFrame(frame);
    meter.add(message);
    panel.showScores(message.frames.at(-1).scores);
  },
  onDetection: (detection) => {
    panel.showDetection(detection, run.heardAt(detection.end));
    timeline.mark(detection);
  },
  onEnd: ({ seconds, detections, macs, macsDense }) => {
    meter.draw();
    say(`Replayed ${seconds.toFixed(1)} s: ${count(detections, model().channels ? "event" : "word")}, ${Math.max(0, 100 * (1 - macs / macsDense)).toFixed(1)} % of the work skipped.`);
  },
});

function stop() {
  run?.stop();
  run = null;
  listen.textContent = startText();
  listen.setAttribute("aria-pressed", "false");
}

function begin(next) {
  stop();
  run = next;
  listen.textContent = "Stop";
  listen.setAttribute("aria-pressed", "true");
}

function fail(text) {
  stop();
  say(text, true);
}

async function startListening() {
  again = startListening;
  if (model().channels) return simulate();
  const live = new Live(model(), {
    ...handlers("Listening."),
    onBroken: (seconds, reason) => say(`The connection broke${why(reason)} Trying again in ${Math.ceil(seconds)} s.`, true),
    onRefused: (reason) => fail(`The server ended the session: ${reason}`),
    onInterrupted: (interrupted) => (interrupted ? say("The microphone is interrupted: the system has taken it away. What is said now is not heard.", true) : say("Listening.")),
    onLost: () => fail("The microphone is gone. Plug it in and press Listen."),
  });
  begin(live);
  say("Asking for the microphone …");
  try {
    await live.start();
  } catch (error) {
    if (run === live) fail(microphoneTrouble(error));
  }
}

/** The shipped sample without end, as fast as its sensor would send it. */
async function simulate() {
  try {
    stop();
    const sample = decodeTable(await (await fetch("samples/ecg.csv")).text(), model());
    play({ ...sample, endless: true }, false, "Simulating a heart from the shipped sample.", "Press Simulate again.");
  } catch (error) {
    fail(`The shipped sample is nothing for this model: ${error.message}. Drop a table of its own.`);
  }
}

async function replay(file) {
  again = () => replay(file);
  try {
    stop();
    const isTable = /\.(csv|tsv)$/i.test(file.name);
    choose(isTable);
    say(`Reading ${file.name} …`);
    const decoded = isTable ? decodeTable(await file.text(), model()) : await decodeSound(await file.arrayBuffer());
    play(decoded, pace.value === "once", `Replaying ${file.name}.${(decoded.notes ?? []).map((note) => ` Note: ${note}.`).join("")}`, "Open the file again.");
  } catch (error) {
    fail(`${file.name} cannot be replayed: ${error.message}.`);
  }
}

function play(decoded, atOnce, running, remedy) {
  begin(new Replay(model(), decoded, atOnce, {
    ...handlers(running, decoded.range),
    onClose: ({ code, reason }) => (code === 1000 ? stop() : fail(`The connection broke${why(reason)} ${remedy}`)),
  }));
}

/** Sound is for models that hear sound: takes one that fits, unless the chosen one does; a dense twin only if there is no other. */
function choose(ofSensors) {
  if (!model().channels !== ofSensors) return;
  const fits = models.filter(({ channels }) => !channels !== ofSensors);
  const fitting = fits.find(({ name }) => name === usual) ?? fits.find(({ alwaysOpen }) => !alwaysOpen) ?? fits[0];
  if (!fitting) throw new Error(`no model here hears ${ofSensors ? "sensors" : "sound"}`);
  modelChoice.value = fitting.name;
  introduce(fitting);
}

listen.onclick = () => {
  if (!run) return startListening();
  stop();
  say("Stopped.");
};

open.onclick = () => file.click();
file.onchange = () => {
  if (file.files[0]) replay(file.files[0]);
  file.value = ""; // so that the same file can be chosen again
};

modelChoice.onchange = () => {
  const heard = run && again;
  if (heard) stop();
  introduce(model());
  if (heard) heard();
  else say(hint());
};

document.onkeydown = ({ key }) => {
  if (key === "Escape" && run) listen.onclick();
};

document.ondragover = (event) => {
  event.preventDefault();
  drop.hidden = !event.dataTransfer.types.includes("Files");
};
document.ondragleave = ({ relatedTarget }) => {
  if (!relatedTarget) drop.hidden = true;
};
document.ondrop = (event) => {
  event.preventDefault();
  drop.hidden = true;
  const [sound] = event.dataTransfer.files;
  if (sound && models.length) replay(sound);
};

const why = (reason) => (reason ? `: ${reason}` : ".");

const count = (number, one) => `${number} ${one}${number === 1 ? "" : "s"}`;

async function loadModels() {
  try {
    const answer = await (await fetch("models")).json();
    ({ models, default: usual } = answer);
    modelChoice.replaceChildren(...models.map(({ name }) => new Option(name, name, false, name === answer.default)));
    introduce(model());
    say(hint());
  } catch {
    for (const control of [listen, open]) control.disabled = true;
    say("The server does not answer. Start it and load this page again.", true);
  }
}

loadModels();

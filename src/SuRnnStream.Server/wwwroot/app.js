// The page: what the buttons do, and where what the detector says goes.

import { whereItFails } from "./cards.js";
import { csvOf, History, labelTrackOf, save, wavOf } from "./history.js";
import { Labels } from "./label.js";
import { Live } from "./live.js";
import { Meter } from "./meter.js";
import { microphoneTrouble } from "./microphone.js";
import { Panel } from "./panel.js";
import { Replay } from "./replay.js";
import { kept, listModels, NO_MODELS, SOUND_SAMPLE, whereSoundGoes } from "./socket.js";
import { decodeTable, misfit } from "./table.js";
import { Tabs } from "./tabs.js";
import { Timeline } from "./timeline.js";
import { decodeSound } from "./wav.js";

const SAMPLES = [["samples/ecg.csv", "a heart"], ["samples/gesture.csv", "a hand"]]; // of sensors
const BEFORE = 0.5, AFTER = 0.5; // seconds played and saved round a detection

const element = (id) => document.getElementById(id);
const [listen, open, sample, file, pace, modelChoice, status, choices, drop, note] =
  ["listen", "open", "sample", "file", "pace", "model", "status", "choices", "drop", "note"].map(element);
const [history, meter] = [new History(), new Meter()];
const timeline = new Timeline(element("timeline"), () => { element("newest").hidden = timeline?.follows ?? true; });
const panel = new Panel(pick);

let models = []; // the server's
let usual = ""; // name of its default
let run = null; // the Live or the Replay that is on
let again = null; // starts it once more
let picked = null; // the detection that was chosen in the list

const say = (text, warning = false) => {
  status.textContent = text;
  status.classList.toggle("warning", warning);
  choices.hidden = true;
};

const model = () => models.find(({ name }) => name === modelChoice.value);

/** What the page can say of a model before anything is sent; nothing of the model before it stays. */
function introduce(model) {
  reset(model);
  const { channels } = model;
  element("wave-caption").textContent = channels ? channels.map(nameOf).join(" · ") : "sound";
  element("wave").ariaLabel = channels ? `Lines of ${channels.map(({ name }) => name).join(", ")}` : "Waveform of the sound";
  element("band-caption").textContent = channels ? `${model.bands} numbers a frame` : `${model.bands} mel bands`;
  open.textContent = channels ? "Open a table …" : "Open a sound …";
  sample.hidden = Boolean(run);
  if (!run) listen.textContent = startText();
  element("neuron-count").textContent = model.neurons.join(" + ");
  const rules = { bursts: "; an event is judged when they rest", talk: "; an event is confirmed when they rest" };
  element("rule").textContent = rules[model.rule] ?? "";
  element("rule").parentElement.title = modelChoice.title = model.settings;
  element("card-facts").replaceChildren(...Object.entries(cardOf(model)).map(([name, text]) => {
    const [row, term, fact] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
    [term.textContent, fact.textContent] = [name, text];
    row.append(term, fact);
    return row;
  }));
}

const cardOf = (model) => ({
  detects: model.labels.filter((label) => !model.background.includes(label)).join(", "),
  ...(whereItFails(model) ? { "where it fails": whereItFails(model) } : {}),
  "rule in force": model.settings,
  size: `${model.neurons.join(" + ")} neurons, ${model.macsDense.toLocaleString("en")} multiply-adds a frame of ${Number((1000 * model.hop).toPrecision(3))} ms with all of them${model.alwaysOpen ? ": this is the dense twin, which never rests" : ""}`,
  ...model.card,
});

const nameOf = ({ name, unit }) => (unit ? `${name} [${unit}]` : name);

const startText = () => (model().channels ? "Simulate" : "Listen");

const hint = () => (model().channels
  ? "Press Simulate for a sensor that is played from the shipped sample, or drop a table (CSV) on this page."
  : "Press Listen and speak, play the sample, or drop a sound file on this page.");

/** @param {[number, number][]} [ranges] of the channels, of sensors */
function reset(model, ranges) {
  for (const view of [timeline, meter, panel]) view.reset(model, ranges);
  history.silence();
  history.reset();
  [picked, note.hidden] = [null, true];
  allowSaving();
}

/** @param {[number, number][]} [ranges] of the channels, of sensors */
const handlers = (running, ranges) => ({
  onWelcome: ({ model }) => {
    reset(model, ranges);
    say(running);
  },
  onSound: (counter, samples, rate) => {
    timeline.addSound(counter, samples, rate);
    if (!model().channels) history.add(counter, samples, rate);
  },
  onFrames: (message) => {
    for (const frame of message.frames) timeline.addFrame(frame);
    meter.add(message);
    panel.showScores(message.frames.at(-1).scores);
  },
  onDetection: (detection) => {
    panel.showDetection(detection, run.heardAt(detection.end));
    timeline.mark(detection);
    timeline.addAnswer(detection, true);
    allowSaving();
  },
  onCandidate: (candidate) => {
    timeline.addAnswer(candidate, false);
    if (candidate.score >= candidate.threshold / 2) timeline.markCandidate(candidate); // a lower one is of no interest
  },
  onNote: ({ text }) => {
    note.textContent = `${text[0].toUpperCase()}${text.slice(1)}.`;
    note.hidden = false;
  },
  onEnd: ({ seconds, detections, macs, macsDense }) => {
    meter.draw();
    say(`Replayed ${seconds.toFixed(1)} s: ${count(detections, model().channels ? "event" : "word")}, ${Math.max(0, 100 * (1 - macs / macsDense)).toFixed(1)} % of the work skipped.`);
  },
});

function stop() {
  run?.stop();
  run = null;
  sample.hidden = panel.events.length > 0; // offered until something was detected
  listen.textContent = startText();
  listen.classList.remove("on");
}

function begin(next) {
  stop();
  run = next;
  sample.hidden = true;
  listen.textContent = "Stop";
  listen.classList.add("on");
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
    onRefused: (reason) => fail(`The session was ended: ${reason}`),
    onInterrupted: (interrupted) => (interrupted ? say("The microphone is interrupted: the system has taken it away. What is said now is lost.", true) : say("Listening.")),
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

/** The shipped sample that fits, without end, as fast as its sensor would send it. */
async function simulate() {
  const chosen = model();
  try {
    stop();
    for (const [address, of] of SAMPLES) {
      const text = await (await fetch(address)).text();
      if (misfit(text, chosen) === null) return play({ ...decodeTable(text, chosen), endless: true }, false, `Simulating ${of} from the shipped sample.`, "Press Simulate again.");
    }
    fail("No shipped sample is for this model. Drop a table of its own.");
  } catch (error) {
    fail(`The shipped sample cannot be played: ${error.message}. Drop a table of your own.`);
  }
}

async function playSample() {
  again = playSample;
  if (model().channels) return simulate();
  try {
    play(await decodeSound(await (await fetch(SOUND_SAMPLE)).arrayBuffer()), false, "Playing the shipped sample.", "Press Play the sample again.");
  } catch (error) {
    fail(`The shipped sample cannot be played: ${error.message}.`);
  }
}

/** @param {boolean} [keep] the chosen model is the one that is wanted, whether the file is for it or not */
async function replay(file, keep = false) {
  again = () => replay(file, true);
  try {
    stop();
    const isTable = /\.(csv|tsv)$/i.test(file.name);
    say(`Reading ${file.name} …`);
    const text = isTable ? await file.text() : "";
    if (keep && !model().channels === isTable) return say(`${model().name} detects in ${isTable ? "sound" : "sensors"}, and ${file.name} is ${isTable ? "a table" : "a sound"}. ${hint()}`);
    if (!keep && !choose(isTable, text, (name) => replayAs(name, file))) return;
    const decoded = isTable ? decodeTable(text, model()) : await decodeSound(await file.arrayBuffer());
    play(decoded, pace.value === "once", `Replaying ${file.name}.${(decoded.notes ?? []).map((note) => ` Note: ${note}.`).join("")}`, "Open the file again.");
  } catch (error) {
    fail(`${file.name} cannot be replayed: ${error.message}.`);
  }
}

function replayAs(name, file) {
  modelChoice.value = name;
  introduce(model());
  return replay(file, true);
}

function play(decoded, atOnce, running, remedy) {
  begin(new Replay(model(), decoded, atOnce, {
    ...handlers(running, decoded.ranges),
    onClose: ({ code, reason }) => (code === 1000 ? stop() : fail(`The connection broke${why(reason)} ${remedy}`)),
  }));
}

/**
 * Takes a model that the file is for, unless the chosen one is; a dense twin only if there is no other. Asks where there are several.
 * @returns {boolean} false: the user is asked
 */
function choose(isTable, text, onChoice) {
  const kind = models.filter(({ channels }) => !channels !== isTable);
  if (kind.length === 0) throw new Error(`no model here is for ${isTable ? "sensors" : "sound"}`);
  const fits = isTable ? kind.filter((one) => misfit(text, one) === null) : kind;
  if (fits.includes(model())) return true;
  const plain = fits.some(({ alwaysOpen }) => !alwaysOpen) ? fits.filter(({ alwaysOpen }) => !alwaysOpen) : fits;
  if (plain.length === 0) {
    const wanted = kind.filter(({ alwaysOpen }) => !alwaysOpen);
    throw new Error(wanted.length === 1 ? misfit(text, wanted[0]) : `no model here takes its columns (${wanted.map((one) => `${one.name}: ${misfit(text, one)}`).join("; ")})`);
  }
  if (isTable && plain.length > 1) {
    say("Several models take a table with these columns. Which one?");
    choices.replaceChildren(...plain.map(({ name }) => button(name, () => onChoice(name))));
    choices.hidden = false;
    return false;
  }
  modelChoice.value = (plain.find(({ name }) => name === usual) ?? plain[0]).name;
  introduce(model());
  return true;
}

function button(text, onclick) {
  const made = document.createElement("button");
  return Object.assign(made, { type: "button", textContent: text, onclick });
}

/** A detection of the list: seen, and heard where it is sound. */
function pick(event) {
  picked = event;
  timeline.show(event);
  history.play(event.start - BEFORE, event.end + AFTER);
  allowSaving();
}

function allowSaving() {
  for (const id of ["save-csv", "save-labels"]) element(id).disabled = panel.events.length === 0;
  element("save-wav").disabled = !picked || !history.cut(picked.start - BEFORE, picked.end + AFTER);
}

element("save-csv").onclick = () => save(csvOf(panel.events), "detections.csv");
element("save-labels").onclick = () => save(labelTrackOf(panel.events), "detections.txt");
element("save-wav").onclick = () => save(wavOf(history.cut(picked.start - BEFORE, picked.end + AFTER), history.rate), `${picked.label}-${picked.start.toFixed(2)}.wav`);

const view = { closer: () => timeline.scale(2), wider: () => timeline.scale(0.5), earlier: () => timeline.pan(-timeline.columns / 2), later: () => timeline.pan(timeline.columns / 2), newest: () => timeline.follow() };
for (const [id, move] of Object.entries(view)) element(id).onclick = move;

listen.onclick = () => {
  if (!run) return startListening();
  stop();
  say("Stopped.");
};

sample.onclick = playSample;
open.onclick = () => file.click();
file.onchange = () => {
  if (file.files[0]) replay(file.files[0]);
  file.value = ""; // so that the same file can be chosen again
};

modelChoice.onchange = () => {
  const goOn = run && again;
  if (run) stop();
  introduce(model());
  if (goOn) goOn();
  else say(hint());
};

const panels = {
  detect: { drop: ([sound]) => models.length && replay(sound), dropText: "Drop a sound, or a table of a sensor, to replay it", leave: () => run && listen.onclick(), open: () => say(hint()) },
  label: new Labels(element("label"), say, SAMPLES),
  teach: { drop: (files) => teacher?.drop(files), dropText: "Drop recordings of the word", leave: () => teacher?.leave(), open: openTeach },
};
const tabs = new Tabs(panels);
let teacher = null; // made when its tab is opened first

/** Only a server has this tab, and only those files that are asked for now. */
async function openTeach() {
  try {
    teacher ??= new (await import("./teach.js")).Teach(element("teach"), say);
    say("Nothing of this is kept on the server: see below.");
  } catch (error) {
    say(`This part of the page cannot be loaded: ${error.message}.`, true);
  }
}

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
  if (event.dataTransfer.files.length) tabs.panel.drop([...event.dataTransfer.files]);
};

const why = (reason) => (reason ? `: ${reason}` : ".");

const count = (number, one) => `${number} ${one}${number === 1 ? "" : "s"}`;

/** Dense twins are comparisons: in a group of their own. */
function showModels(list, chosen) {
  const groups = Map.groupBy(list, ({ alwaysOpen, channels }) => (alwaysOpen ? "Dense twins, to compare" : channels ? "Sensors" : "Sound"));
  modelChoice.replaceChildren(...["Sound", "Sensors", "Dense twins, to compare"].filter((name) => groups.has(name)).map((label) => {
    const group = Object.assign(document.createElement("optgroup"), { label });
    group.append(...groups.get(label).map(({ name }) => new Option(name, name, false, name === chosen)));
    return group;
  }));
}

async function loadModels() {
  try {
    const list = await listModels();
    ({ models, default: usual } = list);
    element("tab-teach").hidden = !list.teach;
    showModels(models, usual);
    introduce(model());
    element("where").textContent = whereSoundGoes(models);
    kept.then((alone) => { if (alone) element("where").textContent += " From now on the page works without a connection, too."; });
    say(hint());
  } catch {
    for (const control of [listen, open]) control.disabled = true;
    say(NO_MODELS, true);
  }
}

loadModels();

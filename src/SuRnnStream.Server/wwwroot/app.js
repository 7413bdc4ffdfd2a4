// The page: what the buttons do, and where what the server says goes.

import { Live } from "./live.js";
import { Meter } from "./meter.js";
import { microphoneTrouble } from "./microphone.js";
import { Panel } from "./panel.js";
import { Replay } from "./replay.js";
import { Timeline } from "./timeline.js";
import { decodeSound } from "./wav.js";

const [listen, open, file, pace, modelChoice, status, drop] =
  ["listen", "open", "file", "pace", "model", "status", "drop"].map((id) => document.getElementById(id));
const [timeline, meter, panel] = [new Timeline(document.getElementById("timeline")), new Meter(), new Panel()];

let models = []; // the server's
let run = null; // the Live or the Replay that is on
let replayed = null; // the File of the last Replay

const say = (text, warning = false) => {
  status.textContent = text;
  status.classList.toggle("warning", warning);
};

const model = () => models.find(({ name }) => name === modelChoice.value);

/** What the page can say of a model before it hears anything. */
function introduce(model) {
  panel.reset(model);
  document.getElementById("band-count").textContent = model.bands;
  document.getElementById("neuron-count").textContent = model.neurons.join(" + ");
}

const handlers = (running) => ({
  onWelcome: ({ model }) => {
    for (const view of [timeline, meter, panel]) view.reset(model);
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
    say(`Replayed ${seconds.toFixed(1)} s: ${count(detections, "word")}, ${Math.max(0, 100 * (1 - macs / macsDense)).toFixed(1)} % of the work skipped.`);
  },
});

function stop() {
  run?.stop();
  run = null;
  listen.textContent = "Listen";
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
  const live = new Live(model(), {
    ...handlers("Listening."),
    onBroken: (seconds, reason) => say(`The connection broke${why(reason)} Trying again in ${Math.ceil(seconds)} s.`, true),
    onRefused: (reason) => fail(`The server ended the session: ${reason}`),
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

async function replay(sound) {
  replayed = sound;
  try {
    stop();
    say(`Reading ${sound.name} …`);
    const decoded = await decodeSound(await sound.arrayBuffer());
    begin(new Replay(model(), decoded, pace.value === "once", {
      ...handlers(`Replaying ${sound.name}.`),
      onClose: ({ code, reason }) => (code === 1000 ? stop() : fail(`The connection broke${why(reason)} Open the file again.`)),
    }));
  } catch (error) {
    fail(`${sound.name} cannot be replayed: ${error.message}.`);
  }
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
  introduce(model());
  if (run instanceof Replay) replay(replayed);
  else if (run) startListening();
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
    models = answer.models;
    modelChoice.replaceChildren(...models.map(({ name }) => new Option(name, name, false, name === answer.default)));
    introduce(model());
    say("Press Listen and speak, or drop a sound file on this page.");
  } catch {
    for (const control of [listen, open]) control.disabled = true;
    say("The server does not answer. Start it and load this page again.", true);
  }
}

loadModels();

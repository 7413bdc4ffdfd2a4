// How the page reaches its detector: in a worker of its own. The server's page has a file of this name with the same functions and a real socket; the page's other files are the same.

export const SOUND_SAMPLE = "samples/commands.flac";

const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
const sockets = new Map(); // by number
let numbers = 0;

let tellReady, tellAll;
const ready = new Promise((resolve) => { tellReady = resolve; }); // the first model
const loaded = new Promise((resolve) => { tellAll = resolve; });

worker.onmessage = ({ data: { id, ready, all, ...message } }) => {
  if (ready) tellReady();
  else if (all) tellAll();
  else sockets.get(id)?.hear(message);
};
worker.onerror = ({ message }) => { for (const socket of [...sockets.values()]) socket.hear({ code: 4500, reason: `The detector cannot run in this browser: ${message || "its files cannot be loaded"}.` }); };

/** As much of a WebSocket as wire.js uses. */
class LocalSocket {
  onopen = null;
  onmessage = null;
  onclose = null;
  readyState = WebSocket.CONNECTING;
  bufferedAmount = 0;

  constructor() {
    this.id = ++numbers;
    sockets.set(this.id, this);
    setTimeout(() => {
      if (this.readyState !== WebSocket.CONNECTING) return;
      this.readyState = WebSocket.OPEN;
      this.onopen?.();
    });
  }

  /** @param {string | Uint8Array} data its buffer is the worker's from then on */
  send(data) {
    if (typeof data === "string") {
      worker.postMessage({ id: this.id, [this.greeted ? "text" : "hello"]: data });
      this.greeted = true;
      return;
    }
    this.bufferedAmount += data.byteLength;
    worker.postMessage({ id: this.id, samples: data.buffer }, [data.buffer]);
  }

  hear({ text, binary, taken, code, reason }) {
    if (taken !== undefined) this.bufferedAmount -= taken;
    else if (code !== undefined) {
      this.leave();
      this.onclose?.({ code, reason });
    } else this.onmessage?.({ data: text ?? binary });
  }

  close() {
    if (!sockets.has(this.id)) return;
    this.leave();
    worker.postMessage({ id: this.id });
  }

  leave() {
    sockets.delete(this.id);
    this.readyState = WebSocket.CLOSED;
  }
}

export const openSocket = () => new LocalSocket();

export async function listModels() {
  const list = await (await fetch("models/models.json")).json();
  worker.postMessage({ models: [list.default, ...list.models.map(({ name }) => name).filter((name) => name !== list.default)] });
  return list;
}

export const whereSoundGoes = () => "Sound stays in this page: the network runs here, in WebAssembly. Nothing is sent or kept.";

export const NO_MODELS = "The page's models cannot be loaded. Serve its folder whole, by http, and load it again.";

// Kept by the browser, so that the page works without a connection from its second visit on; where the browser allows it (https, localhost).
const offline = ready.then(() => navigator.serviceWorker?.register("service-worker.js")).then(async (found) => {
  if (found && !navigator.serviceWorker.controller) await new Promise((resolve) => { navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }); });
  return found;
});

export const kept = Promise.all([loaded, offline]).then(([, worker]) => Boolean(worker), () => false);

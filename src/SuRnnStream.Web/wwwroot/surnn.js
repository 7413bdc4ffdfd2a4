// The detector for JavaScript: in a page, in a worker, in Node. surnn.d.ts has its types.

import { dotnet } from "./_framework/dotnet.js";

const sessions = new Map(); // by number: what they are told
let [starting, numbers] = [null, 0];

/** Starts the runtime, once. @returns what Exports.cs exports */
export function start() {
  return (starting ??= (async () => {
    const runtime = await dotnet.create();
    runtime.setModuleImports("surnn", {
      text: (session, json) => sessions.get(session)?.onText(json),
      frames: (session, view) => sessions.get(session)?.onFrames(view.slice()),
      closed: (session, code, reason) => {
        const one = sessions.get(session);
        sessions.delete(session);
        one?.onClosed(code, reason);
      },
    });
    return (await runtime.getAssemblyExports(runtime.getConfig().mainAssemblyName)).SuRnnStream.Web.Exports;
  })());
}

/**
 * A session of PROTOCOL.md, without a socket: what it says is said before a call returns.
 * @param exports of start()
 * @param {{onText: (json: string) => void, onFrames?: (message: Uint8Array) => void, onClosed: (code: number, reason: string) => void}} told
 */
export function openSession(exports, told) {
  const session = ++numbers;
  sessions.set(session, told);
  exports.Open(session, Boolean(told.onFrames));
  return {
    hearText: (text) => exports.HearText(session, text),
    hearSamples: (message) => exports.HearSamples(session, message),
    close() {
      sessions.delete(session);
      exports.Close(session);
    },
  };
}

const PIECE = 65_536; // samples that are processed at a time

export class Detector {
  #exports; #session; #format; #counter = 0; #failure = null; #end = null;

  static async load(source, { rate } = {}) {
    const [exports, bytes] = await Promise.all([start(), read(source)]);
    const name = `detector ${++numbers}`;
    const model = JSON.parse(exports.Load(name, bytes));
    return new Detector(exports, { ...model, name: nameOf(source) ?? name }, name, rate);
  }

  constructor(exports, model, name, rate = model.rate) {
    Object.assign(this, { model, rate, onDetection: null, onCandidate: null });
    this.#exports = exports;
    this.#format = { type: "hello", version: 1, model: name, rate, format: "f32" };
    this.#begin();
  }

  push(samples) {
    this.#require();
    const floats = samples instanceof Float32Array ? samples : toFloats(samples);
    const channels = this.model.channels?.length ?? 1;
    if (floats.length % channels !== 0) throw new RangeError(`${floats.length} samples are no whole moments of ${channels} channels`);
    const piece = PIECE - (PIECE % channels);
    for (let at = 0; at < floats.length; at += piece) this.#hear(floats.subarray(at, at + piece));
  }

  lose(samples) {
    this.#require();
    const channels = this.model.channels?.length ?? 1;
    if (!Number.isSafeInteger(samples) || samples < 0 || samples % channels !== 0) throw new RangeError(`${samples} is no number of samples that can be lost`);
    this.#counter += samples;
  }

  finish() {
    this.#require();
    this.#session.hearText('{"type":"end"}');
    const { seconds, frames, framesSkipped, detections, macs, macsDense, computeSeconds } = this.#end;
    this.#begin();
    return { seconds, frames, framesSkipped, detections, multiplyAdds: macs, multiplyAddsDense: macsDense, computeSeconds };
  }

  reset() {
    this.#require();
    this.#session.close();
    this.#begin();
  }

  close() {
    this.#session?.close();
    if (this.#session) this.#exports.Unload(this.#format.model);
    this.#session = null;
  }

  #begin() {
    [this.#counter, this.#failure, this.#end] = [0, null, null];
    this.#session = openSession(this.#exports, {
      onText: (json) => this.#told(JSON.parse(json)),
      onClosed: (code, reason) => { if (code !== 1000) this.#failure = reason; },
    });
    this.#session.hearText(JSON.stringify(this.#format));
    this.#throwFailure();
  }

  #hear(samples) {
    if (samples.length === 0) return;
    const message = new Uint8Array(8 + samples.byteLength);
    new DataView(message.buffer).setBigUint64(0, BigInt(this.#counter), true);
    message.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), 8);
    this.#counter += samples.length;
    this.#session.hearSamples(message);
    this.#throwFailure();
  }

  #told({ type, ...message }) {
    if (type === "detection") this.onDetection?.(message);
    else if (type === "candidate") this.onCandidate?.(message);
    else if (type === "end") this.#end = message;
  }

  #throwFailure() {
    if (this.#failure !== null) throw new Error(this.#failure);
  }

  #require() {
    if (!this.#session) throw new Error("the detector is closed");
    this.#throwFailure();
  }
}

/** Bytes of a model: given, fetched, or of a file in Node. */
async function read(source) {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  const text = String(source);
  if (typeof process === "object" && process.versions?.node && !/^(https?|data|blob):/.test(text)) {
    const { readFile } = await import(/* webpackIgnore: true */ "node:fs/promises");
    return new Uint8Array(await readFile(text.startsWith("file:") ? new URL(text) : text));
  }
  const answer = await fetch(source);
  if (!answer.ok) throw new Error(`${text} cannot be loaded: ${answer.status} ${answer.statusText}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** The file's name without its ending; null: bytes have none. */
const nameOf = (source) => (typeof source === "string" || source instanceof URL ? decodeURIComponent(String(source).split(/[?#]/)[0].split(/[\\/]/).at(-1)).replace(/\.surnn$/, "") : null);

function toFloats(samples) {
  if (samples instanceof Int16Array) return Float32Array.from(samples, (sample) => sample / 32768);
  throw new TypeError("samples are a Float32Array, or an Int16Array of sound");
}

// PROTOCOL.md, as the page speaks it.

import { openSocket } from "./socket.js";

const VERSION = 1;
const RETRY_CODES = [1001, 1006, 1011, 1012, 1013]; // the others would come again
const HEADER_BYTES = 28;

export class Wire {
  /**
   * Connects at once.
   * @param {{model: string, rate: number, format: "s16" | "f32"}} hello
   * @param {{onWelcome, onFrames, onDetection, onCandidate, onNote, onEnd, onClose: (why: {code: number, reason: string, retry: boolean}) => void}} handlers
   */
  constructor(hello, handlers) {
    this.handlers = handlers;
    this.socket = openSocket();
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.socket.send(JSON.stringify({ type: "hello", version: VERSION, ...hello }));
    this.socket.onmessage = ({ data }) => (typeof data === "string" ? this.hear(JSON.parse(data)) : handlers.onFrames(readFrames(data, this.model)));
    this.socket.onclose = ({ code, reason }) => handlers.onClose({ code, reason, retry: RETRY_CODES.includes(code) });
  }

  hear(message) {
    switch (message.type) {
      case "welcome":
        this.model = message.model;
        this.maxMessageBytes = message.maxMessageBytes;
        this.handlers.onWelcome(message);
        break;
      case "detection": this.handlers.onDetection(message); break;
      case "candidate": this.handlers.onCandidate(message); break;
      case "note": this.handlers.onNote(message); break;
      case "end": this.handlers.onEnd(message); break;
    }
  }

  /** Bytes that wait in the browser. */
  get waiting() { return this.socket.bufferedAmount; }

  /** @param {number} counter of the first sample @param {Int16Array | Float32Array} samples any number of them */
  send(counter, samples) {
    const most = Math.floor((this.maxMessageBytes - 8) / samples.BYTES_PER_ELEMENT);
    for (let at = 0; at < samples.length; at += most) this.sendMessage(counter + at, samples.subarray(at, at + most));
  }

  sendMessage(counter, samples) {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    const message = new Uint8Array(8 + samples.byteLength); // every browser's machine is little-endian
    new DataView(message.buffer).setBigUint64(0, BigInt(counter), true);
    message.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), 8);
    this.socket.send(message);
  }

  /** There is no more sound: the server says what it came to and closes. */
  end() {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ type: "end" }));
  }

  /** Hangs up; no handler is called any more. */
  close() {
    this.socket.onmessage = this.socket.onclose = this.socket.onopen = null;
    this.socket.close();
  }
}

/** @returns {{number, end, computeSeconds, computedFrames, frames: {end, macs, bands, scores, open}[]}} */
function readFrames(buffer, model) {
  const view = new DataView(buffer);
  const count = view.getUint8(1);
  const recordBytes = view.getUint16(2, true);
  const end = view.getFloat64(8, true);
  const frames = [];
  for (let i = 0; i < count; i++) {
    const at = HEADER_BYTES + i * recordBytes;
    const [bands, scores] = [at + 4, at + 4 + model.bands];
    const open = scores + model.labels.length;
    frames.push({
      end: end + i * model.hop,
      macs: view.getUint32(at, true),
      bands: new Uint8Array(buffer, bands, model.bands),
      scores: new Uint8Array(buffer, scores, model.labels.length),
      open: new Uint8Array(buffer, open, at + recordBytes - open),
    });
  }
  return {
    number: view.getUint32(4, true),
    end,
    computeSeconds: view.getFloat64(16, true),
    computedFrames: view.getUint32(24, true),
    frames,
  };
}

// A recording and its socket: in real time, sound heard aloud, or as fast as the server takes it.

import { Wire } from "./wire.js";

const STEP = 40; // ms
const MOST_WAITING = 262_144; // bytes in the browser's send buffer
const BLOCK = 8_192; // samples

export class Replay {
  /** @param {{rate, format, samples, channels?: number, gaps?: {at: number, lost: number}[], endless?: boolean}} sound channels: of sensors @param {boolean} atOnce @param handlers those of the Wire, and onSound */
  constructor(model, sound, atOnce, handlers) {
    Object.assign(this, { sound, atOnce, handlers, sent: 0, lost: 0, gaps: sound.endless ? [] : [...(sound.gaps ?? [])] });
    const hello = { model: model.name, rate: sound.rate, format: sound.format };
    this.wire = new Wire(hello, { ...handlers, onWelcome: (welcome) => this.begin(welcome) });
  }

  stop() {
    clearTimeout(this.timer);
    this.speaker?.close();
    this.wire.close();
  }

  begin(welcome) {
    this.handlers.onWelcome(welcome);
    this.startTime = performance.now();
    if (!this.atOnce && !this.sound.channels) this.speak();
    this.step();
  }

  step() {
    const { samples, rate, channels = 1, endless } = this.sound;
    const length = endless ? Infinity : samples.length;
    const passed = this.atOnce ? Infinity : Math.floor(((performance.now() - this.startTime) * rate) / 1000) * channels;
    while (this.wire.waiting < MOST_WAITING) {
      if (this.gaps[0]?.at === this.sent) this.lost += this.gaps.shift().lost;
      const due = Math.min(passed - this.lost, this.gaps[0]?.at ?? length);
      if (this.sent >= due) break;
      const from = this.sent % samples.length;
      const block = samples.subarray(from, from + Math.min(due - this.sent, BLOCK - (BLOCK % channels)));
      this.handlers.onSound(this.sent + this.lost, block, rate);
      this.wire.send(this.sent + this.lost, block);
      this.sent += block.length;
    }
    if (this.sent < length) this.timer = setTimeout(() => this.step(), this.atOnce ? 4 : STEP);
    else this.wire.end();
  }

  /** Plays the file on the loudspeaker; without one it is replayed all the same. */
  speak() {
    const { samples, rate } = this.sound;
    if (rate < 8_000 || rate > 96_000) return; // other rates browsers need not play
    this.speaker = new AudioContext();
    const buffer = this.speaker.createBuffer(1, samples.length, rate);
    const scale = samples instanceof Int16Array ? 1 / 32768 : 1;
    buffer.copyToChannel(Float32Array.from(samples, (sample) => sample * scale), 0);
    const node = new AudioBufferSourceNode(this.speaker, { buffer });
    node.connect(this.speaker.destination);
    node.start();
  }

  /** When a moment of the stream was heard, on the clock of performance.now(). */
  heardAt(seconds) { return this.startTime + 1000 * seconds; }
}

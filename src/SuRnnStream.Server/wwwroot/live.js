// A microphone and its socket, which is made again when it breaks.

import { openMicrophone } from "./microphone.js";
import { Wire } from "./wire.js";

const MOST_HELD = 50; // blocks kept while there is no connection: two seconds
const MOST_WAITING_SECONDS = 1; // of sound in the browser's send buffer; more of it would be late anyway
const FIRST_RETRY = 500, LAST_RETRY = 15_000; // ms

export class Live {
  /** @param {{onSound, onBroken: (seconds: number, reason: string) => void, onLost, onInterrupted: (interrupted: boolean) => void, onRefused}} handlers besides those of the Wire */
  constructor(model, handlers) {
    Object.assign(this, { model, handlers, held: [], retries: 0, ready: false, origin: Infinity });
  }

  /** @throws what getUserMedia throws */
  async start() {
    const microphone = await openMicrophone(this.model.rate, (block) => this.take(block), () => this.handlers.onLost(),
      (interrupted) => this.handlers.onInterrupted(interrupted));
    if (this.stopped) return microphone.close();
    this.microphone = microphone;
    this.connect();
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.retry);
    this.microphone?.close();
    this.wire?.close();
  }

  connect() {
    const hello = { model: this.model.name, rate: this.microphone.rate, format: "s16" };
    this.wire = new Wire(hello, { ...this.handlers, onWelcome: (welcome) => this.begin(welcome), onClose: (why) => this.reconnect(why) });
  }

  begin(welcome) {
    [this.ready, this.retries, this.base, this.origin] = [true, 0, undefined, Infinity];
    this.handlers.onWelcome(welcome);
    const held = this.held;
    this.held = [];
    for (const block of held) this.send(block);
  }

  reconnect({ reason, retry }) {
    this.ready = false;
    if (!retry) return this.handlers.onRefused(reason);
    const wait = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** this.retries++) * (0.75 + Math.random() / 2); // not all pages at the same moment
    this.handlers.onBroken(wait / 1000, reason);
    this.retry = setTimeout(() => this.connect(), wait);
  }

  take(block) {
    block.came = performance.now();
    if (this.ready) this.send(block);
    else if (this.held.push(block) > MOST_HELD) this.held.shift();
  }

  send({ counter, samples, came }) {
    this.base ??= counter; // a session's counters begin at 0
    counter -= this.base;
    // The block that came with the least delay dates the stream: its last sample was heard no later than then.
    this.origin = Math.min(this.origin, came - (1000 * (counter + samples.length)) / this.microphone.rate);
    this.handlers.onSound(counter, samples, this.microphone.rate);
    const tooMuch = 2 * this.microphone.rate * MOST_WAITING_SECONDS;
    if (this.wire.waiting < tooMuch) this.wire.send(counter, samples); // else the counter's jump tells the server of the gap
  }

  /** When a moment of the stream was heard, on the clock of performance.now(). */
  heardAt(seconds) { return this.origin + 1000 * seconds; }
}

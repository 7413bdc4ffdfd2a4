// Runs on the browser's audio thread: gathers what the microphone gives, 128 samples at a time, into blocks of 16-bit PCM.

// The audio clock stands still while the system has the context suspended, for a telephone call say. The wall clock goes on: where it runs ahead by more than
// this, sound is missing. Less is the audio thread's own stumbling, which it makes up for.
const LONGEST_STUMBLE_SECONDS = 1;
const DRIFT = 0.0002; // by which the two clocks may differ in pace

class Capture extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    this.block = new Int16Array(processorOptions.blockSamples);
    this.filled = 0;
    this.start = currentFrame;
    this.lost = 0; // samples that the suspended clock did not count
    this.ahead = Infinity; // the wall clock, of the audio clock, in samples; the least that was seen
  }

  process([input]) {
    this.watchClock();
    const samples = input[0];
    if (!samples) { // no sound came: what follows comes after a gap, which the counter shows
      this.send(this.position);
      return true;
    }
    for (let i = 0; i < samples.length; i++) {
      this.block[this.filled++] = Math.max(-32768, Math.min(32767, Math.round(samples[i] * 32768)));
      if (this.filled === this.block.length) this.send(this.position + i + 1);
    }
    return true;
  }

  /** Counter of the first sample of this call. */
  get position() { return currentFrame - this.start + this.lost; }

  watchClock() {
    const ahead = (Date.now() / 1000) * globalThis.sampleRate - currentFrame;
    if (ahead - this.ahead > LONGEST_STUMBLE_SECONDS * globalThis.sampleRate) {
      this.send(this.position);
      this.lost += Math.round(ahead - this.ahead);
      this.ahead = ahead;
    } else if (ahead < this.ahead || this.ahead === Infinity) this.ahead = ahead;
    else this.ahead += DRIFT * 128;
  }

  /** @param {number} end counter of the sample after the block */
  send(end) {
    if (this.filled === 0) return;
    const samples = this.block.slice(0, this.filled);
    this.port.postMessage({ counter: end - this.filled, samples }, [samples.buffer]);
    this.filled = 0;
  }
}

registerProcessor("capture", Capture);

// Runs on the browser's audio thread: gathers what the microphone gives, 128 samples at a time, into blocks of 16-bit PCM.

class Capture extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    this.block = new Int16Array(processorOptions.blockSamples);
    this.filled = 0;
    this.start = currentFrame;
  }

  process([input]) {
    const samples = input[0];
    if (!samples) { // no sound came: what follows is behind a gap, which the counter shows
      this.send(currentFrame - this.start);
      return true;
    }
    for (let i = 0; i < samples.length; i++) {
      this.block[this.filled++] = Math.max(-32768, Math.min(32767, Math.round(samples[i] * 32768)));
      if (this.filled === this.block.length) this.send(currentFrame - this.start + i + 1);
    }
    return true;
  }

  /** @param {number} end counter of the sample behind the block */
  send(end) {
    if (this.filled === 0) return;
    const samples = this.block.slice(0, this.filled);
    this.port.postMessage({ counter: end - this.filled, samples }, [samples.buffer]);
    this.filled = 0;
  }
}

registerProcessor("capture", Capture);

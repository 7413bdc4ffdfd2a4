// The sound of the last ten minutes, so that a detection can be played and saved.

export const SECONDS = 600;

export class History {
  /** A stream begins. */
  reset() { [this.blocks, this.rate] = [[], 0]; }

  /** @param {number} counter of the first sample @param {Int16Array | Float32Array} samples of sound, one channel @param {number} rate */
  add(counter, samples, rate) {
    this.rate = rate;
    this.blocks.push({ counter, samples: samples instanceof Int16Array ? samples : Int16Array.from(samples, (sample) => 32767 * Math.max(-1, Math.min(1, sample))) });
    const oldest = counter + samples.length - SECONDS * rate;
    while (this.blocks[0].counter + this.blocks[0].samples.length < oldest) this.blocks.shift();
  }

  /** Samples between two moments in seconds; zeros where the stream has a gap. Null: nothing of it is kept. */
  cut(start, end) {
    const [from, to] = [Math.max(0, Math.round(start * this.rate)), Math.round(end * this.rate)];
    const samples = new Int16Array(Math.max(0, Math.min(to, this.end) - from));
    let found = false;
    for (const block of this.blocks) {
      const [first, last] = [Math.max(from, block.counter), Math.min(from + samples.length, block.counter + block.samples.length)];
      if (first >= last) continue;
      samples.set(block.samples.subarray(first - block.counter, last - block.counter), first - from);
      found = true;
    }
    return found ? samples : null;
  }

  get end() {
    const last = this.blocks.at(-1);
    return last ? last.counter + last.samples.length : 0;
  }

  /** Plays a cut; the one before it ends. */
  play(start, end) {
    this.silence();
    const samples = this.cut(start, end);
    if (!samples) return;
    const context = this.speaker = new AudioContext();
    const buffer = context.createBuffer(1, samples.length, this.rate);
    buffer.copyToChannel(Float32Array.from(samples, (sample) => sample / 32768), 0);
    const node = new AudioBufferSourceNode(context, { buffer });
    node.onended = () => { if (this.speaker === context) this.silence(); };
    node.connect(context.destination);
    node.start();
  }

  silence() {
    this.speaker?.close();
    this.speaker = null;
  }
}

/** 16-bit mono WAV. @param {Int16Array} samples */
export function wavOf(samples, rate) {
  const head = new DataView(new ArrayBuffer(44));
  const text = (at, value) => [...value].forEach((letter, i) => head.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  head.setUint32(4, 36 + samples.byteLength, true);
  text(8, "WAVEfmt ");
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true); // integers
  head.setUint16(22, 1, true); // channels
  head.setUint32(24, rate, true);
  head.setUint32(28, 2 * rate, true);
  head.setUint16(32, 2, true);
  head.setUint16(34, 16, true);
  text(36, "data");
  head.setUint32(40, samples.byteLength, true);
  return new Blob([head, samples], { type: "audio/wav" });
}

/** Rows of events as a table, or as a label track of Audacity. @param {{label, score, start, end, time}[]} events */
export const csvOf = (events) => new Blob([["label,score,start,end,time", ...events.map(({ label, score, start, end, time }) => [label, score, start.toFixed(3), end.toFixed(3), time.toFixed(3)].join(","))].join("\r\n"), "\r\n"], { type: "text/csv" });

export const labelTrackOf = (events) => new Blob([events.map(({ label, start, end }) => `${start.toFixed(6)}\t${end.toFixed(6)}\t${label}\n`).join("")], { type: "text/plain" });

/** Hands a file to the user. */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

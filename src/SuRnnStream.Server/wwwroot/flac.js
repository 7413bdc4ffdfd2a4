// FLAC files, sample for sample: browsers' own decoders resample, or give samples that are not quite the file's. Format: RFC 9639.

const [SYNC, LEFT_SIDE, SIDE_RIGHT, MID_SIDE] = [0x3ffe, 8, 9, 10];
const FIXED = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]]; // coefficients of the fixed predictors, the latest sample's first

/**
 * @param {Uint8Array} bytes
 * @returns {{rate: number, bits: number, channels: Int32Array[]} | null} null: it is no FLAC file
 * @throws {Error} with a message for people
 */
export function readFlac(bytes) {
  if (bytes.length < 42 || String.fromCharCode(...bytes.subarray(0, 4)) !== "fLaC") return null;
  const info = new DataView(bytes.buffer, bytes.byteOffset + 8, 34); // STREAMINFO is the first block
  const [rate, count, bits] = [info.getUint32(10) >>> 12, ((info.getUint8(12) >> 1) & 7) + 1, ((info.getUint16(12) >> 4) & 31) + 1];
  const blocks = Array.from({ length: count }, () => []);
  let at = 4;
  for (let last = false; !last;) {
    last = bytes[at] > 127;
    at += 4 + ((bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]);
    if (at >= bytes.length) throw new Error("its FLAC blocks are cut off");
  }
  for (const reader = new Bits(bytes, at); reader.left > 64;) readFrame(reader, bits, blocks);
  return { rate, bits, channels: blocks.map(join) };
}

function readFrame(reader, fileBits, blocks) {
  if (reader.take(14) !== SYNC) throw new Error("its FLAC frames are damaged");
  reader.take(2);
  const [sizeCode, rateCode, assigned, bitsCode] = [reader.take(4), reader.take(4), reader.take(4), reader.take(3)];
  reader.take(1);
  const number = reader.take(8); // the frame's, written as UTF-8 writes a letter
  for (let more = number; number & 0x80 && more & 0x40; more <<= 1) reader.take(8);
  const size = sizeCode === 1 ? 192 : sizeCode === 6 ? reader.take(8) + 1 : sizeCode === 7 ? reader.take(16) + 1 : sizeCode < 6 ? 576 << (sizeCode - 2) : 256 << (sizeCode - 8);
  if (rateCode > 11) reader.take(rateCode === 12 ? 8 : 16);
  reader.take(8); // its checksum
  const bits = [fileBits, 8, 12, 0, 16, 20, 24, 32][bitsCode];
  const channels = blocks.map((_, c) => readSubframe(reader, size, bits + Number(assigned === SIDE_RIGHT ? c === 0 : assigned >= LEFT_SIDE && c === 1)));
  reader.align();
  reader.take(16);
  decorrelate(channels, assigned);
  channels.forEach((channel, c) => blocks[c].push(channel));
}

function decorrelate([a, b], assigned) {
  for (let i = 0; assigned >= LEFT_SIDE && i < a.length; i++) {
    if (assigned === LEFT_SIDE) b[i] = a[i] - b[i];
    else if (assigned === SIDE_RIGHT) a[i] += b[i];
    else if (assigned === MID_SIDE) {
      const both = 2 * a[i] + (b[i] & 1);
      [a[i], b[i]] = [(both + b[i]) / 2, (both - b[i]) / 2];
    }
  }
}

function readSubframe(reader, size, bits) {
  reader.take(1);
  const kind = reader.take(6);
  const wasted = reader.take(1) ? reader.zeros() + 1 : 0;
  const samples = new Int32Array(size);
  bits -= wasted;
  if (kind === 0) samples.fill(reader.signed(bits));
  else if (kind === 1) for (let i = 0; i < size; i++) samples[i] = reader.signed(bits);
  else if (kind >= 8 && kind <= 12) predict(reader, samples, kind - 8, bits, () => [FIXED[kind - 8], 0]);
  else if (kind >= 32) predict(reader, samples, kind - 31, bits, () => readCoefficients(reader, kind - 31));
  else throw new Error("its FLAC frames are damaged");
  if (wasted) for (let i = 0; i < size; i++) samples[i] <<= wasted;
  return samples;
}

function readCoefficients(reader, order) {
  const precision = reader.take(4) + 1;
  const shift = reader.signed(5);
  return [Array.from({ length: order }, () => reader.signed(precision)), shift];
}

/** The first samples are there, the others as what a prediction from those before lacks. */
function predict(reader, samples, order, bits, coefficients) {
  for (let i = 0; i < order; i++) samples[i] = reader.signed(bits);
  const [factors, shift] = coefficients();
  readResiduals(reader, samples, order);
  const scale = 2 ** shift;
  for (let i = order; i < samples.length; i++) {
    let sum = 0;
    for (let j = 0; j < order; j++) sum += factors[j] * samples[i - 1 - j];
    samples[i] += Math.floor(sum / scale);
  }
}

/** Rice codes, each part of a block with a parameter of its own. */
function readResiduals(reader, samples, order) {
  const wide = reader.take(2) === 1 ? 5 : 4;
  const parts = 1 << reader.take(4);
  for (let part = 0, i = order; part < parts; part++) {
    const end = ((part + 1) * samples.length) / parts;
    const parameter = reader.take(wide);
    if (parameter === (1 << wide) - 1) {
      const plain = reader.take(5);
      for (; i < end; i++) samples[i] = plain ? reader.signed(plain) : 0;
    } else for (; i < end; i++) {
      const code = reader.zeros() * 2 ** parameter + reader.take(parameter);
      samples[i] = code % 2 ? -(code + 1) / 2 : code / 2;
    }
  }
}

/** Bits from the highest of each byte on. */
class Bits {
  constructor(bytes, at) { Object.assign(this, { bytes, bit: 8 * at, end: 8 * bytes.length }); }

  get left() { return this.end - this.bit; }

  /** @param {number} count 0 to 32 */
  take(count) {
    if (count > this.left) throw new Error("it is cut off");
    let value = 0;
    while (count > 0) {
      const there = 8 - (this.bit & 7);
      const some = Math.min(count, there);
      value = value * 2 ** some + ((this.bytes[this.bit >> 3] >> (there - some)) & ((1 << some) - 1));
      this.bit += some;
      count -= some;
    }
    return value;
  }

  signed(count) {
    const value = this.take(count);
    return value >= 2 ** (count - 1) ? value - 2 ** count : value;
  }

  /** Zeros up to the next one, which is taken too. */
  zeros() {
    for (let count = 0; ;) {
      if (this.left <= 0) throw new Error("it is cut off");
      const there = 8 - (this.bit & 7);
      const rest = this.bytes[this.bit >> 3] & ((1 << there) - 1);
      const found = rest ? Math.clz32(rest) - (32 - there) : there;
      count += found;
      this.bit += found;
      if (!rest) continue;
      this.bit++;
      return count;
    }
  }

  align() { this.bit = 8 * Math.ceil(this.bit / 8); }
}

function join(blocks) {
  const all = new Int32Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}

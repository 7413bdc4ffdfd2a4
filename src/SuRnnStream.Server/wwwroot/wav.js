// Sound files as samples. 16-bit mono WAV and FLAC go to the detector as they are, so that it gets exactly the file.

import { readFlac } from "./flac.js";

/**
 * @param {ArrayBuffer} bytes
 * @returns {Promise<{rate: number, format: "s16" | "f32", samples: Int16Array | Float32Array}>}
 * @throws {Error} with a message for people
 */
export async function decodeSound(bytes) {
  const sound = readWav(new DataView(bytes)) ?? decodeFlac(new Uint8Array(bytes)) ?? await decodeByBrowser(bytes);
  if (sound.samples.length === 0) throw new Error("there is no sound in it");
  return sound;
}

async function decodeByBrowser(bytes) {
  try {
    const buffer = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(bytes);
    const channels = Array.from({ length: buffer.numberOfChannels }, (_, c) => buffer.getChannelData(c));
    return { rate: buffer.sampleRate, format: "f32", samples: mixed(buffer.length, channels.length, (i, c) => channels[c][i]) };
  } catch {
    throw new Error("it is no sound that this browser can read");
  }
}

/** Null: no FLAC file. */
function decodeFlac(bytes) {
  const flac = readFlac(bytes);
  if (!flac) return null;
  const { rate, bits, channels } = flac;
  if (bits === 16 && channels.length === 1) return { rate, format: "s16", samples: Int16Array.from(channels[0]) };
  return { rate, format: "f32", samples: mixed(channels[0].length, channels.length, (i, c) => channels[c][i] / 2 ** (bits - 1)) };
}

/** Null: no WAV, or one of a kind that we leave to the browser. */
function readWav(view) {
  if (view.byteLength < 12 || text(view, 0) !== "RIFF" || text(view, 8) !== "WAVE") return null;
  let format;
  for (let at = 12; at + 8 <= view.byteLength;) {
    const [id, length] = [text(view, at), view.getUint32(at + 4, true)];
    const body = at + 8;
    if (id === "fmt " && length >= 16 && body + length <= view.byteLength) format = readFormat(view, body, length);
    // A streaming writer that did not know the length left 0.
    if (id === "data") return format?.read ? readSamples(view, body, Math.min(length || Infinity, view.byteLength - body), format) : null;
    at = body + length + (length & 1);
  }
  return null;
}

function readFormat(view, at, length) {
  const tag = view.getUint16(at, true);
  const kind = tag === 0xfffe && length >= 26 ? view.getUint16(at + 24, true) : tag;
  const bits = view.getUint16(at + 14, true);
  const channels = view.getUint16(at + 2, true);
  return { channels, rate: view.getUint32(at + 4, true), bits, read: channels > 0 && READERS[`${kind}/${bits}`], pcm16: kind === 1 && bits === 16 };
}

const READERS = {
  "1/8": (view, at) => (view.getUint8(at) - 128) / 128,
  "1/16": (view, at) => view.getInt16(at, true) / 32768,
  "1/24": (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 65536) / 8388608,
  "1/32": (view, at) => view.getInt32(at, true) / 2147483648,
  "3/32": (view, at) => view.getFloat32(at, true),
};

function readSamples(view, at, bytes, { channels, rate, bits, read, pcm16 }) {
  const width = bits / 8;
  const count = Math.floor(bytes / (width * channels));
  if (pcm16 && channels === 1) return { rate, format: "s16", samples: Int16Array.from({ length: count }, (_, i) => view.getInt16(at + 2 * i, true)) };
  return { rate, format: "f32", samples: mixed(count, channels, (i, c) => read(view, at + (i * channels + c) * width)) };
}

function mixed(count, channels, sample) {
  return Float32Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += sample(i, c);
    return sum / channels;
  });
}

const text = (view, at) => String.fromCharCode(...new Uint8Array(view.buffer, at, 4));

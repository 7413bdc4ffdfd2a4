// Finds gestures in a recording by their energy, for a person to confirm; MovementFinder.cs finds the same.

const DRIFT = 1, SMOOTH = 0.15, BRIDGE = 0.35, SHORTEST = 0.2; // seconds
const LEVEL = 0.2, LEAST_CONTRAST = 3;

/**
 * @param {Float32Array[]} channels NaN: missing
 * @param {number} rate moments a second
 * @returns {{from: number, to: number}[]} first moment, and the moment after the last
 */
export function findMovements(channels, rate) {
  const energy = energyOf(channels, rate);
  if (energy.length === 0) return [];
  const sorted = energy.toSorted();
  const [quiet, loud] = [sorted[Math.floor(sorted.length / 5)], sorted[Math.floor(0.98 * (sorted.length - 1))]];
  if (!(loud > LEAST_CONTRAST * Math.max(quiet, 1e-9))) return []; // all of it moves, or nothing does
  const found = [];
  energy.forEach((value, m) => {
    if (value < quiet + LEVEL * (loud - quiet)) return;
    if (found.length > 0 && m - found.at(-1).to < BRIDGE * rate) found.at(-1).to = m + 1;
    else found.push({ from: m, to: m + 1 });
  });
  return found.filter(({ from, to }) => to - from >= SHORTEST * rate);
}

/** How much moves: channels less their mean over a second, each by its own deviation, summed and smoothed. */
function energyOf(channels, rate) {
  const sum = new Float64Array(channels[0].length);
  for (const channel of channels) {
    const values = new Float64Array(channel.length);
    channel.forEach((value, m) => { values[m] = Number.isFinite(value) ? value : m === 0 ? 0 : values[m - 1]; });
    const slow = mean(values, Math.trunc(DRIFT * rate));
    let squares = 0;
    for (let m = 0; m < values.length; m++) squares += (values[m] -= slow[m]) ** 2;
    const deviation = Math.sqrt(squares / Math.max(1, values.length));
    if (deviation >= 1e-9) for (let m = 0; m < values.length; m++) sum[m] += (values[m] * values[m]) / (deviation * deviation);
  }
  return mean(sum, Math.trunc(SMOOTH * rate)).map(Math.sqrt);
}

function mean(values, over) {
  const half = Math.max(1, Math.trunc(over / 2));
  const before = new Float64Array(values.length + 1);
  values.forEach((value, m) => { before[m + 1] = before[m] + value; });
  return values.map((_, m) => {
    const [from, to] = [Math.max(0, m - half), Math.min(values.length, m + half + 1)];
    return (before[to] - before[from]) / (to - from);
  });
}

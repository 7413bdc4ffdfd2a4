// Tables of sensors as samples: a header, then a line a moment. Columns are found by name; CsvTable.cs reads them alike.

const RATE_TOLERANCE = 0.2;
const GAP = 0.75; // periods: less is jitter
const FOLLOWING = 0.05; // of a moment's lateness is taken for drift of the sensor's clock

/**
 * @param {string} text
 * @param {{rate: number, channels: {name: string, unit: string}[]}} model
 * @returns {{rate: number, format: "f32", samples: Float32Array, channels: number, range: [number, number], gaps: {at: number, lost: number}[]}}
 *   the range is the first channel's; so many samples are missing in front of the one at that place
 * @throws {Error} with a message for people
 */
export function decodeTable(text, { rate, channels }) {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const separator = ["\t", ";"].find((character) => lines[0].includes(character)) ?? ",";
  const heads = cells(lines[0], separator).map(parseHead);
  const places = channels.map((channel) => place(channel, heads));
  const rows = [];
  lines.forEach((line, i) => {
    if (i > 0 && line.trim() !== "") rows.push(row(cells(line, separator), heads.length, i + 1));
  });
  if (rows.length === 0) throw new Error("it has no line behind the header");
  const times = timesOf(rows, heads);
  checkRate(times, rate);

  const samples = new Float32Array(rows.length * channels.length);
  rows.forEach(({ values, line }, moment) => places.forEach((at, c) => {
    samples[moment * channels.length + c] = number(values[at], line);
  }));
  return { rate, format: "f32", samples, channels: channels.length, range: rangeOf(samples, channels.length), gaps: gapsOf(times, rows, rate, channels.length) };
}

const cells = (line, separator) => line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));

/** "acc x [g]" or "acc x (g)". */
function parseHead(head) {
  const [, name, unit] = head.match(/^(.*\S)\s*[[(]([^\])]*)[\])]$/) ?? [null, head, ""];
  return { name: name.toLowerCase(), unit };
}

function place({ name, unit }, heads) {
  const at = heads.findIndex((head) => head.name === name.toLowerCase());
  if (at < 0) throw new Error(`it has no column "${name}"`);
  if (unit && heads[at].unit && heads[at].unit !== unit) throw new Error(`its column "${name}" is in ${heads[at].unit}, but the model hears ${unit}`);
  return at;
}

function row(values, count, line) {
  if (values.length !== count) throw new Error(`line ${line} has ${values.length} cells, but the header has ${count}`);
  return { values, line };
}

function number(cell, line) {
  if (/^(|na|nan|null)$/i.test(cell)) return NaN;
  const value = Number(cell);
  if (Number.isNaN(value)) throw new Error(`"${cell}" in line ${line} is no number`);
  return value;
}

/** Seconds of each row; null: the table does not say. */
function timesOf(rows, heads) {
  const at = heads.findIndex(({ name, unit }) => ["time", "t", "timestamp"].includes(name) && ["", "s", "ms"].includes(unit));
  if (at < 0) return null;
  const unit = heads[at].unit === "ms" ? 1e-3 : 1;
  const seconds = (cell) => (cell === "" || Number.isNaN(Number(cell)) ? Date.parse(cell) / 1000 : unit * Number(cell));
  const times = rows.map(({ values }) => seconds(values[at]));
  return times.some(Number.isNaN) ? null : times;
}

function checkRate(times, rate) {
  if (!times || times.length < 3) return;
  const steps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
  const step = steps[steps.length >> 1];
  if (Math.abs(step * rate - 1) > RATE_TOLERANCE) throw new Error(`it has ${+(1 / step).toPrecision(4)} lines a second, but the model hears ${rate}`);
}

/** Where moments are missing, by their times; MomentClock.cs tells alike. */
function gapsOf(times, rows, rate, channels) {
  if (!times) return [];
  const gaps = [];
  let due = times[0] * rate; // periods
  times.forEach((time, moment) => {
    if (moment > 0 && time <= times[moment - 1]) throw new Error(`its time stands still or goes back in line ${rows[moment].line}`);
    const late = time * rate - due;
    const lost = late < GAP ? 0 : Math.round(late);
    if (lost > 0) gaps.push({ at: moment * channels, lost: lost * channels });
    due += lost + 1 + FOLLOWING * (late - lost);
  });
  return gaps;
}

function rangeOf(samples, channels) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < samples.length; i += channels) {
    if (samples[i] < low) low = samples[i];
    if (samples[i] > high) high = samples[i];
  }
  return low < high ? [low, high] : [low - 1, low + 1];
}

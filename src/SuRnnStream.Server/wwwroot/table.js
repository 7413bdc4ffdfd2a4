// Tables of sensors as samples: a header, then a line a moment. The rule is in src/SuRnnStream/Sensors/TABLES.md; CsvTable.cs reads by it too.

const RATE_TOLERANCE = 0.2;
const LOOKED = 16; // steps from which the rate is told
const RATED = 400, WHOLE_RATE = 0.03; // lines from which it is told where no model says it, and a rate this near to a whole number is that number
const GAP = 0.75; // periods: less is jitter
const SET_BACK = 2; // seconds: a time that goes back by more was set back
const MOST_SET_BACK = 10;
const BEFORE = 6; // moments at which the model's own rate counts for the first ones
const LEAST_GAIN = 0.05;
const LEAST_DRIFT = LEAST_GAIN ** 2 / (2 - LEAST_GAIN);

const TIMES = [
  "time", "t", "timestamp", "time_stamp", "datetime", "date_time", "epoch", "epoch_time", "unix", "unix_time", "unixtime", "ts",
  "elapsed", "elapsed_time", "time_elapsed", "sensor_time", "sample_time", "recorded_at", "date",
];
const TIME_UNITS = new Map([
  ...["s", "sec", "secs", "second", "seconds", "utc", "iso", "iso8601", "iso_8601"].map((word) => [word, 1]),
  ...["ms", "msec", "millis", "millisecond", "milliseconds"].map((word) => [word, 1e-3]),
  ...["us", "usec", "micros", "microsecond", "microseconds"].map((word) => [word, 1e-6]),
  ...["ns", "nsec", "nanos", "nanosecond", "nanoseconds"].map((word) => [word, 1e-9]),
]);
const MISSING = /^(|[+-]?nan|n\/?a|#n\/a|null|none|nil|[+-]?inf(inity)?)$/i;
const NUMBER = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i;
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,18}))?)? ?(?:[Zz]|([+-])([0-9]{2}):?([0-9]{2})?)?)?$/;

// Spellings of one unit; SensorUnit.cs has the same.
const UNITS = {
  mv: "mV", millivolt: "mV", millivolts: "mV", uv: "uV", microvolt: "uV", microvolts: "uV", volt: "V", volts: "V", v: "V",
  "m/s/s": "m/s2", "m/sec2": "m/s2", "ms-2": "m/s2", mps2: "m/s2", "m/ss": "m/s2",
  G: "g", gs: "g", gforce: "g", "g-force": "g",
  "rad/sec": "rad/s", "rads-1": "rad/s", "radian/s": "rad/s", "radians/s": "rad/s", "radians/second": "rad/s", rps: "rad/s",
  dps: "deg/s", "deg/sec": "deg/s", "degs-1": "deg/s", "degree/s": "deg/s", "degrees/s": "deg/s", "degrees/second": "deg/s",
  C: "degC", celsius: "degC", Celsius: "degC", degc: "degC", degreesC: "degC",
  F: "degF", fahrenheit: "degF", Fahrenheit: "degF", degf: "degF", degreesF: "degF", kelvin: "K", Kelvin: "K", pa: "Pa", kpa: "kPa", "cm/s/s": "cm/s2",
  hpa: "hPa", HPA: "hPa", mbar: "hPa", hz: "Hz", HZ: "Hz", percent: "%", pct: "%", lux: "lx", ut: "uT", microtesla: "uT",
};
const LETTERS = { "\u00B9": "1", "\u00B2": "2", "\u00B3": "3", "\u207B": "-", "\u2212": "-", "\u00B5": "u", "\u03BC": "u", "\u00B0": "deg", "\u2103": "degC", "\u2109": "degF" };

// A value v of a unit is (v + shift) * times / over of its quantity's base unit; SensorUnit.cs has the same.
const SCALES = {
  "m/s2": ["acceleration", 1, 1, 0], "cm/s2": ["acceleration", 1, 100, 0], g: ["acceleration", 9.80665, 1, 0], mg: ["acceleration", 9.80665, 1000, 0],
  "rad/s": ["angular velocity", 1, 1, 0], "deg/s": ["angular velocity", Math.PI, 180, 0],
  V: ["voltage", 1, 1, 0], mV: ["voltage", 1, 1000, 0], uV: ["voltage", 1, 1000000, 0],
  degC: ["temperature", 1, 1, 0], degF: ["temperature", 5, 9, -32], K: ["temperature", 1, 1, -273.15],
  Pa: ["pressure", 1, 1, 0], hPa: ["pressure", 100, 1, 0], kPa: ["pressure", 1000, 1, 0], bar: ["pressure", 100000, 1, 0],
  T: ["magnetic flux density", 1, 1, 0], mT: ["magnetic flux density", 1, 1000, 0], uT: ["magnetic flux density", 1, 1000000, 0],
};

/**
 * @param {string} text
 * @param {{rate: number, channels: {name: string, unit: string}[]}} model
 * @returns {{rate: number, format: "f32", samples: Float32Array, channels: number, ranges: [number, number][], gaps: {at: number, lost: number}[], notes: string[]}}
 *   ranges are those of the channels; `lost` samples are missing before the one at place `at`; notes are for people
 * @throws {Error} with a message for people
 */
export function decodeTable(text, { rate, channels }) {
  const { lines, head, separator, heads, places } = readHead(text, channels);
  const notes = [];
  const clock = timeColumn(heads, places, notes);
  const rows = [];
  lines.forEach((line, i) => {
    if (i > head && !isSilent(line)) rows.push(row(cells(line, separator), heads.length, i + 1));
  });
  if (rows.length === 0) throw new Error("it has no line after the header");
  const times = clock && rows.map(({ values, line }) => time(values[clock.at], clock.unit, separator, line));
  const { kept, gaps } = keep(times, rows, rate, channels.length, notes);

  const samples = new Float32Array(kept.length * channels.length);
  kept.forEach((from, moment) => places.forEach(({ at, convert }, c) => {
    samples[moment * channels.length + c] = number(rows[from].values[at], separator, rows[from].line, convert);
  }));
  return { rate, format: "f32", samples, channels: channels.length, ranges: channels.map((_, c) => rangeOf(samples, channels.length, c)), gaps, notes };
}

/**
 * Every column of a table but the time, at the rate that its times tell; TableSensor.cs has the same rule.
 * @returns {{rate: number, channels: {name: string, unit: string}[]}}
 */
export function sensorOf(text) {
  const { lines, head, separator, heads } = readHead(text, []);
  const channels = heads.filter(({ name }) => name && !splitTime(name)).map(({ name, unit }) => ({ name, unit }));
  if (channels.length === 0) throw new Error("it has no column but the time");
  const clock = timeColumn(heads, [], []);
  if (!clock) throw new Error("it has no column of times, so its rate is not known: add a column time [s]");
  const times = lines.flatMap((line, i) => (i > head && !isSilent(line) ? [time(cells(line, separator)[clock.at] ?? "", clock.unit, separator, i + 1)] : [])).slice(0, RATED);
  const steps = times.slice(1).map((seconds, i) => seconds - times[i]).filter((step) => step > 0).sort((a, b) => a - b);
  if (steps.length < 2) throw new Error("it has too few times to tell its rate by");
  const rate = 1 / steps[steps.length >> 1];
  return { rate: Math.abs(rate / Math.round(rate) - 1) < WHOLE_RATE ? Math.round(rate) : rate, channels };
}

/** Why a table's columns are none for a model, for people; null: they are. */
export function misfit(text, { channels }) {
  try {
    readHead(text, channels);
    return null;
  } catch (error) {
    return error.message;
  }
}

/** The lines, the place of the header, and the columns of the channels. */
function readHead(text, channels) {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  let [head, named] = [0, null];
  for (; head < lines.length; head++) {
    const sep = lines[head].trim().match(/^"?sep=(.)"?$/i);
    if (sep) named = sep[1];
    else if (!isSilent(lines[head])) break;
  }
  const separator = named ?? ["\t", ";"].find((character) => (lines[head] ?? "").includes(character)) ?? ",";
  const heads = cells(lines[head] ?? "", separator).map(parseHead);
  return { lines, head, separator, heads, places: channels.map((channel) => place(channel, heads)) };
}

const isSilent = (line) => /^\s*(#|$)/.test(line);

/** Quotes around a cell are taken off, separators in them are none. */
function cells(line, separator) {
  const all = [];
  for (let at = 0; ;) {
    const close = line[at] === "\"" ? line.indexOf("\"", at + 1) : -1;
    const quoted = close > 0 && (close + 1 === line.length || line[close + 1] === separator);
    const end = line.indexOf(separator, quoted ? close + 1 : at);
    const whole = line.slice(at, end < 0 ? line.length : end);
    all.push((quoted ? whole.slice(1, -1) : whole).trim());
    if (end < 0) return all;
    at = end + 1;
  }
}

/** "acc x [g]" or "acc x (g)". */
function parseHead(head) {
  const [, name, unit] = head.match(/^(.*\S)\s*(?:\[([^[]*)\])$/) ?? head.match(/^(.*\S)\s*(?:\(([^(]*)\))$/) ?? [null, head, ""];
  return { name: name.toLowerCase(), unit: unit.trim() };
}

function place({ name, unit }, heads) {
  const at = heads.findIndex((head) => head.name === name.toLowerCase());
  if (at < 0) throw new Error(`it has no column "${name}"`);
  const convert = !unit || !heads[at].unit ? (value) => value : conversion(plainUnit(heads[at].unit), plainUnit(unit));
  if (!convert) throw new Error(`its column "${name}" is in ${heads[at].unit}, but the model needs ${unit}`);
  return { at, convert };
}

/** Values of one unit to those of another; null: they measure different quantities, or one is unknown. */
function conversion(from, to) {
  if (from === to) return (value) => value;
  if (!Object.hasOwn(SCALES, from) || !Object.hasOwn(SCALES, to)) return null;
  const [[quantity, a, b, before], [other, c, d, after]] = [SCALES[from], SCALES[to]];
  if (quantity !== other) return null;
  let [times, over] = [a * d, b * c];
  if (times > 1 && times % over === 0) [times, over] = [times / over, 1];
  else if (over > 1 && over % times === 0) [times, over] = [1, over / times];
  return (value) => ((value + before) * times) / over - after;
}

function plainUnit(unit) {
  const plain = [...unit].map((letter) => LETTERS[letter] ?? (/[\s^*·⋅.]/.test(letter) ? "" : letter)).join("");
  return Object.hasOwn(UNITS, plain) ? UNITS[plain] : plain;
}

function row(values, count, line) {
  if (values.length !== count) throw new Error(`line ${line} has ${values.length} cells, but the header has ${count}`);
  return { values, line };
}

/** A decimal comma is one where commas do not separate the cells. */
const point = (cell, separator) => (separator !== "," && /^[^,.:]*,[^,.:]*$/.test(cell) ? cell.replace(",", ".") : cell);

function number(cell, separator, line, convert) {
  if (MISSING.test(cell)) return NaN;
  const plain = point(cell, separator);
  if (!NUMBER.test(plain)) throw new Error(`"${cell}" in line ${line} is no number`);
  const value = Math.fround(convert(Number(plain)));
  return Number.isFinite(value) ? value : NaN;
}

const plainName = (name) => name.trim().toLowerCase().replace(/[ .-]/g, "_").replace(/[\u00B5\u03BC]/g, "u").replace(/^_+|_+$/g, "");

/** How sure a name is to be that of the time, the least is it, and the unit that is in it; null: it is none. */
function splitTime(name) {
  const plain = plainName(name);
  if (TIMES.includes(plain)) return { rank: TIMES.indexOf(plain), unit: null };
  if (plain.length > 1 && !["utc", "iso", "us"].includes(plain) && TIME_UNITS.has(plain)) return { rank: TIMES.length, unit: TIME_UNITS.get(plain) };
  const [first, last] = [plain.indexOf("_"), plain.lastIndexOf("_")];
  const [before, after] = [TIMES.indexOf(plain.slice(0, last)), TIME_UNITS.get(plain.slice(last + 1))];
  if (last > 0 && before >= 0 && after) return { rank: before, unit: after };
  const [ahead, behind] = [TIME_UNITS.get(plain.slice(0, first)), TIMES.indexOf(plain.slice(first + 1))];
  return first > 0 && behind >= 0 && ahead ? { rank: behind, unit: ahead } : null;
}

/** The column of the times, and seconds in one of its units; null: there is none. */
function timeColumn(heads, places, notes) {
  const free = heads.map((head, at) => ({ ...head, at, time: splitTime(head.name) })).filter(({ at }) => !places.some((place) => place.at === at));
  const [found] = free.filter(({ time }) => time).sort((a, b) => a.time.rank - b.time.rank);
  if (!found) {
    const unused = free.find(({ name }) => /time|stamp|epoch|millis|micros|nanos|elapsed|clock/.test(plainName(name)) || plainName(name).split("_").some((word) => ["date", "utc", "gmt", "hour", "ms"].includes(word)));
    if (unused) notes.push(`the column "${unused.name}" looks like a time, but is not read`);
    return null;
  }
  const named = found.unit === "" ? null : TIME_UNITS.get(plainName(found.unit)) ?? NaN;
  if (named !== null && !(named > 0 && (found.time.unit ?? named) === named)) throw new Error(`its time is in ${found.unit}`);
  return { at: found.at, unit: named ?? found.time.unit ?? 1 };
}

/** Seconds; NaN: it is not said. */
function time(cell, unit, separator, line) {
  if (MISSING.test(cell)) return NaN;
  const plain = point(cell, separator);
  if (NUMBER.test(plain) && Number.isFinite(Number(plain))) return unit === 1 ? since1970(Number(plain)) : unit * Number(plain);
  const date = plain.match(DATE);
  const bad = () => new Error(`"${cell}" in line ${line} is no time`);
  if (!date) throw bad();
  const [year, month, day, hour, minute, second] = date.slice(1, 7).map((part) => Number(part ?? 0));
  const [zoneHour, zoneMinute] = [Number(date[9] ?? 0), Number(date[10] ?? 0)];
  const days = new Date(0);
  days.setUTCFullYear(year, month - 1, day);
  if (days.getUTCMonth() !== month - 1 || days.getUTCDate() !== day || hour > 23 || minute > 59 || second > 60 || zoneHour > 14 || zoneMinute > 59) throw bad();
  const zone = (date[8] === "-" ? -60 : 60) * (60 * zoneHour + zoneMinute);
  return days.getTime() / 1000 + 3600 * hour + 60 * minute + second - zone + Number(`0.${date[7] ?? 0}`);
}

/** The moments that count, and where others are missing, by their times; MomentClock.cs and LineSource.cs tell alike. */
function keep(times, rows, rate, channels, notes) {
  if (!times) return { kept: rows.map((_, moment) => moment), gaps: [] };
  const [kept, gaps, out] = [[], [], []];
  let [clock, last, setBack] = [momentClock(rate), null, 0];
  times.forEach((seconds, moment) => {
    let lost = 0;
    if (Number.isNaN(seconds)) clock.pass();
    else {
      const back = last === null ? -1 : last - seconds;
      if (back >= 0 && back <= SET_BACK) {
        out.push(rows[moment].line);
        return;
      }
      if (back > SET_BACK) {
        if (++setBack > MOST_SET_BACK) throw new Error(`its time goes back again and again, in line ${rows[moment].line} too`);
        notes.push(`its clock was set back in line ${rows[moment].line}`);
        clock = momentClock(rate);
      }
      last = seconds;
      lost = clock.advance(seconds);
      if (clock.rate) throw new Error(`it has ${clock.rate} lines a second, but the model takes ${rate}${unitHint(rate / clock.rate)}`);
    }
    if (lost > 0) gaps.push({ at: kept.length * channels, lost: lost * channels });
    kept.push(moment);
  });
  if (out.length > 0) notes.push(`${out.length} moment${out.length === 1 ? "" : "s"} whose time stands still or goes back ${out.length === 1 ? "was" : "were"} left out, the first in line ${out[0]}`);
  return { kept, gaps };
}

/** MomentTime.cs: steps of a thousand times the model's, or a thousandth, say that the unit of the times is another. */
function unitHint(steps) {
  const power = Math.log10(steps) / 3;
  const whole = Math.round(power);
  if (whole === 0 || whole > 3 || Math.abs(power - whole) > 0.04) return "";
  const unit = whole > 0 ? ["ms", "us", "ns"][whole - 1] : "s";
  return `; if its times are in ${unit}, name the column time [${unit}]`;
}

/** MomentTime.cs: more seconds than a clock since 1970 can have come to are in a finer unit. */
function since1970(seconds) {
  const size = Math.abs(seconds);
  return size < 1e11 ? seconds : seconds * (size < 1e14 ? 1e-3 : size < 1e17 ? 1e-6 : 1e-9);
}

/** MomentClock.cs: an alpha-beta filter of expanding memory learns the sensor's own period. */
function momentClock(rate) {
  let [due, last, passed, seen, period] = [null, 0, 0, BEFORE, 1]; // nominal periods
  const steps = [];
  return {
    rate: null, // where the first steps do not fit the model's
    pass: () => passed++,
    advance(seconds) {
      const time = seconds * rate;
      if (due === null) {
        [due, last, passed] = [time + period, time, 0];
        return 0;
      }
      if (steps.length < LOOKED && steps.push((time - last) / (passed + 1)) === LOOKED) {
        const middle = [...steps].sort((a, b) => a - b).slice(LOOKED / 2 - 1, LOOKED / 2 + 1);
        const step = (middle[0] + middle[1]) / 2;
        if (Math.abs(step - 1) > RATE_TOLERANCE) this.rate = +(rate / step).toPrecision(4);
      }
      seen++;
      const gain = Math.max(LEAST_GAIN, (2 * (2 * seen - 1)) / (seen * (seen + 1)));
      const drift = Math.max(LEAST_DRIFT, 6 / (seen * (seen + 1)));
      due += passed * period;
      const late = time - due;
      const lost = late < GAP ? 0 : Math.round(late / period);
      const off = late - lost * period;
      due += lost * period + gain * off;
      period = Math.min(1 + RATE_TOLERANCE, Math.max(1 - RATE_TOLERANCE, period + drift * Math.min(GAP, Math.max(-GAP, off))));
      [due, last, passed] = [due + period, time, 0];
      return lost;
    },
  };
}

function rangeOf(samples, channels, channel) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = channel; i < samples.length; i += channels) {
    if (samples[i] < low) low = samples[i];
    if (samples[i] > high) high = samples[i];
  }
  return low < high ? [low, high] : [low - 1, low + 1];
}

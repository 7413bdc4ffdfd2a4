// What the lanes of the timeline are drawn with. A lane holds one column a frame, in a ring, and shows the newest ones.

export const CAPACITY = 2_048; // columns that a lane remembers

/** A lane's canvas in device pixels, with its colours; both change while the page is open. */
class Lane {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  fit() {
    const scale = devicePixelRatio;
    const [width, height] = [Math.round(this.canvas.clientWidth * scale), Math.round(this.canvas.clientHeight * scale)];
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
  }
}

/** Values 0 to 255 in rows, the first at the bottom, as colours: drawn once, a column at a time, and copied from then on. */
export class ImageLane extends Lane {
  /** @param {(colors: Colors) => number[][]} stops colours [r, g, b] for values from 0 to 255, evenly spaced */
  constructor(canvas, stops) {
    super(canvas);
    this.stops = stops;
  }

  reset(rows) {
    this.rows = rows;
    this.values = new Uint8Array(CAPACITY * rows);
    this.ring = new OffscreenCanvas(CAPACITY, rows);
    this.ringContext = this.ring.getContext("2d");
    this.image = new ImageData(CAPACITY, rows);
    if (this.palette) this.paint(0, CAPACITY);
  }

  recolor(colors) {
    this.palette = ramp(this.stops(colors));
    if (this.rows) this.paint(0, CAPACITY);
  }

  /** @param {(row: number) => number} value */
  set(column, value) {
    const at = column % CAPACITY;
    for (let row = 0; row < this.rows; row++) this.values[at * this.rows + row] = value(row);
    this.paint(at, 1);
  }

  paint(from, count) {
    const pixels = new Uint32Array(this.image.data.buffer);
    for (let column = from; column < from + count; column++)
      for (let row = 0; row < this.rows; row++)
        pixels[(this.rows - 1 - row) * CAPACITY + column] = this.palette[this.values[column * this.rows + row]];
    this.ringContext.putImageData(this.image, 0, 0, from, 0, count, this.rows);
  }

  /** @param {number} first column at the left edge @param {number} count columns @param {number} size pixels a column @param {number} shift pixels to the left */
  draw(first, count, size, shift) {
    const { context, canvas } = this;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingEnabled = false;
    for (let column = Math.max(0, first); column < first + count;) {
      const at = column % CAPACITY;
      const part = Math.min(first + count - column, CAPACITY - at);
      context.drawImage(this.ring, at, 0, part, this.rows, (column - first) * size - shift, 0, part * size, canvas.height);
      column += part;
    }
  }
}

/** A value or a pair of them a column, 0 to 1 from the bottom up, as a filled shape. */
export class ShapeLane extends Lane {
  constructor(canvas, color) {
    super(canvas);
    this.color = color;
    this.reset();
  }

  reset() {
    this.low = new Float32Array(CAPACITY);
    this.high = new Float32Array(CAPACITY);
  }

  recolor(colors) { this.fill = colors.css(this.color); }

  set(column, low, high) {
    this.low[column % CAPACITY] = low;
    this.high[column % CAPACITY] = high;
  }

  draw(first, count, size, shift) {
    const { context, canvas } = this;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = this.fill;
    context.beginPath();
    for (let column = Math.max(0, first); column < first + count; column++) {
      const [low, high] = [this.low[column % CAPACITY], this.high[column % CAPACITY]];
      const top = (1 - high) * canvas.height;
      const tall = Math.max((high - low) * canvas.height, devicePixelRatio); // a flat line is a line
      context.rect((column - first) * size - shift, Math.min(top, canvas.height - tall), size, tall);
    }
    context.fill();
  }
}

const MOST_POINTS = 16; // that a line has in a column

/** Values 0 to 1 from the bottom up, joined by a line; some a column. */
export class LineLane extends Lane {
  constructor(canvas, color) {
    super(canvas);
    this.color = color;
    this.reset(1);
  }

  /** @param {number} moments of a column */
  reset(moments) {
    this.moments = moments;
    this.points = Math.max(1, Math.min(MOST_POINTS, Math.round(moments)));
    this.values = new Float32Array(CAPACITY * this.points).fill(NaN);
  }

  recolor(colors) { this.stroke = colors.css(this.color); }

  /** @param {number} value NaN: there is none */
  set(moment, value) {
    this.values[Math.floor((moment / this.moments) * this.points) % this.values.length] = value;
  }

  draw(first, count, size, shift) {
    const { context, canvas, points } = this;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.strokeStyle = this.stroke;
    context.lineWidth = 1.6 * devicePixelRatio;
    context.lineJoin = "round";
    context.beginPath();
    let drawn = false;
    for (let point = Math.max(0, first) * points; point < (first + count) * points; point++) {
      const value = this.values[point % this.values.length];
      if (!Number.isNaN(value)) context[drawn ? "lineTo" : "moveTo"]((point / points - first) * size - shift, (1 - value) * canvas.height);
      drawn = !Number.isNaN(value);
    }
    context.stroke();
  }
}

/** The page's colours, as style.css has them now. */
export class Colors {
  constructor() { this.style = getComputedStyle(document.documentElement); }

  css(name) { return this.style.getPropertyValue(`--${name}`).trim(); }

  rgb(name) { return [1, 3, 5].map((at) => parseInt(this.css(name).slice(at, at + 2), 16)); }
}

/** 256 opaque pixels between colours. */
function ramp(stops) {
  return Uint32Array.from({ length: 256 }, (_, value) => {
    const place = (value / 255) * (stops.length - 1);
    const at = Math.min(Math.floor(place), stops.length - 2);
    const [r, g, b] = stops[at].map((from, i) => Math.round(from + (place - at) * (stops[at + 1][i] - from)));
    return (255 << 24) | (b << 16) | (g << 8) | r;
  });
}

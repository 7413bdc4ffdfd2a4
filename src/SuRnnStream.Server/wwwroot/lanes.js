// What the lanes of the timeline are drawn with. A lane holds one column a frame, in a ring, and shows some of them.

export const CAPACITY = 32_768; // columns that a lane remembers: ten minutes of frames of 20 ms
const TILE = 2_048; // columns of one picture: browsers limit how wide one may be

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
    this.tiles = []; // made when a column of theirs is set
    this.image = new ImageData(TILE, rows);
  }

  recolor(colors) {
    this.palette = ramp(this.stops(colors));
    this.tiles?.forEach((_, tile) => this.paint(tile * TILE, TILE));
  }

  /** @param {(row: number) => number} value */
  set(column, value) {
    const at = column % CAPACITY;
    for (let row = 0; row < this.rows; row++) this.values[at * this.rows + row] = value(row);
    const tile = Math.floor(at / TILE);
    if (this.tiles[tile]) return this.paint(at, 1);
    this.tiles[tile] = new OffscreenCanvas(TILE, this.rows).getContext("2d");
    this.paint(tile * TILE, TILE);
  }

  /** Columns of one tile. */
  paint(from, count) {
    const pixels = new Uint32Array(this.image.data.buffer);
    for (let column = from; column < from + count; column++)
      for (let row = 0; row < this.rows; row++)
        pixels[(this.rows - 1 - row) * TILE + (column % TILE)] = this.palette[this.values[column * this.rows + row]];
    this.tiles[Math.floor(from / TILE)].putImageData(this.image, 0, 0, from % TILE, 0, count, this.rows);
  }

  /** @param {number} first column at the left edge @param {number} count columns @param {number} size pixels a column @param {number} shift pixels to the left */
  draw(first, count, size, shift) {
    const { context, canvas } = this;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingEnabled = size < 1; // several columns to a pixel: their mean
    for (let column = Math.max(0, first); column < first + count;) {
      const at = column % CAPACITY;
      const part = Math.min(first + count - column, TILE - (at % TILE));
      const tile = this.tiles[Math.floor(at / TILE)];
      if (tile) context.drawImage(tile.canvas, at % TILE, 0, part, this.rows, (column - first) * size - shift, 0, part * size, canvas.height);
      column += part;
    }
  }
}

/** A value or a pair of them a column, 0 to 1 from the bottom up, as a filled shape. */
export class ShapeLane extends Lane {
  /** @param {boolean} flat a shape without height is drawn as a line, else not at all */
  constructor(canvas, color, flat) {
    super(canvas);
    Object.assign(this, { color, flat });
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
    const together = Math.max(1, Math.floor(1 / size)); // columns of one pixel
    for (let column = Math.max(0, first); column < first + count; column += together) {
      let [low, high] = [Infinity, -Infinity];
      for (let part = column; part < column + together; part++) {
        low = Math.min(low, this.low[part % CAPACITY]);
        high = Math.max(high, this.high[part % CAPACITY]);
      }
      if (high <= low && !this.flat) continue;
      const top = (1 - high) * canvas.height;
      const tall = Math.max((high - low) * canvas.height, devicePixelRatio);
      context.rect((column - first) * size - shift, Math.min(top, canvas.height - tall), Math.max(size, together * size), tall);
    }
    context.fill();
  }
}

const MOST_POINTS = 16; // that a line has in a column

/** Values 0 to 1 from the bottom up of each channel, joined by a line, the channels one above another; some a column. */
export class LineLane extends Lane {
  constructor(canvas, color) {
    super(canvas);
    this.color = color;
    this.reset(1, 1);
  }

  /** @param {number} moments of a column @param {number} channels */
  reset(moments, channels) {
    this.moments = moments;
    this.points = Math.max(1, Math.min(MOST_POINTS, Math.round(moments)));
    this.channels = Array.from({ length: channels }, () => new Float32Array(CAPACITY * this.points).fill(NaN));
  }

  recolor(colors) { this.stroke = colors.css(this.color); }

  /** @param {number} value NaN: there is none */
  set(channel, moment, value) {
    const values = this.channels[channel];
    values[Math.floor((moment / this.moments) * this.points) % values.length] = value;
  }

  draw(first, count, size, shift) {
    const { context, canvas, points } = this;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.strokeStyle = this.stroke;
    context.lineWidth = 1.6 * devicePixelRatio;
    context.lineJoin = "round";
    context.beginPath();
    const tall = canvas.height / this.channels.length;
    this.channels.forEach((values, channel) => {
      let drawn = false;
      for (let point = Math.max(0, first) * points; point < (first + count) * points; point++) {
        const value = values[point % values.length];
        if (!Number.isNaN(value)) context[drawn ? "lineTo" : "moveTo"]((point / points - first) * size - shift, (channel + 1 - value) * tall);
        drawn = !Number.isNaN(value);
      }
    });
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

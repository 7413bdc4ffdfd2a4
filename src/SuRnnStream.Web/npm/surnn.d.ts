/** A detection. Times are seconds of stream. */
export interface Detection {
  /** What was detected: one of the model's labels. */
  label: string;
  /** In (0, 1]. */
  score: number;
  /** When its score rose. */
  start: number;
  /** When its score was highest. */
  end: number;
  /** When the detection was made. */
  time: number;
  /** The event's own time, of models of sensors that know it. */
  landmark?: number;
}

/** What rose and was not detected. */
export interface Candidate {
  label: string;
  /** Its highest, in [0, 1]. */
  score: number;
  /** That it had to reach. */
  threshold: number;
  start: number;
  end: number;
  /** When this was known. */
  time: number;
  /** The reason. */
  outcome: "below threshold" | "other label" | "vetoed" | "no calm" | "refractory" | "no candidate" | "settling";
}

/** A model as its file describes it. */
export interface Model {
  /** Its file's name without the ending. */
  name: string;
  /** What it tells apart, one a score. */
  labels: string[];
  /** Labels that are never detected. */
  background: string[];
  /** Samples per second that the network takes, of each channel. */
  rate: number;
  /** Seconds from one frame to the next. */
  hop: number;
  /** Seconds of stream that a frame sees. */
  window: number;
  /** Numbers of a frame. */
  bands: number;
  /** Neurons of each layer. */
  neurons: number[];
  /** Multiply-adds of a frame with every switch open. */
  macsDense: number;
  /** There are no switches: every neuron works in every frame. */
  alwaysOpen: boolean;
  /** What makes an event of the scores. */
  rule: "scores" | "bursts" | "talk";
  /** That rule with its thresholds and times in one line. */
  settings: string;
  /** Score from which each label counts, in (0, 1); null of background. */
  thresholds: (number | null)[];
  /** How the model came about. */
  card: Record<string, string>;
  /** Of a model of sensors, in the order of its samples. */
  channels?: { name: string; unit: string }[];
}

/** What a stream came to. */
export interface Summary {
  /** Stream that was processed. */
  seconds: number;
  frames: number;
  /** Frames in which every switch was shut. */
  framesSkipped: number;
  detections: number;
  /** Of the network. */
  multiplyAdds: number;
  /** The same with every switch open in every frame. */
  multiplyAddsDense: number;
  /** Time of front end and network. */
  computeSeconds: number;
}

export interface LoadOptions {
  /** Samples per second that will be pushed, a whole number of 4,000 to 192,000; they are resampled. By default, and always of sensors, the model's own. */
  rate?: number;
}

/** A model, and one stream that it detects in. Nothing is sent anywhere. Calls return when their samples are processed: in a page, use it in a worker. */
export class Detector {
  /**
   * @param source A model's address, its path in Node, or its bytes (.surnn).
   * @throws {Error} It cannot be loaded, or is no model; the message says why.
   */
  static load(source: string | URL | Uint8Array | ArrayBuffer, options?: LoadOptions): Promise<Detector>;

  private constructor();

  readonly model: Model;

  /** Samples per second that are pushed, of each channel. */
  readonly rate: number;

  /** Called with each detection before `push` or `finish` returns. What it throws, they throw. */
  onDetection: ((detection: Detection) => void) | null;

  /** Called with what nearly was one. */
  onCandidate: ((candidate: Candidate) => void) | null;

  /**
   * Takes samples: sound of one channel in [-1, 1], or 16-bit integers of it; of sensors the moments one after the other, each with a value a channel, in their units and NaN where one is missing.
   * How they are cut up does not matter.
   */
  push(samples: Float32Array | Int16Array): void;

  /** The next samples are lost: what is pending is decided, and what follows is the start of a stream. Times go on after the gap. */
  lose(samples: number): void;

  /** There are no more samples: decides what is pending. Afterwards a new stream may begin, at time 0. */
  finish(): Summary;

  /** Forgets everything: a new stream begins, at time 0. */
  reset(): void;

  /** Gives the model's memory back. */
  close(): void;
}

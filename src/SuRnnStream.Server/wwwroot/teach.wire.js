// The socket at /teach, as PROTOCOL.md has it. It is opened when something is said, and again after it broke: the server needs nothing of before but what is enrolled.

const VERSION = 1, HEADER_BYTES = 8;
const MOST_WAITING = 100_000; // bytes of live sound in the browser's send buffer: some seconds

export class TeachWire {
  /** @param {{onClose: (reason: string) => void} & Record<string, (message: object) => void>} handlers by type of message; model is given its file as `file` */
  constructor(handlers) { this.handlers = handlers; }

  /** @returns {Promise<object>} the welcome @throws {Error} with the server's reason */
  open() {
    return (this.opening ??= new Promise((resolve, reject) => {
      const socket = this.socket = new WebSocket(new URL("teach", location.href.replace(/^http/, "ws")));
      socket.binaryType = "arraybuffer";
      socket.onopen = () => this.say({ type: "hello", version: VERSION });
      socket.onmessage = ({ data }) => {
        if (typeof data !== "string") return this.handlers.model({ ...this.head, file: data });
        const message = JSON.parse(data);
        if (message.type === "welcome") resolve(this.welcome = message);
        else if (message.type === "model") this.head = message; // its file comes next
        else this.handlers[message.type]?.(message);
      };
      socket.onclose = ({ reason }) => {
        this.opening = null;
        reject(new Error(reason || "the server does not answer"));
        this.handlers.onClose(reason);
      };
    }));
  }

  say(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** @param {number} counter of the first sample @param {Int16Array} samples any number of them */
  audio(counter, samples) {
    const most = (this.welcome.maxMessageBytes - HEADER_BYTES) >> 1;
    for (let at = 0; at < samples.length; at += most) {
      const part = samples.subarray(at, at + most);
      const message = new Uint8Array(HEADER_BYTES + part.byteLength);
      new DataView(message.buffer).setBigUint64(0, BigInt(counter + at), true);
      message.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), HEADER_BYTES);
      if (this.socket.readyState === WebSocket.OPEN) this.socket.send(message);
    }
  }

  /** Sound of a microphone: what a slow connection cannot take is left out, which the counter shows. */
  live(counter, samples) {
    if (this.socket.bufferedAmount < MOST_WAITING) this.audio(counter, samples);
  }

  /** One whole sound, or as much of it as shows that it is too long. */
  sound(kind, { name, rate, samples }) {
    const { takeSeconds, talkSeconds, roomSeconds } = this.welcome;
    this.say({ type: "record", kind, name, rate, format: "s16" });
    this.audio(0, samples.subarray(0, Math.ceil(({ talk: talkSeconds, room: roomSeconds }[kind] ?? takeSeconds) * rate) + rate));
    this.say({ type: "stop" });
  }

  /** Hangs up: nothing is told any more. */
  close() {
    if (this.socket) this.socket.onclose = this.socket.onmessage = null;
    this.socket?.close();
    this.opening = null;
  }
}

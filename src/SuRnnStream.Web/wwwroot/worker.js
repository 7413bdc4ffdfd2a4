// The page's worker: sessions of PROTOCOL.md whose other end is socket.js.

import { openSession, start } from "./surnn.js";

const open = new Map(); // sessions by their number in the page
const [bytes, models] = [new Map(), new Map()]; // of models by name: promises of their files, and that they are loaded
const starting = start();
let queue = Promise.resolve(); // messages are taken one after the other, though models are loaded in between

onmessage = ({ data }) => { queue = queue.then(() => take(data)).catch(({ message }) => closed(data.id, 1011, message)); };

async function take({ id, hello, text, samples, models: names }) {
  if (names) return void getAll(names);
  const exports = await starting;
  if (hello !== undefined) return begin(exports, id, hello);
  const session = open.get(id);
  if (text !== undefined) session?.hearText(text);
  if (samples !== undefined) {
    session?.hearSamples(new Uint8Array(samples));
    postMessage({ id, taken: samples.byteLength });
  }
  if (text === undefined && samples === undefined) {
    open.delete(id);
    session?.close();
  }
}

async function begin(exports, id, hello) {
  await load(JSON.parse(hello).model);
  const session = openSession(exports, {
    onText: (text) => postMessage({ id, text }),
    onFrames: (message) => postMessage({ id, binary: message.buffer }, [message.buffer]),
    onClosed: (code, reason) => closed(id, code, reason),
  });
  open.set(id, session);
  session.hearText(hello);
}

function closed(id, code, reason) {
  open.delete(id);
  postMessage({ id, code, reason });
}

/** Reads the first model, so that it is ready when it is needed; then gets the others' bytes, so that nothing is asked for later. */
async function getAll([first, ...others]) {
  try {
    await load(first);
    postMessage({ ready: true });
    await Promise.all(others.map((name) => once(bytes, name, getBytes)));
    postMessage({ all: true });
  } catch { // tried again when it is needed
  }
}

const load = (name) => once(models, name, async () => (await starting).Load(name, await once(bytes, name, getBytes)));

async function getBytes(name) {
  const answer = await fetch(`models/${encodeURIComponent(name)}.surnn`);
  if (!answer.ok) throw new Error(`the model ${name} cannot be loaded: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** What a name was made into before, or is made into now; a failure is forgotten. */
function once(made, name, make) {
  if (!made.has(name)) {
    const making = make(name);
    making.catch(() => made.delete(name));
    made.set(name, making);
  }
  return made.get(name);
}

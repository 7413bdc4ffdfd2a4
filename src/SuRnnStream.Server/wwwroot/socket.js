// How the page reaches its detector: over a socket, in the server that the page came from. SuRnnStream.Web has a file of this name with the same functions, whose detector runs in the page itself;
// the page's other files are the same there.

export const SOUND_SAMPLE = "samples/commands.wav";

/** What PROTOCOL.md is spoken over. @returns {WebSocket} */
export const openSocket = () => new WebSocket(new URL("stream", location.href.replace(/^http/, "ws")));

/** @returns {Promise<{default: string, models: object[]}>} as PROTOCOL.md describes models */
export const listModels = async () => (await fetch("models")).json();

/** Where sound goes, for people. */
export const whereSoundGoes = (models) =>
  `Sound goes to ${location.host}, which keeps ${models.some(({ keepsNearMisses }) => keepsNearMisses) ? "the sound around near misses: what it nearly detected, with the voices in it" : "none of it"}.`;

/** Resolves to true once the page needs its host no more. */
export const kept = Promise.resolve(false);

/** What to say where there are no models. */
export const NO_MODELS = "The server does not answer. Start it and load this page again.";

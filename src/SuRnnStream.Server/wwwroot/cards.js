// Where the shipped models fail, for people: from models/README.md, which has the figures' bounds and how they were found. A model of one's own may say it in its card, as "fails".

const FAILS = {
  "commands": "On 40 speakers that it never learnt from it misses 19 % of the words over quiet noise and 26 % over loud noise, and takes 6 to 7 % for another word. It misses most commands that come within a second of other speech, and 71 % over another talker. Words that sound alike may fire: gold, town, know. English only.",
  "wake-words": "It missed 2 of 72 held-back recordings, and fired 6 times for nothing in 0.63 hours of speech. About one in five words that begin alike fires: compute, commuter, Alexander.",
  "heartbeat": "Not a medical device. In one of five held-back records it takes 113 of 473 ventricular beats, close in shape to the normal ones, for normal. One lead, adults, no paced hearts.",
  "gesture": "One wand, one person and one way to draw each gesture, as far as its data tell. How often other movements fire is hardly known: two minutes of them were held back.",
};

/** @param {{name: string, card: Record<string, string>}} model @returns {string | undefined} */
export const whereItFails = ({ name, card }) => card.fails ?? FAILS[name.replace(/-(dense|float32|small)$/, "")];

// The microphone as blocks of 16-bit PCM, 40 ms each.

const BLOCK_SECONDS = 0.04;
const PLAIN = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 };

/**
 * Asks for the microphone. Give up with close().
 * @param {number} rate samples per second that would be best; the result's rate is what it is
 * @param {(block: {counter: number, samples: Int16Array}) => void} onBlock
 * @param {() => void} onLost the microphone is gone
 * @param {(interrupted: boolean) => void} onInterrupted the system has taken it away for a while, or gives it back
 */
export async function openMicrophone(rate, onBlock, onLost, onInterrupted) {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "InsecureContextError");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: PLAIN });
  const [track] = stream.getAudioTracks();
  track.addEventListener("ended", onLost);
  try {
    const context = await startCapture(stream, rate, onBlock);
    const unwatch = watch(context, track, onInterrupted);
    return {
      rate: context.sampleRate,
      name: track.label,
      close() {
        track.removeEventListener("ended", onLost);
        unwatch();
        track.stop();
        context.close();
      },
    };
  } catch (error) {
    track.stop();
    throw error;
  }
}

/** Telephone calls, other programs and the system suspend a context or mute a microphone: says so, and resumes as soon as it may. */
function watch(context, track, onInterrupted) {
  let interrupted = false;
  const look = () => {
    const now = context.state !== "running" || track.muted;
    if (context.state !== "running" && context.state !== "closed") context.resume().catch(() => {}); // again when the page is looked at
    if (now !== interrupted) onInterrupted((interrupted = now));
  };
  context.addEventListener("statechange", look);
  track.addEventListener("mute", look);
  track.addEventListener("unmute", look);
  document.addEventListener("visibilitychange", look);
  return () => {
    context.removeEventListener("statechange", look);
    track.removeEventListener("mute", look);
    track.removeEventListener("unmute", look);
    document.removeEventListener("visibilitychange", look);
  };
}

async function startCapture(stream, rate, onBlock) {
  try {
    return await capture(new AudioContext({ sampleRate: rate }), stream, onBlock);
  } catch (error) {
    if (error.name !== "NotSupportedError") throw error;
    return capture(new AudioContext(), stream, onBlock); // Firefox resamples no microphone; the server will
  }
}

async function capture(context, stream, onBlock) {
  try {
    await context.audioWorklet.addModule("worklet.js");
    const node = new AudioWorkletNode(context, "capture", {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit",
      processorOptions: { blockSamples: Math.round(context.sampleRate * BLOCK_SECONDS) },
    });
    node.port.onmessage = ({ data }) => onBlock(data);
    context.createMediaStreamSource(stream).connect(node);
    await context.resume();
    return context;
  } catch (error) {
    context.close();
    throw error;
  }
}

/** Why there is no microphone, and what to do. */
export function microphoneTrouble(error) {
  switch (error.name) {
    case "NotAllowedError": return "The microphone was refused. Allow it in the browser's site settings, or open a sound file.";
    case "NotFoundError": return "There is no microphone. Plug one in, or open a sound file.";
    case "NotReadableError": return "Another program holds the microphone. Close it, or open a sound file.";
    case "InsecureContextError": return "Browsers give the microphone to https pages and to localhost only. Open a sound file instead.";
    default: return `The microphone cannot be used (${error.message || error.name}). Open a sound file instead.`;
  }
}

/** Two soft notes, made on the spot: something came in. */

const NOTES = [660, 880];
const LENGTH = 0.16;
/** Not more often than this, however much comes in. */
const REST = 4_000;

let context: AudioContext | null = null;
let last = -REST;

export function chime(): void {
  const now = performance.now();
  if (now - last < REST) return;
  last = now;
  try {
    context ??= new AudioContext();
    // Before the first touch or key a browser keeps silent, and so do we.
    if (context.state !== "running") {
      void context.resume().catch(() => undefined);
      if (navigator.userActivation?.hasBeenActive === false) return;
    }
    for (const [place, pitch] of NOTES.entries()) ring(context, pitch, context.currentTime + place * LENGTH);
  } catch {
    // A machine without sound is no trouble.
  }
}

function ring(audio: AudioContext, pitch: number, at: number): void {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.type = "sine";
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.08, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH * 2);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + LENGTH * 2);
}

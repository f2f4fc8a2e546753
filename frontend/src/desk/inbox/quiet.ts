/** Whether this person wants to hear anything now: the sound is on, and these are no quiet hours. */

export interface SoundSettings {
  sound: boolean;
  /** "22:00", in the municipality's time; null without quiet hours. */
  quietFrom: string | null;
  quietUntil: string | null;
}

const amsterdam = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Amsterdam", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export function maySound(settings: SoundSettings | null, now: Date): boolean {
  return settings !== null && settings.sound && !isQuiet(settings.quietFrom, settings.quietUntil, now);
}

/** Quiet hours may go over midnight. */
export function isQuiet(from: string | null, until: string | null, now: Date): boolean {
  if (!from || !until) return false;
  const time = amsterdam.format(now);
  const [start, end] = [from.slice(0, 5), until.slice(0, 5)];
  return start <= end ? start <= time && time < end : time >= start || time < end;
}

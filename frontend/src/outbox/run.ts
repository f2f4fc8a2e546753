/** One sender at a time, whichever tab or worker it is. */
import { sendAll } from "./send";
import type { News, Transport } from "./shapes";
import { DeviceShelf } from "./shelf";

const LOCK = "wijkplatform-outbox";
const CHANNEL = "wijkplatform-outbox";
/** The tag of Background Sync. */
export const SYNC = "outbox";

export const shelf = new DeviceShelf();

/** Nobody sends meanwhile. Browsers without locks do without: what is posted is fixed in the database anyway. */
export function alone<T>(act: () => Promise<T>): Promise<T> {
  const locks = typeof navigator === "undefined" ? undefined : (navigator.locks as LockManager | undefined);
  return locks ? (locks.request(LOCK, act) as Promise<T>) : act();
}

export class Wire {
  private readonly channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);

  constructor(private readonly heard: (news: News) => void = () => undefined) {
    if (this.channel) this.channel.onmessage = ({ data }: MessageEvent<News>) => this.heard(data);
  }

  /** To everybody, ourselves too. */
  readonly tell = (news: News): void => {
    this.channel?.postMessage(news);
    this.heard(news);
  };

  close(): void {
    this.channel?.close();
  }
}

/** `hurry`: the network may be back, so what waits for that is due; said when it is our turn, not before. */
export function send(transport: Transport, tell: (news: News) => void, hurry: boolean): Promise<void> {
  return alone(async () => {
    if (hurry) await shelf.hurry();
    await sendAll({ shelf, transport, tell, now: () => Date.now(), random: Math.random });
  });
}

/**
 * The live channel's client: follows numbered streams and hands every event on once, in order.
 *
 * A stream's numbers have no gaps. Whoever has seen n and receives n+2 missed one: the client
 * then says hello again with what it has seen, and the server sends the rest. The same hello
 * after every reconnect makes a dropped socket, a sleeping laptop or a killed server harmless.
 */

export interface LiveEvent {
  type: string;
  subject: string;
  version: number;
  at: string;
}

/** "live": connected and welcomed; "connecting": busy, short; "offline": no network or trying for longer. */
export type LiveState = "connecting" | "live" | "offline";

export interface LiveHandlers {
  /** One event of one stream, each once and in order of its number. */
  event(stream: string, event: LiveEvent, seq: number): void;
  /** Too far behind, or the stream began anew: load what is shown again, it goes on from `seq`. */
  reset?(stream: string, seq: number): void;
  /** This person may no longer follow the stream. */
  closed?(stream: string): void;
  /** All streams that may be followed, with their heads. `first`: there was no earlier welcome. */
  welcome?(streams: Readonly<Record<string, number>>, first: boolean): void;
  state?(state: LiveState): void;
  /** Frames this client does not know, such as presence. */
  other?(frame: Record<string, unknown>): void;
}

/** What of a browser's WebSocket is used. */
export interface Socket {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number): void;
  addEventListener(type: "open" | "message" | "close" | "error", listener: (event: { data?: unknown; code?: number }) => void): void;
}

/** The world outside: replaced in tests. Times in milliseconds. */
export interface Surroundings {
  connect(address: string): Socket;
  after(delay: number, run: () => void): unknown;
  cancel(timer: unknown): void;
  random(): number;
  /** Calls back when the network returns or the page becomes visible ("wake") or the network goes ("sleep"). */
  listen(change: (what: "wake" | "sleep") => void): () => void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const OFFLINE_AFTER = 3;
const HELLO_AGAIN = 1_000;
const WELCOME_WITHIN = 10_000;
const DEFAULT_HEARTBEAT = 25_000;
const OPEN = 1;
/** Closed for good: not signed in, or a page of another site. Trying again would not help. */
const REFUSED = new Set([1008, 4401, 4403, 4404]);

export class LiveClient {
  /** The last number seen per stream; give it to the next client to go on where this one stopped. */
  readonly seen: Map<string, number>;
  private socket: Socket | null = null;
  private attempts = 0;
  private welcomed = false;
  private stopped = true;
  private now: LiveState | null = null;
  private retry: unknown = null;
  private beat: unknown = null;
  private answer: unknown = null;
  private helloAgain: unknown = null;
  private heartbeat = DEFAULT_HEARTBEAT;
  private unlisten: (() => void) | null = null;

  constructor(
    private readonly address: string,
    private readonly handlers: LiveHandlers,
    private readonly world: Surroundings = browser(),
    seen: Iterable<readonly [string, number]> = [],
  ) {
    this.seen = new Map(seen);
  }

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.unlisten = this.world.listen((what) => (what === "wake" ? this.wake() : this.sleep()));
    this.open();
  }

  stop(): void {
    this.stopped = true;
    this.unlisten?.();
    this.unlisten = null;
    this.drop();
    this.world.cancel(this.retry);
  }

  /** Send a frame; false (and nothing sent) when not connected. */
  send(frame: Record<string, unknown>): boolean {
    if (this.socket?.readyState !== OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  private open(): void {
    this.world.cancel(this.retry);
    if (this.stopped) return;
    this.tell(this.attempts >= OFFLINE_AFTER ? "offline" : "connecting");
    let socket: Socket;
    try {
      socket = this.world.connect(this.address);
    } catch {
      this.again();
      return;
    }
    this.socket = socket;
    const mine = (run: () => void) => {
      if (this.socket === socket) run();
    };
    this.answer = this.world.after(WELCOME_WITHIN, () => mine(() => this.lost()));
    socket.addEventListener("open", () => mine(() => this.hello()));
    socket.addEventListener("message", ({ data }) => mine(() => this.receive(data)));
    socket.addEventListener("close", ({ code }) =>
      mine(() => {
        if (code !== undefined && REFUSED.has(code)) {
          this.stop();
          this.tell("offline");
        } else {
          this.lost();
        }
      }),
    );
  }

  private hello(): void {
    this.send({ type: "hello", streams: Object.fromEntries(this.seen) });
  }

  private receive(data: unknown): void {
    const frame = parse(data);
    if (!frame) return;
    this.listenForSilence();
    switch (frame["type"]) {
      case "welcome":
        this.welcome(frame);
        break;
      case "event":
        this.event(frame);
        break;
      case "reset":
        if (typeof frame["stream"] === "string" && typeof frame["seq"] === "number") {
          this.seen.set(frame["stream"], frame["seq"]);
          this.handlers.reset?.(frame["stream"], frame["seq"]);
        }
        break;
      case "closed":
        if (typeof frame["stream"] === "string") {
          this.seen.delete(frame["stream"]);
          this.handlers.closed?.(frame["stream"]);
        }
        break;
      case "pong":
        break;
      default:
        this.handlers.other?.(frame);
    }
  }

  private welcome(frame: Record<string, unknown>): void {
    const streams = heads(frame["streams"]);
    if (typeof frame["heartbeat"] === "number" && frame["heartbeat"] > 0) this.heartbeat = frame["heartbeat"] * 1000;
    for (const stream of [...this.seen.keys()]) {
      if (!(stream in streams)) {
        this.seen.delete(stream);
        this.handlers.closed?.(stream);
      }
    }
    for (const [stream, head] of Object.entries(streams)) {
      const known = this.seen.get(stream);
      if (known === undefined) {
        // New to us: what is shown was, or will be, loaded whole; go on from here.
        this.seen.set(stream, head);
      } else if (known > head) {
        this.seen.set(stream, head);
        this.handlers.reset?.(stream, head);
      }
    }
    this.attempts = 0;
    const first = !this.welcomed;
    this.welcomed = true;
    this.tell("live");
    this.listenForSilence();
    this.handlers.welcome?.(streams, first);
  }

  private event(frame: Record<string, unknown>): void {
    const { stream, seq, event } = frame;
    if (typeof stream !== "string" || typeof seq !== "number" || typeof event !== "object" || event === null) return;
    const last = this.seen.get(stream);
    if (last !== undefined && seq <= last) return;
    if (last !== undefined && seq > last + 1) {
      this.askForMissing();
      return;
    }
    this.seen.set(stream, seq);
    this.handlers.event(stream, event as LiveEvent, seq);
  }

  /** A gap: the events in between come again after a hello, in order, and so do those after them. */
  private askForMissing(): void {
    if (this.helloAgain !== null) return;
    this.hello();
    this.helloAgain = this.world.after(HELLO_AGAIN, () => (this.helloAgain = null));
  }

  private listenForSilence(): void {
    this.world.cancel(this.beat);
    this.world.cancel(this.answer);
    this.beat = this.world.after(this.heartbeat, () => {
      this.send({ type: "ping" });
      this.answer = this.world.after(WELCOME_WITHIN, () => this.lost());
    });
  }

  private lost(): void {
    this.drop();
    this.again();
  }

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    for (const timer of [this.beat, this.answer, this.helloAgain]) this.world.cancel(timer);
    this.helloAgain = null;
    socket?.close();
  }

  /** Wait longer each time, and not all clients at the same moment. */
  private again(): void {
    if (this.stopped) return;
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.attempts) * (0.5 + this.world.random() / 2);
    this.attempts += 1;
    this.tell(this.attempts >= OFFLINE_AFTER ? "offline" : "connecting");
    this.world.cancel(this.retry);
    this.retry = this.world.after(wait, () => this.open());
  }

  private wake(): void {
    if (this.stopped) return;
    if (this.socket === null) {
      this.attempts = 0;
      this.open();
    } else if (this.send({ type: "ping" })) {
      // A laptop that slept may hold a dead socket that still looks open.
      this.world.cancel(this.answer);
      this.answer = this.world.after(WELCOME_WITHIN / 2, () => this.lost());
    }
  }

  private sleep(): void {
    this.drop();
    this.world.cancel(this.retry);
    this.tell("offline");
  }

  private tell(state: LiveState): void {
    if (state === this.now) return;
    this.now = state;
    this.handlers.state?.(state);
  }
}

/** The address of a channel on the host this page came from. */
export function channel(path: string, page: Location = location): string {
  return `${page.protocol === "https:" ? "wss" : "ws"}://${page.host}${path}`;
}

/** The browser as surroundings. */
export function browser(): Surroundings {
  return {
    connect: (address) => new WebSocket(address) as unknown as Socket,
    after: (delay, run) => window.setTimeout(run, delay),
    cancel: (timer) => window.clearTimeout(timer as number | undefined),
    random: Math.random,
    listen(change) {
      const wake = () => change("wake");
      const sleep = () => change("sleep");
      const seen = () => {
        if (document.visibilityState === "visible") change("wake");
      };
      window.addEventListener("online", wake);
      window.addEventListener("offline", sleep);
      window.addEventListener("pageshow", wake);
      document.addEventListener("visibilitychange", seen);
      return () => {
        window.removeEventListener("online", wake);
        window.removeEventListener("offline", sleep);
        window.removeEventListener("pageshow", wake);
        document.removeEventListener("visibilitychange", seen);
      };
    },
  };
}

function parse(data: unknown): Record<string, unknown> | null {
  if (typeof data !== "string") return null;
  try {
    const frame: unknown = JSON.parse(data);
    return typeof frame === "object" && frame !== null && !Array.isArray(frame) ? (frame as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function heads(value: unknown): Record<string, number> {
  const pairs = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(pairs.filter((pair): pair is [string, number] => typeof pair[1] === "number"));
}

import { beforeEach, expect, test } from "vitest";
import { channel, LiveClient, type LiveState, type Socket, type Surroundings } from "../src/live";

class FakeSocket implements Socket {
  readyState = 0;
  sent: Array<Record<string, unknown>> = [];
  private listeners: Record<string, Array<(event: { data?: unknown; code?: number }) => void>> = {};

  addEventListener(type: string, listener: (event: { data?: unknown; code?: number }) => void): void {
    (this.listeners[type] ??= []).push(listener);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close(): void {
    this.readyState = 3;
  }
  emit(type: string, event: { data?: unknown; code?: number } = {}): void {
    for (const listener of this.listeners[type] ?? []) listener(event);
  }
  opens(): void {
    this.readyState = 1;
    this.emit("open");
  }
  says(frame: unknown): void {
    this.emit("message", { data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }
}

class World implements Surroundings {
  sockets: FakeSocket[] = [];
  change: (what: "wake" | "sleep") => void = () => undefined;
  listening = false;
  refuse = false;
  private time = 0;
  private timers = new Map<number, { at: number; run: () => void }>();
  private next = 1;

  connect(): FakeSocket {
    if (this.refuse) throw new Error("blocked");
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  }
  after(delay: number, run: () => void): number {
    this.timers.set(this.next, { at: this.time + delay, run });
    return this.next++;
  }
  cancel(timer: unknown): void {
    this.timers.delete(timer as number);
  }
  random(): number {
    return 1;
  }
  listen(change: (what: "wake" | "sleep") => void): () => void {
    this.change = change;
    this.listening = true;
    return () => (this.listening = false);
  }
  /** Let so many milliseconds pass. */
  pass(span: number): void {
    const until = this.time + span;
    for (;;) {
      const due = [...this.timers].filter(([, timer]) => timer.at <= until).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.time = due[1].at;
      this.timers.delete(due[0]);
      due[1].run();
    }
    this.time = until;
  }
  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }
}

let world: World;
let told: string[];
let states: LiveState[];
let client: LiveClient;

const nudge = { type: "case.received", subject: "case/M-1", version: 1, at: "2026-11-21T10:00:00Z" };
const event = (seq: number, stream = "team:1") => ({ type: "event", stream, seq, event: nudge });
const welcome = (streams: Record<string, number>) => ({ type: "welcome", streams, heartbeat: 25 });

function make(seen: Array<[string, number]> = []): LiveClient {
  return new LiveClient(
    "ws://x/ws/inbox",
    {
      event: (stream, _event, seq) => told.push(`${stream} ${seq}`),
      reset: (stream, seq) => told.push(`reset ${stream} ${seq}`),
      closed: (stream) => told.push(`closed ${stream}`),
      welcome: (streams, first) => told.push(`welcome ${Object.keys(streams).join(",")} ${first}`),
      state: (state) => states.push(state),
      other: (frame) => told.push(`other ${String(frame["type"])}`),
    },
    world,
    seen,
  );
}

beforeEach(() => {
  world = new World();
  told = [];
  states = [];
  client = make();
});

function connect(streams: Record<string, number> = { "team:1": 5 }): FakeSocket {
  client.start();
  world.socket.opens();
  world.socket.says(welcome(streams));
  told.length = 0;
  return world.socket;
}

test("it says hello with what it has seen and is live after the welcome", () => {
  client = make([["team:1", 3]]);
  client.start();
  expect(states).toEqual(["connecting"]);
  world.socket.opens();
  expect(world.socket.sent).toEqual([{ type: "hello", streams: { "team:1": 3 } }]);
  world.socket.says(welcome({ "team:1": 5 }));
  expect(states).toEqual(["connecting", "live"]);
  expect(told).toEqual(["welcome team:1 true"]);
});

test("events come through once and in order", () => {
  const socket = connect();
  for (const seq of [6, 7, 7, 6, 8]) socket.says(event(seq));
  expect(told).toEqual(["team:1 6", "team:1 7", "team:1 8"]);
});

test("after a gap it asks with what it has, shows nothing out of order, and ends complete", () => {
  const socket = connect();
  socket.says(event(6));
  socket.says(event(8));
  socket.says(event(9));
  expect(told).toEqual(["team:1 6"]);
  expect(socket.sent.slice(1)).toEqual([{ type: "hello", streams: { "team:1": 6 } }]);
  for (const seq of [7, 8, 9, 10]) socket.says(event(seq));
  expect(told).toEqual(["team:1 6", "team:1 7", "team:1 8", "team:1 9", "team:1 10"]);
});

test("a gap that stays is asked for again", () => {
  const socket = connect();
  socket.says(event(7));
  world.pass(1_100);
  socket.says(event(8));
  expect(socket.sent.filter((frame) => frame["type"] === "hello")).toHaveLength(3);
});

test("a gap in one stream does not hold up another", () => {
  const socket = connect({ "team:1": 5, "team:2": 1 });
  socket.says(event(9));
  socket.says(event(2, "team:2"));
  expect(told).toEqual(["team:2 2"]);
});

test("a dropped socket comes back with the last numbers", () => {
  const socket = connect();
  socket.says(event(6));
  socket.emit("close", { code: 1006 });
  expect(states.at(-1)).toBe("connecting");
  world.pass(500);
  world.socket.opens();
  expect(world.socket.sent).toEqual([{ type: "hello", streams: { "team:1": 6 } }]);
  world.socket.says(welcome({ "team:1": 7 }));
  world.socket.says(event(7));
  expect(told).toEqual(["team:1 6", "welcome team:1 false", "team:1 7"]);
});

test("what an old socket still says is ignored", () => {
  const old = connect();
  old.emit("close", { code: 1006 });
  old.says(event(6));
  expect(told).toEqual([]);
});

test("it waits longer each time, at most half a minute, and says offline after some tries", () => {
  client.start();
  const waits: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const before = world.sockets.length;
    world.socket.emit("close", { code: 1006 });
    let waited = 0;
    while (world.sockets.length === before) {
      world.pass(500);
      waited += 500;
    }
    waits.push(waited);
  }
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect(states).toEqual(["connecting", "offline"]);
});

test("a welcome makes the next wait short again", () => {
  client.start();
  for (let round = 0; round < 5; round += 1) {
    world.socket.emit("close", { code: 1006 });
    world.pass(30_000);
  }
  world.socket.opens();
  world.socket.says(welcome({}));
  const before = world.sockets.length;
  world.socket.emit("close", { code: 1006 });
  world.pass(500);
  expect(world.sockets.length).toBe(before + 1);
});

test("silence is met with a ping, and a dead socket is replaced", () => {
  const socket = connect();
  world.pass(25_000);
  expect(socket.sent.at(-1)).toEqual({ type: "ping" });
  world.pass(10_000);
  expect(socket.readyState).toBe(3);
  world.pass(500);
  expect(world.sockets).toHaveLength(2);
});

test("a pong keeps the socket", () => {
  const socket = connect();
  world.pass(25_000);
  socket.says({ type: "pong" });
  world.pass(15_000);
  expect(world.sockets).toHaveLength(1);
});

test("a socket that never welcomes is given up", () => {
  client.start();
  world.socket.opens();
  world.pass(10_600);
  expect(world.sockets).toHaveLength(2);
});

test("a reset goes on from its number", () => {
  const socket = connect();
  socket.says({ type: "reset", stream: "team:1", seq: 900 });
  socket.says(event(901));
  expect(told).toEqual(["reset team:1 900", "team:1 901"]);
});

test("a stream that went back to an earlier number is a reset", () => {
  client = make([["team:1", 50]]);
  client.start();
  world.socket.opens();
  world.socket.says(welcome({ "team:1": 4 }));
  world.socket.says(event(5));
  expect(told).toEqual(["reset team:1 4", "welcome team:1 true", "team:1 5"]);
});

test("a closed stream is forgotten, also when the welcome no longer names it", () => {
  const socket = connect({ "team:1": 5, "team:2": 1 });
  socket.says({ type: "closed", stream: "team:2" });
  socket.emit("close", { code: 1006 });
  world.pass(500);
  world.socket.opens();
  expect(world.socket.sent[0]).toEqual({ type: "hello", streams: { "team:1": 5 } });
  world.socket.says(welcome({}));
  expect(told).toEqual(["closed team:2", "closed team:1", "welcome  false"]);
});

test("losing the network shows at once, and its return reconnects at once", () => {
  connect();
  world.change("sleep");
  expect(states.at(-1)).toBe("offline");
  world.pass(60_000);
  expect(world.sockets).toHaveLength(1);
  world.change("wake");
  expect(world.sockets).toHaveLength(2);
});

test("waking up tests a socket that only looks open", () => {
  const socket = connect();
  world.change("wake");
  expect(socket.sent.at(-1)).toEqual({ type: "ping" });
  world.pass(5_600);
  expect(world.sockets).toHaveLength(2);
});

test("a refusal is not tried again", () => {
  client.start();
  world.socket.emit("close", { code: 4403 });
  world.pass(120_000);
  expect(world.sockets).toHaveLength(1);
  expect(states.at(-1)).toBe("offline");
  expect(world.listening).toBe(false);
});

test("stop closes, listens no longer and stays stopped; start begins again", () => {
  const socket = connect();
  client.stop();
  expect(socket.readyState).toBe(3);
  world.pass(60_000);
  expect(world.sockets).toHaveLength(1);
  expect(client.send({ type: "presence" })).toBe(false);
  client.start();
  expect(world.sockets).toHaveLength(2);
});

test("a browser that refuses to connect is tried again", () => {
  world.refuse = true;
  client.start();
  world.refuse = false;
  world.pass(500);
  expect(world.sockets).toHaveLength(1);
});

test("nonsense is ignored and unknown frames are handed on", () => {
  const socket = connect();
  for (const nonsense of ["{", "[]", "null", '"x"', { type: "event", stream: 4 }, { type: "reset" }, { type: "closed" }]) socket.says(nonsense);
  socket.says({ type: "presence", case: "M-1", people: [] });
  expect(told).toEqual(["other presence"]);
});

test("the channel is on the page's own host, and secure when the page is", () => {
  expect(channel("/ws/inbox", { protocol: "https:", host: "wijk.example" } as Location)).toBe("wss://wijk.example/ws/inbox");
  expect(channel("/ws/inbox", { protocol: "http:", host: "localhost:8000" } as Location)).toBe("ws://localhost:8000/ws/inbox");
});

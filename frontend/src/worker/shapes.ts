/** What of a service worker's world we use; TypeScript's own types of it would take the place of the page's. */

export interface Late extends Event {
  waitUntil(done: Promise<unknown>): void;
}
export interface Fetching extends Late {
  readonly request: Request;
  readonly preloadResponse?: Promise<Response | undefined>;
  respondWith(answer: Promise<Response> | Response): void;
}
interface Pushed extends Late {
  readonly data: { json(): unknown } | null;
}
interface Clicked extends Late {
  readonly notification: Notification;
}
interface Told extends Late {
  readonly data: unknown;
}
interface Synced extends Late {
  readonly tag: string;
}
export interface OpenWindow {
  readonly url: string;
  focus(): Promise<OpenWindow>;
  navigate(address: string): Promise<OpenWindow | null>;
}
export interface Worker {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { claim(): Promise<void>; matchAll(options: object): Promise<OpenWindow[]>; openWindow(address: string): Promise<OpenWindow | null> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: Late) => void): void;
  addEventListener(type: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(type: "push", listener: (event: Pushed) => void): void;
  addEventListener(type: "notificationclick", listener: (event: Clicked) => void): void;
  addEventListener(type: "message", listener: (event: Told) => void): void;
  addEventListener(type: "sync", listener: (event: Synced) => void): void;
}

export interface Route {
  fits(request: Request, address: URL): boolean;
  answer(request: Request, address: URL, event: Fetching): Promise<Response>;
}

/** One of the two parts of the site that the worker serves; each has a registration of its own. */
export interface Part {
  /** The first that fits answers; what fits none goes to the network as if we were not here. */
  readonly routes: readonly Route[];
  install(): Promise<void>;
  activate(): Promise<void>;
  /** A message of a page. */
  told(data: unknown): Promise<void> | null;
  /** Where a notification may lead. */
  owns(path: string): boolean;
  /** Whether a notification may take the window that shows this page. */
  givesWay(path: string): boolean;
  readonly home: string;
}

export const worker = self as unknown as Worker;

export function within<T>(wanted: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error("too slow")), milliseconds);
    wanted.then(done, failed).finally(() => clearTimeout(timer));
  });
}

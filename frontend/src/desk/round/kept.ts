/**
 * What this device keeps of rounds to be read without a network, and what waits to be sent. One person's: another
 * who signs in finds nothing of it. Confidential cases are never kept.
 */
import { type Round, type Stop } from "./shapes";

/** A round as it was at a moment. */
export interface Kept {
  round: Round;
  owner: number;
  /** Milliseconds since 1970: when the server last said so. */
  at: number;
}

/** A deed that waits for the network. `key` makes it happen once, however often it is sent. */
export interface Owed {
  key: string;
  owner: number;
  round: number;
  reference: string;
  method: "POST";
  path: string;
  body: unknown;
  at: number;
  /** Why the server would not; it is tried no more. */
  refused: string | null;
}

/** Where it is kept; a test plays it. */
export interface Shelf {
  rounds(owner: number): Promise<Kept[]>;
  save(kept: Kept): Promise<void>;
  drop(round: number): Promise<void>;
  owed(owner: number): Promise<Owed[]>;
  owe(deed: Owed): Promise<void>;
  settle(key: string): Promise<void>;
  /** Everything of everyone; with `owner`, of all others. */
  wipe(exceptOwner?: number): Promise<void>;
}

/** Longer is not kept: it is personal data on a phone in the street. */
export const KEPT_FOR = 48 * 3600_000;
export const PHOTOS = "desk-photos-1";
const NAME = "desk";

/** The round as it may lie on a device: of a confidential case nothing is left but that there is one. */
export function keepable(round: Round): Round {
  return { ...round, stops: round.stops.map((stop) => (isSecret(stop) ? withheld(stop) : stop)) };
}

export function isSecret({ case: found }: Stop): boolean {
  return found?.visibility === "confidential";
}

function withheld({ state, at }: Stop): Stop {
  return { reference: "", state, at, case: null, photos: [], withheld: true };
}

export class DeviceShelf implements Shelf {
  private opened: Promise<IDBDatabase> | null = null;

  async rounds(owner: number): Promise<Kept[]> {
    const all = await this.all<Kept>("rounds");
    return all.filter((one) => one.owner === owner && Date.now() - one.at < KEPT_FOR);
  }

  async save(kept: Kept): Promise<void> {
    await this.change("rounds", (store) => store.put({ ...kept, id: kept.round.id }));
  }

  async drop(round: number): Promise<void> {
    await this.change("rounds", (store) => store.delete(round));
  }

  async owed(owner: number): Promise<Owed[]> {
    const all = await this.all<Owed & { place: number }>("owed");
    return all.filter((one) => one.owner === owner).sort((one, other) => one.place - other.place);
  }

  async owe(deed: Owed): Promise<void> {
    const known = (await this.all<Owed & { place: number }>("owed")).find((one) => one.key === deed.key);
    await this.change("owed", (store) => store.put({ ...deed, place: known?.place ?? Date.now() + performance.now() / 1e6 }));
  }

  async settle(key: string): Promise<void> {
    await this.change("owed", (store) => store.delete(key));
  }

  async wipe(exceptOwner?: number): Promise<void> {
    for (const name of ["rounds", "owed"] as const) {
      const all = await this.all<{ owner: number; key?: string; id?: number }>(name);
      for (const one of all) {
        const id = one.key ?? one.id;
        if (one.owner !== exceptOwner && id !== undefined) await this.change(name, (store) => store.delete(id));
      }
    }
  }

  private open(): Promise<IDBDatabase> {
    this.opened ??= new Promise((done, failed) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("rounds", { keyPath: "id" });
        asked.result.createObjectStore("owed", { keyPath: "key" });
      };
      asked.onsuccess = () => {
        // Another tab that signs out must be able to throw it away.
        asked.result.onversionchange = () => asked.result.close();
        done(asked.result);
      };
      asked.onerror = () => failed(asked.error ?? new Error("no storage"));
    });
    return this.opened;
  }

  private async all<T>(name: string): Promise<T[]> {
    const store = (await this.open()).transaction(name).objectStore(name);
    return answered(store.getAll()) as Promise<T[]>;
  }

  private async change(name: string, act: (store: IDBObjectStore) => IDBRequest): Promise<void> {
    await answered(act((await this.open()).transaction(name, "readwrite").objectStore(name)));
  }
}

function answered<T>(asked: IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error ?? new Error("no storage"));
  });
}

/** Signing out: nothing of the workplace stays on this device, and no message comes to it any more. */
export async function forgetDesk(): Promise<void> {
  const names = "caches" in window ? await caches.keys() : [];
  await Promise.all(names.filter((name) => name.startsWith("desk-")).map((name) => caches.delete(name)));
  await new Promise<void>((done) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = asked.onerror = asked.onblocked = () => done();
  });
  const registration = await navigator.serviceWorker?.getRegistration("/werk/");
  const browser = await registration?.pushManager?.getSubscription();
  await browser?.unsubscribe();
}

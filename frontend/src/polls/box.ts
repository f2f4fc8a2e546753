/**
 * Ballots that wait on this device, in a database of their own. A ballot goes from here in the same transaction that
 * notes that it is in: then only its receipt is left, until its voter has kept that.
 */
import type { Choices, Entry } from "./choices";

export interface Waiting {
  /** The Idempotency-Key: under it the server takes one ballot at most. */
  key: string;
  slug: string;
  title: string;
  state: "waiting" | "refused" | "sent";
  createdAt: number;
  language: string;
  /** The last try, or when it began to wait. */
  triedAt: number;
  /** Gone when it is in, or can never go in. */
  body: { choices: Choices; order: number; declared: boolean; code?: string } | null;
  /** As the form was, to open it again. Gone with the body. */
  entries: Entry[];
  problem: { code: string; detail: string } | null;
  receipt: string;
  tries: number;
  notBefore: number;
}

export interface Shelf {
  list(): Promise<Waiting[]>;
  put(one: Waiting): Promise<void>;
  remove(key: string): Promise<void>;
}

/** Says on every page that something waits, or is to be dropped in time, without opening the database. */
export const FLAG = "ballots-wait";

export class DeviceShelf implements Shelf {
  async list(): Promise<Waiting[]> {
    return this.do("readonly", (store) => store.getAll() as IDBRequest<Waiting[]>);
  }

  async put(one: Waiting): Promise<void> {
    await this.do("readwrite", (store) => store.put(one));
    await this.flag();
  }

  async remove(key: string): Promise<void> {
    await this.do("readwrite", (store) => store.delete(key));
    await this.flag();
  }

  private async flag(): Promise<void> {
    const waits = (await this.list()).some(({ state }) => state !== "sent");
    try {
      if (waits) localStorage.setItem(FLAG, "1");
      else localStorage.removeItem(FLAG);
    } catch {
      // Without it, it is sent when a page of polls is opened.
    }
  }

  private async do<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const database = await new Promise<IDBDatabase>((done, failed) => {
      const asked = indexedDB.open("wijkplatform-ballots", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("waiting", { keyPath: "key" });
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error ?? new Error("no storage"));
    });
    try {
      const transaction = database.transaction("waiting", mode, mode === "readwrite" ? { durability: "strict" } : {});
      const asked = act(transaction.objectStore("waiting"));
      await new Promise<void>((done, failed) => {
        transaction.oncomplete = () => done();
        transaction.onabort = transaction.onerror = () => failed(transaction.error ?? new Error("no storage"));
      });
      return asked.result;
    } finally {
      database.close();
    }
  }
}

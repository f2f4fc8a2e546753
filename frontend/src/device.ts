/**
 * What the residents' pages keep on this device: the database `wijkplatform`, opened by pages and by the service
 * worker alike. It holds drafts and reports that wait, with their photos, and which reports were sent from here.
 */

/** A report sent from this device; the token opens its tracking page and belongs in no address. */
export interface MyReport {
  reference: string;
  token: string;
  /** What it is about, in the words of its category. */
  subject: string;
  createdAt: string;
}

export type StoreName = "reports" | "outbox" | "photos" | "drafts";

const NAME = "wijkplatform";
const KEYS: Record<StoreName, string> = { reports: "reference", outbox: "key", photos: "id", drafts: "id" };

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(KEYS))
        if (!asked.result.objectStoreNames.contains(name)) asked.result.createObjectStore(name, { keyPath });
    };
    asked.onsuccess = () => {
      const database = asked.result;
      // A later version in another tab must not wait for this one.
      database.onversionchange = () => database.close();
      database.onclose = () => (opened = null);
      done(database);
    };
    asked.onerror = () => failed(asked.error ?? new Error("no storage"));
  }).catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

export type Stores = (name: StoreName) => IDBObjectStore;

/**
 * One transaction over these stores: all of it, or nothing. `act` may only wait for requests of the transaction.
 * What is written is on the disk before this answers ("strict"), so that a phone that dies loses nothing.
 */
export async function transact<T>(names: readonly StoreName[], mode: IDBTransactionMode, act: (store: Stores) => Promise<T> | T, durability: IDBTransactionDurability = "strict"): Promise<T> {
  const transaction = (await open()).transaction([...names], mode, mode === "readwrite" ? { durability } : {});
  const finished = new Promise<void>((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onabort = transaction.onerror = () => failed(transaction.error ?? new Error("no storage"));
  });
  finished.catch(() => undefined); // It is waited for below, also when `act` fails first.
  try {
    const result = await act((name) => transaction.objectStore(name));
    await finished;
    return result;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It ended by itself.
    }
    throw transaction.error ?? error;
  }
}

export function answered<T>(asked: IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error ?? new Error("no storage"));
  });
}

/** The phone or the browser has no room left. */
export function isFull(error: unknown): boolean {
  return error instanceof DOMException && (error.name === "QuotaExceededError" || error.name === "NS_ERROR_DOM_QUOTA_REACHED");
}

/** Newest first. */
export async function myReports(): Promise<MyReport[]> {
  const found = (await transact(["reports"], "readonly", (store) => answered(store("reports").getAll()))) as MyReport[];
  return found.sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}

export async function rememberReport(report: MyReport): Promise<void> {
  await transact(["reports"], "readwrite", (store) => answered(store("reports").put(report)));
}

export async function forgetReport(reference: string): Promise<void> {
  await transact(["reports"], "readwrite", (store) => answered(store("reports").delete(reference)));
}

/** The outbox in the device's database; pages and the service worker use it alike. */
import { answered, transact, type MyReport } from "../device";
import type { Shelf } from "./send";
import type { QueuedReport } from "./shapes";
import { isRow, photosNamed, soundReport } from "./sound";

function soundOnes(rows: unknown[]): QueuedReport[] {
  return rows.map(soundReport).filter((one) => one !== null);
}

/** A photo's bytes: the only copy until the report is in. */
export interface PhotoBytes {
  id: string;
  bytes: ArrayBuffer;
}

export class DeviceShelf implements Shelf {
  async list(): Promise<QueuedReport[]> {
    return soundOnes(await transact(["outbox"], "readonly", (store) => answered(store("outbox").getAll())));
  }

  async bytes(photo: string): Promise<ArrayBuffer | null> {
    const found = (await transact(["photos"], "readonly", (store) => answered(store("photos").get(photo)))) as PhotoBytes | undefined;
    return found?.bytes ?? null;
  }

  async change(key: string, act: (report: QueuedReport) => void): Promise<QueuedReport | null> {
    return transact(["outbox"], "readwrite", async (store) => {
      const report = soundReport(await answered(store("outbox").get(key)));
      if (!report) return null;
      act(report);
      await answered(store("outbox").put(report));
      return report;
    });
  }

  async settle(key: string, mine: MyReport): Promise<void> {
    await transact(["outbox", "photos", "reports"], "readwrite", async (store) => {
      const report: unknown = await answered(store("outbox").get(key));
      store("reports").put(mine);
      for (const id of photosNamed(report)) store("photos").delete(id);
      await answered(store("outbox").delete(key));
    });
  }

  async postpone(until: number, waitsFor: "network" | "server"): Promise<void> {
    await transact(["outbox"], "readwrite", async (store) => {
      for (const report of soundOnes(await answered(store("outbox").getAll()))) {
        if (report.state !== "waiting") continue;
        Object.assign(report, { notBefore: Math.max(until, report.notBefore), waitsFor });
        store("outbox").put(report);
      }
    });
  }

  /** The network is back, or somebody does not want to wait: what waited for a server that asked so keeps waiting. */
  async hurry(): Promise<void> {
    await transact(["outbox"], "readwrite", async (store) => {
      for (const report of soundOnes(await answered(store("outbox").getAll()))) {
        if (report.state !== "waiting" || report.waitsFor !== "network") continue;
        Object.assign(report, { notBefore: 0, waitsFor: null, tries: 0 });
        store("outbox").put(report);
      }
    });
  }

  /**
   * From draft to outbox in one go; the photos lie there already. Of one that is corrected stays what was posted
   * before under its key: should that have arrived after all, its answer can still be found. Other drafts of the same
   * correction are done with.
   */
  async queue(report: QueuedReport, draft: string): Promise<void> {
    await transact(["outbox", "drafts"], "readwrite", async (store) => {
      const before = soundReport(await answered(store("outbox").get(report.key)));
      const drafts: unknown[] = await answered(store("drafts").getAll());
      for (const one of drafts) if (isRow(one) && one["corrects"] === report.key) store("drafts").delete(one["id"] as string);
      store("drafts").delete(draft);
      await answered(store("outbox").put({ ...report, bodies: before?.bodies ?? [], unsureSince: before?.unsureSince ?? null }));
    });
  }

  /** As a new report, with all that it had. */
  async renew(key: string, newKey: string): Promise<void> {
    await transact(["outbox"], "readwrite", async (store) => {
      const report = soundReport(await answered(store("outbox").get(key)));
      if (!report) return;
      store("outbox").delete(key);
      const fresh = { key: newKey, state: "waiting", problem: null, bodies: [], fixed: false, unsureSince: null, tries: 0, notBefore: 0, waitsFor: null, failingSince: null };
      await answered(store("outbox").put({ ...report, ...fresh, photos: report.photos.map((photo) => ({ ...photo, upload: null, uploadedAt: null })) }));
    });
  }

  /** Away with it, photos and all. */
  async remove(key: string): Promise<void> {
    await transact(["outbox", "photos"], "readwrite", async (store) => {
      for (const id of photosNamed(await answered(store("outbox").get(key)))) store("photos").delete(id);
      await answered(store("outbox").delete(key));
    });
  }
}

/** A list as a file: asked for, followed while it is made, then downloaded. */
import { t } from "../../i18n";
import { asQuery, type Filters } from "../address";
import { type Desk, type World } from "../desk";

export interface Export {
  id: string;
  status: "waiting" | "ready" | "failed" | "expired";
  rows: number;
  createdAt: string;
  expiresAt: string;
  url: string | null;
}

const LOOK_AGAIN = 1_500;

export class Exports {
  all: Export[] | null = null;
  busy = false;
  trouble = "";
  private waiting: unknown = null;
  private following = false;

  constructor(
    private readonly desk: Desk,
    private readonly world: World,
  ) {}

  async start(filters: Filters): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.trouble = "";
    this.desk.changed();
    try {
      const made = await this.world.api.send<Export>({ method: "POST", path: "exports", body: { query: asQuery(filters) }, key: this.world.newKey() });
      if (made) this.all = [made, ...(this.all ?? []).filter((one) => one.id !== made.id)];
    } catch (error) {
      this.trouble = this.desk.explain(error);
    }
    this.busy = false;
    this.follow();
    this.desk.changed();
  }

  /** Show what there is, and keep looking while one is being made. */
  open(): void {
    this.following = true;
    void this.look();
  }

  close(): void {
    this.following = false;
    this.world.cancel(this.waiting);
  }

  private async look(): Promise<void> {
    try {
      const before = new Set((this.all ?? []).filter((one) => one.status === "waiting").map((one) => one.id));
      this.all = (await this.world.api.get<{ results: Export[] }>("exports")).results;
      if (this.all.some((one) => before.has(one.id) && one.status === "ready")) this.desk.showToast(t("Your file is ready"));
    } catch (error) {
      this.trouble = this.desk.explain(error);
    }
    this.follow();
    this.desk.changed();
  }

  private follow(): void {
    this.world.cancel(this.waiting);
    if (this.following && this.all?.some((one) => one.status === "waiting")) this.waiting = this.world.after(LOOK_AGAIN, () => void this.look());
  }
}

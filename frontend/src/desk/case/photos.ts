/** The photos of a case: from the resident, before and after, and those only for colleagues. */
import { html, nothing, type TemplateResult } from "lit";
import { icon } from "../../icon";
import { t } from "../../i18n";
import { type Desk } from "../desk";
import { DeskElement } from "../element";
import { type Case, type Photo } from "../shapes";
import { type Upload } from "./asking";

/** Send the chosen files one by one; they wait with the draft. `sending` hears how many are still under way. */
export async function takeFiles(desk: Desk, reference: string, input: HTMLInputElement, sending: (many: number) => void): Promise<Upload[]> {
  const files = [...(input.files ?? [])];
  input.value = "";
  const taken: Upload[] = [];
  for (const [place, file] of files.entries()) {
    sending(files.length - place);
    try {
      const upload = await desk.asking.upload(file);
      taken.push(upload);
      desk.drafts.setPhotos(reference, [...desk.drafts.photos(reference), upload]);
    } catch (error) {
      desk.showToast(desk.explain(error));
      desk.say(desk.toast);
    }
    desk.changed();
  }
  sending(0);
  return taken;
}

/** What a photo shows, for who cannot see it. */
export function photoWords(photo: Photo): string {
  const who = photo.fromSupporter ? t("sent by a supporter") : photo.fromResident ? t("sent by the resident") : photo.by ? t("made by {name}", { name: photo.by.name }) : t("made by a colleague");
  const when = photo.stage === "before" ? t("before the work") : photo.stage === "after" ? t("after the work") : "";
  return [who, when, photo.forResident ? "" : t("only for colleagues")].filter(Boolean).join(", ");
}

export class DeskPhotos extends DeskElement {
  case!: Case;
  private adding: readonly Upload[] = [];
  private sending = 0;
  private busy = false;

  static override properties = { case: { attribute: false }, adding: { state: true }, sending: { state: true }, busy: { state: true } };

  protected override render(): TemplateResult | typeof nothing {
    const { photos } = this.case;
    const mayAdd = this.case.deeds.includes("handle");
    if (!photos.length && !mayAdd) return nothing;
    const staged = photos.some((one) => one.stage === "before") && photos.some((one) => one.stage === "after");
    const pair = staged ? photos.filter((one) => one.stage) : [];
    const rest = photos.filter((one) => !pair.includes(one));
    return html`
      ${pair.length ? html`<div class="photo-pair"><div><h4>${t("Before")}</h4>${this.list(pair.filter((one) => one.stage === "before"))}</div><div><h4>${t("After")}</h4>${this.list(pair.filter((one) => one.stage === "after"))}</div></div>` : nothing}
      ${rest.length ? this.list(rest) : nothing}
      ${mayAdd ? this.add() : nothing}`;
  }

  private list(photos: readonly Photo[]): TemplateResult {
    const all = this.case.photos;
    return html`<ul class="photos case-photos" role="list">${photos.map((photo) => {
      const place = all.indexOf(photo);
      return html`<li ?data-internal=${!photo.forResident}><button type="button" data-photo=${place} aria-label=${t("Enlarge photo {n} of {many}: {what}", { n: place + 1, many: all.length, what: photoWords(photo) })}><img src=${photo.thumbnailUrl} alt="" width=${photo.width} height=${photo.height} loading="lazy" />
        ${photo.forResident ? nothing : html`<span class="photo-mark">${icon(photo.fromSupporter ? "users" : "lock")}</span>`}${photo.stage ? html`<span class="photo-stage">${photo.stage === "before" ? t("Before") : t("After")}</span>` : nothing}</button></li>`;
    })}</ul>`;
  }

  private add(): TemplateResult {
    if (!this.adding.length && !this.sending) {
      return html`<p class="add-photo"><label class="button quiet small file-button">${icon("camera")}<span>${t("Add a photo")}</span><input type="file" accept="image/*" multiple class="visually-hidden" @change=${this.chosen} /></label></p>`;
    }
    return html`<form class="add-photos" @submit=${this.save}>
      <ul class="photos" role="list">${this.adding.map((one, place) => html`<li><img src=${one.src} alt=${t("New photo {n}", { n: place + 1 })} width="72" height="72" /></li>`)}${this.sending ? html`<li class="busy" aria-busy="true"><span class="skeleton block"></span></li>` : nothing}</ul>
      <div class="field"><label for="photo-stage">${t("They show the place")}</label><select id="photo-stage" name="stage"><option value="">${t("does not matter")}</option><option value="before">${t("before the work")}</option><option value="after">${t("after the work")}</option></select></div>
      <label class="choice"><input type="checkbox" name="internal" /><span>${t("Only for colleagues: the resident does not see them")}</span></label>
      <div class="row"><button type="submit" class="button primary small" aria-busy=${this.busy ? "true" : nothing} ?disabled=${this.busy || this.sending > 0 || !this.adding.length}>${icon("check")}${t("Add to the case")}</button><button type="button" class="button small" @click=${this.drop}>${t("Cancel")}</button></div>
    </form>`;
  }

  private readonly chosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = "";
    void (async () => {
      for (const [place, file] of files.entries()) {
        this.sending = files.length - place;
        try {
          this.adding = [...this.adding, await this.desk.asking.upload(file)];
        } catch (error) {
          this.desk.showToast(this.desk.explain(error));
        }
      }
      this.sending = 0;
      await this.updateComplete;
      this.querySelector<HTMLElement>("#photo-stage")?.focus();
    })();
  };

  private readonly drop = (): void => {
    this.adding = [];
  };

  private readonly save = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const body = { photos: this.adding.map((one) => one.id), stage: String(given.get("stage") ?? ""), forResident: given.get("internal") === null };
    this.busy = true;
    void this.desk.asking
      .change("POST", "photos", body)
      .then(() => {
        this.adding = [];
        this.desk.showToast(t("Added to the case"));
      })
      .catch((error: unknown) => this.desk.showToast(this.desk.explain(error)))
      .finally(() => (this.busy = false));
  };
}

customElements.define("desk-photos", DeskPhotos);

/** Under an enlarged photo: what it is, and what a professional may say of it. */
export class DeskPhotoFacts extends DeskElement {
  photo!: Photo;
  case!: Case;
  private busy = false;

  static override properties = { photo: { attribute: false }, case: { attribute: false }, busy: { state: true } };

  protected override render(): TemplateResult {
    const { photo } = this;
    const may = this.case.deeds.includes("handle");
    return html`<p class="photo-words">${photo.forResident ? nothing : icon("lock")}<span>${capital(photoWords(photo))}</span></p>
      ${may
        ? html`<div class="row photo-deeds" role="group" aria-label=${t("What this photo is")}>
            ${(["before", "after"] as const).map((stage) => html`<button type="button" class="button small" aria-pressed=${photo.stage === stage ? "true" : "false"} ?disabled=${this.busy} @click=${() => this.change({ stage: photo.stage === stage ? "" : stage })}>${stage === "before" ? t("Before the work") : t("After the work")}</button>`)}
            ${photo.fromResident || photo.fromSupporter ? nothing : html`<button type="button" class="button small" aria-pressed=${photo.forResident ? "false" : "true"} ?disabled=${this.busy} @click=${() => this.change({ forResident: !photo.forResident })}>${icon("lock")}${t("Only for colleagues")}</button>`}
          </div>`
        : nothing}`;
  }

  private change(body: { stage?: string; forResident?: boolean }): void {
    this.busy = true;
    void this.desk.asking
      .change("PATCH", `photos/${this.photo.id}`, body)
      .catch((error: unknown) => this.desk.showToast(this.desk.explain(error)))
      .finally(() => (this.busy = false));
  }
}

function capital(words: string): string {
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

customElements.define("desk-photo-facts", DeskPhotoFacts);

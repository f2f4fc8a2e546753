/** Photos are made small and kept on this device; they go with the report. */
import { t, tn } from "../i18n";
import { isFull } from "../device";
import { newKey } from "../desk/new-key";
import type { QueuedPhoto } from "../outbox/shapes";
import type { DraftKeeper } from "./draft";
import { isPhoto, makeSmall, sha256 } from "./shrink";

/** What the server takes. */
const LARGEST = 20 * 1024 * 1024;

export interface Photos {
  /** Draw the draft's photos anew. */
  show(): Promise<void>;
  /** All that were chosen are kept. */
  ready(): Promise<void>;
  say(words: string): void;
}

/** What was sent without a script, as the page shows it. */
export function photosOfServer(form: HTMLFormElement): QueuedPhoto[] {
  return [...form.querySelectorAll<HTMLElement>("#photos > li[data-upload]")].map(({ dataset, children }) => ({
    id: newKey(),
    name: "photo",
    type: "image/jpeg",
    size: 0,
    sha256: null,
    upload: dataset["upload"] ?? null,
    uploadedAt: Date.now(),
    thumbnail: (children[0] as HTMLImageElement).src,
  }));
}

export function takePhotos(form: HTMLFormElement, keeper: DraftKeeper, bytesOf: (id: string) => Promise<ArrayBuffer | null>, propose: (lon: number, lat: number) => void): Photos {
  const input = form.querySelector<HTMLInputElement>("#id_photos");
  const list = form.querySelector<HTMLUListElement>("#photos");
  const problem = form.querySelector<HTMLElement>("#photo-problem");
  if (!input || !list || !problem) return { show: () => Promise.resolve(), ready: () => Promise.resolve(), say: () => undefined };
  const most = Number(form.dataset["mostPhotos"]) || 5;
  const working = new Set<Promise<void>>();
  let shown = 0;

  const say = (words: string): void => {
    problem.textContent = words;
    problem.hidden = !words;
  };
  const full = (): void => {
    input.hidden = list.children.length >= most;
    [...list.querySelectorAll("img")].forEach((image, place) => (image.alt = t("Photo {number}", { number: place + 1 })));
  };

  const draw = (item: HTMLElement, id: string, address: string): void => {
    const image = item.querySelector("img") ?? item.appendChild(document.createElement("img"));
    image.src = address;
    // A HEIC that this browser cannot show is kept all the same.
    image.onerror = () => item.classList.add("unseen");
    item.dataset["photo"] = id;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "button round remove";
    remove.textContent = "×";
    remove.addEventListener("click", () => {
      URL.revokeObjectURL(address);
      item.remove();
      full();
      say("");
      void keeper.removePhoto(id).then(() => form.dispatchEvent(new Event("photos")));
      input.focus();
    });
    item.append(remove);
    full();
    remove.setAttribute("aria-label", t("Take out: {photo}", { photo: image.alt }));
  };

  const take = async (file: File): Promise<void> => {
    const item = document.createElement("li");
    item.className = "busy";
    item.setAttribute("aria-busy", "true");
    item.append(document.createElement("img"));
    list.append(item);
    full();
    try {
      const small = await makeSmall(file);
      if (!isPhoto(small.bytes)) throw new TypeError("no photo");
      if (small.bytes.byteLength > LARGEST) throw new RangeError("too large");
      const id = newKey();
      await keeper.addPhoto({ id, name: small.name, type: small.type, size: small.bytes.byteLength, sha256: await sha256(small.bytes), upload: null, uploadedAt: null }, small.bytes);
      item.classList.remove("busy");
      item.removeAttribute("aria-busy");
      draw(item, id, URL.createObjectURL(new Blob([small.bytes], { type: small.type })));
      if (small.place) propose(...small.place);
      form.dispatchEvent(new Event("photos"));
    } catch (error) {
      item.remove();
      full();
      say(isFull(error) ? noRoom() : error instanceof RangeError ? t("This photo is too large. Choose one of at most 20 MB.") : t("We cannot read this photo. Choose another one."));
    }
  };

  input.addEventListener("change", () => {
    say("");
    const files = [...(input.files ?? [])];
    const room = Math.max(0, most - list.children.length);
    if (files.length > room) say(tn("{n} photo was left out. You can add {most} at most.", "{n} photos were left out. You can add {most} at most.", files.length - room, { most }));
    let before: Promise<void> = Promise.resolve();
    for (const file of files.slice(0, room)) {
      // One at a time: each takes tens of megabytes while it is made small.
      before = before.then(() => take(file));
      const job = before.finally(() => working.delete(job));
      working.add(job);
    }
    input.value = "";
  });

  return {
    say,
    ready: async () => {
      while (working.size) await Promise.allSettled([...working]);
    },
    show: async () => {
      const turn = ++shown;
      list.replaceChildren();
      for (const photo of keeper.draft.photos) {
        const bytes = await bytesOf(photo.id);
        const address = bytes ? URL.createObjectURL(new Blob([bytes], { type: photo.type })) : photo.thumbnail;
        if (turn !== shown) return; // drawn anew meanwhile
        if (!address) continue;
        const item = list.appendChild(document.createElement("li"));
        item.append(document.createElement("img"));
        draw(item, photo.id, address);
      }
      full();
    },
  };
}

/** The phone is full: what to do. */
export function noRoom(): string {
  return t("There is no room left on this device. Remove some photos or apps, or take out a photo here. Then try again.");
}

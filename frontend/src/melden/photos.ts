/** Photos are sent while the person goes on typing; each shows how it stands and can be taken out. */
import { t, tn } from "../i18n";
import { keepPhotos, keptPhotos } from "./draft";

interface Upload {
  id: string;
  thumbnailUrl: string;
  location: { coordinates: [number, number] } | null;
}

interface Problem {
  detail?: string;
  errors?: Array<{ detail: string }>;
}

export function takePhotos(form: HTMLFormElement, propose: (lon: number, lat: number) => void): void {
  const input = form.querySelector<HTMLInputElement>("#id_photos");
  const list = form.querySelector<HTMLUListElement>("#photos");
  const problem = form.querySelector<HTMLElement>("#photo-problem");
  if (!input || !list || !problem) return;
  const most = Number(form.dataset["mostPhotos"]) || 5;
  const sending = new Set<Promise<void>>();

  const say = (words: string): void => {
    problem.textContent = words;
    problem.hidden = !words;
  };
  const full = (): void => {
    input.hidden = list.children.length >= most;
  };
  for (const item of list.children) addRemove(item as HTMLElement, full);
  if (!document.querySelector(".error-summary")) {
    for (const { id, src } of keptPhotos()) {
      const item = document.createElement("li");
      const image = document.createElement("img");
      image.alt = t("Photo {number}", { number: list.children.length + 1 });
      image.src = src;
      item.append(image);
      list.append(item);
      claim(item, id);
    }
  }
  full();

  /** The photo is in: the form names it, with the proof that it was sent here, and it can be taken out. */
  function claim(item: HTMLElement, ticket: string): void {
    const hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = "photo";
    hidden.value = ticket;
    item.append(hidden);
    addRemove(item, changed);
    keepPhotos(list!);
  }

  function changed(): void {
    full();
    keepPhotos(list!);
  }

  input.addEventListener("change", () => {
    say("");
    const files = [...(input.files ?? [])];
    const room = most - list.children.length;
    if (files.length > room) say(tn("You can add one photo more.", "You can add {n} photos more.", Math.max(0, room)));
    for (const file of files.slice(0, room)) {
      const job = send(file).finally(() => sending.delete(job));
      sending.add(job);
    }
    input.value = ""; // They travel by themselves; the form must not send them again.
    full();
  });

  form.addEventListener("submit", (event) => {
    if (!sending.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    button?.setAttribute("aria-busy", "true");
    void Promise.allSettled([...sending]).then(() => {
      button?.removeAttribute("aria-busy");
      form.requestSubmit(button instanceof HTMLButtonElement ? button : null);
    });
  }, { capture: true });

  async function send(file: File): Promise<void> {
    const item = document.createElement("li");
    const image = document.createElement("img");
    const preview = URL.createObjectURL(file);
    image.alt = t("Photo {number}", { number: list!.children.length + 1 });
    image.src = preview;
    item.className = "busy";
    item.setAttribute("aria-busy", "true");
    item.append(image);
    list!.append(item);
    const body = new FormData();
    body.append("file", file);
    try {
      const answer = await post(body);
      if (!answer.ok) {
        const told = (await answer.json().catch(() => ({}))) as Problem;
        throw new Error(told.errors?.[0]?.detail ?? told.detail ?? "");
      }
      const upload = (await answer.json()) as Upload;
      const { pathname, search } = new URL(upload.thumbnailUrl, location.href);
      image.src = pathname + search;
      item.classList.remove("busy");
      item.removeAttribute("aria-busy");
      claim(item, `${upload.id}:${new URLSearchParams(search).get("proof") ?? ""}`);
      if (upload.location) propose(...upload.location.coordinates);
    } catch (error) {
      item.remove();
      full();
      say((error instanceof Error && !(error instanceof TypeError) && error.message) || t("The photo could not be sent. Check your connection and choose it again."));
    } finally {
      URL.revokeObjectURL(preview);
    }
  }
}

/** Many photos at once wait for their turn: a server that is busy says 503 and when to come back. */
async function post(body: FormData): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch("/api/v1/uploads", { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.status !== 503 || attempt === 6) return answer;
    const seconds = Number(answer.headers.get("Retry-After")) || 2;
    await new Promise((resolve) => setTimeout(resolve, seconds * (500 + Math.random() * 1000)));
  }
}

function addRemove(item: HTMLElement, after: () => void): void {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button round remove";
  button.setAttribute("aria-label", t("Take out: {photo}", { photo: item.querySelector("img")?.alt ?? "" }));
  button.textContent = "×";
  button.addEventListener("click", () => {
    item.remove();
    after();
    document.getElementById("id_photos")?.focus();
  });
  item.append(button);
}

/** My card: shows it while it is filled in, warns before unsaved work is left, and lets a photo be dragged. */
const form = document.querySelector<HTMLFormElement>("[data-card-form]");
if (form) tendCard(form);
const crop = document.querySelector<HTMLFormElement>("[data-crop]");
if (crop) tendCrop(crop);

const PAUSE = 400;

function tendCard(form: HTMLFormElement): void {
  const place = document.querySelector<HTMLElement>("[data-preview]");
  const said = form.querySelector<HTMLElement>("[data-unsaved]");
  const saved = form.querySelector(".invalid") || document.querySelector(".error-summary") ? "" : written(form);
  let timer = 0;
  let asked = 0;
  let sending = false;

  const show = async (): Promise<void> => {
    const mine = ++asked;
    const body = new FormData(form);
    body.set("preview", "1");
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" } });
      if (!answer.ok || mine !== asked || !place) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-preview]");
      if (fresh) place.replaceChildren(...fresh.childNodes);
    } catch {
      // Without a network the card as it was stays in sight; saving says what is wrong.
    }
  };
  form.querySelector<HTMLElement>("[data-preview-button]")?.setAttribute("hidden", "");
  form.addEventListener("input", () => {
    if (said) said.textContent = written(form) === saved ? "" : (form.dataset["leaving"] ?? "");
    clearTimeout(timer);
    timer = window.setTimeout(() => void show(), PAUSE);
  });
  form.addEventListener("submit", () => (sending = true));
  window.addEventListener("pageshow", () => (sending = false));
  window.addEventListener("beforeunload", (event) => {
    if (!sending && written(form) !== saved) event.preventDefault();
  });
}

/** Everything the form holds, as one text to compare. */
function written(form: HTMLFormElement): string {
  return JSON.stringify([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken"));
}

function tendCrop(form: HTMLFormElement): void {
  const frame = form.querySelector<HTMLElement>("[data-frame]");
  const picture = form.querySelector<HTMLImageElement>("[data-picture]");
  const [x, y, zoom] = ["x", "y", "zoom"].map((name) => form.querySelector<HTMLInputElement>(`[name="${name}"]`));
  if (!frame || !picture || !x || !y || !zoom) return;
  const width = Number(form.dataset["width"]);
  const height = Number(form.dataset["height"]);
  frame.classList.add("live");

  /** Pixels of the photo: the side of the square, and the room beside it. */
  const measure = (): { side: number; room: [number, number] } => {
    const side = (Math.min(width, height) * 100) / Number(zoom.value);
    return { side, room: [width - side, height - side] };
  };
  const draw = (): void => {
    const { side, room } = measure();
    const scale = frame.clientWidth / side;
    picture.style.width = `${width * scale}px`;
    picture.style.transform = `translate(${(-room[0] * scale * Number(x.value)) / 100}px, ${(-room[1] * scale * Number(y.value)) / 100}px)`;
    x.disabled = room[0] < 1;
    y.disabled = room[1] < 1;
  };
  form.addEventListener("input", draw);
  form.addEventListener("submit", () => (x.disabled = y.disabled = false));
  window.addEventListener("resize", draw);

  let from: { left: number; top: number; x: number; y: number } | null = null;
  frame.addEventListener("pointerdown", (event) => {
    frame.setPointerCapture(event.pointerId);
    from = { left: event.clientX, top: event.clientY, x: Number(x.value), y: Number(y.value) };
  });
  frame.addEventListener("pointermove", (event) => {
    if (!from) return;
    const { side, room } = measure();
    const scale = frame.clientWidth / side;
    if (room[0] >= 1) x.value = String(from.x - ((event.clientX - from.left) / scale / room[0]) * 100);
    if (room[1] >= 1) y.value = String(from.y - ((event.clientY - from.top) / scale / room[1]) * 100);
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, () => (from = null));
  frame.addEventListener("dragstart", (event) => event.preventDefault());
  draw();
}

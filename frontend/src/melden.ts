/** Reporting with a script: the same form, one step at a time, kept on the device and sent from there. */
import "../styles/melden.css";
import { newKey } from "./desk/new-key";
import { isFull } from "./device";
import { language, loadCatalogue, t } from "./i18n";
import { followCategory, proposeCategories } from "./melden/category";
import { DraftKeeper, fill, read, save, sweep } from "./melden/draft";
import { guardText } from "./melden/guarding";
import { watchNearby } from "./melden/nearby";
import { noRoom, takePhotos } from "./melden/photos";
import { choosePlace } from "./melden/place";
import { Questions } from "./melden/questions";
import { fieldNamed, fieldsOf, queuedReport } from "./melden/report";
import { sayAt, walkSteps } from "./melden/steps";
import { summarise } from "./melden/summary";
import { follow } from "./outbox/follow";
import { WaitingList } from "./outbox/list";
import { shelf } from "./outbox/run";
import type { QueuedReport } from "./outbox/shapes";
import { theOutbox } from "./outbox/start";

/** The steps that the page carries for later are part of the one form. */
function unfold(form: HTMLFormElement): void {
  const more = document.querySelector<HTMLTemplateElement>("template#more-steps");
  if (!more) return;
  const actions = form.querySelector(".report-actions");
  const send = more.content.querySelector("#send");
  if (send) actions?.append(send);
  actions?.before(more.content);
  more.remove();
}

async function begin(form: HTMLFormElement, page: string): Promise<void> {
  const [keeper] = await Promise.all([DraftKeeper.begin(form), loadCatalogue()]);
  // A step of the road without a script: here all steps are one page, which shows what the server kept of them.
  if (page !== "what") return location.replace("/melden/");
  unfold(form);
  const outbox = theOutbox();
  const frame = form.parentElement!;
  const field = <T extends HTMLElement>(name: string): T | null => form.querySelector<T>(`[name="${CSS.escape(name)}"]`);
  /** The server kept something too, from before the script was there. */
  const resumed = document.querySelector(".resumed") !== null;
  let current: string | null = null;

  // --- what was kept --------------------------------------------------------------------------
  const place = choosePlace(form);
  const questions = new Questions(form, form.querySelector<HTMLElement>("#questions")!, () => keeper.draft.photos.length);
  const photos = takePhotos(form, keeper, (id) => shelf.bytes(id), place.propose);
  const restore = async (): Promise<void> => {
    const { values } = keeper.draft;
    if (values.length) fill(form, values);
    await Promise.all([photos.show(), questions.follow(field<HTMLSelectElement>("category")?.value ?? "", values)]);
  };
  keeper.trouble = (error) => {
    if (isFull(error)) photos.say(noRoom());
  };
  await restore();

  // --- the steps ------------------------------------------------------------------------------
  proposeCategories(form);
  guardText(form);
  followCategory(form, (slug) => void questions.follow(slug, read(form)));
  const { goTo, stepOf } = walkSteps(form, keeper.draft.step, {
    shown: { where: place.show, reach: () => summarise(form) },
    complete: { where: place.isKnown, more: () => questions.isComplete() },
    asks: { more: () => form.querySelector("[data-step=more] [data-question]") !== null },
    moved: (step) => void keeper.setStep(step),
  });
  watchNearby(form);
  const again = (): void => {
    form.reset();
    for (const name of ["lon", "lat"]) if (field<HTMLInputElement>(name)) field<HTMLInputElement>(name)!.value = "";
    form.querySelector(".error-summary")?.remove();
  };

  // --- sending --------------------------------------------------------------------------------
  const show = (what: "form" | "outbox"): void => {
    form.hidden = what === "outbox";
    frame.classList.toggle("is-sent", what === "outbox");
    another.hidden = what === "form";
    list.draw();
  };
  const correct = async (report: QueuedReport): Promise<void> => {
    const held = await outbox.holdBack(report.key);
    if (!held) return list.focus();
    keeper.correct(held);
    again();
    await restore();
    show("form");
    if (held.problem) showProblem(held);
    else goTo("what");
  };
  const list = new WaitingList(outbox, { correct: (report) => void correct(report), current: () => current, open: () => (form.hidden ? null : keeper.draft.corrects) });
  const another = document.createElement("p");
  another.hidden = true;
  const anotherButton = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: t("Write another report") });
  anotherButton.addEventListener("click", () => {
    current = null;
    again();
    show("form");
    void restore().then(() => goTo("what"));
  });
  another.append(anotherButton);
  form.before(another);
  list.place(another);

  /** Why it was not taken: on top, and at the fields, the first step with something wrong in view. */
  function showProblem({ problem }: QueuedReport): void {
    const summary = document.createElement("div");
    summary.className = "error-summary";
    summary.tabIndex = -1;
    summary.setAttribute("role", "alert");
    const lines = document.createElement("ul");
    let first = "";
    for (const error of problem?.errors ?? []) {
      if (!error.detail) continue;
      const name = fieldNamed(error);
      const wrong = name === "photos" ? form.querySelector<HTMLElement>("#id_photos") : field(name);
      const line = document.createElement("li");
      if (wrong) {
        first ||= stepOf(wrong);
        const link = Object.assign(document.createElement("a"), { href: `#${wrong.id}`, textContent: error.detail });
        link.addEventListener("click", (event) => {
          event.preventDefault();
          goTo(stepOf(wrong));
          wrong.focus();
        });
        line.append(link);
        if (name === "photos") photos.say(error.detail);
        else sayAt(wrong, error.detail);
      } else line.textContent = error.detail;
      lines.append(line);
    }
    if (!lines.children.length && problem?.detail) lines.append(Object.assign(document.createElement("li"), { textContent: problem.detail }));
    const number = problem?.errors.find(({ field: one }) => /^photos\.\d+$/.test(one))?.field.split(".")[1];
    if (number !== undefined) form.querySelectorAll("#photos > li")[Number(number)]?.classList.add("refused");
    summary.append(Object.assign(document.createElement("h2"), { textContent: t("Please check your report") }), lines);
    form.querySelector(".error-summary")?.remove();
    form.prepend(summary);
    goTo(first || "what");
    summary.focus();
  }

  const point = async (): Promise<[number, number] | null> => {
    const [lon, lat] = [field<HTMLInputElement>("lon")?.value, field<HTMLInputElement>("lat")?.value];
    if (lon && lat) return [Number(lon), Number(lat)];
    const code = field<HTMLSelectElement>("area")?.value;
    if (!code) return null;
    try {
      const answer = await fetch(`/api/v1/areas/${encodeURIComponent(code)}`, { headers: { Accept: "application/json" } });
      return answer.ok ? ((await answer.json()) as { point: [number, number] }).point : null;
    } catch {
      return null;
    }
  };

  const send = async (): Promise<void> => {
    await photos.ready();
    const values = read(form);
    const where = await point();
    if (!where) {
      goTo("where");
      place.isKnown();
      return;
    }
    const { draft } = keeper;
    const fields = fieldsOf({ values, answers: questions.answers(), language: language(), point: where });
    const report = queuedReport(draft.corrects ?? newKey(), fields, draft.photos, { values, step: draft.step }, Date.now());
    await keeper.stop();
    try {
      current = report.key;
      await outbox.add(report, draft.id);
    } catch (error) {
      current = null;
      keeper.goOn();
      photos.say(isFull(error) ? noRoom() : t("This device could not keep your report. Try again."));
      goTo("what");
      return;
    }
    keeper.restart();
    again();
    void restore();
    if (resumed) void fetch("/melden/?nieuw=1", { credentials: "same-origin" }).catch(() => undefined);
    show("outbox");
    list.focus();
    const outcome = await outbox.outcome(report.key);
    if (current !== report.key) return;
    if (typeof outcome === "object") await follow(outcome.token);
    else if (outcome === "refused") {
      const refused = outbox.reports.find(({ key }) => key === report.key);
      if (refused) await correct(refused);
    }
  };
  let busy = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    const button = form.querySelector("#send");
    button?.setAttribute("aria-busy", "true");
    void send().finally(() => {
      busy = false;
      button?.removeAttribute("aria-busy");
    });
  });
  form.addEventListener("photos", () => save(form));
  form.dataset["ready"] = "";

  await sweep();
  await outbox.start();
}

const form = document.querySelector<HTMLFormElement>("#report-form");
const page = document.querySelector<HTMLElement>("[data-page]")?.dataset["page"] ?? "what";
// Where the browser keeps nothing the form goes the way it goes without a script.
if (form) void begin(form, page).catch((error: unknown) => console.warn("Reporting goes on without keeping anything:", error));
